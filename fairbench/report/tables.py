"""Tables of a page: what a cell shows, and the value it is sorted by."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

__all__ = ["Cell", "Column", "Shown", "number", "shown"]


class Cell(NamedTuple):
    """What is shown, and the value that it is sorted by; `kind` is a class of the page."""

    text: str
    order: str
    kind: str = ""


class Column(NamedTuple):
    """A column's name, and whether it holds numbers."""

    name: str
    numeric: bool


class Shown(NamedTuple):
    """A table as the page shows it.

    Attributes
    ----------
    columns : list of Column
    rows : list of list of Cell
    constant : dict
        Columns with the same value in every row, by name: said once above the table.
    """

    columns: list[Column]
    rows: list[list[Cell]]
    constant: dict[str, str]


def number(value: float) -> str:
    """A number with four significant digits; nothing for a missing one."""
    if math.isnan(value):
        return ""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.4g}"


def shown(
    frame: pd.DataFrame, *, kinds: dict[str, str] | None = None, whole: bool = False
) -> Shown:
    """Make a table ready for the page.

    Parameters
    ----------
    frame : DataFrame
    kinds : dict, optional
        Class of the cells of a column, by its name.
    whole : bool
        Keep the columns whose rows all agree.
    """
    kinds = kinds or {}
    constant = {}
    for name in frame.columns if len(frame) > 1 and not whole else ():
        values = frame[name].unique()
        if len(values) == 1 and not pd.isna(values[0]):
            constant[name] = _text(values[0])
    frame = frame.drop(columns=list(constant))
    columns = [
        Column(str(name), is_numeric_dtype(dtype) and not is_bool_dtype(dtype))
        for name, dtype in frame.dtypes.items()
    ]
    rows = [
        [_cell(value, kinds.get(name, "")) for name, value in zip(frame.columns, row, strict=True)]
        for row in frame.itertuples(index=False, name=None)
    ]
    return Shown(columns, rows, constant)


def _cell(value: Any, kind: str) -> Cell:
    if not isinstance(value, str) and pd.isna(value):
        return Cell("", "", kind)
    if isinstance(value, float):
        return Cell(number(value), repr(float(value)), kind)
    return Cell(_text(value), str(value), kind)


def _text(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    return {"True": "yes", "False": "no"}.get(str(value), str(value))
