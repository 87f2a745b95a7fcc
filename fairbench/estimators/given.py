"""What a user hands over: frames and arrays, a column that says the group, labels, clean rows."""

from __future__ import annotations

import warnings

import narwhals as nw
import numpy as np
from sklearn.utils import check_array
from sklearn.utils.multiclass import check_classification_targets

from fairbench import methods
from fairbench.base.words import not_allowed
from fairbench.methods import Method

#: The rates of training are for numbers near 0. A column of 10 give or take 1 costs FR-Train 4 to
#: 10 points of accuracy, and one of 45 give or take 13, as ages are, 0 to 4 (docs/estimators.md).
_LARGE, _FAR = 100.0, 5.0


class UnscaledColumns(UserWarning):
    """A column is so large, or so far from 0, that training may learn little or nothing at all."""


def warn_of_scale(name: str, features: np.ndarray, table) -> None:
    """Warn of the largest column among those that training is not made for.

    They have a value beyond 100, or a mean that is more than 5 and 5 standard deviations from 0.
    """
    largest, mean = np.abs(features).max(0), features.mean(0, dtype=np.float64)
    far = np.abs(mean) > _FAR * np.maximum(1, features.std(0, dtype=np.float64))
    wrong = far | (largest > _LARGE)
    if not wrong.any():
        return
    worst = int(np.where(wrong, largest, 0).argmax())
    frame = nw.from_native(table, eager_only=True, pass_through=True)
    named = isinstance(frame, nw.DataFrame)
    column = repr(frame.columns[worst]) if named else f"{worst} (counted from 0)"
    text = (
        f"{name}: column {column} goes up to {largest[worst]:g}, its mean is {mean[worst]:g}; "
        "training is made for numbers near 0: put a StandardScaler before it"
    )
    warnings.warn(text, UnscaledColumns, stacklevel=4)


def collected(x):
    """A table that is there: a lazy frame is asked for its rows.

    Raises
    ------
    ValueError
        If two columns have one name.
    """
    try:
        frame = nw.from_native(x, pass_through=True)
    except nw.exceptions.DuplicateError as error:
        raise ValueError(f"X: {error}") from error
    return frame.collect().to_native() if isinstance(frame, nw.LazyFrame) else x


def without_column(x, column: str | int) -> tuple[object, np.ndarray]:
    """A table without one of its columns, and that column.

    Parameters
    ----------
    x : frame, array or list, shape (rows, columns)
        A frame of any library that narwhals knows, pandas and polars among them.
    column : str or int
        A name, or a place counted from 0.

    Returns
    -------
    rest : frame or array, shape (rows, columns - 1)
    values : array, shape (rows,)

    Raises
    ------
    ValueError
        If there is no such column, or no other.
    """
    frame = nw.from_native(x, eager_only=True, pass_through=True)
    if isinstance(frame, nw.DataFrame):
        names = frame.columns
        if column not in names and _is_place(column, len(names)):
            column = names[column]
        if column not in names:
            raise ValueError(not_allowed("sensitive_feature", column, names))
        rest, values = frame.drop(column).to_native(), frame.get_column(column).to_numpy()
    else:
        x = check_array(x, dtype=None, ensure_all_finite=False)
        if not _is_place(column, x.shape[1]):
            raise ValueError(not_allowed("sensitive_feature", column, range(x.shape[1])))
        rest, values = np.delete(x, column, axis=1), x[:, column]
    if rest.shape[1] == 0:
        raise ValueError(f"X has the column {column!r} alone: beside the group no feature")
    return rest, values


def _is_place(column: object, count: int) -> bool:
    whole = isinstance(column, int | np.integer) and not isinstance(column, bool)
    return whole and -count <= column < count


def labels(y: np.ndarray, kind: type[Method]) -> tuple[np.ndarray, np.ndarray]:
    """The classes, shape (C,), and the place of each row's label among them, shape (rows,).

    Raises
    ------
    ValueError
        One class alone, more than two for a method that knows two, or no classes but measurements.
    """
    check_classification_targets(y)
    classes, place = np.unique(y, return_inverse=True)
    name, count = kind.__name__, len(classes)
    if count < 2:
        raise ValueError(f"{name} needs two classes; y has one class: {classes[0]!r}")
    if count > 2 and not kind.knows_any_classes():
        # Its first sentence is what scikit-learn's checks ask for.
        raise ValueError(
            f"Only binary classification is supported. {name} knows two classes and y has {count}; "
            f"any number is known to {', '.join(_of_any_classes())}"
        )
    return classes, place


def _of_any_classes() -> list[str]:
    kinds = map(methods.find, methods.of_tables())
    return [kind.__name__ for kind in kinds if kind.knows_any_classes()]


def is_mask(clean, rows: int) -> bool:
    """Whether clean rows are marked among all: a true or false for each of them."""
    if isinstance(clean, tuple):
        return False
    if isinstance(clean, list) and not all(map(np.isscalar, clean)):
        return False
    told = nw.from_native(clean, eager_only=True, allow_series=True, pass_through=True)
    array = told.to_numpy() if isinstance(told, nw.Series) else np.asarray(clean)
    if array.dtype != bool or array.shape != (rows,):
        raise ValueError(
            "clean is a tuple (X, y) or (X, y, sensitive_features), or a boolean for each of the "
            f"{rows} rows; given: {array.dtype} of shape {array.shape}"
        )
    return True
