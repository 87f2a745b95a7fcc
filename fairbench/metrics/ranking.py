"""Measures of scores and of representations; `fairbench.metrics.decisions` has those of decisions.

Labels and groups are 0/1, scores are real numbers that grow with the belief in label 1. The
fairness measures are absolute differences, so that naming the groups the other way round does not
change them. A measure that needs rows which are not there (an empty group, or a group without rows
of one label) is NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fairbench.base.randomness import seed_of
from fairbench.metrics.decisions import _binary

__all__ = ["adrg", "auc", "audc", "group_pairwise_accuracy", "gpa", "random_forest_probe"]


def auc(y: ArrayLike, score: ArrayLike) -> float:
    """Area under the ROC curve: P(score of a positive > score of a negative), ties half.

    Parameters
    ----------
    y : array of 0/1, shape (rows,)
    score : array of float, shape (rows,)

    Returns
    -------
    float
        0 to 1; 1 is the best, 0.5 is guessing. NaN without a positive or without a negative.

    Raises
    ------
    ValueError
        Labels or groups other than 0 and 1, scores that are missing or infinite, or shapes that
        differ. This holds for every function here.
    """
    y, score = _checked(score, y=y)
    return _preference(score[y], score[~y])


def group_pairwise_accuracy(
    y: ArrayLike, score: ArrayLike, *, sensitive: ArrayLike
) -> tuple[float, float]:
    """Cross-group accuracies of the order, A(0 > 1) and A(1 > 0) (Narasimhan et al., AAAI 2020).

    A(i > j) = P(score of a positive of group i > score of a negative of group j), ties half: the
    area under the ROC curve of the positives of one group against the negatives of the other.

    Parameters
    ----------
    y, sensitive : array of 0/1, shape (rows,)
    score : array of float, shape (rows,)

    Returns
    -------
    tuple of float
        Each 0 to 1, with 1 the best. NaN where group i has no positive or group j no negative.
    """
    y, sensitive, score = _checked(score, y=y, sensitive=sensitive)
    return (
        _preference(score[y & ~sensitive], score[~y & sensitive]),
        _preference(score[y & sensitive], score[~y & ~sensitive]),
    )


def gpa(y: ArrayLike, score: ArrayLike, *, sensitive: ArrayLike) -> float:
    """Group-dependent pairwise accuracy, the gap abs(A(0 > 1) - A(1 > 0)).

    Parameters
    ----------
    y, sensitive, score
        As for `group_pairwise_accuracy`.

    Returns
    -------
    float
        0 to 1, with 0 the fairest. NaN unless both groups have rows of both labels.

    Notes
    -----
    Calling the other label the positive one and turning the scores round leaves the value as it
    is: each pair is then counted from its other end.
    """
    zero_over_one, one_over_zero = group_pairwise_accuracy(y, score, sensitive=sensitive)
    return abs(zero_over_one - one_over_zero)


def audc(score: ArrayLike, *, sensitive: ArrayLike, thresholds: int = 100) -> float:
    """Area under the discrimination curve.

    The mean of abs(P(score > t | group 1) - P(score > t | group 0)) over equispaced thresholds t
    from 0 to 1, both ends included.

    Parameters
    ----------
    score : array of float, shape (rows,)
        Probabilities: the thresholds cover 0 to 1 and nothing else.
    sensitive : array of 0/1, shape (rows,)
    thresholds : int
        At least 2.

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
    sensitive, score = _checked(score, sensitive=sensitive)
    if np.any((score < 0) | (score > 1)):
        raise ValueError("scores must be probabilities, 0 to 1, for thresholds from 0 to 1")
    if thresholds < 2:
        raise ValueError(f"at least 2 thresholds are needed, not {thresholds}")
    groups = score[~sensitive], score[sensitive]
    if not all(len(group) for group in groups):
        return float("nan")
    levels = np.linspace(0.0, 1.0, thresholds)
    zero, one = (
        1.0 - np.searchsorted(np.sort(group), levels, side="right") / len(group) for group in groups
    )
    return float(np.mean(np.abs(one - zero)))


