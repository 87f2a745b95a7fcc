"""Measures of decisions among any number of classes.

Labels and predictions are numbered 0 to C - 1, groups 0 to K - 1. `classes` and `groups` say how
many there are where the rows may not show it; else they are counted from the rows, as the largest
number and one more, at least 2. Which class is favourable nobody says, so that there are no rates
of acceptance here: `fairbench.metrics.decisions` has those of two classes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fairbench.metrics.checked import class_numbers, group_numbers


def confusion(
    y: ArrayLike,
    prediction: ArrayLike,
    *,
    sensitive: ArrayLike,
    classes: int | None = None,
    groups: int | None = None,
) -> np.ndarray:
    """How many rows of each group and label have which prediction.

    Parameters
    ----------
    y, prediction : array of int, shape (rows,)
        Classes 0 to C - 1.
    sensitive : array of int, shape (rows,)
        Groups 0 to K - 1.
    classes, groups : int, optional
        C and K; see the module.

    Returns
    -------
    array of int, shape (groups, classes, classes)
        By group, label and prediction.

    Raises
    ------
    ValueError
        Numbers of no class or group, or shapes that differ. This holds for every function here.
    """
    (y, prediction), classes = class_numbers(classes, y=y, prediction=prediction)
    group, groups = group_numbers(sensitive, groups, like=y)
    place = (group * classes + y) * classes + prediction
    shape = (groups, classes, classes)
    return np.bincount(place, minlength=groups * classes**2).reshape(shape)


def class_accuracies(counts: ArrayLike) -> np.ndarray:
    """Share of rows predicted correctly of each group and label.

    Parameters
    ----------
    counts : array, shape (groups, classes, classes)
        Of `confusion`.

    Returns
    -------
    array, shape (groups, classes)
        NaN where there are no rows.
    """
    counts = np.asarray(counts, float)
    with np.errstate(invalid="ignore"):
        return counts.diagonal(axis1=1, axis2=2) / counts.sum(2)


def describe_classes(
    y: ArrayLike,
    prediction: ArrayLike,
    *,
    sensitive: ArrayLike,
    classes: int | None = None,
    groups: int | None = None,
) -> dict[str, float | str]:
    """Give the measures that every fit of several classes is recorded with.

    Parameters
    ----------
    y, prediction, sensitive, classes, groups
        As for `confusion`.

    Returns
    -------
    dict
        ``accuracy``; ``information``, the mutual information of prediction and group in nats, 0 the
        fairest; ``accuracy_0`` and so on of each group, NaN for an empty one; and ``note``,
        ``"empty group"`` or ``""``.
    """
    from fairbench.information import mutual_information  # loads scipy, which two classes need not

    told = {"sensitive": sensitive, "classes": classes, "groups": groups}
    counts = confusion(y, prediction, **told)
    right, rows = counts.trace(axis1=1, axis2=2), counts.sum((1, 2))
    with np.errstate(invalid="ignore"):
        by_group, accuracy = right / rows, right.sum() / rows.sum()
    known = rows.sum() > 0
    return {
        "accuracy": float(accuracy),
        "information": mutual_information(prediction, sensitive) if known else float("nan"),
        **{f"accuracy_{k}": float(share) for k, share in enumerate(by_group)},
        "note": "" if rows.all() else "empty group",
    }
