"""Rows of two versions of a table, matched by what they are about and not by their order.

Every table of ours begins with the columns that say what a row is about, and goes on with what was
measured. So no list of keys has to be kept: they are the leading columns that tell rows apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["ROW_NUMBER", "Matched", "in_words", "is_number", "key_columns", "match"]

ROW_NUMBER = "row number"
"""The key of rows that nothing else tells apart: how many equal ones stand before."""


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers, and not yes and no."""
    dtype = column.dtype
    return pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)


def key_columns(a: pd.DataFrame, b: pd.DataFrame) -> list[str]:
    """Find the fewest leading columns that tell rows apart in both tables.

    Of these the ones that say nothing more are left out too, from the last: a method's parameters
    beside its label. So a change in them is a change of a value, and the row keeps its partner.

    Parameters
    ----------
    a, b : DataFrame
        With the same columns.

    Returns
    -------
    list of str
        Where no number of columns tells all rows apart, those that tell the most apart.
    """
    # By number: a table may have a column of any name.
    codes = pd.DataFrame({-1: np.repeat([0, 1], [len(a), len(b)])})

    def repeated(kept: list[int]) -> int:
        return int(codes.duplicated([-1, *kept]).sum())

    kept: list[int] = []
    fewest = len(codes) + 1
    for number, name in enumerate(a.columns):
        codes[number] = pd.factorize(np.concatenate([_text(a[name]), _text(b[name])]))[0]
        found = repeated(list(range(number + 1)))
        if found < fewest:
            kept, fewest = list(range(number + 1)), found
        if not fewest:
            break
    for number in reversed(kept[1:-1]):
        fewer = [other for other in kept if other != number]
        kept = fewer if repeated(fewer) == fewest else kept
    return [a.columns[number] for number in kept]


@dataclass(frozen=True)
class Matched:
    """Rows of two tables that have one key.

    Attributes
    ----------
    pairs : array (n, 2)
        Positions in the one table and in the other.
    keys : DataFrame (n rows)
        Their keys, as texts.
    only_a, only_b : DataFrame
        Keys of the rows that only one has.
    """

    pairs: np.ndarray
    keys: pd.DataFrame
    only_a: pd.DataFrame
    only_b: pd.DataFrame

    def words(self, rows: np.ndarray) -> tuple[str, ...]:
        """Keys in words of some of the pairs."""
        return in_words(self.keys.iloc[rows])


def match(a: pd.DataFrame, b: pd.DataFrame) -> Matched:
    """Match rows by their keys.

    Parameters
    ----------
    a, b : DataFrame
        The key columns alone; without any, rows match by their number.
    """
    names = list(a.columns)
    numbered = [_numbered(frame) for frame in (a, b)]
    numbers = [*range(len(names)), ROW_NUMBER]
    both = numbered[0].merge(numbered[1], on=numbers, how="outer", suffixes=("_a", "_b"))
    if not names or both[ROW_NUMBER].any():
        names = [*names, ROW_NUMBER]
    in_a, in_b = both["position_a"].notna(), both["position_b"].notna()
    pairs = both.loc[in_a & in_b].sort_values("position_a")
    only_a = both.loc[~in_b].sort_values("position_a")
    only_b = both.loc[~in_a].sort_values("position_b")
    positions = pairs[["position_a", "position_b"]].to_numpy().astype(int)
    kept = (side[numbers[: len(names)]].set_axis(names, axis=1) for side in (pairs, only_a, only_b))
    return Matched(positions, *kept)


def in_words(keys: pd.DataFrame) -> tuple[str, ...]:
    """Each key in words: a number or a yes or no with its name, other values alone."""
    parts = []
    for name in keys.columns:
        values = keys[name].astype(str)
        named = pd.to_numeric(values, errors="coerce").notna() | values.isin(["True", "False"])
        parts.append(np.where(named, f"{name}=" + values, values))
    return tuple(", ".join(filter(None, row)) for row in zip(*parts, strict=True))


def _numbered(keys: pd.DataFrame) -> pd.DataFrame:
    """Keys as texts under their numbers, the position of each, and how many equal stand before."""
    positions, numbers = np.arange(len(keys)), list(range(keys.shape[1]))
    texts = pd.DataFrame(
        {number: _text(keys.iloc[:, number]) for number in numbers}, index=positions
    )
    before = texts.groupby(numbers, sort=False).cumcount() if numbers else positions
    return texts.assign(**{ROW_NUMBER: before, "position": positions})


def _text(column: pd.Series) -> np.ndarray:
    """Values as texts that do not depend on the type that a file gave to their column."""
    codes, values = pd.factorize(column)
    if is_number(column):
        numbers = (float(value) for value in values)
        said = [f"{x:.15g}" if float(f"{x:.15g}") == x else repr(x) for x in numbers]
    else:
        said = [str(value) for value in values]
    return np.array([*said, ""], dtype=object)[codes]  # a missing value has the code -1
