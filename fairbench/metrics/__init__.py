"""Measures of decisions, of two classes or of any number (`classes`), of scores (`ranking`) and of
representations (`probes`)."""
