"""FR-Train (Roh, Lee, Whang and Suh, ICML 2020): its tables 1 to 9, its figures, and its rivals."""
