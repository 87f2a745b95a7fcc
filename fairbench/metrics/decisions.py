"""Accuracy and every fairness measure, in one place and with one convention.

Labels, hard predictions and groups are 0/1 throughout; labels coded -1/+1 are refused, because
mixing the two codings once inflated a published figure.

The convention for ratios: a measure of an empty group is NaN. If a rate is 0 in both groups, a
ratio of positive rates (of all rows, or of those with label 1) is 0, as in the released code:
refusing everybody is not counted as fair, so that a selection by accuracy plus disparate impact
cannot win by refusing everybody. A ratio of false-positive rates that are both 0 is 1: neither
group suffers an error.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

__all__ = [
    "accuracy",
    "demographic_parity_difference",
    "describe",
    "describe_batch",
    "disparate_impact",
    "equal_opportunity_difference",
    "equal_opportunity_ratio",
    "equalized_odds_difference",
    "equalized_odds_ratio",
    "group_positive_rates",
]


def accuracy(y: ArrayLike, prediction: ArrayLike) -> float:
    """Share of rows predicted correctly.

    Parameters
    ----------
    y, prediction : array of 0/1, shape (rows,)

    Returns
    -------
    float
        NaN without rows.

    Raises
    ------
    ValueError
        Values other than 0 and 1, or shapes that differ. This holds for every function here.
    """
    y, prediction = _binary(y=y, prediction=prediction)
    return float(np.mean(y == prediction)) if len(y) else float("nan")


def group_positive_rates(prediction: ArrayLike, *, sensitive: ArrayLike) -> tuple[float, float]:
    """P(prediction = 1) in group 0 and in group 1; NaN for an empty group.

    Parameters
    ----------
    prediction, sensitive : array of 0/1, shape (rows,)
    """
    prediction, sensitive = _binary(prediction=prediction, sensitive=sensitive)
    return _rates(prediction, sensitive)


def disparate_impact(prediction: ArrayLike, *, sensitive: ArrayLike) -> float:
    """Smaller over larger positive rate of the two groups.

    Parameters
    ----------
    prediction, sensitive : array of 0/1, shape (rows,)

    Returns
    -------
    float
        0 to 1, with 1 the fairest. 0 if nobody is predicted 1; NaN if a group is empty.
    """
    return _ratio(group_positive_rates(prediction, sensitive=sensitive), both_zero=0.0)


def demographic_parity_difference(prediction: ArrayLike, *, sensitive: ArrayLike) -> float:
    """Absolute difference of the groups' positive rates, the parameters as above.

    Returns
    -------
    float
        0 to 1, with 0 the fairest. NaN if a group is empty.
    """
    return _difference(group_positive_rates(prediction, sensitive=sensitive))


def equal_opportunity_difference(
    y: ArrayLike, prediction: ArrayLike, *, sensitive: ArrayLike
) -> float:
    """Absolute difference of the groups' true-positive rates.

    Parameters
    ----------
    y, prediction, sensitive : array of 0/1, shape (rows,)

    Returns
    -------
    float
        0 to 1, with 0 the fairest. NaN if a group has no row with label 1.
    """
    return _difference(_rates_given(y, prediction, sensitive, label=1))


def equal_opportunity_ratio(y: ArrayLike, prediction: ArrayLike, *, sensitive: ArrayLike) -> float:
    """Smaller over larger true-positive rate of the two groups.

    Parameters
    ----------
    y, prediction, sensitive : array of 0/1, shape (rows,)

    Returns
    -------
    float
        0 to 1, with 1 the fairest. NaN if a group has no row with label 1.
    """
    return _ratio(_rates_given(y, prediction, sensitive, label=1), both_zero=0.0)


def equalized_odds_difference(
    y: ArrayLike, prediction: ArrayLike, *, sensitive: ArrayLike
) -> float:
    """Larger of the groups' differences in true-positive and in false-positive rate (see above).

    Returns
    -------
    float
        0 to 1, with 0 the fairest. NaN if a group lacks rows of one label.
    """
    true_positive = _difference(_rates_given(y, prediction, sensitive, label=1))
    false_positive = _difference(_rates_given(y, prediction, sensitive, label=0))
    return float(np.maximum(true_positive, false_positive))


def equalized_odds_ratio(y: ArrayLike, prediction: ArrayLike, *, sensitive: ArrayLike) -> float:
    """Smaller of the groups' ratios of true-positive and of false-positive rates.

    Parameters
    ----------
    y, prediction, sensitive : array of 0/1, shape (rows,)

    Returns
    -------
    float
        0 to 1, with 1 the fairest. NaN if a group lacks rows of one label.
    """
    true_positive = _ratio(_rates_given(y, prediction, sensitive, label=1), both_zero=0.0)
    false_positive = _ratio(_rates_given(y, prediction, sensitive, label=0), both_zero=1.0)
    return float(np.minimum(true_positive, false_positive))


def describe(
    y: ArrayLike, prediction: ArrayLike, *, sensitive: ArrayLike
) -> dict[str, float | str]:
    """Give the measures that every fit is recorded with.

    Parameters
    ----------
    y, prediction, sensitive : array of 0/1, shape (rows,)

    Returns
    -------
    dict
        ``accuracy``, ``disparate_impact``, ``positive_rate_0``, ``positive_rate_1``, and ``note``:
        ``"empty group"``, ``"no positive prediction"`` or ``""``.
    """
    batch = describe_batch(y, np.asarray(prediction)[None], sensitive=sensitive)
    return {name: values[0].item() for name, values in batch.items()}


def describe_batch(
    y: ArrayLike, predictions: ArrayLike, *, sensitive: ArrayLike
) -> dict[str, np.ndarray]:
    """`describe` for many models on the same rows, by one matrix product.

    Parameters
    ----------
    y, sensitive : array of 0/1, shape (rows,)
    predictions : array of 0/1 or bool, shape (models, rows)

    Returns
    -------
    dict of array, shape (models,)
        The entries of `describe`.
    """
    y, sensitive = _binary(y=y, sensitive=sensitive)
    (predictions,) = _binary(predictions=predictions)
    if predictions.ndim != 2 or predictions.shape[1:] != y.shape:
        raise ValueError(f"predictions have shape {predictions.shape}, labels {y.shape}")
    # Signs and counts of 0/1 stay exact in float32 up to 2**24 rows, at half the memory.
    kind = np.float32 if len(y) < 2**24 else np.float64
    indicators = np.stack([2.0 * y - 1.0, ~sensitive, sensitive], axis=1).astype(kind)
    sums = (predictions.astype(kind) @ indicators).astype(float)
    sizes = np.array([np.sum(~sensitive), np.sum(sensitive)], dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Each positive prediction adds a hit or takes away the hit of having predicted 0.
        hits = np.divide(np.sum(~y) + sums[:, 0], len(y))
        rates = sums[:, 1:] / sizes
        largest = rates.max(axis=1)
        impact = np.where(largest == 0.0, 0.0, rates.min(axis=1) / largest)
    notes = np.where(largest == 0.0, "no positive prediction", "").astype(object)
    notes[np.isnan(largest)] = "empty group"
    return {
        "accuracy": hits,
        "disparate_impact": impact,
        "positive_rate_0": rates[:, 0],
        "positive_rate_1": rates[:, 1],
        "note": notes.astype(str),
    }


def _binary(**arrays: ArrayLike) -> list[np.ndarray]:
    """Boolean arrays of one shape, or ValueError for other values or shapes."""
    checked = []
    for name, values in arrays.items():
        array = np.asarray(values)
        if array.dtype != bool and not np.all((array == 0) | (array == 1)):
            raise ValueError(f"{name} must hold 0 and 1 only (or booleans)")
        checked.append(array.astype(bool, copy=False))
    shapes = [array.shape for array in checked]
    if len(set(shapes)) > 1:
        raise ValueError(f"{', '.join(arrays)} must have one shape, not {shapes}")
    return checked


def _rates(prediction: np.ndarray, sensitive: np.ndarray) -> tuple[float, float]:
    groups = prediction[~sensitive], prediction[sensitive]
    zero, one = (float(np.mean(group)) if group.size else float("nan") for group in groups)
    return zero, one


def _rates_given(
    y: ArrayLike, prediction: ArrayLike, sensitive: ArrayLike, *, label: int
) -> tuple[float, float]:
    y, prediction, sensitive = _binary(y=y, prediction=prediction, sensitive=sensitive)
    chosen = y == bool(label)
    return _rates(prediction[chosen], sensitive[chosen])


def _difference(rates: tuple[float, float]) -> float:
    return abs(rates[0] - rates[1])


def _ratio(rates: tuple[float, float], *, both_zero: float) -> float:
    if np.isnan(rates).any():
        return float("nan")
    return min(rates) / max(rates) if max(rates) > 0.0 else both_zero
