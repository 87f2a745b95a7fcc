"""Accuracy and every fairness measure, in one place and with one convention.

Labels and hard predictions are 0/1 throughout; labels coded -1/+1 are refused, because mixing the
two codings once inflated a published figure. Groups are numbered 0 to K - 1. A difference is the
largest rate of a group less the smallest, a ratio the smallest over the largest. `groups` says how
many there are where the rows may not show it: all that a data set has, in each of its splits. Else
they are counted from the rows, as the largest number and one more, at least 2.

The convention for ratios: a measure of an empty group is NaN. If a rate is 0 in every group, a
ratio of positive rates (of all rows, or of those with label 1) is 0, as in the released code:
refusing everybody is not counted as fair, so that a selection by accuracy plus disparate impact
cannot win by refusing everybody. A ratio of false-positive rates that are all 0 is 1: no group
suffers an error.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fairbench.metrics.checked import binary, class_numbers, group_numbers


def accuracy(y: ArrayLike, prediction: ArrayLike, *, classes: int = 2) -> float:
    """Share of rows predicted correctly.

    Parameters
    ----------
    y, prediction : array of int, shape (rows,)
        0/1, or of more classes 0 to C - 1.
    classes : int
        C.

    Returns
    -------
    float
        NaN without rows.

    Raises
    ------
    ValueError
        Values other than 0 and 1, or shapes that differ. This holds for every function here.
    """
    if classes == 2:
        y, prediction = binary(y=y, prediction=prediction)
    else:
        (y, prediction), _ = class_numbers(classes, y=y, prediction=prediction)
    return float(np.mean(y == prediction)) if len(y) else float("nan")


def group_positive_rates(
    prediction: ArrayLike, *, sensitive: ArrayLike, groups: int | None = None
) -> tuple[float, ...]:
    """P(prediction = 1) in each group; NaN for an empty one.

    Parameters
    ----------
    prediction : array of 0/1, shape (rows,)
    sensitive : array of int, shape (rows,)
        Group of each row, 0 to K - 1.
    groups : int, optional
        K; see the module. These hold for every function here.
    """
    (prediction,) = binary(prediction=prediction)
    group, groups = group_numbers(sensitive, groups, like=prediction)
    return _rates(prediction, group, groups)


def disparate_impact(
    prediction: ArrayLike, *, sensitive: ArrayLike, groups: int | None = None
) -> float:
    """Smallest over largest positive rate of the groups.

    Returns
    -------
    float
        0 to 1, with 1 the fairest. 0 if nobody is predicted 1; NaN if a group is empty.
    """
    rates = group_positive_rates(prediction, sensitive=sensitive, groups=groups)
    return ratio_of(rates, all_zero=0.0)


def demographic_parity_difference(
    prediction: ArrayLike, *, sensitive: ArrayLike, groups: int | None = None
) -> float:
    """Largest less smallest positive rate of the groups.

    Returns
    -------
    float
        0 to 1, with 0 the fairest. NaN if a group is empty.
    """
    return difference_of(group_positive_rates(prediction, sensitive=sensitive, groups=groups))


def equal_opportunity_difference(
    y: ArrayLike, prediction: ArrayLike, *, sensitive: ArrayLike, groups: int | None = None
) -> float:
    """Largest less smallest true-positive rate of the groups.

    Returns
    -------
    float
        0 to 1, with 0 the fairest. NaN if a group has no row with label 1.
    """
    return difference_of(_rates_given(y, prediction, sensitive, groups, label=1))


def equal_opportunity_ratio(
    y: ArrayLike, prediction: ArrayLike, *, sensitive: ArrayLike, groups: int | None = None
) -> float:
    """Smallest over largest true-positive rate of the groups.

    Returns
    -------
    float
        0 to 1, with 1 the fairest. NaN if a group has no row with label 1.
    """
    return ratio_of(_rates_given(y, prediction, sensitive, groups, label=1), all_zero=0.0)


def equalized_odds_difference(
    y: ArrayLike, prediction: ArrayLike, *, sensitive: ArrayLike, groups: int | None = None
) -> float:
    """Larger of the groups' differences in true-positive and in false-positive rate (see above).

    Returns
    -------
    float
        0 to 1, with 0 the fairest. NaN if a group lacks rows of one label.
    """
    true_positive = difference_of(_rates_given(y, prediction, sensitive, groups, label=1))
    false_positive = difference_of(_rates_given(y, prediction, sensitive, groups, label=0))
    return float(np.maximum(true_positive, false_positive))


def equalized_odds_ratio(
    y: ArrayLike, prediction: ArrayLike, *, sensitive: ArrayLike, groups: int | None = None
) -> float:
    """Smaller of the groups' ratios of true-positive and of false-positive rates.

    Returns
    -------
    float
        0 to 1, with 1 the fairest. NaN if a group lacks rows of one label.
    """
    true_positive = ratio_of(_rates_given(y, prediction, sensitive, groups, label=1), all_zero=0.0)
    false_positive = ratio_of(_rates_given(y, prediction, sensitive, groups, label=0), all_zero=1.0)
    return float(np.minimum(true_positive, false_positive))


def describe(
    y: ArrayLike, prediction: ArrayLike, *, sensitive: ArrayLike, groups: int | None = None
) -> dict[str, float | str]:
    """Give the measures that every fit is recorded with.

    Returns
    -------
    dict
        ``accuracy``, ``disparate_impact``, ``positive_rate_0`` and so on for each group,
        ``true_positive_ratio`` and ``false_positive_ratio`` (the two parts of
        `equalized_odds_ratio`), and ``note``: ``"empty group"``, ``"no positive prediction"`` or
        ``""``.
    """
    batch = describe_batch(y, np.asarray(prediction)[None], sensitive=sensitive, groups=groups)
    return {name: values[0].item() for name, values in batch.items()}


def describe_batch(
    y: ArrayLike, predictions: ArrayLike, *, sensitive: ArrayLike, groups: int | None = None
) -> dict[str, np.ndarray]:
    """`describe` for many models on the same rows, by one matrix product.

    Parameters
    ----------
    y : array of 0/1, shape (rows,)
    predictions : array of 0/1 or bool, shape (models, rows)

    Returns
    -------
    dict of array, shape (models,)
        The entries of `describe`.
    """
    (y,) = binary(y=y)
    group, groups = group_numbers(sensitive, groups, like=y)
    (predictions,) = binary(predictions=predictions)
    if predictions.ndim != 2 or predictions.shape[1:] != y.shape:
        raise ValueError(f"predictions have shape {predictions.shape}, labels {y.shape}")
    # Signs and counts of 0/1 stay exact in float32 up to 2**24 rows, at half the memory.
    kind = np.float32 if len(y) < 2**24 else np.float64
    member = group[:, None] == np.arange(groups)
    positive = member & y[:, None]
    indicators = np.concatenate([(2.0 * y - 1.0)[:, None], member, positive], axis=1).astype(kind)
    sums = (predictions.astype(kind) @ indicators).astype(float)
    accepted, true = sums[:, 1 : 1 + groups], sums[:, 1 + groups :]
    size, ones = member.sum(0).astype(float), positive.sum(0).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Each positive prediction adds a hit or takes away the hit of having predicted 0.
        hits = np.divide(np.sum(~y) + sums[:, 0], len(y))
        rates = accepted / size
        ratios = {
            "disparate_impact": _ratios(rates, all_zero=0.0),
            "true_positive_ratio": _ratios(true / ones, all_zero=0.0),
            "false_positive_ratio": _ratios((accepted - true) / (size - ones), all_zero=1.0),
        }
    largest = rates.max(axis=1)
    notes = np.where(largest == 0.0, "no positive prediction", "").astype(object)
    notes[np.isnan(largest)] = "empty group"
    by_group = {f"positive_rate_{k}": rates[:, k] for k in range(groups)}
    return {"accuracy": hits, **ratios, **by_group, "note": notes.astype(str)}


def _rates(prediction: np.ndarray, group: np.ndarray, groups: int) -> tuple[float, ...]:
    chosen = (prediction[group == k] for k in range(groups))
    return tuple(float(np.mean(part)) if part.size else float("nan") for part in chosen)


def _rates_given(
    y: ArrayLike, prediction: ArrayLike, sensitive: ArrayLike, groups: int | None, *, label: int
) -> tuple[float, ...]:
    y, prediction = binary(y=y, prediction=prediction)
    group, groups = group_numbers(sensitive, groups, like=y)
    chosen = y == bool(label)
    return _rates(prediction[chosen], group[chosen], groups)


def difference_of(rates: tuple[float, ...]) -> float:
    """Largest less smallest rate of some groups, NaN if one is missing."""
    return float(np.max(rates) - np.min(rates))


def ratio_of(rates: tuple[float, ...], *, all_zero: float) -> float:
    """Smallest over largest rate of some groups, `all_zero` if all are 0, NaN if one is missing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(_ratios(np.array([rates]), all_zero=all_zero)[0])


def _ratios(rates: np.ndarray, *, all_zero: float) -> np.ndarray:
    """Smallest over largest rate of each row; NaN, where a rate is missing, goes through both."""
    largest = rates.max(axis=1)
    return np.where(largest == 0.0, all_zero, rates.min(axis=1) / largest)
