"""Rows of the Boston data: standardised, resampled, and the pairs that are near each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from fairbench.studies.individual import published

#: The column that is predicted, in 1000 dollars.
PRICE = "MEDV"
#: The sensitive column, whose weight in the metric is 0.
SENSITIVE = "B"


class Rows(NamedTuple):
    """Inputs of shape (rows, inputs) and prices of shape (rows,), as in the file."""

    inputs: np.ndarray
    price: np.ndarray


class Near(NamedTuple):
    """Pairs of rows by their distance, the nearest first; each of shape (pairs,)."""

    first: np.ndarray
    second: np.ndarray
    distance: np.ndarray


def rows_of(table: pd.DataFrame) -> Rows:
    """The inputs in the order of the released unit, and the prices."""
    return Rows(table[columns()].to_numpy(float), table[PRICE].to_numpy(float))


def columns() -> list[str]:
    """The inputs by name, in the order of the released weights."""
    return list(published.unit()["column"].iloc[:-1])


def theta() -> np.ndarray:
    """Weights of the metric, shape (inputs,)."""
    return published.unit()["theta"].to_numpy(float)[:-1]


def standardised(inputs: np.ndarray) -> np.ndarray:
    """Inputs in standard deviations from their mean, over all rows as in the seed."""
    return (inputs - inputs.mean(0)) / inputs.std(0)


def near_pairs(inputs: np.ndarray, weights: np.ndarray, epsilon: float) -> Near:
    """Every pair of rows within epsilon by the weighted l2 metric."""
    from scipy.spatial.distance import pdist

    first, second = np.triu_indices(len(inputs), 1)
    distance = pdist(inputs * np.sqrt(weights))
    kept = np.flatnonzero(distance <= epsilon)
    kept = kept[np.argsort(distance[kept], kind="stable")]
    return Near(first[kept], second[kept], distance[kept])


def divided(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the training and of the test rows, a fifth, as the released code divides them."""
    order = np.random.RandomState(seed).permutation(count)
    test = int(np.ceil(0.2 * count))
    return order[test:], order[:test]


def weights_of(sensitive: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Resampling weights of rows (Algorithm 2): outliers of the sensitive column, inliers in price.

    Parameters
    ----------
    sensitive, price : array, shape (rows,)

    Returns
    -------
    array, shape (rows,)
        They sum to one.
    """
    away = np.abs((sensitive - sensitive.mean()) / sensitive.std()) + 1
    output = (price - price.mean()) / price.std()
    weights = away / (np.abs(output - (away * output).sum() / away.sum()) + 1)
    return weights / weights.sum()


def resampled(rows: Rows, seed: int) -> np.ndarray:
    """Standardised inputs whose training rows were drawn anew by Algorithm 2.

    As in the released code, generators included: rows are divided, training rows drawn with
    replacement, test rows put behind them, and all of them standardised together.
    """
    train, test = divided(len(rows.price), seed)
    where = columns().index(SENSITIVE)
    weights = weights_of(rows.inputs[train, where], rows.price[train])
    drawn = np.random.RandomState(seed).choice(train, size=len(train), replace=True, p=weights)
    return standardised(rows.inputs[np.concatenate([np.sort(drawn), test])])
