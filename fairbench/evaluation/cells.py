"""Means and variances of the cells of one label, each with its bootstrap draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import resampled_counts
from fairbench.randomness import stream

__all__ = ["Cells", "cell_statistics"]

_KEYS = ["positive_rate", "group_coefficient"]


@dataclass(frozen=True)
class Cells:
    """Cells of one label and quantity, sorted by P(Y=1) and then c.

    Attributes
    ----------
    positive_rate, group_coefficient : array, shape (cells,)
    mean, variance : array, shape (1 + resamples, cells)
        Over the data sets with a value (ddof = 1). The first row is the estimate and the others
        are bootstrap draws, so that any function of the rows has its interval at hand.
    count : array of int, shape (cells,)
        Data sets with a value.
    """

    positive_rate: np.ndarray
    group_coefficient: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    count: np.ndarray

    def by_positive_rate(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Average `values`, shape (rows, cells), over c.

        Returns
        -------
        rates : array, shape (rates,)
            Ascending.
        averages : array, shape (rows, rates)
        """
        rates = np.unique(self.positive_rate)
        columns = [values[:, self.positive_rate == rate].mean(axis=1) for rate in rates]
        return rates, np.column_stack(columns)


def cell_statistics(rows: pd.DataFrame, quantity: str, *, seed: int, resamples: int) -> Cells:
    """Describe the cells of one label.

    Parameters
    ----------
    rows : DataFrame
        Selected rows of one label in one study, with one poisoning; any order.
    quantity : str
        ``"accuracy"`` or ``"disparate_impact"``.
    seed, resamples : int
        The root seed, and how many bootstrap draws. The stream is named by the cell alone: two
        labels draw the same trials again, and their comparison stays paired.
    """
    keys, means, variances, counts = [], [], [], []
    for cell, group in rows.sort_values([*_KEYS, "trial"]).groupby(_KEYS, sort=True):
        values = group[quantity].to_numpy(float)
        generator = stream(seed, "evaluation", "bootstrap", "claims", *cell)
        weights = resampled_counts(len(values), generator, resamples)
        weights = np.vstack([np.ones(len(values)), weights]) * np.isfinite(values)
        mean, variance = _weighted(np.nan_to_num(values), weights)
        keys.append(cell)
        means.append(mean)
        variances.append(variance)
        counts.append(int(np.isfinite(values).sum()))
    rates, coefficients = np.array(keys, dtype=float).reshape(-1, 2).T
    return Cells(
        rates, coefficients, np.column_stack(means), np.column_stack(variances), np.array(counts)
    )


def _weighted(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    total = weights.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = weights @ values / total
        # About a fixed centre, so that the difference of squares loses no digits.
        offset = values - values.mean()
        squares = weights @ offset**2 - (weights @ offset) ** 2 / total
        variance = np.maximum(squares, 0.0) / (total - 1.0)
    return mean, np.where(total > 1.0, variance, np.nan)
