"""Many methods on many data sets: ranks, pairs, volumes, regret, and how steady a ranking is."""
