"""Columns of text as numbers, and as groups."""

from __future__ import annotations

import operator
from collections.abc import Sequence

import numpy as np
import pandas as pd

from fairbench.data.real.entry import EntryError
from fairbench.data.real.parts import LabelClasses, LabelColumn
from fairbench.data.real.sensitive import Levels, Range, Sensitive

#: Rows below which a group is too small for much to be said of it: a share of 0.5 among fifty has a
#: standard error of 0.07, and a fifth of them, ten rows, is a test split.
SMALL = 50
_BOUNDS = {
    "at_least": operator.ge,
    "above": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
}


def numbers(text: pd.Series) -> pd.Series:
    """The numbers of a column; a missing value stays one."""
    numbers = pd.to_numeric(text, errors="coerce").astype(float)
    wrong = text[text.notna() & ~np.isfinite(numbers)]
    if len(wrong):
        raise EntryError(
            f"column {text.name} is not numeric: {len(wrong):,} values such as {wrong.iloc[0]!r}; "
            "list it as categorical, or what stands for a missing value in reader.missing"
        )
    return numbers


def groups_of(table: pd.DataFrame, sensitive: Sensitive | Levels) -> tuple[pd.Series, list[str]]:
    """The group of each row (int8; -1 where it is left out), and what the groups are called.

    Raises
    ------
    EntryError
        A value that is none of the levels named, a level without rows, or fewer than two groups.
    """
    if isinstance(sensitive, Sensitive):
        one = which(table[sensitive.column], sensitive.one)
        return one.astype(np.int8), list(sensitive.names)
    codes, levels = [], []
    for name in sensitive.columns:
        values = sensitive.levels.get(name) or sorted(table[name].unique())
        place = table[name].map({value: k for k, value in enumerate(values)})
        if place.isna().any():
            other = ", ".join(map(repr, table[name][place.isna()].unique()[:5]))
            raise EntryError(f"the sensitive column {name} has values beside its levels: {other}")
        if lacking := [value for k, value in enumerate(values) if not (place == k).any()]:
            raise EntryError(f"no rows have the level {', '.join(lacking)} of {name}")
        codes.append(place.to_numpy(int))
        levels.append(values)
    number = np.ravel_multi_index(codes, [len(values) for values in levels])
    # Levels that never occur together are no group.
    there, count = np.unique(number, return_counts=True)
    there = there[count >= sensitive.least_rows]
    if not 2 <= len(there) <= np.iinfo(np.int8).max:
        words = " and ".join(sensitive.columns)
        raise EntryError(f"{words} make {len(there)} groups; 2 to {np.iinfo(np.int8).max} will do")
    places = zip(*np.unravel_index(there, [len(values) for values in levels]), strict=True)
    names = [", ".join(v[k] for v, k in zip(levels, each, strict=True)) for each in places]
    group = np.where(np.isin(number, there), np.searchsorted(there, number), -1)
    return pd.Series(group, index=table.index, dtype=np.int8), names


def labels_of(text: pd.Series, label: LabelColumn | LabelClasses) -> pd.Series:
    """The class of each row (int8), 1 for the favourable outcome of two.

    Raises
    ------
    EntryError
        A value of no class, or of both of two; of several, a class without rows.
    """
    if isinstance(label, LabelClasses):
        place = text.map({value: k for k, value in enumerate(label.classes)})
        unknown, what = place.isna(), "are none of its classes"
        lacking = [value for k, value in enumerate(label.classes) if not (place == k).any()]
        if lacking and not unknown.any():
            raise EntryError(f"no rows have the class {', '.join(lacking)} of {text.name}")
    else:
        place, bad = (which(text, of) for of in (label.favourable, label.unfavourable))
        unknown, what = place == bad, "are neither favourable nor unfavourable"
        what += ", or both" if (place & bad).any() else ""
    if unknown.any():
        values = ", ".join(map(repr, text[unknown].unique()[:5]))
        raise EntryError(f"the label {text.name} has values that {what}: {values}")
    return place.astype(np.int8)


def small_groups(sensitive: np.ndarray, names: Sequence[str]) -> str:
    """A warning of the groups with few rows; empty without one."""
    rows = np.bincount(sensitive, minlength=len(names))
    few = [f"{name} ({n})" for name, n in zip(names, rows, strict=True) if n < SMALL]
    if not few:
        return ""
    return (
        f"groups of fewer than {SMALL} rows: {'; '.join(few)}. A rate of so few says little, and "
        "where a split has none of them its disparate impact is missing"
    )


def place_of(text: pd.Series, values: list[str]) -> pd.Series:
    """The place of each code in a list, from 0.

    Raises
    ------
    EntryError
        A code that is not in the list.
    """
    place = text.map({value: k for k, value in enumerate(values)}).astype(float)
    if (other := text[text.notna() & place.isna()]).size:
        named = ", ".join(map(repr, other.unique()[:5]))
        raise EntryError(f"the ordered column {text.name} has values beside those given: {named}")
    return place


def which(text: pd.Series, one: list[str] | Range) -> pd.Series:
    """Which rows have one of some values, or a number in a range."""
    if not isinstance(one, Range):
        return text.isin(one)
    found = numbers(text)
    inside = pd.Series(True, index=text.index)
    for bound, compare in _BOUNDS.items():
        limit = getattr(one, bound)
        if limit is not None:
            inside &= compare(found, limit)
    return inside
