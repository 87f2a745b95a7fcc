"""What decides in place of the sign of the logit: a constant, or thresholds per group.

Thresholds per group are those of Hardt, Price and Srebro (NeurIPS 2016), in spirit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fairbench.methods.base import Method
from fairbench.training.models import Model, Outcome, Split


def points_of(method: Method, model: Model, lambda_f: Sequence[float]) -> Sequence[float]:
    """Give lambda_f of each fit that one trained model makes."""
    own = {"": [model.lambda_f], "constant": [0.0, 1.0], "group_thresholds": lambda_f}
    return own[method.postprocess]


def thresholds_of(
    method: Method, outcome: Outcome, splits: Mapping[str, Split], points: Sequence[float]
) -> np.ndarray:
    """Give the logits that groups 0 and 1 must exceed at each point, shape (points, 2)."""
    if method.postprocess == "constant":
        # Whatever the logit is: nobody at 0, everybody at 1.
        return np.array([[np.inf, np.inf], [-np.inf, -np.inf]])
    if method.postprocess == "group_thresholds":
        rows = splits["selection"]
        score = outcome.logit(rows.features)
        return choose_thresholds(
            score, rows.y, sensitive=rows.sensitive, lambda_f=np.asarray(points)
        )
    return np.zeros((1, 2))


def choose_thresholds(
    logit: np.ndarray, y: np.ndarray, *, sensitive: np.ndarray, lambda_f: np.ndarray
) -> np.ndarray:
    """Threshold pairs maximising (1 - lambda_f) accuracy + lambda_f disparate impact.

    Every pair that splits the given rows differently is tried, so the maximum is exact on them.

    Parameters
    ----------
    logit, y, sensitive : array, shape (rows,)
        Scores, 0/1 labels and 0/1 groups of the selection split.
    lambda_f : array, shape (points,)

    Returns
    -------
    array, shape (points, 2)
        Thresholds of group 0 and group 1; a row is predicted 1 if its logit exceeds its own.
        Among equal pairs the one with the fewest positives wins.
    """
    cuts, hits, rates = zip(*(_group_curve(logit, y, sensitive == g) for g in (0, 1)), strict=True)
    accuracy = (hits[0][:, None] + hits[1][None, :]) / len(y)
    low = np.minimum(rates[0][:, None], rates[1][None, :])
    high = np.maximum(rates[0][:, None], rates[1][None, :])
    impact = np.divide(low, high, out=np.zeros_like(low), where=high > 0)
    pairs = []
    for weight in lambda_f:
        best = np.argmax((1 - weight) * accuracy + weight * impact)
        first, second = np.unravel_index(best, accuracy.shape)
        pairs.append((cuts[0][first], cuts[1][second]))
    return np.array(pairs)


def _group_curve(logit, y, group):
    """Thresholds of one group, and the correct predictions and positive rate each gives."""
    if not group.any():
        return np.zeros(1), np.zeros(1), np.zeros(1)
    values, where = np.unique(logit[group], return_inverse=True)
    positives = np.bincount(where, y[group], len(values))
    counts = np.bincount(where, minlength=len(values))
    # Thresholds from the top: nobody, then one distinct score more each.
    gained = np.concatenate([[0.0], np.cumsum((2 * positives - counts)[::-1])])
    accepted = np.concatenate([[0.0], np.cumsum(counts[::-1])])
    middle = (values[1:].astype(float) + values[:-1]) / 2
    cuts = np.concatenate([[values[-1] + 1.0], middle[::-1], [values[0] - 1.0]])
    return cuts, (counts - positives).sum() + gained, accepted / counts.sum()
