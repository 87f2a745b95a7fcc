"""Checks of what is given, each with one clear message."""

from __future__ import annotations

import numpy as np


def finite(values, name: str, dimensions: int) -> np.ndarray:
    """The values as a read-only array of finite floats with so many dimensions.

    Raises
    ------
    ValueError
        If they are not numbers, not finite, or have another number of dimensions.
    """
    try:
        array = np.array(values, float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is not an array of numbers") from None
    if array.ndim != dimensions:
        raise ValueError(f"{name} has {array.ndim} dimensions, not {dimensions}")
    if not np.isfinite(array).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        where = place[0] if len(place) == 1 else place
        raise ValueError(f"{name} has {array[place]} at {where}; values must be finite")
    array.setflags(write=False)
    return array


def columns(values, name: str, count: int) -> tuple[int, ...]:
    """Column numbers, each from 0 to ``count`` - 1 and named once.

    Raises
    ------
    ValueError
        If one is not a whole number in range, or is named twice.
    """
    numbers = tuple(int(v) for v in values)
    if any(n != v for n, v in zip(numbers, values, strict=True)):
        raise ValueError(f"{name} {list(values)}: columns are whole numbers")
    for number in numbers:
        if not 0 <= number < count:
            raise ValueError(f"{name} names column {number}; the inputs are 0 to {count - 1}")
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"{name} names a column twice: {list(numbers)}")
    return numbers


def limits(seconds: float, gap: float) -> None:
    """A time limit above 0 and a gap of 0 or more.

    Raises
    ------
    ValueError
        If one is not.
    """
    if not seconds > 0:
        raise ValueError(f"the time limit is {seconds} s; it is above 0")
    if not gap >= 0:
        raise ValueError(f"gap is {gap}; a relative gap is a number of 0 or more")
