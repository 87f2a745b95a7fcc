"""Invariant representations of real data, searched and judged on nested folds (Cerrato et al.)."""
