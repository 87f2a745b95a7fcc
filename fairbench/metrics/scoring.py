"""Measures of fairness with scikit-learn's signature: for `make_scorer`, and in a MetricFrame.

They are those of `fairbench.metrics.decisions` with its conventions, of labels and groups of any
kind, and rows may have weights. Which groups there are is taken from the rows, or said by `groups`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from fairbench.base.words import not_allowed
from fairbench.metrics.checked import one_column, places_of
from fairbench.metrics.decisions import difference_of, ratio_of


def disparate_impact(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sensitive_features: ArrayLike,
    sample_weight: ArrayLike | None = None,
    pos_label: object = 1,
    groups: Sequence | None = None,
) -> float:
    """Smallest over largest positive rate of the groups.

    Parameters
    ----------
    y_true, y_pred : array, shape (rows,)
        Labels and decisions of two classes.
    sensitive_features : array, shape (rows,)
        The group of each row.
    sample_weight : array, shape (rows,), optional
        Weights of the rows, zero or larger; a group of weight 0 is an empty one.
    pos_label : str, int or bool
        The class that is a positive decision. Where labels are words it is to be given: one of
        them, but a fold that has one class alone may lack it.
    groups : sequence, optional
        All groups that there are, if the rows may lack one; these hold for every function here.

    Returns
    -------
    float
        0 to 1, with 1 the fairest. 0 if nobody is predicted positive; NaN if a group is empty, or
        if there is one group alone.

    Raises
    ------
    ValueError
        More than two classes, a class that is none, a missing, an unknown or a repeated group, a
        negative or an infinite weight, or lengths that differ. This holds for every function here.
    """
    rows = _rows(y_true, y_pred, sensitive_features, sample_weight, pos_label, groups)
    return ratio_of(rows.rates(), all_zero=0.0)


def demographic_parity_difference(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sensitive_features: ArrayLike,
    sample_weight: ArrayLike | None = None,
    pos_label: object = 1,
    groups: Sequence | None = None,
) -> float:
    """Largest less smallest positive rate of the groups, 0 to 1, with 0 the fairest."""
    rows = _rows(y_true, y_pred, sensitive_features, sample_weight, pos_label, groups)
    return difference_of(rows.rates())


def equal_opportunity_difference(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sensitive_features: ArrayLike,
    sample_weight: ArrayLike | None = None,
    pos_label: object = 1,
    groups: Sequence | None = None,
) -> float:
    """Largest less smallest true-positive rate of the groups, 0 to 1, with 0 the fairest.

    NaN also if a group has no row whose label is positive.
    """
    rows = _rows(y_true, y_pred, sensitive_features, sample_weight, pos_label, groups)
    return difference_of(rows.rates(label=True))


def equal_opportunity_ratio(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sensitive_features: ArrayLike,
    sample_weight: ArrayLike | None = None,
    pos_label: object = 1,
    groups: Sequence | None = None,
) -> float:
    """Smallest over largest true-positive rate of the groups, 0 to 1, with 1 the fairest.

    NaN also if a group has no row whose label is positive; 0 if all rates are 0.
    """
    rows = _rows(y_true, y_pred, sensitive_features, sample_weight, pos_label, groups)
    return ratio_of(rows.rates(label=True), all_zero=0.0)


def equalized_odds_difference(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sensitive_features: ArrayLike,
    sample_weight: ArrayLike | None = None,
    pos_label: object = 1,
    groups: Sequence | None = None,
) -> float:
    """Larger of the differences in true-positive and in false-positive rate, with 0 the fairest.

    NaN also if a group lacks rows of one label.
    """
    rows = _rows(y_true, y_pred, sensitive_features, sample_weight, pos_label, groups)
    return float(np.max([difference_of(rows.rates(label=label)) for label in (True, False)]))


def equalized_odds_ratio(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sensitive_features: ArrayLike,
    sample_weight: ArrayLike | None = None,
    pos_label: object = 1,
    groups: Sequence | None = None,
) -> float:
    """Smaller of the ratios of true-positive and of false-positive rates, with 1 the fairest.

    NaN also if a group lacks rows of one label. If all true-positive rates are 0 their ratio is 0;
    if all false-positive rates are 0 theirs is 1.
    """
    rows = _rows(y_true, y_pred, sensitive_features, sample_weight, pos_label, groups)
    true_positive = ratio_of(rows.rates(label=True), all_zero=0.0)
    return float(np.min([true_positive, ratio_of(rows.rates(label=False), all_zero=1.0)]))


class _Rows(NamedTuple):
    y: np.ndarray
    prediction: np.ndarray
    group: np.ndarray
    groups: int
    weight: np.ndarray

    def rates(self, label: bool | None = None) -> tuple[float, ...]:
        """Positive rate of each group, among rows of one label if that is given."""
        weight = self.weight if label is None else self.weight * (self.y == label)
        total = np.bincount(self.group, weight, self.groups)
        accepted = np.bincount(self.group, weight * self.prediction, self.groups)
        with np.errstate(invalid="ignore"):
            return tuple((accepted / total).tolist())


def _rows(y_true, y_pred, sensitive_features, sample_weight, pos_label, groups) -> _Rows:
    count = len(y_true)
    y = one_column(y_true, "y_true", count)
    prediction = one_column(y_pred, "y_pred", count)
    classes = list(dict.fromkeys([*np.unique(y).tolist(), *np.unique(prediction).tolist()]))
    if len(classes) > 2:
        raise ValueError(f"y_true and y_pred have {len(classes)} classes together: {classes[:5]}")
    # A fold may have one class, which need not be the positive one; words and 1 have nothing to do
    # with each other.
    strange = any(isinstance(each, str) != isinstance(pos_label, str) for each in classes)
    if strange or (len(classes) == 2 and pos_label not in classes):
        raise ValueError(not_allowed("pos_label", pos_label, classes))
    sensitive = one_column(sensitive_features, "sensitive_features", count)
    known = (
        np.unique(sensitive) if groups is None else one_column(groups, "groups", np.size(groups))
    )
    if len(np.unique(known)) < len(known):
        raise ValueError(f"groups has one twice: {known.tolist()}")
    weight = np.ones(count)
    if sample_weight is not None:
        weight = one_column(sample_weight, "sample_weight", count).astype(float)
        if not (np.isfinite(weight) & (weight >= 0)).all():
            wrong = weight[~(np.isfinite(weight) & (weight >= 0))][0]
            raise ValueError(f"sample_weight has {wrong:g}; allowed: numbers from 0")
    place = places_of(sensitive, known, "sensitive_features")
    # At least two: of one group alone nothing can be compared.
    return _Rows(y == pos_label, prediction == pos_label, place, max(2, len(known)), weight)
