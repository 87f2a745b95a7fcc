"""The cells of one label, and intervals of what is said about several of them at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from fairbench.base.randomness import stream
from fairbench.evaluation.intervals import LEVEL, jackknife_interval

_KEYS = ["positive_rate", "group_coefficient"]


@dataclass(frozen=True)
class Cells:
    """Cells of one label and quantity, sorted by P(Y=1) and then c.

    Attributes
    ----------
    positive_rate, group_coefficient : array, shape (cells,)
    values : list of arrays, shape (data sets of the cell,)
        By trial; NaN where there is none.
    """

    positive_rate: np.ndarray
    group_coefficient: np.ndarray
    values: list[np.ndarray]

    @property
    def count(self) -> np.ndarray:
        """Data sets with a value in each cell."""
        return np.array([int(np.isfinite(v).sum()) for v in self.values])

    def over(self, statistic: Callable[[np.ndarray], float]) -> np.ndarray:
        """A statistic of the values that each cell has, shape (cells,)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.array(
                [statistic(v[np.isfinite(v)]) if len(v) else np.nan for v in self.values]
            )


@dataclass(frozen=True)
class Statistic:
    """A number computed from cells, its 95 % interval, and a word on what it is without effect."""

    value: float
    low: float
    high: float
    without: str = ""


def cells_of(rows: pd.DataFrame, quantity: str) -> Cells:
    """Gather the cells of one label in one study, with one poisoning; rows in any order."""
    groups = [
        (cell, group[quantity].to_numpy(float))
        for cell, group in rows.sort_values([*_KEYS, "trial"]).groupby(_KEYS, sort=True)
    ]
    rates, coefficients = np.array([cell for cell, _ in groups], dtype=float).reshape(-1, 2).T
    return Cells(rates, coefficients, [values for _, values in groups])


def smooth(values: list[np.ndarray], statistic: Callable[[list[np.ndarray]], float]) -> Statistic:
    """A smooth statistic of independent cells, with the jackknife's interval.

    Parameters
    ----------
    values : list of arrays, shape (data sets, ...)
        One a cell. Data sets are left out along the first axis; further axes are measured on the
        same data sets and go with them.
    statistic : callable
        Of such a list.
    """
    value = statistic(values)
    left_out = [
        np.array(
            [
                statistic([*values[:k], np.delete(cell, i, axis=0), *values[k + 1 :]])
                for i in range(len(cell))
            ]
        )
        for k, cell in enumerate(values)
    ]
    return Statistic(value, *jackknife_interval(value, left_out))


def largest_difference(
    mean: np.ndarray, error: np.ndarray, free: np.ndarray, family: np.ndarray, *, seed: int,
    resamples: int,
) -> Statistic:  # fmt: skip
    """Largest difference between two means of one family, over all families.

    Parameters
    ----------
    mean, error, free : array, shape (means,)
        Independent means, their standard errors and degrees of freedom.
    family : array, shape (means,)
        Only means of one family are compared.
    seed, resamples : int
        The root seed, and how often the noise alone is drawn.

    Returns
    -------
    Statistic
        The largest of many noisy differences is above 0 where nothing differs. The lower end is
        therefore the value less what noise alone exceeds in 2.5 % of draws, and not below 0. For
        the upper end each pair has its own t interval: the pair with the largest true difference
        is among them, so no correction is needed.
    """
    first, second = np.triu_indices(len(mean), 1)
    same = family[first] == family[second]
    first, second = first[same], second[same]
    if not len(first):
        return Statistic(np.nan, np.nan, np.nan)
    difference = np.abs(mean[first] - mean[second])
    a, b = error[first] ** 2, error[second] ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        welch = (a + b) ** 2 / (a**2 / free[first] + b**2 / free[second])
    half = stdtrit(np.where(welch > 0, welch, 1.0), 1 - LEVEL / 2) * np.sqrt(a + b)
    generator = stream(seed, "evaluation", "largest", len(mean))
    noise = error * generator.standard_t(free, size=(resamples, len(mean)))
    alone = np.abs(noise[:, first] - noise[:, second]).max(axis=1)
    usual, most = np.quantile(alone, [0.5, 1 - LEVEL / 2])
    value, high = float(difference.max()), float((difference + half).max())
    words = f"without any effect the largest would be {usual:.3f}"
    return Statistic(value, max(value - float(most), 0.0), high, words)
