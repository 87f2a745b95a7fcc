"""Hypervolume under a method's trade-off curve, as a share of what any classifier could have."""

from __future__ import annotations

from collections.abc import Sequence

import moocore
import numpy as np
import pandas as pd

from fairbench.evaluation.frontier import pareto_frontier
from fairbench.evaluation.many.quantities import VOLUME
from fairbench.evaluation.selection import USABLE, limit_of


def volume(accuracy: np.ndarray, disparate_impact: np.ndarray, reference: float) -> float:
    """Area that points dominate, above an accuracy and a disparate impact of 0.

    Parameters
    ----------
    accuracy, disparate_impact : array of float, shape (points,)
        NaN in either is no point.
    reference : float
        Accuracy that a point must exceed to count.

    Returns
    -------
    float
        Accuracy times disparate impact; 0 without a point that counts.
    """
    points = np.column_stack([accuracy, disparate_impact]).astype(float)
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return 0.0
    return float(moocore.hypervolume(points, ref=[reference, 0.0], maximise=True))


def limit_volume(limit: pd.DataFrame, reference: float) -> float:
    """The same of the accuracy limit of a law.

    Parameters
    ----------
    limit : DataFrame
        ``disparate_impact``, ascending from 0 to 1, and ``accuracy``, which never rises: linear
        between the points.
    reference : float
    """
    impact, accuracy = (limit[name].to_numpy(float) for name in ("disparate_impact", "accuracy"))
    crossing = np.interp(-reference, -accuracy, impact)
    knots = np.unique(np.append(impact, crossing))
    above = np.interp(knots, impact, accuracy) - reference
    return float(np.trapezoid(np.maximum(above, 0.0), knots))


def front_volumes(fits: pd.DataFrame, keys: Sequence[str], limits: pd.DataFrame) -> pd.DataFrame:
    """Share of the limit's hypervolume that the fits of a method reach on a data set.

    Parameters
    ----------
    fits : DataFrame
        ``positive_rate`` and ``group_coefficient`` (of the law), ``status``, and accuracy and
        disparate impact on the selection and on the test rows.
    keys : sequence of str
        Columns that tell a method's fits on a trial of a data set from others.
    limits : DataFrame
        Tables of `fairbench.data.limit.accuracy_limit` with the law beside them.

    Returns
    -------
    DataFrame
        `keys` and ``hypervolume_share``; NaN where no limit is known, and where all fits were lost.

    Notes
    -----
    The front is chosen on the selection rows, and what it has on the test rows is measured: chosen
    on these, it would gain by their noise, and by more the more fits there are. The reference is
    the accuracy of the larger label, max(P(Y=1), P(Y=0)), and a disparate impact of 0, so that a
    constant answer has a share of 0. More points of one curve dominate more: compare methods whose
    grids are as fine.
    """
    whole, rows = _limit_volumes(fits, limits), []
    for key, mine in fits.groupby(list(keys), sort=False, dropna=False):
        law = tuple(mine[["positive_rate", "group_coefficient"]].iloc[0])
        reference, best = whole.get(law, (np.nan, np.nan))
        used = mine[mine["status"].isin(USABLE)]
        share = np.nan
        if len(used) and best > 0:
            at = pareto_frontier(*_measured(used, "selection"))
            accuracy, impact = _measured(used, "test")
            share = volume(accuracy[at], impact[at], reference) / best
        rows.append(dict(zip(keys, key, strict=True)) | {VOLUME: share})
    return pd.DataFrame(rows, columns=[*keys, VOLUME])


def _measured(fits: pd.DataFrame, split: str) -> tuple[np.ndarray, np.ndarray]:
    names = (f"{split}_accuracy", f"{split}_disparate_impact")
    return tuple(fits[name].to_numpy(float) for name in names)


def _limit_volumes(fits: pd.DataFrame, limits: pd.DataFrame) -> dict[tuple, tuple[float, float]]:
    """By law: the reference, and the limit's hypervolume."""
    found = {}
    laws = fits[["positive_rate", "group_coefficient"]].drop_duplicates().dropna()
    for rate, coefficient in laws.itertuples(index=False, name=None):
        limit = limit_of(limits, rate, coefficient)
        if len(limit):
            reference = max(rate, 1 - rate)
            found[rate, coefficient] = reference, limit_volume(limit, reference)
    return found
