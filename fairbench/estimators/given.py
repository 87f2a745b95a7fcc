"""What a user hands over: frames and arrays, a column that says the group, clean rows."""

from __future__ import annotations

import narwhals as nw
import numpy as np
from sklearn.utils import check_array

from fairbench.base.words import not_allowed


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
