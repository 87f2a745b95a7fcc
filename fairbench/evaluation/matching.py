"""Rows of two versions of a table, matched by what they are about and not by their order.

Every table of ours begins with the columns that say what a row is about, and goes on with what was
measured. So no list of keys has to be kept: they are the leading columns that tell rows apart.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

ROW_NUMBER = "row number"
"""The key of rows that nothing else tells apart: how many equal ones stand before."""


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

    def repeated(names: list[str]) -> int:
        return sum(int(frame.duplicated(names).sum()) for frame in (a, b))

    kept: list[str] = []
    fewest = len(a) + len(b) + 1
    for number in range(1, a.shape[1] + 1):
        leading = list(a.columns[:number])
        if (found := repeated(leading)) < fewest:
            kept, fewest = leading, found
        if not fewest:
            break
    for name in reversed(kept[1:-1]):
        fewer = [other for other in kept if other != name]
        kept = fewer if repeated(fewer) == fewest else kept
    return kept


def index_of(keys: pd.DataFrame) -> pd.MultiIndex:
    """Keys as texts, and last how many equal ones stand before."""
    texts = _texts(keys)
    before = texts.groupby(list(texts)).cumcount() if len(texts.columns) else range(len(texts))
    return pd.MultiIndex.from_frame(texts.assign(before=before))


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Values as texts that do not depend on the type that a file gave to their column."""
    columns = {number: _text(frame[name]) for number, name in enumerate(frame.columns)}
    return pd.DataFrame(columns, index=range(len(frame)))


def _text(column: pd.Series) -> np.ndarray:
    codes, values = pd.factorize(column)
    if is_number(column):
        numbers = (float(value) for value in values)
        said = [f"{x:.15g}" if float(f"{x:.15g}") == x else repr(x) for x in numbers]
    else:
        said = [str(value) for value in values]
    return np.array([*said, ""], dtype=object)[codes]  # a missing value has the code -1


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers, and not yes and no."""
    return is_numeric_dtype(column.dtype) and not is_bool_dtype(column.dtype)


def in_words(index: pd.MultiIndex, key: list[str]) -> list[str]:
    """Each key in words: a number or a yes or no with its name, other values alone."""
    parts = []
    # Without a row number in the key, that of the index is 0 throughout.
    levels = [*range(index.nlevels - 1), -1][: len(key)]
    for name, level in zip(key, levels, strict=True):
        values = index.get_level_values(level).astype(str).to_series()
        named = pd.to_numeric(values, errors="coerce").notna() | values.isin(["True", "False"])
        parts.append(np.where(named, f"{name}=" + values, values))
    return [", ".join(filter(None, row)) for row in zip(*parts, strict=True)]
