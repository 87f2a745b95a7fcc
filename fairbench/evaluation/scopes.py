"""Scopes: the data sets of a study that an interval is about, by their law."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

FEW_POSITIVES = "P(Y=1)<=0.3"
MIXED = "0.4<=P(Y=1)<=0.6"
MANY_POSITIVES = "P(Y=1)>=0.7"
_RANGES = {FEW_POSITIVES: (0.0, 0.3), MIXED: (0.4, 0.6), MANY_POSITIVES: (0.7, 1.0)}


def cell_scope(positive_rate: float, group_coefficient: float) -> str:
    """Name of a cell in the column ``scope``."""
    return f"P(Y=1)={positive_rate:g}, c={group_coefficient:g}"


def scopes(index: pd.MultiIndex) -> Iterator[tuple[str, np.ndarray]]:
    """Every cell of known law by itself, and the data sets pooled as `rate_scopes` has them."""
    rate = index.get_level_values("positive_rate").to_numpy(float)
    coefficient = index.get_level_values("group_coefficient").to_numpy(float)
    for p, c in sorted(set(zip(rate, coefficient, strict=True))):
        if p >= 0:
            yield cell_scope(p, c), (rate == p) & (coefficient == c)
    yield from rate_scopes(rate)


def rate_scopes(rate: np.ndarray, *, single: bool = False) -> Iterator[tuple[str, np.ndarray]]:
    """Data sets pooled by P(Y=1): the three ranges, as far as there are any in them, and all.

    Parameters
    ----------
    rate : array, shape (data sets,)
        P(Y=1), below 0 where the law is unknown.
    single : bool
        Begin with each P(Y=1) by itself, over all c.

    Yields
    ------
    str, array of bool, shape (data sets,)
        The scope's name, and which data sets are in it.
    """
    for value in np.unique(rate[rate >= 0]) if single else ():
        yield f"P(Y=1)={value:g}", rate == value
    for name, (low, high) in _RANGES.items():
        here = (rate >= max(low - 1e-9, 0)) & (rate <= high + 1e-9)
        if here.any():
            yield name, here
    yield "all", np.ones(len(rate), dtype=bool)


def scope_level(scope: pd.Series) -> pd.Series:
    """Single cells as one level, every other scope as one of its own."""
    return scope.where(~scope.str.contains(", c=", regex=False), "cells")
