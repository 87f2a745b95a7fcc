"""Biased-MNIST: whether digits are told by their shape where their colour nearly gives them away."""
