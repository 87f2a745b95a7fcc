"""Percentile bootstrap over data sets: many quantities at once, from named streams."""

from __future__ import annotations

import numpy as np

from fairbench.randomness import stream

__all__ = ["FEWEST", "RESAMPLES", "interval", "mean_intervals", "resampled_counts", "verdict"]

RESAMPLES = 10_000

FEWEST = 6
"""Fewest data sets for which an interval may decide. When all differences have one sign, a
percentile interval excludes 0 whatever their number; by chance alone that happens with
probability 2 ** (1 - n), which falls below 5 % at 6."""


def resampled_counts(count: int, generator: np.random.Generator, resamples: int) -> np.ndarray:
    """How often each of `count` data sets is drawn in each resample.

    Returns
    -------
    array of float, shape (resamples, count)
        Every row sums to `count`.
    """
    drawn = generator.integers(count, size=(resamples, count))
    drawn += count * np.arange(resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=resamples * count)
    return counts.reshape(resamples, count).astype(float)


def interval(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the 2.5 and 97.5 % points of resampled statistics, shape (resamples, ...).

    A resample without a value (NaN) is left out; a statistic without any gives NaN.
    """
    draws = np.asarray(draws, dtype=float)
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    gaps = np.isnan(draws).any(axis=0) & ~np.isnan(draws).all(axis=0)
    if gaps.any():
        low, high = np.array(low), np.array(high)
        low[gaps], high[gaps] = np.nanquantile(draws[:, gaps], [0.025, 0.975], axis=0)
    return low, high


def mean_intervals(
    values: np.ndarray, cells: np.ndarray, *names: object, seed: int, resamples: int = RESAMPLES
) -> tuple[np.ndarray, np.ndarray]:
    """Bootstrap 95 % intervals of means, data sets being drawn again within their cells.

    Parameters
    ----------
    values : array of float, shape (data sets, quantities)
        NaN where a data set has no value. The rows must come in an order that does not depend on
        how the table was stored (by cell and trial).
    cells : array of int, shape (data sets,)
        The cell of each data set. Cells with fewer than `FEWEST` data sets are drawn together as
        one, since so few understate the spread within a cell; this widens the interval.
    *names
        The purpose, which names the random stream. All quantities share the draws.
    seed : int
        The root seed of the study.
    resamples : int
        How often the data sets are drawn again.

    Returns
    -------
    low, high : array, shape (quantities,)
        NaN for a quantity with fewer than two values.
    """
    valid = np.isfinite(values)
    filled = np.where(valid, values, 0.0)
    generator = stream(seed, "evaluation", "bootstrap", *names)
    sums = np.zeros((resamples, values.shape[1]))
    numbers = np.zeros_like(sums)
    for rows in _strata(cells):
        counts = resampled_counts(len(rows), generator, resamples)
        sums += counts @ filled[rows]
        numbers += counts @ valid[rows].astype(float)
    means = np.divide(sums, numbers, out=np.full_like(sums, np.nan), where=numbers > 0)
    low, high = interval(means)
    few = valid.sum(axis=0) < 2
    return np.where(few, np.nan, low), np.where(few, np.nan, high)


def verdict(low: float, high: float, n: int) -> str:
    """Say in words what the interval of a difference A - B shows, given `n` pairs."""
    if n < FEWEST or not np.isfinite([low, high]).all() or low <= 0.0 <= high:
        return "no difference shown"
    return "A higher" if low > 0.0 else "B higher"


def _strata(cells: np.ndarray) -> list[np.ndarray]:
    large, small = [], []
    for cell in np.unique(cells):
        rows = np.flatnonzero(cells == cell)
        (large if len(rows) >= FEWEST else small).append(rows)
    return large + ([np.concatenate(small)] if small else [])
