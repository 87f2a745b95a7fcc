"""Labels, predictions and groups as the measures take them, or an error that says what is wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fairbench.base.words import not_allowed


def binary(**arrays: ArrayLike) -> list[np.ndarray]:
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


def group_numbers(
    sensitive: ArrayLike, groups: int | None = None, *, like: np.ndarray | None = None
) -> tuple[np.ndarray, int]:
    """Groups as whole numbers, and how many there are.

    Parameters
    ----------
    sensitive : array, shape (rows,)
    groups : int, optional
        How many there are; else the largest number and one more, at least 2.
    like : array, optional
        Whose shape they must have.

    Raises
    ------
    ValueError
        Other values than 0, 1, ..., a number beyond `groups`, or another shape.
    """
    given = _whole("sensitive", "group", sensitive)
    if like is not None and given.shape != like.shape:
        raise ValueError(
            f"sensitive and labels must have one shape, not {given.shape} and {like.shape}"
        )
    return given, _count("sensitive", "group", given, groups)


def class_numbers(classes: int | None = None, **arrays: ArrayLike) -> tuple[list[np.ndarray], int]:
    """Labels and predictions as whole numbers, and how many classes there are.

    Parameters
    ----------
    classes : int, optional
        How many there are; else the largest number of any array and one more, at least 2.
    **arrays : array
        Of one shape.

    Raises
    ------
    ValueError
        Other values than 0, 1, ..., a number beyond `classes`, or other shapes.
    """
    checked = [_whole(name, "class", values) for name, values in arrays.items()]
    shapes = [array.shape for array in checked]
    if len(set(shapes)) > 1:
        raise ValueError(f"{', '.join(arrays)} must have one shape, not {shapes}")
    every = zip(arrays, checked, strict=True)
    return checked, max(_count(name, "class", array, classes) for name, array in every)


def _whole(name: str, what: str, values: ArrayLike) -> np.ndarray:
    given = np.asarray(values)
    whole = given.dtype == bool or given.dtype.kind in "iu" or np.all(given == np.round(given))
    if not whole or (given.size and given.min() < 0):
        raise ValueError(f"{name} must hold {what} numbers, 0, 1, 2, ... (or booleans)")
    return given.astype(np.int64)


def _count(name: str, what: str, given: np.ndarray, count: int | None) -> int:
    found = int(given.max()) + 1 if given.size else 0
    if count is not None and found > count:
        raise ValueError(f"{name} must hold {what} numbers below {count}, not {found - 1}")
    return max(2, found) if count is None else count


def one_column(values: ArrayLike, name: str, rows: int) -> np.ndarray:
    """A value for each row, from a series, a frame of one column, an array or a list.

    Parameters
    ----------
    values : array-like, shape (rows,) or (rows, 1)
        Of any type.
    name : str
        What they are, for a message.
    rows : int

    Raises
    ------
    ValueError
        For several columns, another number of rows, a missing value, or values such as 1 and "a",
        which have no order.
    """
    array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(
            f"{name} has shape {array.shape}; one column is needed, such as one that joins "
            "the words of several"
        )
    if len(array) != rows:
        raise ValueError(f"{name} has {len(array)} values for {rows} rows")
    if array.dtype == object and all(isinstance(value, str) for value in array):
        return array.astype(str)
    missing = int(np.sum(_missing(array)))
    if missing:
        raise ValueError(f"{name} is missing in {missing} of {rows} rows")
    if array.dtype == object:
        try:
            np.unique(array)
        except TypeError:
            kinds = sorted({type(value).__name__ for value in array})
            raise ValueError(f"{name} has values of several types: {', '.join(kinds)}") from None
    return array


def _missing(array: np.ndarray) -> np.ndarray:
    if array.dtype != object:
        return array != array
    import pandas as pd  # its own missing value compares with nothing

    return pd.isna(array)


def places_of(values: np.ndarray, known: np.ndarray, name: str) -> np.ndarray:
    """The place of each value among those known, shape (rows,).

    Raises
    ------
    ValueError
        For a value that is not known.
    """
    found, where = np.unique(values, return_inverse=True)
    place = {value: k for k, value in enumerate(known.tolist())}
    for value in found.tolist():
        if value not in place:
            raise ValueError(not_allowed(name, value, list(place)))
    return np.array([place[value] for value in found.tolist()], int)[where]
