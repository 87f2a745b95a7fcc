"""Whether gamma steers a method: its correlations with fairness and accuracy over a sweep."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from fairbench.evaluation.bootstrap import RESAMPLES, interval, resampled_counts
from fairbench.evaluation.representations import CELL
from fairbench.evaluation.selection import USABLE
from fairbench.randomness import stream

__all__ = ["QUANTITIES", "correlation_table", "usable_sweep", "weighted_correlation"]

QUANTITIES = ("1-gpa", "auc")

_ESTIMATES = ["pearson", "low", "high", "spearman", "spearman_low", "spearman_high"]
_COUNTS = ["n", "fits", "lost", "degenerate", "folds", "curves", "gammas", "smallest_gamma"]
_COUNTS += ["largest_gamma", "fewest"]
_COLUMNS = [*CELL, "label", "method", "quantity", *_ESTIMATES, *_COUNTS]


def usable_sweep(sweep: pd.DataFrame) -> pd.DataFrame:
    """Fits of the sweep that have both measures, with ``1-gpa`` added."""
    rows = sweep.assign(**{"1-gpa": 1.0 - sweep["gpa"].astype(float)})
    return rows[rows["status"].isin(USABLE) & rows[[*QUANTITIES]].notna().all(axis=1)]


def weighted_correlation(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Pearson correlations of pairs that count several times.

    Parameters
    ----------
    x, y : array, shape (pairs,) or (resamples, pairs)
    weights : array, shape (resamples, pairs)
        How often each pair counts.

    Returns
    -------
    array, shape (resamples,)
        NaN where one of the two does not vary.
    """
    total = weights.sum(axis=1, keepdims=True)
    x, y = (v - (weights * v).sum(axis=1, keepdims=True) / total for v in (x, y))
    xx, xy, yy = ((weights * v).sum(axis=1) for v in (x * x, x * y, y * y))
    varies = (xx > 1e-20 * total[:, 0]) & (yy > 1e-20 * total[:, 0])
    scale = np.sqrt(np.where(varies, xx * yy, 1.0))
    return np.where(varies, np.clip(xy / scale, -1.0, 1.0), np.nan)


def correlation_table(
    sweep: pd.DataFrame | None, *, seed: int = 0, resamples: int = RESAMPLES
) -> pd.DataFrame:
    """Correlate gamma with 1-GPA and AUC over all fits of each label.

    Parameters
    ----------
    sweep : DataFrame or None
        The table ``sweep.csv``; a study without a sweep has an empty table of correlations.
    seed, resamples : int
        The root seed of the study, and how often the bootstrap draws again.

    Returns
    -------
    DataFrame
        One row a data set, profile, label and quantity (1-gpa or auc): ``pearson`` and
        ``spearman`` with their bootstrap 95 % intervals, ``n`` (fits behind them), ``fits``
        (planned), ``lost``, ``degenerate``, ``folds``, ``curves`` (pairs of fold and seed),
        ``gammas``, ``smallest_gamma``, ``largest_gamma`` and ``fewest``, the smallest number of
        fits that worked at any gamma.

    Notes
    -----
    Fits of one fold share their data, and fits of one fold and seed share all but gamma. Folds
    are therefore drawn again whole, and within each drawn fold its seeds, always with all their
    gammas. A lost fit leaves a gap in its curve and nothing is put in its place.
    """
    rows = []
    if sweep is None:
        return pd.DataFrame(columns=_COLUMNS)
    for names, fits in sweep.groupby([*CELL, "label", "method"], sort=True):
        used = usable_sweep(fits).sort_values(["fold", "seed", "gamma"])
        row = dict(zip([*CELL, "label", "method"], names, strict=True))
        at_gamma = used.groupby("gamma").size().reindex(fits["gamma"].unique(), fill_value=0)
        counts = {
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
        weights = _resampled(used, stream(seed, "evaluation", "gamma", *names), resamples)
        for quantity in QUANTITIES:
            rows.append(row | {"quantity": quantity} | _correlations(used, quantity, weights))
            rows[-1] |= counts
    return pd.DataFrame(rows, columns=_COLUMNS)


def _resampled(
    used: pd.DataFrame, generator: np.random.Generator, resamples: int
) -> np.ndarray | None:
    """How often each fit counts in each resample; None without anything to draw from."""
    curves = used[["fold", "seed"]].drop_duplicates().reset_index(drop=True)
    if len(curves) < 2:
        return None
    by_fold = [group.index.to_numpy() for _, group in curves.groupby("fold", sort=True)]
    # With one fold there is only its seeds to draw again.
    drawn = resampled_counts(len(by_fold), generator, resamples).astype(int)
    counts = np.zeros((resamples, len(curves)))
    for place, members in enumerate(by_fold):
        size = len(members)
        counts[:, members] = generator.multinomial(size * drawn[:, place], np.full(size, 1 / size))
    position = used.merge(curves.reset_index(names="curve"), on=["fold", "seed"], how="left")
    return counts[:, position["curve"].to_numpy()]


def _correlations(
    used: pd.DataFrame, quantity: str, weights: np.ndarray | None
) -> dict[str, float]:
    if len(used) < 3:
        return dict.fromkeys(_ESTIMATES, np.nan)
    x, y = used["gamma"].to_numpy(float), used[quantity].to_numpy(float)
    once = np.ones((1, len(used)))
    found = [weighted_correlation(x, y, once)[0], *(np.nan, np.nan)]
    found += [weighted_correlation(rankdata(x), rankdata(y), once)[0], *(np.nan, np.nan)]
    if weights is not None:
        found[1:3] = interval(weighted_correlation(x, y, weights))
        ranks = (_weighted_ranks(v, weights) for v in (x, y))
        found[4:6] = interval(weighted_correlation(*ranks, weights))
    return dict(zip(_ESTIMATES, map(float, found), strict=True))


def _weighted_ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean ranks of the values in each resample, shape (resamples, pairs)."""
    below = (values[:, None] < values[None, :]).astype(float)
    equal = (values[:, None] == values[None, :]).astype(float)
    return weights @ (below + 0.5 * equal)
