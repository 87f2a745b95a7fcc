"""The experiments of the seed on Boston housing: one unit, three ways to measure its delta."""
