"""What the report shows, in its order: what the jobs of the study say of their outputs."""

from __future__ import annotations

from dataclasses import dataclass

from fairbench.plan.plan import Plan
from fairbench.planning.comparison import PAPER as COMPARED
from fairbench.planning.job import Shown


@dataclass(frozen=True)
class Entry:
    """Something to be shown: its path under the results (a figure's without suffix), what it is."""

    path: str
    shown: Shown

    @property
    def number(self) -> str:
        """Of a figure that stands for one of a paper."""
        return self.path.rpartition("/fig")[2] if "/fig" in self.path else ""

    @property
    def heading(self) -> str:
        """The title, with the figure's number if it has one."""
        title = self.shown.title
        return f"Figure {self.number}. {title}" if self.number else title

    @property
    def name(self) -> str:
        """``figures/fig3`` and ``other/figures/fig3`` are different figures of one page."""
        name = self.path.replace("/", "-").removesuffix(".csv")
        return name.removeprefix("figures-").removeprefix("tables-")


def entries(plan: Plan, what: str) -> list[Entry]:
    """Everything of one sort that the started studies show, in the order of their jobs.

    What compares the methods of a study comes after all that is about a paper.

    Parameters
    ----------
    plan : Plan
    what : str
        A `Shown.kind`.
    """
    found = []
    for job in plan.started():
        for name, shown in job.shown.items():
            if shown.kind == what:
                path = job.outputs[name].removeprefix(f"{plan.root}/").removesuffix(".png")
                found.append(Entry(path, shown))
    return sorted(found, key=lambda entry: entry.shown.paper == COMPARED)
