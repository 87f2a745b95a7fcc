"""Networks that others trained: Fairify's, and whether a protected attribute alone decides."""
