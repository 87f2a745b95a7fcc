"""A page for each paper or report: every value and statement of it, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from fairbench.evaluation.verdicts import counted
from fairbench.planning.comparison import PAPER as COMPARED
from fairbench.report.gather import VERDICT_ORDER
from fairbench.report.given import Given
from fairbench.report.tables import number
from fairbench.site.making import made_by, target_of


@dataclass(frozen=True)
class Paper:
    """A paper with its verdicts, the `place`-th of its study; `rows` is None without a run."""

    title: str
    kind: str
    path: str
    command: str
    rows: pd.DataFrame | None = None
    place: int = 1

    def of_its_study(self) -> Paper:
        """The same, told from what another study says of the paper."""
        return replace(self, title=f"{self.kind}: {self.title}")

    @property
    def slug(self) -> str:
        """Its name in addresses, the same with results and without: its study, and which there."""
        return self.kind if self.place == 1 else f"{self.kind}-{self.place}"

    def counts(self) -> dict[str, dict[str, int]]:
        """How often each verdict was given to each kind of statement."""
        return {} if self.rows is None else counted(self.rows).T.to_dict()

    def shown(self) -> list[dict[str, str]]:
        """The rows as texts, in the order of the paper and those that failed first."""
        order = {name: k for k, name in enumerate(VERDICT_ORDER)}
        places = {place: k for k, place in enumerate(dict.fromkeys(self.rows["place"]))}
        keys = [self.rows["place"].map(places), self.rows["verdict"].map(order)]
        sorted_rows = self.rows.assign(_place=keys[0], _order=keys[1])
        sorted_rows = sorted_rows.sort_values(["_place", "_order"], kind="stable")
        return [_texts(row) for row in sorted_rows.to_dict("records")]


def _texts(row: dict) -> dict[str, str]:
    ends = [number(row[end]) for end in ("low", "high")]
    texts = {name: str(row[name]) for name in ("verdict", "verdict_holm", "place", "quantity")}
    texts |= {name: number(float(row[name])) for name in ("published", "ours")}
    texts |= {"kind": str(row["kind"]), "n": str(row["n"]), "reason": str(row["reason"])}
    return texts | {"interval": f"{ends[0]} to {ends[1]}" if all(ends) else ""}


def papers(given: Given) -> list[Paper]:
    """Every paper that the config's studies are about, in the order of their jobs.

    One that two studies are about has a page for each, with the study in its title.
    """
    found = [paper for each in _tables(given) for paper in _papers(given, *each)]
    often = Counter(paper.title for paper in found)
    return [paper if often[paper.title] == 1 else paper.of_its_study() for paper in found]


def _tables(given: Given) -> Iterator[tuple[str, str]]:
    """The study kinds with verdicts, and the table of each."""
    for job in given.plan.jobs:
        for name, shown in job.shown.items():
            if shown.kind == "verdicts":
                yield job.kind, job.outputs[name].removeprefix(f"{given.plan.root}/")


def _papers(given: Given, kind: str, path: str) -> Iterator[Paper]:
    table, where = given.table(path), given.path(path)
    if table is None:
        for place, title in enumerate(_titles(given, kind), start=1):
            yield Paper(title, kind, where, target_of(kind), None, place)
        return
    for place, (source, rows) in enumerate(table.groupby("source", sort=False), start=1):
        yield Paper(str(source), kind, where, made_by(given, path), rows, place)


def _titles(given: Given, kind: str) -> list[str]:
    """The papers that a kind draws figures of."""
    jobs = (job for job in given.plan.jobs if job.kind == kind)
    named = (s.paper for job in jobs for s in job.shown.values() if s.kind == "figure")
    return [title for title in dict.fromkeys(filter(None, named)) if title != COMPARED]
