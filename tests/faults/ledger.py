"""The table of faults and outcomes, which the suite writes into the docs."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from fairbench.storage import write_text

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
_START, _END = "<!-- faults:start -->", "<!-- faults:end -->"
_HEAD = ("fault", "made by", "what happened", "after that", "jobs run again", "s")


@dataclass(frozen=True)
class Row:
    """One fault and its outcome.

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
    """

    fault: str
    made: str
    said: str
    then: str
    again: str
    seconds: float


@dataclass
class Ledger:
    """Rows by the name of their test, in the order in which tests ran."""

    rows: list[Row] = field(default_factory=list)

    def add(self, *cells) -> None:
        self.rows.append(Row(*cells))

    def write(self, page: Path = PAGE) -> None:
        before, _, rest = page.read_text(encoding="utf-8").partition(_START)
        _, _, after = rest.partition(_END)
        write_text(page, f"{before}{_START}\n{self.text()}\n{_END}{after}")

    def text(self) -> str:
        lines = [_line(_HEAD), _line(["---"] * 5 + ["---:"])]
        for row in self.rows:
            cells = (row.fault, row.made, row.said, row.then, row.again, f"{row.seconds:.0f}")
            lines.append(_line(cells))
        total = sum(row.seconds for row in self.rows)
        ran = f"{len(self.rows)} faults on {os.cpu_count()} cores, {total / 60:.0f} minutes in all"
        return "\n".join([f"{ran}; every outcome was checked.", "", *lines])


def _line(cells) -> str:
    return (
        "| "
        + " | ".join(re.sub(r"\s+", " ", str(cell)).replace("|", "\\|") for cell in cells)
        + " |"
    )
