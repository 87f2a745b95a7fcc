"""The Pareto frontier of a set of models, and the comparison of two of them at equal accuracy."""

from __future__ import annotations

import numpy as np


def pareto_frontier(accuracy: np.ndarray, disparate_impact: np.ndarray) -> np.ndarray:
    """Find the models that no other one beats in accuracy or disparate impact without a loss.

    Parameters
    ----------
    accuracy, disparate_impact : array of float, shape (models,)
        Models with a NaN in either are left out.

    Returns
    -------
    array of int
        Positions by ascending accuracy, hence strictly descending disparate impact. Of equal
        models the first is kept.
    """
    valid = np.flatnonzero(np.isfinite(accuracy) & np.isfinite(disparate_impact))
    # Best accuracy first, and among equals the best disparate impact, then the first model.
    order = valid[np.lexsort((-disparate_impact[valid], -accuracy[valid]))]
    best_before = np.maximum.accumulate(np.append(-np.inf, disparate_impact[order]))[:-1]
    return order[disparate_impact[order] > best_before][::-1]


def matched_difference(a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray]) -> float:
    """Mean difference (a - b) of disparate impact over the accuracies that both frontiers reach.

    Parameters
    ----------
    a, b : pair of array
        Accuracy (strictly ascending) and disparate impact of the points of a frontier.

    Returns
    -------
    float
        The mean over the common accuracy range, from the larger of the two smallest accuracies to
        the smaller of the two largest, of the difference between the two frontiers, each taken
        linear between its points. Exact, since both are linear between the union of their points.
        A common range of a single accuracy gives the difference there; no common range gives NaN.
    """
    if not len(a[0]) or not len(b[0]):
        return float("nan")
    low, high = max(a[0][0], b[0][0]), min(a[0][-1], b[0][-1])
    if low > high:
        return float("nan")
    knots = np.unique(np.clip(np.concatenate([a[0], b[0]]), low, high))
    difference = np.interp(knots, *a) - np.interp(knots, *b)
    if low == high:
        return float(difference[0])
    return float(np.trapezoid(difference, knots) / (high - low))
