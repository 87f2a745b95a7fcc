"""Methods on grids of data sets: which fits there are, and the table of them all."""
