"""Tables of a page: what a cell shows, and the value it is sorted by."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

#: A column with a longer text than this may break its lines.
LONG = 36


class Cell(NamedTuple):
    """What is shown, and the value that it is sorted by.

    `kind` is a class of the page; `note` stands small below the text.
    """

    text: str
    order: str
    kind: str = ""
    note: str = ""


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


def shown(frame: pd.DataFrame, *, kinds: dict[str, str] | None = None) -> Shown:
    """Make a table ready for the page.

    Parameters
    ----------
    frame : DataFrame
    kinds : dict, optional
        Class of the cells of a column, by its name. A column of long texts is ``long`` by itself.
    """
    constant = {}
    for name in frame.columns if len(frame) > 1 else ():
        values = frame[name].unique()
        if len(values) == 1 and not pd.isna(values[0]):
            constant[name] = _text(values[0])
    frame = frame.drop(columns=list(constant))
    columns = [
        Column(str(name), is_numeric_dtype(dtype) and not is_bool_dtype(dtype))
        for name, dtype in frame.dtypes.items()
    ]
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    for k, column in enumerate(columns):
        widest = max((len(row[k].text) for row in rows), default=0)
        kind = (kinds or {}).get(column.name, "long" if widest > LONG else "")
        for row in rows:
            row[k] = row[k]._replace(kind=kind)
    return Shown(columns, rows, constant)


def _cell(value: Any) -> Cell:
    if not isinstance(value, str) and pd.isna(value):
        return Cell("", "")
    if isinstance(value, float):
        return Cell(number(value), repr(float(value)))
    return Cell(_text(value), str(value))


def _text(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    return {"True": "yes", "False": "no"}.get(str(value), str(value))
