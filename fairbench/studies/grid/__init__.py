"""Methods on grids of data sets: label imbalance, poisoning, and what the report says of them."""
