"""Mixed data as numbers: which columns are numeric, which categorical, and their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Columns:
    """The columns of one variable, or of several put side by side.

    Attributes
    ----------
    values : array of shape (n, p), float64
        Numbers of the numeric columns, level numbers of the categorical ones.
    categorical : array of shape (p,), bool
        Columns in which two values are only equal or different.
    """

    values: np.ndarray
    categorical: np.ndarray

    @property
    def n(self) -> int:
        """Number of samples."""
        return self.values.shape[0]

    def is_constant(self) -> bool:
        """Whether all samples are the same."""
        return bool((self.values == self.values[0]).all())


def encode(data: Any, name: str) -> Columns:
    """Read a vector, matrix, series or frame as :class:`Columns`.

    Integer and floating columns are numeric. Booleans, strings, categories and all object columns
    are categorical, whatever they hold.

    Parameters
    ----------
    data : array of shape (n,) or (n, p), or pandas Series or DataFrame
    name : str
        What to call the data in error messages.

    Raises
    ------
    ValueError
        If the data are empty, of another dimension or kind, or hold missing or infinite values.
    """
    parts = _split(data, name)
    if not parts or len(parts[0]) == 0:
        raise ValueError(f"{name} is empty; at least one sample and one column are needed")
    encoded = [_encode_column(part, f"column {j} of {name}") for j, part in enumerate(parts)]
    values, categorical = zip(*encoded, strict=True)
    return Columns(np.column_stack(values), np.array(categorical))


def join(*groups: Columns) -> Columns:
    """Put the columns of several variables of the same samples side by side."""
    return Columns(
        np.hstack([group.values for group in groups]),
        np.concatenate([group.categorical for group in groups]),
    )


def _split(data: Any, name: str) -> list:
    """The columns of `data`, one by one: pandas series keep their type, arrays become vectors."""
    if hasattr(data, "iloc"):  # a Series or a DataFrame
        frame = data if data.ndim == 2 else data.to_frame()
        return [frame.iloc[:, j] for j in range(frame.shape[1])]
    array = np.asarray(data)
    if array.ndim not in (1, 2):
        raise ValueError(f"{name} must have 1 or 2 dimensions, got shape {array.shape}")
    return list(array.T) if array.ndim == 2 else [array]


def _encode_column(column: Any, label: str) -> tuple[np.ndarray, bool]:
    """One column as float64 values of shape (n,), and whether it is categorical."""
    kind = column.dtype.kind
    if kind in "iuf":
        is_array = isinstance(column, np.ndarray)
        values = column.astype(float) if is_array else column.to_numpy(float, na_value=np.nan)
        if bad := np.count_nonzero(~np.isfinite(values)):
            raise ValueError(f"{label} has {bad} missing or infinite values; all must be finite")
        return values, False
    if kind in "bUS" and isinstance(column, np.ndarray):
        return np.unique(column, return_inverse=True)[1].astype(float), True
    if kind in "bUSO":
        import pandas as pd  # late: most data are numbers, and jobs are short

        codes, _ = pd.factorize(column)  # in the order of appearance: no sort, which may fail
        if (codes < 0).any():
            raise ValueError(f"{label} has missing values; remove or fill them first")
        return codes.astype(float), True
    raise ValueError(
        f"{label} has type {column.dtype}; allowed are numbers, booleans, strings and categories"
    )
