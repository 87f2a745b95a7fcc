"""Figures of many methods on many data sets, for every kind of study alike."""
