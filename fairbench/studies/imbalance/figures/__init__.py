"""The figures about label imbalance, one file each."""
