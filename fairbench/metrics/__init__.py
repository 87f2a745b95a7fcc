"""Measures of decisions, of scores (`ranking`) and of representations (`probes`)."""
