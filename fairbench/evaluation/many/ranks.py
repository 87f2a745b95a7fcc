"""Average ranks of methods over data sets, and whether they differ at all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import friedmanchisquare

FEWEST_METHODS = 3


class Ranking(NamedTuple):
    """Average ranks, 1 being the best.

    Attributes
    ----------
    ranks : Series
        By label, the best first; of equal ones the first by name. Empty without two methods on a
        data set.
    data_sets : list of str
        Those that all ranked methods have a value on.
    incomplete : list of str
        Data sets left out: some ranked method has no value there.
    unranked : list of str
        Methods left out: never run on some data sets, or without a value on any.
    friedman : float
        p value of Friedman's test; NaN with fewer than three methods or two data sets.
    """

    ranks: pd.Series
    data_sets: list[str]
    incomplete: list[str]
    unranked: list[str]
    friedman: float


def ranking(means: pd.DataFrame, planned: pd.DataFrame | None = None, sign: int = 1) -> Ranking:
    """Rank methods on each data set, and average.

    Parameters
    ----------
    means : DataFrame, shape (data sets, methods)
        Of `fairbench.evaluation.many.values.block_means`.
    planned : DataFrame of bool, shape of `means`, optional
        Where a method was run, whatever became of it; default: everywhere.
    sign : int
        1 where more is better, -1 where less is.

    Notes
    -----
    Equal values share the mean of their ranks. A rank needs all its rivals, so a lost fit costs
    its data set: to give it the last rank would say that it did badly, where nothing is known.
    """
    there = means.notna().any()
    if planned is not None:
        there &= planned.reindex_like(means).fillna(False).all()
    values = means.loc[:, there[there].index]
    whole = values.dropna()
    named = {
        "data_sets": list(whole.index),
        "incomplete": [name for name in means.index if name not in whole.index],
        "unranked": sorted(there[~there].index),
    }
    if whole.empty or whole.shape[1] < 2:
        return Ranking(pd.Series(dtype=float), friedman=float("nan"), **named)
    # Digits beyond the tenth are rounding of the means.
    places = (sign * whole).round(10).rank(axis=1, ascending=False)
    ranks = places.mean().sort_index().sort_values(kind="stable")
    return Ranking(ranks, friedman=_friedman(places), **named)


def _friedman(places: pd.DataFrame) -> float:
    if places.shape[1] < FEWEST_METHODS or len(places) < 2:
        return float("nan")
    if (places.nunique(axis=1) == 1).all():
        return 1.0  # nothing differs; the statistic is 0 / 0
    return float(friedmanchisquare(*np.asarray(places, float).T).pvalue)
