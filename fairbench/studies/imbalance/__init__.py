"""The paper on label imbalance: its figures and sentences, over the grid and the tracked runs."""
