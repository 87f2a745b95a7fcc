"""Biased-MNIST: digits whose background colour nearly gives them away."""
