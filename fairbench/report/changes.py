"""What changed between two folders of results: settings, tables and what lies behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from fairbench.evaluation.difference import Difference, compare, same_rows
from fairbench.store.columns import PASSING
from fairbench.store.results import Header, Results
from fairbench.store.settings import ChangedSetting, changed_origins, changed_settings

__all__ = ["Behind", "Changes", "find_changes"]


@dataclass
class Behind:
    """The files of one kind that lie behind the tables.

    Attributes
    ----------
    compared : int
        Files that both folders have, by what they are about.
    regrouped : int
        Files of which both folders have all rows, in other files.
    changed : list of (str, Difference)
    only_a, only_b : list of str
        Files that only one has.
    """

    compared: int = 0
    regrouped: int = 0
    changed: list[tuple[str, Difference]] = field(default_factory=list)
    only_a: list[str] = field(default_factory=list)
    only_b: list[str] = field(default_factory=list)


@dataclass
class Changes:
    """All that differs between two folders.

    Attributes
    ----------
    settings, origins : list of ChangedSetting
        Origins are no difference by themselves: another commit may give the same numbers.
    tables : dict of str -> Difference
        All tables that both have.
    only_a, only_b : list of str
        Tables that only one has.
    behind : dict of str -> Behind
    faults : list of str
        Files that cannot be compared.
    """

    settings: list[ChangedSetting]
    origins: list[ChangedSetting]
    tables: dict[str, Difference]
    only_a: list[str]
    only_b: list[str]
    behind: dict[str, Behind]
    faults: list[str]

    @property
    def status(self) -> int:
        """0 if all is equal, 1 if something differs, 2 if something cannot be compared."""
        return 2 if self.faults else int(bool(self.counts()))

    def counts(self) -> dict[str, int]:
        """How much differs of what; nothing that does not."""
        found: Counter[str] = Counter()
        found["setting"] = len(self.settings)
        found["table in one alone"] = len(self.only_a) + len(self.only_b)
        files = [difference for kind in self.behind.values() for _, difference in kind.changed]
        for difference in (*self.tables.values(), *files):
            found["value"] += difference.values
            found["row in one alone"] += len(difference.only_a) + len(difference.only_b)
            found["column in one alone"] += len(difference.columns_a) + len(difference.columns_b)
            found["verdict"] += len(difference.verdicts)
        for kind in self.behind.values():
            found["file in one alone"] += len(kind.only_a) + len(kind.only_b)
        return {name: count for name, count in found.items() if count}


def find_changes(a: Results, b: Results, tolerance: float = 0.0) -> Changes:
    """Compare two folders of results.

    Parameters
    ----------
    a, b : Results
        The older and the newer.
    tolerance : float
        Numbers that differ by no more are equal.
    """
    tables = {}
    for name in sorted(a.tables.keys() & b.tables.keys()):
        pair = a.read(a.tables[name]), b.read(b.tables[name])
        if all(frame is not None for frame in pair):
            tables[name] = compare(*pair, tolerance=tolerance, leave_out=PASSING)
    # The table of fits holds all of them, in whatever files they were made.
    told = {header.kind for header in a.tables.values()} - {""}
    told &= {header.kind for header in b.tables.values()}
    files_a, files_b = a.behind(told), b.behind(told)
    return Changes(
        settings=changed_settings(a.headers, b.headers),
        origins=changed_origins(a.headers, b.headers),
        tables=tables,
        only_a=sorted(a.tables.keys() - b.tables.keys()),
        only_b=sorted(b.tables.keys() - a.tables.keys()),
        behind={
            kind: _behind(a, files_a.get(kind, []), b, files_b.get(kind, []), tolerance)
            for kind in sorted(files_a.keys() | files_b.keys())
        },
        faults=a.faults + b.faults,
    )


def _behind(
    a: Results, of_a: Sequence[Header], b: Results, of_b: Sequence[Header], tolerance: float
) -> Behind:
    """Compare the files of one kind: those about the same, then the rows of the rest together."""
    found = Behind()
    olds, news = ({header.subject: header for header in files} for files in (of_a, of_b))
    for subject in (subject for subject in olds if subject in news):
        old, new = a.read(olds[subject]), b.read(news[subject])
        if old is None or new is None:
            continue
        found.compared += 1
        difference = compare(old, new, tolerance=tolerance, leave_out=PASSING, in_order=True)
        if not difference.equal:
            found.changed.append((olds[subject].name, difference))
    rest = [header for subject, header in olds.items() if subject not in news]
    other = [header for subject, header in news.items() if subject not in olds]
    if _regrouped([a.read(header) for header in rest], [b.read(header) for header in other]):
        found.regrouped = len(rest)
    else:
        found.only_a = [header.name for header in rest]
        found.only_b = [header.name for header in other]
    return found


def _regrouped(a: list[pd.DataFrame | None], b: list[pd.DataFrame | None]) -> bool:
    """Whether two lists of tables hold the same rows, in other files."""
    if not a or not b or any(frame is None for frame in (*a, *b)):
        return False
    return same_rows(pd.concat(a), pd.concat(b), leave_out=PASSING)
