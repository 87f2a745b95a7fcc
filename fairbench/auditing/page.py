"""The page of an audit: pictures first, then what they say, then the tables."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from fairbench import __version__
from fairbench.auditing.pictures import of_calibration, of_curves, of_groups, png
from fairbench.auditing.rates import RATES
from fairbench.auditing.result import Found
from fairbench.report.offline import rendered
from fairbench.report.tables import Cell, Column, Shown, number, shown

#: Pixels of the page for one of a picture's, which has 200 to the inch.
_PIXELS = 0.63
_PANELS = 2
#: Lines of a table on the page.
_MOST_ROWS = 2100
_TRADE_OFF = (
    "Accuracy against disparate impact: the decisions with 95 % intervals, and thresholds of each "
    "group on the same scores. The line is the best that thresholds do on these rows, drawn at "
    "random where that helps; points are plain thresholds, chosen on other rows than those they "
    "are measured on. Much less accurate ones are left out."
)
_CALIBRATION = (
    "The share with label 1 at each score, or in each tenth of the scores, of the largest groups, "
    "with 95 % intervals"
)


class Picture(NamedTuple):
    """A picture as the page shows it."""

    name: str
    heading: str
    image: str
    width: int
    lead: str


class Sheet(NamedTuple):
    """A table as the page shows it."""

    name: str
    heading: str
    about: str
    table: Shown


def page(audit: Found) -> str:
    """The page as one text."""
    content = {
        "about": audit.about,
        "name": Path(audit.about["data"]).name,
        "settings": [(name, _said(value)) for name, value in audit.about["settings"].items()],
        "notes": audit.notes,
        "findings": audit.findings(),
        "pictures": _pictures(audit),
        "sheets": _sheets(audit),
        "individual": audit.individual,
        "version": __version__,
    }
    return rendered("audit.html.j2", content, folder=Path(__file__).parent / "templates")


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {each}" for name, each in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(map(_said, value))
    return "" if value is None else str(value)


def _pictures(audit: Found) -> list[Picture]:
    alone, crossed = audit.attributes()
    drawn = [
        (
            "groups", "Groups", of_groups(audit.measures, alone),
            "Each group's measures with 95 % intervals and, in brackets, its rows. The grey line "
            "is all rows together.",
        )
    ]  # fmt: skip
    if crossed:
        drawn.append(
            ("crossings", "Crossings", of_groups(audit.measures, crossed[-1:]),
             f"The same for {crossed[-1]}, of many groups the largest.")
        )  # fmt: skip
    for place, attributes in enumerate(_panels(audit.curve, alone)):
        figure = of_curves(audit, attributes)
        name = "What group thresholds could reach"
        drawn.append((f"trade-off-{place}", name, figure, _TRADE_OFF))
    for place, attributes in enumerate(_panels(audit.calibration, alone)):
        smallest, probability = audit.about["settings"]["smallest"], audit.about["probability"]
        figure = of_calibration(
            audit.calibration, attributes, smallest=smallest, probability=probability
        )
        lead = _CALIBRATION + ("; true probabilities lie on the grey line." if probability else ".")
        drawn.append((f"calibration-{place}", "Calibration", figure, lead))
    return [_picture(*each) for each in drawn]


def _panels(frame: pd.DataFrame, attributes: list[str]) -> list[list[str]]:
    """The attributes that there is something to draw of, as many as a picture has room for."""
    there = [name for name in attributes if len(frame) and (frame["attribute"] == name).any()]
    return [there[first : first + _PANELS] for first in range(0, len(there), _PANELS)]


def _picture(name: str, heading: str, figure, lead: str) -> Picture:
    content = png(figure)
    width = round(int.from_bytes(content[16:20], "big") * _PIXELS)
    image = f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}"
    return Picture(name, heading, image, width, lead)


def _sheets(audit: Found) -> list[Sheet]:
    measures = audit.measures
    groups = measures[measures["part"] == "groups"]
    found = [
        Sheet("groups", "Every group", _cut("Rates with 95 % intervals below them.", len(groups)),
              _wide(groups[:_MOST_ROWS])),
    ]  # fmt: skip
    for part, heading, about in (
        ("comparisons", "Groups held against each other",
         "The largest difference, or the smallest ratio, of the groups that are compared. The "
         "intervals hold for all pairs of groups together."),
        ("reference", "Groups held against one",
         "Each rate of a group less that of one group, and over it."),
        ("ranking", "Scores", "How they rank within and across groups, and what they promise."),
        ("information", "Information", "In nats."),
        ("individual", "Similar people", "Shares of people, and the change of the model's output."),
    ):  # fmt: skip
        rows = measures[measures["part"] == part]
        if len(rows):
            found.append(Sheet(part, heading, _cut(about, len(rows)), _long(rows[:_MOST_ROWS])))
    for name, heading, about in (
        ("thresholds", "What thresholds could reach",
         "At the accuracy of the decisions, and the accuracy at their fairness."),
        ("calibration", "Calibration", "A row a group and bin of scores."),
    ):  # fmt: skip
        frame = getattr(audit, name)
        if len(frame):
            about = _cut(about, len(frame))
            found.append(Sheet(name, heading, about, _counted(shown(frame[:_MOST_ROWS]))))
    return found


def _cut(about: str, rows: int) -> str:
    """What is said of a table, and of its rows that only the files have."""
    if rows <= _MOST_ROWS:
        return about
    return f"{about} The first {_MOST_ROWS:,} of {rows:,} lines; the files have all."


def _wide(rows: pd.DataFrame) -> Shown:
    """A row a group, a column a rate."""
    columns = [Column("attribute", False), Column("group", False), Column("rows", True)]
    columns += [Column(name, True) for name in RATES]
    table = []
    for (attribute, group), own in rows.groupby(["attribute", "group"], sort=False):
        by = own.set_index("measure")
        size = _count(by.loc["positive_rate", "rows"])
        cells = [Cell(attribute, attribute), Cell(group, group, "long"), size]
        table.append(cells + [_value(by.loc[name]) for name in RATES])
    return Shown(columns, table, {})


def _long(rows: pd.DataFrame) -> Shown:
    names = [
        name for name in ("attribute", "group", "against", "measure") if (rows[name] != "").any()
    ]
    columns = [
        *(Column(name, False) for name in names),
        Column("value", True),
        Column("rows", True),
    ]
    table = [
        [
            *(Cell(row[name].replace("_", " ") if name == "measure" else row[name], row[name])
              for name in names),
            _value(row),
            _count(row["rows"]),
        ]
        for row in rows.to_dict("records")
    ]  # fmt: skip
    return Shown(columns, table, {})


def _count(rows: int) -> Cell:
    return Cell(f"{rows:,}", str(rows))


def _counted(table: Shown) -> Shown:
    """A table with its numbers of rows as the others have them."""
    for place, column in enumerate(table.columns):
        for row in table.rows if column.name == "rows" else ():
            row[place] = _count(int(row[place].order))
    if "rows" in table.constant:
        table.constant["rows"] = f"{int(table.constant['rows']):,}"
    return table


def _value(row) -> Cell:
    if pd.isna(row["value"]):
        return Cell("", "")
    ends = "" if pd.isna(row["low"]) else f"{_text(row['low'])} to {_text(row['high'])}"
    return Cell(_text(row["value"]), repr(float(row["value"])), "", ends)


def _text(value: float) -> str:
    """Three digits, of a large number four significant ones."""
    if np.isinf(value):
        return "∞"
    return f"{value:.3f}" if abs(value) < 1000 else number(value)
