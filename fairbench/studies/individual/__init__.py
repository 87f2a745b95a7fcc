"""Individual fairness: seed experiments on Boston housing, and certificates of networks."""
