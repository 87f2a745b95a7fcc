"""Whether gamma steers a method: its correlations with fairness and accuracy over a sweep."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from scipy.stats import rankdata

from fairbench.evaluation.intervals import LEVEL
from fairbench.evaluation.multiplicity import with_p_values
from fairbench.evaluation.selection import USABLE
from fairbench.studies.representations.summary import CELL

QUANTITIES = ("1-gpa", "auc")

_ESTIMATES = ["pearson", "low", "high", "spearman", "spearman_low", "spearman_high"]
_COUNTS = ["n", "fits", "lost", "degenerate", "folds", "curves", "gammas", "smallest_gamma"]
_COUNTS += ["largest_gamma", "fewest"]
_COLUMNS = [*CELL, "label", "method", "quantity", *_ESTIMATES, *_COUNTS, "p", "p_holm"]

_LARGEST = 1 - 1e-9
"""Correlations are cut here before Fisher's z, which is infinite at 1."""


def usable_sweep(sweep: pd.DataFrame) -> pd.DataFrame:
    """Fits of the sweep that have both measures, with ``1-gpa`` added."""
    rows = sweep.assign(**{"1-gpa": 1.0 - sweep["gpa"].astype(float)})
    return rows[rows["status"].isin(USABLE) & rows[[*QUANTITIES]].notna().all(axis=1)]


def correlation_table(sweep: pd.DataFrame | None) -> pd.DataFrame:
    """Correlate gamma with 1-GPA and AUC over the fits of each label.

    Parameters
    ----------
    sweep : DataFrame or None
        The table ``sweep.csv``; a study without a sweep has an empty table of correlations.

    Returns
    -------
    DataFrame
        One row a data set, profile, label and quantity (1-gpa or auc): ``pearson`` and
        ``spearman`` over all fits, with 95 % intervals, ``n`` (fits behind them), ``fits``
        (planned), ``lost``, ``degenerate``, ``folds``, ``curves`` (pairs of fold and seed),
        ``gammas``, ``smallest_gamma``, ``largest_gamma``, ``fewest``, the smallest number of
        fits that worked at any gamma, and ``p`` (no correlation, Pearson's) with ``p_holm``; a
        data set and profile are one family.

    Notes
    -----
    Fits of one fold share their test rows, and fits of one fold and seed share all but gamma, so
    folds are what there are several of. Each fold has its own correlation; the mean of their
    Fisher z has a t interval with the variance of Nadeau and Bengio, since folds share most
    training rows: k folds have s^2 (1/k + 1/(k - 1)). Three folds leave such an interval wide. A
    lost fit leaves a gap in its curve and nothing is put in its place.
    """
    rows, key = [], [*CELL, "label", "method"]
    if sweep is None:
        return pd.DataFrame(columns=_COLUMNS)
    for names, fits in sweep.groupby(key, sort=True):
        used = usable_sweep(fits).sort_values(["fold", "seed", "gamma"])
        row, counts = dict(zip(key, names, strict=True)), _counts(fits, used)
        for quantity in QUANTITIES:
            rows.append(row | {"quantity": quantity} | _correlations(used, quantity) | counts)
    table = pd.DataFrame(rows)
    families = [table[name] for name in CELL]
    return with_p_values(table, families, value="pearson", n="folds")[_COLUMNS]


def _counts(fits: pd.DataFrame, used: pd.DataFrame) -> dict[str, float]:
    at_gamma = used.groupby("gamma").size().reindex(fits["gamma"].unique(), fill_value=0)
    return {
        "n": len(used),
        "fits": len(fits),
        "lost": len(fits) - len(used),
        "degenerate": int((used["status"] == "degenerate").sum()),
        "folds": used["fold"].nunique(),
        "curves": len(used.drop_duplicates(["fold", "seed"])),
        "gammas": fits["gamma"].nunique(),
        "smallest_gamma": fits["gamma"].min(),
        "largest_gamma": fits["gamma"].max(),
        "fewest": int(at_gamma.min()),
    }


def _correlations(used: pd.DataFrame, quantity: str) -> dict[str, float]:
    """Both correlations over all fits, and the intervals of `fold_interval` about them."""
    if len(used) < 3:
        return dict.fromkeys(_ESTIMATES, np.nan)
    found = []
    for ranked in (False, True):
        by_fold = [
            _correlation(fits["gamma"], fits[quantity], ranked) for _, fits in used.groupby("fold")
        ]
        value = _correlation(used["gamma"], used[quantity], ranked)
        found += [value, *fold_interval(value, np.array(by_fold))]
    return dict(zip(_ESTIMATES, map(float, found), strict=True))


def fold_interval(value: float, by_fold: np.ndarray) -> tuple[float, float]:
    """95 % interval of a correlation from those of the folds; NaN for fewer than two.

    Parameters
    ----------
    value : float
        The correlation over all fits, about which the interval lies (on Fisher's scale).
    by_fold : array of float, shape (folds,)
    """
    by_fold = by_fold[np.isfinite(by_fold)]
    k = len(by_fold)
    if k < 2 or not np.isfinite(value):
        return np.nan, np.nan
    z = np.arctanh(np.clip([value, *by_fold], -_LARGEST, _LARGEST))
    error = z[1:].std(ddof=1) * np.sqrt(1 / k + 1 / (k - 1))
    half = stdtrit(k - 1, 1 - LEVEL / 2) * error
    # All fits together also hold what differs between folds, and may correlate less than each.
    low, high = min(z[0], z[1:].mean()) - half, max(z[0], z[1:].mean()) + half
    return float(np.tanh(low)), float(np.tanh(high))


def _correlation(x: pd.Series, y: pd.Series, ranked: bool) -> float:
    """Pearson's or Spearman's; NaN where one of the two does not vary."""
    x, y = (rankdata(v) if ranked else v.to_numpy(float) for v in (x, y))
    x, y = x - x.mean(), y - y.mean()
    scale = np.sqrt((x @ x) * (y @ y))
    if not scale > 1e-12:
        return np.nan
    return float(np.clip(x @ y / scale, -1.0, 1.0))
