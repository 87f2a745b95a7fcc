"""Networks trained on data sets, and their certificates."""
