"""Measures of scores; `fairbench.metrics.decisions` has those of decisions.

Labels are 0/1, groups 0 to K - 1, scores real numbers that grow with the belief in label 1. The
fairness measures are extremes over groups, so that numbering the groups in another way does not
change them. A measure that needs rows which are not there (an empty group, or a group without rows
of one label) is NaN.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import ArrayLike

from fairbench.metrics.checked import binary, class_numbers, group_numbers


def auc(y: ArrayLike, score: ArrayLike) -> float:
    """Area under the ROC curve: P(score of a positive > score of a negative), ties half.

    Parameters
    ----------
    y : array of int, shape (rows,)
        0/1, or of C classes 0 to C - 1.
    score : array of float, shape (rows,), or (rows, C)
        Of C classes the belief in each: the value is then the mean over classes of that of each
        against the rest.

    Returns
    -------
    float
        0 to 1; 1 is the best, 0.5 is guessing. NaN without a row of some class.

    Raises
    ------
    ValueError
        Labels or groups other than 0 and 1, scores that are missing or infinite, or shapes that
        differ. This holds for every function here.
    """
    score = np.asarray(score, dtype=float)
    if score.ndim == 2:
        (y,), classes = class_numbers(score.shape[1], y=y)
        return float(np.mean([auc(y == k, score[:, k]) for k in range(classes)]))
    y, score = _checked(score, y=y)
    return _preference(score[y], score[~y])


def group_pairwise_accuracy(
    y: ArrayLike, score: ArrayLike, *, sensitive: ArrayLike, between: tuple[int, int] = (0, 1)
) -> tuple[float, float]:
    """Cross-group accuracies of the order, A(i > j) and A(j > i) (Narasimhan et al., AAAI 2020).

    A(i > j) = P(score of a positive of group i > score of a negative of group j), ties half: the
    area under the ROC curve of the positives of one group against the negatives of the other.

    Parameters
    ----------
    y : array of 0/1, shape (rows,)
    score : array of float, shape (rows,)
    sensitive : array of int, shape (rows,)
        Groups 0 to K - 1.
    between : tuple of int
        Groups i and j.

    Returns
    -------
    tuple of float
        Each 0 to 1, with 1 the best. NaN where one group has no positive or the other no negative.
    """
    y, score = _checked(score, y=y)
    group, _ = group_numbers(sensitive, like=y)
    return _both_orders(y, score, *(group == k for k in between))


def gpa(
    y: ArrayLike, score: ArrayLike, *, sensitive: ArrayLike, groups: int | None = None
) -> float:
    """Group-dependent pairwise accuracy: the largest gap abs(A(i > j) - A(j > i)) of two groups.

    Parameters
    ----------
    y, score, sensitive
        As for `group_pairwise_accuracy`.
    groups : int, optional
        How many there are, see `fairbench.metrics.decisions`.

    Returns
    -------
    float
        0 to 1, with 0 the fairest. NaN unless all groups have rows of both labels.

    Notes
    -----
    Calling the other label the positive one and turning the scores round leaves the value as it
    is: each pair is then counted from its other end.
    """
    y, score = _checked(score, y=y)
    group, groups = group_numbers(sensitive, groups, like=y)
    members = [group == k for k in range(groups)]
    pairs = (_both_orders(y, score, *two) for two in itertools.combinations(members, 2))
    return float(np.max([abs(one - other) for one, other in pairs]))


def audc(
    score: ArrayLike,
    *,
    sensitive: ArrayLike,
    thresholds: int = 100,
    groups: int | None = None,
) -> float:
    """Area under the discrimination curve.

    The mean of the largest less the smallest P(score > t | group) over equispaced thresholds t from
    0 to 1, both ends included.

    Parameters
    ----------
    score : array of float, shape (rows,)
        Probabilities: the thresholds cover 0 to 1 and nothing else.
    sensitive : array of int, shape (rows,)
        Groups 0 to K - 1.
    thresholds : int
        At least 2.
    groups : int, optional
        How many groups there are, see `fairbench.metrics.decisions`.

    Returns
    -------
    float
        0 to 1 - 1/thresholds (nobody is above the last), 0 the fairest. NaN if a group is empty.

    Raises
    ------
    ValueError
        Also for a score outside 0 to 1.

    Notes
    -----
    A constant score has an AUDC of 0: it is a measure to be read beside the AUC.
    """
    (score,) = _checked(score)
    group, groups = group_numbers(sensitive, groups, like=score)
    if np.any((score < 0) | (score > 1)):
        raise ValueError("scores must be probabilities, 0 to 1, for thresholds from 0 to 1")
    if thresholds < 2:
        raise ValueError(f"at least 2 thresholds are needed, not {thresholds}")
    parts = [np.sort(score[group == k]) for k in range(groups)]
    if not all(len(part) for part in parts):
        return float("nan")
    levels = np.linspace(0.0, 1.0, thresholds)
    above = [1.0 - np.searchsorted(part, levels, side="right") / len(part) for part in parts]
    return float(np.mean(np.max(above, axis=0) - np.min(above, axis=0)))


def _both_orders(y, score, one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    return (
        _preference(score[y & one], score[~y & other]),
        _preference(score[y & other], score[~y & one]),
    )


def _preference(positives: np.ndarray, negatives: np.ndarray) -> float:
    """P(positive > negative) + P(positive = negative) / 2 over all pairs, by sorting."""
    if not len(positives) or not len(negatives):
        return float("nan")
    ordered = np.sort(negatives)
    below = np.searchsorted(ordered, positives, side="left").sum()
    not_above = np.searchsorted(ordered, positives, side="right").sum()
    return float((below + not_above) / (2 * len(positives) * len(negatives)))


def _checked(score: ArrayLike, **given: ArrayLike) -> list[np.ndarray]:
    """The boolean arrays and then the scores, or ValueError."""
    arrays = binary(**given)
    score = np.asarray(score, dtype=float)
    if not np.isfinite(score).all():
        raise ValueError("scores must be finite numbers")
    shape = arrays[0].shape if arrays else score.shape
    if shape != score.shape or score.ndim != 1:
        raise ValueError(f"scores have shape {score.shape}, labels {shape}")
    return [*arrays, score]
