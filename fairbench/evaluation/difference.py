"""What differs between two versions of a table, value by value. Knows no paper and no file.

Rows are matched by what they are about, never by their order (`fairbench.evaluation.matching`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype

from fairbench.evaluation.matching import ROW_NUMBER, in_words, index_of, is_number, key_columns


class ChangedColumn(NamedTuple):
    """A column with values that differ: in how many rows, and the largest difference of numbers.

    `place` is the row of that difference, or else the first that differs; `old` and `new` are the
    values there. `largest` is NaN if no two numbers differ.
    """

    name: str
    rows: int
    largest: float
    place: str
    old: object
    new: object


class ChangedVerdict(NamedTuple):
    """A sentence of which the verdict changed."""

    sentence: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """What differs between two versions of a table.

    Attributes
    ----------
    key : list of str
        Columns by which rows were matched.
    rows : int
        Rows that both have.
    only_a, only_b : list of str
        Rows that only one has, each as its key in words.
    columns_a, columns_b : list of str
        Columns that only one has.
    left_out : list of str
        Columns that are there and were not compared.
    columns : list of ChangedColumn
    verdicts : list of ChangedVerdict
    verdicts_compared : int
    """

    key: list[str]
    rows: int
    only_a: list[str]
    only_b: list[str]
    columns_a: list[str]
    columns_b: list[str]
    left_out: list[str]
    columns: list[ChangedColumn]
    verdicts: list[ChangedVerdict]
    verdicts_compared: int

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
    """
    left_out = [name for name in a.columns.union(b.columns, sort=False) if name in leave_out]
    a, b = (frame.drop(columns=left_out, errors="ignore") for frame in (a, b))
    common = [name for name in a.columns if name in b.columns]
    verdicts = [name for name in common if name == "verdict" or name.startswith("verdict_")]
    names = [] if in_order else [name for name in common if name not in verdicts]
    key = key_columns(a[names], b[names])
    index_a, index_b = index_of(a[key]), index_of(b[key])
    if not key or (index_a.append(index_b).get_level_values(-1) > 0).any():
        key = [*key, ROW_NUMBER]
    partner = index_b.get_indexer(index_a)
    both = np.flatnonzero(partner >= 0)
    in_a, in_b = a[common].iloc[both], b[common].iloc[partner[both]]
    places = in_words(index_a[both], key)
    changed = (_column(in_a[name], in_b[name], tolerance, places) for name in common)
    return Difference(
        key=key,
        rows=len(both),
        only_a=in_words(index_a[partner < 0], key),
        only_b=in_words(index_b[~index_b.isin(index_a)], key),
        columns_a=[name for name in a.columns if name not in common],
        columns_b=[name for name in b.columns if name not in common],
        left_out=left_out,
        columns=[column for column in changed if column is not None],
        verdicts=_verdicts(in_a[verdicts], in_b[verdicts], places),
        verdicts_compared=len(both) if verdicts else 0,
    )


def same_rows(a: pd.DataFrame, b: pd.DataFrame, leave_out: Collection[str] = ()) -> bool:
    """Whether two tables hold the same rows, to the bit, each as often, in whatever order."""
    a, b = (frame.drop(columns=list(leave_out), errors="ignore") for frame in (a, b))
    if len(a) != len(b) or set(a.columns) != set(b.columns):
        return False
    names = sorted(a.columns)
    hashes = [pd.util.hash_pandas_object(frame[names], index=False) for frame in (a, b)]
    return bool(np.array_equal(*(np.sort(found.to_numpy()) for found in hashes)))


def _column(
    a: pd.Series, b: pd.Series, tolerance: float, places: list[str]
) -> ChangedColumn | None:
    differs, distance = _differences(a, b, tolerance)
    if not differs.any():
        return None
    finite = differs & np.isfinite(distance)
    largest = float(distance[finite].max()) if finite.any() else float("nan")
    at = int(np.argmax(np.where(finite, distance, -1.0))) if finite.any() else differs.argmax()
    return ChangedColumn(
        str(a.name), int(differs.sum()), largest, places[at], a.iloc[at], b.iloc[at]
    )


def _differences(a: pd.Series, b: pd.Series, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """Which values differ, and by how much where both are numbers (else NaN)."""
    missing_a, missing_b = a.isna().to_numpy(), b.isna().to_numpy()
    missing, distance = missing_a | missing_b, np.full(len(a), np.nan)
    if is_number(a) and is_number(b):
        left, right = (c.astype("Float64").to_numpy("float64", na_value=np.nan) for c in (a, b))
        with np.errstate(invalid="ignore"):
            distance = np.where(missing, np.nan, np.abs(left - right))
        differs = left.view("int64") != right.view("int64")
        if not (is_float_dtype(a) or is_float_dtype(b)):
            # Beyond 2**53 two integers can have one float.
            differs = np.not_equal(*(c.to_numpy(object, na_value=None) for c in (a, b)))
            differs = differs.astype(bool)
        differs &= ~(distance <= tolerance) if tolerance > 0 else True
    else:
        differs = a.astype(object).to_numpy() != b.astype(object).to_numpy()
    return np.where(missing, missing_a != missing_b, differs).astype(bool), distance


def _verdicts(a: pd.DataFrame, b: pd.DataFrame, places: list[str]) -> list[ChangedVerdict]:
    """Each sentence once, with its verdicts where there are several."""
    old, new = (frame.astype(object).fillna("none").astype(str).to_numpy() for frame in (a, b))
    return [
        ChangedVerdict(places[at], *(" / ".join(dict.fromkeys(side[at])) for side in (old, new)))
        for at in np.flatnonzero((old != new).any(axis=1))
    ]
