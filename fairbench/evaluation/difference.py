"""What differs between two versions of a table, value by value. Knows no paper and no file.

Rows are matched by what they are about, never by their order (`fairbench.evaluation.matching`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

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


@dataclass(frozen=True)
class Difference:
    """What differs between two versions of a table.

    Attributes
    ----------
    key : list of str
        Columns by which rows were matched.
    rows : int
        Rows that both have.
    only_rows, only_columns : dict of side -> list of str
        Rows, each as its key in words, and columns that only ``A`` or only ``B`` has.
    left_out : list of str
        Columns that are there and were not compared.
    columns : list of ChangedColumn
    verdicts : list of str
        Sentences of which the verdict changed, each with the old and the new one.
    verdicts_compared : int
    """

    key: list[str]
    rows: int
    only_rows: dict[str, list[str]]
    only_columns: dict[str, list[str]]
    left_out: list[str]
    columns: list[ChangedColumn]
    verdicts: list[str]
    verdicts_compared: int

    @property
    def equal(self) -> bool:
        """Whether nothing differs but what was left out."""
        alone = [*self.only_rows.values(), *self.only_columns.values()]
        return not (self.columns or any(alone))

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
        only_rows={
            "A": in_words(index_a[partner < 0], key),
            "B": in_words(index_b[~index_b.isin(index_a)], key),
        },
        only_columns={
            side: [name for name in frame.columns if name not in common]
            for side, frame in (("A", a), ("B", b))
        },
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
    # As objects: beyond 2**53 two integers can have one float.
    differs = a.to_numpy(object) != b.to_numpy(object)
    distance = np.full(len(a), np.nan)
    if is_number(a) and is_number(b):
        left, right = a.to_numpy(float), b.to_numpy(float)
        with np.errstate(invalid="ignore"):
            distance = np.abs(left - right)
        differs |= np.signbit(left) != np.signbit(right)  # 0.0 and -0.0
        if tolerance > 0:
            differs &= ~(distance <= tolerance)
    differs = np.where(missing_a | missing_b, missing_a != missing_b, differs)
    return differs.astype(bool), distance


def _verdicts(a: pd.DataFrame, b: pd.DataFrame, places: list[str]) -> list[str]:
    """Each sentence once, with its verdicts where there are several."""
    old, new = (frame.astype(object).fillna("none").astype(str).to_numpy() for frame in (a, b))

    def said(verdicts: np.ndarray) -> str:
        return " / ".join(dict.fromkeys(verdicts))

    return [
        f"{places[at]}: {said(old[at])} -> {said(new[at])}"
        for at in np.flatnonzero((old != new).any(axis=1))
    ]
