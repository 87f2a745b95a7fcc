"""Invariant representations of real data: nested folds, a search, the chosen models, a sweep."""
