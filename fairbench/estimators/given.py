"""What a user hands over: frames and arrays, a column that says the group, clean rows."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import narwhals as nw
import numpy as np
from sklearn.utils import check_array


def not_allowed(what: str, given: object, allowed: Sequence[object]) -> str:
    """What was given, what is allowed, and what is nearest."""
    names = [str(each) for each in allowed]
    near = difflib.get_close_matches(str(given), names, 1)
    text = f"{what} is {given!r}; allowed: {', '.join(names) or 'none'}"
    return f"{text}; nearest: {near[0]}" if near else text


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
        If there is no such column.
    """
    frame = nw.from_native(x, eager_only=True, pass_through=True)
    if isinstance(frame, nw.DataFrame):
        names = list(frame.columns)
        if column not in names and _is_place(column, len(names)):
            column = names[column]
        if column not in names:
            raise ValueError(not_allowed("sensitive_feature", column, names))
        return frame.drop(column).to_native(), frame[column].to_numpy()
    x = check_array(x, dtype=None, ensure_all_finite=False)
    if not _is_place(column, x.shape[1]):
        raise ValueError(not_allowed("sensitive_feature", column, range(x.shape[1])))
    return np.delete(x, column, axis=1), x[:, column]


def _is_place(column: object, count: int) -> bool:
    whole = isinstance(column, int | np.integer) and not isinstance(column, bool)
    return whole and -count <= column < count


def one_column(values, name: str, rows: int) -> np.ndarray:
    """A value for each row, from a series, a frame of one column, an array or a list.

    Raises
    ------
    ValueError
        For several columns, another number of rows, or a missing value.
    """
    told = nw.from_native(values, eager_only=True, allow_series=True, pass_through=True)
    known = isinstance(told, nw.DataFrame | nw.Series)
    array = told.to_numpy() if known else np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(
            f"{name} has shape {array.shape}; one column is needed, such as one that joins "
            "the words of several"
        )
    if len(array) != rows:
        raise ValueError(f"{name} has {len(array)} values for {rows} rows")
    if array.dtype == object:
        if all(isinstance(value, str) for value in array):
            return array.astype(str)
        missing = [value is None or value != value for value in array]
    else:
        missing = array != array
    if np.any(missing):
        raise ValueError(f"{name} is missing in {np.sum(missing)} of {rows} rows")
    return array


def places_of(values: np.ndarray, known: np.ndarray, name: str) -> np.ndarray:
    """The place of each value among those known, shape (rows,).

    Raises
    ------
    ValueError
        For a value that is not known.
    """
    found, where = np.unique(values, return_inverse=True)
    place = {value: k for k, value in enumerate(known.tolist())}
    strange = [value for value in found.tolist() if value not in place]
    if strange:
        raise ValueError(not_allowed(f"{name}, in fit and after it,", strange[0], list(place)))
    return np.array([place[value] for value in found.tolist()], int)[where]


def is_mask(clean, rows: int) -> bool:
    """Whether clean rows are marked among all: a true or false for each of them."""
    if isinstance(clean, tuple):
        return False
    told = nw.from_native(clean, eager_only=True, allow_series=True, pass_through=True)
    array = told.to_numpy() if isinstance(told, nw.Series) else np.asarray(clean)
    if array.dtype != bool or array.shape != (rows,):
        raise ValueError(
            "clean is a tuple (X, y) or (X, y, sensitive_features), or a boolean for each of the "
            f"{rows} rows; given: {array.dtype} of shape {array.shape}"
        )
    return True
