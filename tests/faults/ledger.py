"""The table of faults and outcomes, which the suite writes into the docs."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from fairbench.store.tables import write_text

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
_START, _END = "<!-- faults:start -->", "<!-- faults:end -->"
_HEAD = ("fault", "made by", "what happened", "after that", "jobs run again", "s")


@dataclass(frozen=True)
class Row:
    """One fault and its outcome. Rows that differ in `of` and `seconds` alone are shown as one.

    Attributes
    ----------
    fault, made : str
        What went wrong, and how the test made it.
    said : str
        What the run did or said.
    then : str
        What the remedy led to.
    again : str
        Jobs run again to get there.
    seconds : float
        For that run.
    of : str
        Kind of file, where the same fault was made in several.
    """

    fault: str
    made: str
    said: str
    then: str
    again: str
    seconds: float
    of: str = ""


@dataclass
class Ledger:
    """Rows by the name of their test, in the order in which tests ran."""

    rows: list[Row] = field(default_factory=list)

    def add(self, *cells, of: str = "") -> None:
        self.rows.append(Row(*cells, of=of))

    def write(self, page: Path = PAGE) -> None:
        before, _, rest = page.read_text(encoding="utf-8").partition(_START)
        _, _, after = rest.partition(_END)
        write_text(page, f"{before}{_START}\n{self.text()}\n{_END}{after}")

    def text(self) -> str:
        lines = [_line(_HEAD), _line(["---"] * 5 + ["---:"])]
        alike: dict[tuple, list[Row]] = {}
        for row in self.rows:
            key = (row.fault, row.made, row.said, row.then, row.again)
            alike.setdefault(key, []).append(row)
        for (fault, *cells), rows in alike.items():
            of = ", ".join(row.of for row in rows if row.of)
            lines.append(_line((f"{fault}: {of}" if of else fault, *cells, _range(rows))))
        total = sum(row.seconds for row in self.rows)
        ran = f"{len(self.rows)} faults on {os.cpu_count()} cores, {total / 60:.0f} minutes in all"
        return "\n".join([f"{ran}; every outcome was checked.", "", *lines])


def _range(rows: list[Row]) -> str:
    """Seconds from the least to the most; nothing if the run is that of the row above."""
    least, most = (f"{end(row.seconds for row in rows):.0f}" for end in (min, max))
    return least if least == most != "0" else f"{least}-{most}" if most != "0" else ""


def _line(cells) -> str:
    return (
        "| "
        + " | ".join(re.sub(r"\s+", " ", str(cell)).replace("|", "\\|") for cell in cells)
        + " |"
    )
