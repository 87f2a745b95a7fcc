"""What differs between two versions of a table, value by value. Knows no paper and no file.

Rows are matched by what they are about, never by their order (`fairbench.evaluation.matching`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fairbench.evaluation.matching import (
    ROW_NUMBER,
    Matched,
    in_words,
    is_number,
    key_columns,
    match,
)

__all__ = ["ChangedColumn", "ChangedVerdict", "Difference", "compare", "same_rows"]


@dataclass(frozen=True)
class ChangedColumn:
    """A column with values that differ in rows that both tables have.

    Attributes
    ----------
    name : str
    rows : int
        How many rows differ.
    largest : float
        Largest difference of two numbers; NaN if no two numbers differ.
    place : str
        The row with the largest difference, or the first that differs.
    old, new : object
        The values there.
    """

    name: str
    rows: int
    largest: float
    place: str
    old: object
    new: object


@dataclass(frozen=True)
class ChangedVerdict:
    """A sentence of which the verdict changed."""

    sentence: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """What differs between two versions of a table; see `compare`.

    Attributes
    ----------
    key : tuple of str
        Columns by which rows were matched.
    rows : int
        Rows that both have.
    only_a, only_b : tuple of str
        Rows that only one has, each as its key in words.
    columns_a, columns_b : tuple of str
        Columns that only one has.
    left_out : tuple of str
        Columns that are there and were not compared.
    columns : tuple of ChangedColumn
    verdicts : tuple of ChangedVerdict
    verdicts_compared : int
    """

    key: tuple[str, ...]
    rows: int
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()
    columns_a: tuple[str, ...] = ()
    columns_b: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    columns: tuple[ChangedColumn, ...] = ()
    verdicts: tuple[ChangedVerdict, ...] = ()
    verdicts_compared: int = 0

    @property
    def equal(self) -> bool:
        """Whether nothing differs but what was left out."""
        found = self.only_a, self.only_b, self.columns_a, self.columns_b, self.columns
        return not any(found)

    @property
    def values(self) -> int:
        """How many values differ in rows that both have."""
        return sum(column.rows for column in self.columns)


def compare(
    a: pd.DataFrame,
    b: pd.DataFrame,
    *,
    tolerance: float = 0.0,
    leave_out: Collection[str] = (),
    in_order: bool = False,
) -> Difference:
    """Compare two versions of a table.

    Parameters
    ----------
    a, b : DataFrame
        In any order of rows and columns.
    tolerance : float
        Numbers that differ by no more are equal. With 0 they must be equal to the bit. A missing
        value is equal to a missing value, and to nothing else.
    leave_out : collection of str
        Columns that are not compared, such as times.
    in_order : bool
        Match the rows by their number: for tables of which the order is the meaning.

    Returns
    -------
    Difference
    """
    left_out = tuple(name for name in a.columns.union(b.columns, sort=False) if name in leave_out)
    a, b = (frame.drop(columns=list(left_out), errors="ignore") for frame in (a, b))
    common = [name for name in a.columns if name in b.columns]
    names = [] if in_order else [name for name in common if not _is_verdict(name)]
    key = key_columns(a[names], b[names])
    matched = match(a[key], b[key])
    in_a, in_b = (
        frame[common].iloc[rows] for frame, rows in zip((a, b), matched.pairs.T, strict=True)
    )
    changed = [_column(in_a[name], in_b[name], tolerance, matched) for name in common]
    verdicts = [name for name in common if _is_verdict(name)]
    return Difference(
        key=tuple(key) or (ROW_NUMBER,),
        rows=len(in_a),
        only_a=in_words(matched.only_a),
        only_b=in_words(matched.only_b),
        columns_a=tuple(name for name in a.columns if name not in common),
        columns_b=tuple(name for name in b.columns if name not in common),
        left_out=left_out,
        columns=tuple(column for column in changed if column is not None),
        verdicts=tuple(_verdicts(in_a[verdicts], in_b[verdicts], matched)),
        verdicts_compared=len(in_a) if verdicts else 0,
    )


def same_rows(a: pd.DataFrame, b: pd.DataFrame, leave_out: Collection[str] = ()) -> bool:
    """Whether two tables hold the same rows, to the bit, each as often, in whatever order."""
    a, b = (frame.drop(columns=list(leave_out), errors="ignore") for frame in (a, b))
    if len(a) != len(b) or set(a.columns) != set(b.columns):
        return False
    names = sorted(a.columns)
    hashes = [pd.util.hash_pandas_object(frame[names], index=False) for frame in (a, b)]
    return bool(np.array_equal(*(np.sort(found.to_numpy()) for found in hashes)))


def _is_verdict(name: str) -> bool:
    return name == "verdict" or name.startswith("verdict_")


def _column(a: pd.Series, b: pd.Series, tolerance: float, matched: Matched) -> ChangedColumn | None:
    differs, distance = _differences(a, b, tolerance)
    if not differs.any():
        return None
    finite = differs & np.isfinite(distance)
    largest = float(distance[finite].max()) if finite.any() else float("nan")
    at = int(np.argmax(np.where(finite, distance, -1.0))) if finite.any() else differs.argmax()
    old, new = a.iloc[at], b.iloc[at]
    (place,) = matched.words([at])
    return ChangedColumn(str(a.name), int(differs.sum()), largest, place, old, new)


def _differences(a: pd.Series, b: pd.Series, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """Which values differ, and by how much where both are numbers (else NaN)."""
    missing_a, missing_b = a.isna().to_numpy(), b.isna().to_numpy()
    missing, distance = missing_a | missing_b, np.full(len(a), np.nan)
    if is_number(a) and is_number(b):
        exact = not any(pd.api.types.is_float_dtype(column) for column in (a, b))
        left, right = (_floats(column) for column in (a, b))
        with np.errstate(invalid="ignore"):
            distance = np.where(missing, np.nan, np.abs(left - right))
        differs = left.view("int64") != right.view("int64")
        if exact:  # beyond 2**53 two integers can have one float
            differs = np.not_equal(*(c.to_numpy(object, na_value=None) for c in (a, b)))
            differs = differs.astype(bool)
        differs &= ~(distance <= tolerance) if tolerance > 0 else True
    else:
        differs = a.astype(object).to_numpy() != b.astype(object).to_numpy()
    return np.where(missing, missing_a != missing_b, differs).astype(bool), distance


def _floats(column: pd.Series) -> np.ndarray:
    return column.astype("Float64").to_numpy("float64", na_value=np.nan)


def _verdicts(a: pd.DataFrame, b: pd.DataFrame, matched: Matched) -> Iterator[ChangedVerdict]:
    """Each sentence once, with its verdicts where there are several."""
    old, new = (frame.astype(object).fillna("none").to_numpy() for frame in (a, b))
    rows = np.flatnonzero((old != new).any(axis=1))
    for sentence, *said in zip(matched.words(rows), old[rows], new[rows], strict=True):
        yield ChangedVerdict(sentence, *(" / ".join(dict.fromkeys(map(str, v))) for v in said))
