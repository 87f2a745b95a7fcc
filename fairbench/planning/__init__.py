"""What study kinds share of a config: sections about data and methods, and what can be wrong."""
