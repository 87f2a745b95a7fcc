"""Figures of the Biased-MNIST study."""
