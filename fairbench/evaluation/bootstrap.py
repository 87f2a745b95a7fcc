"""Intervals of means over data sets: Student's for one cell, a bootstrap for many together."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, stdtrit

from fairbench.base.randomness import stream
from fairbench.evaluation.intervals import LEVEL, t_intervals

RESAMPLES = 10_000

FEWEST = 6
"""Fewest data sets for which an interval may decide. Whatever the shape of a distribution, n
differences of one sign happen by chance with probability 2 ** (1 - n), below 5 % from 6 on."""

NOTHING_SHOWN = "no difference shown"

POOLED = 20
"""Fewest data sets of several cells that are drawn again within their cells."""


def _resampled_counts(count: int, generator: np.random.Generator, resamples: int) -> np.ndarray:
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


def mean_intervals(
    values: np.ndarray, cells: np.ndarray, *names: object, seed: int, resamples: int = RESAMPLES
) -> tuple[np.ndarray, np.ndarray]:
    """95 % intervals of means over data sets.

    Data sets of one cell, or fewer than `POOLED` of several, have Student's interval. More of them
    are drawn again within their cells.

    Parameters
    ----------
    values : array of float, shape (data sets, quantities)
        NaN where a data set has no value. The rows must come in an order that does not depend on
        how the table was stored (by cell and trial).
    cells : array of int, shape (data sets,)
        The cell of each data set. Cells with fewer than `FEWEST` data sets count as one together:
        this adds the spread between them and widens the interval.
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

    Notes
    -----
    A percentile interval of n values is too short by sqrt((n - 1) / n) and by the ratio of normal
    and t quantiles: it covers 85 % at n = 6 and 90 % at n = 10. Within the cells of a pooled mean
    both remain, the second with the degrees of freedom of all cells together: deviations are
    stretched by the inverse of each. Coverage is simulated in the tests.
    """
    low, high = t_intervals(values)
    strata = _strata(cells)
    pooled = np.isfinite(values).sum(axis=0) >= POOLED
    if len(strata) > 1 and pooled.any():
        generator = stream(seed, "evaluation", "bootstrap", *names)
        draws = _resampled_means(values[:, pooled], strata, generator, resamples)
        low[pooled], high[pooled] = np.quantile(draws, [LEVEL / 2, 1 - LEVEL / 2], axis=0)
    return low, high


def _resampled_means(
    values: np.ndarray, strata: list[np.ndarray], generator: np.random.Generator, resamples: int
) -> np.ndarray:
    """Means of resampled data sets, shape (resamples, quantities), the number per cell kept."""
    valid = np.isfinite(values)
    total = valid.sum(axis=0)
    mean = np.where(valid, values, 0.0).sum(axis=0) / total
    draws = np.zeros((resamples, values.shape[1]))
    for rows in strata:
        here, n = valid[rows], valid[rows].sum(axis=0)
        cell = np.where(here, values[rows], 0.0).sum(axis=0) / np.maximum(n, 1)
        stretch = np.sqrt(n / np.maximum(n - 1, 1))
        deviations = np.where(here, values[rows] - cell, 0.0) * stretch
        draws += _resampled_counts(len(rows), generator, resamples) @ deviations
    free = np.maximum(total - len(strata), 1)
    tails = stdtrit(free, 1 - LEVEL / 2) / ndtri(1 - LEVEL / 2)
    return mean + tails * draws / total


def verdict(
    low: float, high: float, n: int, above: str = "A higher", below: str = "B higher"
) -> str:
    """Say in words what the interval of a difference A - B shows, given `n` pairs."""
    if n < FEWEST or not np.isfinite([low, high]).all() or low <= 0.0 <= high:
        return NOTHING_SHOWN
    return above if low > 0.0 else below


def _strata(cells: np.ndarray) -> list[np.ndarray]:
    large, small = [], []
    for cell in np.unique(cells):
        rows = np.flatnonzero(cells == cell)
        (large if len(rows) >= FEWEST else small).append(rows)
    return large + ([np.concatenate(small)] if small else [])
