"""What decides in place of the sign of the logit: a constant, or thresholds per group.

Thresholds per group are those of Hardt, Price and Srebro (NeurIPS 2016), in spirit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fairbench.methods.shared.base import Method
from fairbench.training.models import Model, Outcome, Split

#: Rates are ratios of counts: what differs by less was meant to be equal.
_ROUNDING = 1e-12


def points_of(method: Method, model: Model) -> Sequence[float]:
    """Give lambda_f of each fit that one trained model makes."""
    if method.postprocess == "group_thresholds":
        return np.round(np.linspace(0.0, 1.0, method.parameters.points), 6)
    return [0.0, 1.0] if method.postprocess == "constant" else [model.lambda_f]


def thresholds_of(
    method: Method,
    points: Sequence[float],
    outcome: Outcome,
    splits: Mapping[str, Split],
    kept: np.ndarray,
) -> np.ndarray:
    """Give the logits that the groups must exceed at each of `points_of`, shape (points, groups).

    `kept` says which training rows the method learned from, (rows,).
    """
    if method.postprocess == "constant":
        # Whatever the logit is: nobody at 0, everybody at 1.
        return np.array([[np.inf], [-np.inf]]).repeat(method.groups, 1)
    if method.postprocess == "group_thresholds":
        rows = splits[method.parameters.rows]
        score = outcome.logit(rows.features)
        judged = kept if method.parameters.rows == "train" else None
        given = {"sensitive": rows.sensitive, "points": points, "judged": judged}
        given["groups"] = method.groups
        return threshold_frontier(score, rows.y, **given)
    return np.zeros((1, method.groups))


def threshold_frontier(
    logit: np.ndarray,
    y: np.ndarray,
    *,
    sensitive: np.ndarray,
    points: np.ndarray,
    judged: np.ndarray | None = None,
    groups: int = 2,
) -> np.ndarray:
    """Most accurate thresholds of the groups with at least some disparate impact.

    Parameters
    ----------
    logit, y, sensitive : array, shape (rows,)
        Scores, 0/1 labels and groups 0 to K - 1 of the rows that the thresholds are fitted on.
    points : array, shape (points,)
        The disparate impact asked for is d + t (1 - d) at a point t, where d is that of the most
        accurate ones. What lies below d is no trade-off: it is worse in both.
    judged : array of bool, shape (rows,), optional
        Rows whose labels count; all count for the rates.
    groups : int
        K.

    Returns
    -------
    array, shape (points, groups)
        A threshold of each group; a row is predicted 1 if its logit exceeds its own. Of equally
        accurate pairs it is one with the fewest positives in group 1. If a group has no rows,
        disparate impact has no meaning and all points have the most accurate thresholds.

    Notes
    -----
    The maximum is exact, and takes O(n K log n) a point instead of all n^K choices. Of two groups,
    beside a rate r of one the other's may lie between d r and r / d, and the best cut of a range is
    looked up. Of more, the smallest rate r is that of some cut of some group, and the rates of all
    may then lie between r and r / d: every such r is tried.
    """
    judged = np.ones(len(y), bool) if judged is None else judged
    curves = (_group_curve(logit, y, judged, sensitive == g) for g in range(groups))
    cuts, hits, rates = zip(*curves, strict=True)
    best = tuple(int(np.argmax(group)) for group in hits)
    chosen = [rate[at] for rate, at in zip(rates, best, strict=True)]
    low, high = min(chosen), max(chosen)
    least = low / high if high > 0 else 0.0
    impacts = least + np.asarray(points) * (1.0 - least)
    if min(map(len, cuts)) == 1:
        impacts = np.zeros(len(impacts))
    search = _best_pair if groups == 2 else _best_of_many
    found = [search(hits, rates, asked) if asked > 0 else best for asked in impacts]
    return np.array([[cut[at] for cut, at in zip(cuts, each, strict=True)] for each in found])


def _best_pair(hits, rates, impact: float) -> tuple[int, int]:
    """Cuts of both groups with the most hits among those whose rates are at least so near."""
    start = np.searchsorted(rates[0], impact * rates[1] - _ROUNDING, "left")
    # Nobody accepted in a group is a disparate impact of 0, in both groups too.
    start = np.maximum(start, 1)
    stop = np.searchsorted(rates[0], rates[1] / impact + _ROUNDING, "right")
    beside = np.flatnonzero((rates[1] > 0) & (start < stop))
    inside = _best_in_ranges(hits[0], start[beside], stop[beside])
    at = int(np.argmax(hits[0][inside] + hits[1][beside]))
    return int(inside[at]), int(beside[at])


def _best_of_many(hits, rates, impact: float) -> list[int]:
    """The same for any number of groups, by trying every rate as the smallest."""
    smallest = np.unique(np.concatenate([rate[1:] for rate in rates]))
    start = [np.searchsorted(rate, smallest - _ROUNDING, "left") for rate in rates]
    largest = smallest / impact + _ROUNDING
    stop = [np.searchsorted(rate, largest, "right") for rate in rates]
    possible = np.all([a < b for a, b in zip(start, stop, strict=True)], axis=0)
    inside = [
        _best_in_ranges(hit, a[possible], b[possible])
        for hit, a, b in zip(hits, start, stop, strict=True)
    ]
    total = sum(hit[cut] for hit, cut in zip(hits, inside, strict=True))
    at = int(np.argmax(total))
    return [int(cut[at]) for cut in inside]


def _best_in_ranges(values: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Position of the first largest value in each range [start, stop), none of them empty."""
    widest = [np.arange(len(values))]  # level k: the best of the 2^k values from each place on
    for level in range(int(np.max(stop - start)).bit_length() - 1):
        left, right = widest[-1][: -(1 << level)], widest[-1][1 << level :]
        widest.append(np.where(values[left] >= values[right], left, right))
    level = np.frexp(stop - start)[1] - 1
    found = np.empty(len(start), int)
    for k in np.unique(level):
        here = level == k
        left, right = widest[k][start[here]], widest[k][stop[here] - (1 << k)]
        found[here] = np.where(values[left] >= values[right], left, right)
    return found


def _group_curve(logit, y, judged, group):
    """Thresholds of one group, and the correct predictions and positive rate each gives."""
    if not group.any():
        return np.zeros(1), np.zeros(1), np.zeros(1)
    values, where = np.unique(logit[group], return_inverse=True)
    positives = np.bincount(where, (y * judged)[group], len(values))
    believed = np.bincount(where, judged[group], len(values))
    counts = np.bincount(where, minlength=len(values))
    # Thresholds from the top: nobody, then one distinct score more each.
    gained = np.concatenate([[0.0], np.cumsum((2 * positives - believed)[::-1])])
    accepted = np.concatenate([[0.0], np.cumsum(counts[::-1])])
    middle = (values[1:].astype(float) + values[:-1]) / 2
    cuts = np.concatenate([[values[-1] + 1.0], middle[::-1], [values[0] - 1.0]])
    return cuts, (believed - positives).sum() + gained, accepted / counts.sum()
