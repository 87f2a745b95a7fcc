"""The best accuracy that any classifier can have at each disparate impact, for the known law."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fairbench.base.randomness import stream
from fairbench.data.law import (
    CLASS_COVARIANCE,
    CLASS_MEAN,
    PUBLISHED_ROTATION,
    group_probability,
    posterior,
)

_RATES = np.linspace(0.0, 1.0, 4001)
"""Positive rates of a group that are tried. Accuracy is flat about its optimum, so that the step
costs less than the draws' own error."""


def accuracy_limit(
    positive_rate: float,
    group_coefficient: float,
    *,
    seed: int,
    draws: int = 1_000_000,
    rotation: float = PUBLISHED_ROTATION,
    disparate_impacts: Sequence[float] | None = None,
) -> pd.DataFrame:
    """Give the largest accuracy among classifiers with at least a given disparate impact.

    Parameters
    ----------
    positive_rate, group_coefficient, rotation : float
        The law (see `fairbench.data.law`). The published benchmark follows 0.5 and 1.
    seed : int
        The root seed of the study.
    draws : int
        Points drawn from the law. At the default the limit is good to about 3e-4.
    disparate_impacts : sequence of float, optional
        The disparate impacts asked for, 0 to 1. By default 0, 0.01, ..., 1 and that of the most
        accurate classifier.

    Returns
    -------
    DataFrame
        Ascending ``disparate_impact`` (the least that is allowed), ``accuracy`` (the limit), and
        ``rate_0``, ``rate_1``, the groups' positive rates that reach it. Below the disparate
        impact of the most accurate classifier the bound does not bind and the rates stay.

    Notes
    -----
    A classifier may know the features and the group. The label is independent of the group given
    the features, so the best one accepts, in each group, the points of largest P(Y = 1 | x) up to
    some positive rate, and its accuracy is a concave function of that rate. The two rates are then
    chosen together. Predictions at random among equal points are allowed, and a limit that is only
    approached (both rates towards 0) counts.

    The draws carry their expectations instead of drawn outcomes: a point counts in group g with
    weight P(z = g | x), and a prediction for it as correct with P(Y = 1 | x) or 1 - P(Y = 1 | x).
    The labels that place the points are drawn in their exact shares. This leaves only the
    variance of the features.
    """
    generator = stream(seed, "evaluation", "limit", positive_rate, group_coefficient, rotation)
    x = _features(generator, draws, positive_rate)
    chance = posterior(x, positive_rate=positive_rate)
    in_group_1 = group_probability(x, group_coefficient=group_coefficient, rotation=rotation)
    order = np.argsort(-chance)
    chance, in_group_1 = chance[order], in_group_1[order]
    gains = [_gain(chance, 1.0 - in_group_1), _gain(chance, in_group_1)]
    base = float(np.mean(1.0 - chance))
    best = [float(_RATES[np.argmax(gain)]) for gain in gains]
    targets = disparate_impacts
    if targets is None:
        targets = [*np.linspace(0.0, 1.0, 101), min(best) / max(max(best), _RATES[1])]
    rows = [_constrained(gains, best[1], base, target) for target in sorted(targets)]
    return pd.DataFrame(rows, columns=["disparate_impact", "accuracy", "rate_0", "rate_1"])


def _features(generator: np.random.Generator, draws: int, positive_rate: float) -> np.ndarray:
    positive = min(max(round(draws * positive_rate), 1), draws - 1)
    parts = []
    for label, count in ((0, draws - positive), (1, positive)):
        factor = np.linalg.cholesky(CLASS_COVARIANCE[label])
        parts.append(CLASS_MEAN[label] + generator.standard_normal((count, 2)) @ factor.T)
    return np.concatenate(parts)


def _gain(chance: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Accuracy gained over refusing everybody, at each positive rate of one group.

    Parameters
    ----------
    chance : array, shape (draws,)
        P(Y = 1 | x), descending.
    weight : array, shape (draws,)
        P(z = this group | x).

    Returns
    -------
    array, shape of `_RATES`
        As a share of the whole population, concave.
    """
    accepted = np.concatenate([[0.0], np.cumsum(weight)])
    # To accept a point gains its chance of label 1 and loses its chance of label 0.
    gained = np.concatenate([[0.0], np.cumsum(weight * (2.0 * chance - 1.0))])
    return np.interp(_RATES * accepted[-1], accepted, gained) / len(chance)


def _constrained(
    gains: list[np.ndarray], best_rate_1: float, base: float, target: float
) -> tuple[float, float, float, float]:
    """Best pair of positive rates whose ratio is at least `target`."""
    largest = np.minimum(_RATES / target, 1.0) if target > 0.0 else np.ones_like(_RATES)
    # The gain is concave: within the allowed interval the point next to the optimum is best.
    rate_1 = np.clip(best_rate_1, target * _RATES, largest)
    total = gains[0] + np.interp(rate_1, _RATES, gains[1])
    at = int(np.argmax(total))
    return float(target), base + float(total[at]), float(_RATES[at]), float(rate_1[at])