def random_forest_probe(
    representation: ArrayLike,
    sensitive: ArrayLike,
    *,
    seed: int,
    trees: int = 1000,
    test_share: float = 1 / 3,
    threads: int = 1,
) -> dict[str, float]:
    """How well a random forest finds the group in a representation.

    A share of the rows is held out, drawn at random with the groups in proportion; the forest
    (scikit-learn's defaults besides the number of trees) is fitted on the others and measured on
    the held-out rows.

    Parameters
    ----------
    representation : array, shape (rows, units) or (rows,)
    sensitive : array of 0/1, shape (rows,)
    seed : int
        Root of the streams of the split and of the forest, zero or larger.
    trees : int
    test_share : float
        Held-out share of the rows, between 0 and 1. Rows that the representation was trained on
        should not be among those given.
    threads : int
        The result does not depend on it.

    Returns
    -------
    dict
        ``accuracy`` (0 to 1), ``majority`` (share of the larger group, 0.5 to 1), ``auc`` (0 to 1,
        0.5 is guessing), ``adrg`` (see `adrg`); all on the held-out rows. All NaN if a group has
        fewer than two rows, or none in one part of the split.
    """
    # Loaded here because it takes seconds, and most uses of the package never probe.
    from sklearn.ensemble import RandomForestClassifier

    (sensitive,) = _binary(sensitive=sensitive)
    representation = np.asarray(representation, dtype=float)
    representation = representation.reshape(len(representation), -1)
    if len(representation) != len(sensitive):
        raise ValueError(f"{len(representation)} representations, {len(sensitive)} groups")
    held_out = _held_out(sensitive, test_share, seed)
    if held_out is None:
        return dict.fromkeys(("accuracy", "majority", "auc", "adrg"), float("nan"))
    forest = RandomForestClassifier(
        n_estimators=trees,
        random_state=seed_of(seed, "probes", "random forest") % 2**32,
        n_jobs=threads,
    )
    forest.fit(representation[~held_out], sensitive[~held_out])
    score, truth = forest.predict_proba(representation[held_out])[:, 1], sensitive[held_out]
    accuracy = float(np.mean((score > 0.5) == truth))
    majority = float(max(np.mean(truth), np.mean(~truth)))
    return {
        "accuracy": accuracy,
        "majority": majority,
        "auc": auc(truth, score),
        "adrg": abs(accuracy - majority),
    }


def adrg(representation: ArrayLike, *, sensitive: ArrayLike, seed: int, **options) -> float:
    """Absolute distance from random guess, abs(accuracy of the forest - share of the majority).

    Parameters
    ----------
    representation, sensitive, seed, **options
        As for `random_forest_probe`, which gives the parts of this measure.

    Returns
    -------
    float
        0 to 1, with 0 the most invariant representation. NaN where the probe cannot be fitted.

    Notes
    -----
    An uneven group leaves little room above the majority: 0.04 for a group of 4 %. A larger value
    then comes from a forest worse than guessing; read it beside the AUC.
    """
    return random_forest_probe(representation, sensitive, seed=seed, **options)["adrg"]


def _preference(positives: np.ndarray, negatives: np.ndarray) -> float:
    """P(positive > negative) + P(positive = negative) / 2 over all pairs, by sorting."""
    if not len(positives) or not len(negatives):
        return float("nan")
    ordered = np.sort(negatives)
    below = np.searchsorted(ordered, positives, side="left").sum()
    not_above = np.searchsorted(ordered, positives, side="right").sum()
    return float((below + not_above) / (2 * len(positives) * len(negatives)))


def _held_out(sensitive: np.ndarray, share: float, seed: int) -> np.ndarray | None:
    """Boolean rows with a share of each group, or None if a part would lack a group."""
    if not 0 < share < 1:
        raise ValueError(f"test_share must lie between 0 and 1, not {share}")
    generator = np.random.default_rng(seed_of(seed, "probes", "split"))
    chosen = np.zeros(len(sensitive), dtype=bool)
    for group in (False, True):
        rows = generator.permutation(np.flatnonzero(sensitive == group))
        count = round(share * len(rows))
        if not 0 < count < len(rows):
            return None
        chosen[rows[:count]] = True
    return chosen


def _checked(score: ArrayLike, **binary: ArrayLike) -> list[np.ndarray]:
    """The boolean arrays and then the scores, or ValueError."""
    arrays = _binary(**binary)
    score = np.asarray(score, dtype=float)
    if not np.isfinite(score).all():
        raise ValueError("scores must be finite numbers")
    if arrays[0].shape != score.shape or score.ndim != 1:
        raise ValueError(f"scores have shape {score.shape}, labels or groups {arrays[0].shape}")
    return [*arrays, score]
