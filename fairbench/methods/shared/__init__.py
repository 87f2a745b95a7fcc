"""What methods share: their contract, losses of stacked models, and information terms."""
