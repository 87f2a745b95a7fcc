"""Figures of the study of individual fairness."""
