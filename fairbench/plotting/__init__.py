"""One look for all figures, and how a figure is saved with its caption."""
