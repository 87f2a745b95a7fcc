"""What is finished of a study, ready for the page. Whatever is missing is left as a gap."""

from __future__ import annotations

import base64
import copy
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from fairbench.csv_tables import read_csv
from fairbench.evaluation.collect import collect_fits, read_limits
from fairbench.evaluation.verdicts import NOT_COMPARABLE, NOT_REPRODUCED, REPRODUCED
from fairbench.plan import Plan
from fairbench.report.contents import FIGURES, TABLES, VERDICTS, FigureEntry, TableEntry
from fairbench.report.explorer import explorer
from fairbench.report.tables import Shown, shown
from fairbench.stamps import plain_text
from fairbench.status.jobs import started_jobs
from fairbench.status.states import DONE, Found, states_of
from fairbench.storage import DamagedFile, read_table

__all__ = [
    "VERDICT_ORDER",
    "Drawing",
    "Given",
    "Sheet",
    "drawings",
    "explorers",
    "sheets",
    "verdicts",
]

VERDICT_ORDER = (NOT_REPRODUCED, REPRODUCED, NOT_COMPARABLE)
#: Pixels of the page for one of a figure's, which has 200 to the inch.
PAGE_PIXELS = 0.63
#: The methods that are shown at first in figure 8's plot, as in the figure itself.
_MAIN = ("fr_train", "naive_mi")


@dataclass
class Given:
    """What a report is made from.

    Attributes
    ----------
    plan : Plan
    root : Path
        The folder of the results.
    output : Path
        The page; links in it are relative to its folder.
    faults : list of str
        Files that were there but could not be used.
    """

    plan: Plan
    root: Path
    output: Path
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.found: list[Found] = states_of(started_jobs(self.plan))

    def table(self, path: str) -> pd.DataFrame | None:
        """A table of the results, or None where it is missing, empty or damaged."""
        try:
            return read_csv(self.root / path)
        except FileNotFoundError:
            return None
        except (DamagedFile, pd.errors.EmptyDataError, OSError) as error:
            self.faults.append(str(error))
            return None

    def text(self, path: str) -> str | None:
        try:
            return plain_text((self.root / path).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            self.faults.append(f"{self.root / path}: {error}")
            return None

    def link(self, path: str) -> str:
        """Relative address of a file of the results."""
        relative = os.path.relpath(self.root / path, self.output.parent or Path())
        return quote(Path(relative).as_posix())

    def fits(self) -> pd.DataFrame | None:
        """The table of fits; before it is there, the fits finished so far."""
        try:
            return read_table(self.root / "tables" / "fits.parquet", kind="fits")[0]
        except FileNotFoundError:
            partial = copy.copy(self.plan)
            partial.uses = [use for use in self.plan.uses if Path(use.fit).is_file()]
            try:
                return collect_fits(partial) if partial.uses else None
            except DamagedFile as error:
                self.faults.append(str(error))
                return None
        except DamagedFile as error:
            self.faults.append(str(error))
            return None

    def limits(self) -> pd.DataFrame:
        """The accuracy limits that are there; no rows if there are none."""
        try:
            return read_limits([path for path in self.plan.limits if Path(path).is_file()])
        except ValueError:
            pass
        except DamagedFile as error:
            self.faults.append(str(error))
        return pd.DataFrame(columns=["positive_rate", "group_coefficient"])

    def gaps(self) -> list[tuple[str, str, str, int]]:
        """Stage, what, state and number of the jobs that are not done."""
        counts = Counter(
            (each.job.stage, each.job.what, each.state) for each in self.found if each.state != DONE
        )
        return [(*key, number) for key, number in counts.items()]


@dataclass(frozen=True)
class Drawing:
    """A figure of the page; without `image` it is missing."""

    entry: FigureEntry
    heading: str
    image: str | None
    width: int
    lead: str
    rest: str
    pdf: str | None
    verdicts: list[tuple[str, int]]
    explorer: str | None
    labels: list[str]


@dataclass(frozen=True)
class Sheet:
    """A table of the page; without `table` it is missing."""

    entry: TableEntry
    table: Shown | None
    link: str


def verdicts(given: Given) -> pd.DataFrame | None:
    """Every verdict there is, those that are not reproduced first; with the file in ``path``."""
    found = []
    for path in VERDICTS:
        table = given.table(path)
        if table is not None:
            found.append(table.assign(path=path))
    if not found:
        return None
    together = pd.concat(found, ignore_index=True)
    order = together["verdict"].map({name: k for k, name in enumerate(VERDICT_ORDER)})
    return together.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def drawings(given: Given, judged: pd.DataFrame | None) -> list[Drawing]:
    """The figures of the registry, drawn or missing; without those that the config leaves out."""
    planned = _planned(given)
    return [
        _drawing(given, entry, judged)
        for entry in FIGURES
        if f"{given.plan.root}/{entry.path}.png" in planned
    ]


def _planned(given: Given) -> set[str]:
    return {path for each in given.found for path in each.job.outputs}


def _drawing(given: Given, entry: FigureEntry, judged: pd.DataFrame | None) -> Drawing:
    png, pdf = (given.root / f"{entry.path}.{kind}" for kind in ("png", "pdf"))
    caption = given.text(f"{entry.path}.md") or ""
    lead, rest = split_caption(caption)
    plot, labels = _plot_of(given.plan, entry)
    return Drawing(
        entry,
        entry.heading,
        _data_uri(png) if png.is_file() else None,
        round(_pixels(png) * PAGE_PIXELS) if png.is_file() else 0,
        lead,
        rest,
        given.link(f"{entry.path}.pdf") if pdf.is_file() else None,
        _verdicts_of(entry, judged),
        plot,
        labels,
    )


def split_caption(caption: str) -> tuple[str, str]:
    """The first sentence of a caption, and the others."""
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z(])", caption.strip(), maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def _data_uri(path: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def _pixels(png: Path) -> int:
    """Width that a PNG file says it has, in its first chunk."""
    return int.from_bytes(png.read_bytes()[16:20], "big")


def _verdicts_of(entry: FigureEntry, judged: pd.DataFrame | None) -> list[tuple[str, int]]:
    """How often each verdict was given on a figure, from the table of the same paper."""
    if judged is None:
        return []
    folder = entry.path.rpartition("figures/")[0]
    mine = judged[judged["path"].map(lambda path: path.rpartition("tables/")[0]) == folder]
    here = mine[mine["place"].str.match(rf"figure {entry.number}\b", case=False)]
    counts = here["verdict"].value_counts()
    return [(name, int(counts[name])) for name in VERDICT_ORDER if name in counts]


def _plot_of(plan: Plan, entry: FigureEntry) -> tuple[str | None, list[str]]:
    """Name of the interactive plot beside a figure, and the labels shown in it at first."""
    figures = plan.config.figures
    if entry.path == "figures/fig8" and figures.fig8:
        return "fig8", list(_MAIN)
    curves = {"figures/fig9": figures.fig9, "figures/fig10": figures.fig10}.get(entry.path)
    return (f"study-{curves.study}", [curves.label, *curves.rivals]) if curves else (None, [])


def explorers(given: Given, drawn: Iterable[Drawing]) -> dict[str, dict]:
    """The interactive plots that figures refer to and for which there are fits, by name."""
    fits, asked = given.fits(), {each.explorer for each in drawn if each.explorer}
    if fits is None:
        return {}
    limits, plots = given.limits(), {}
    for name in sorted(asked):
        if name == "fig8":
            panels = given.plan.config.figures.fig8
            rows = pd.concat([_panel_rows(fits, panel) for panel in panels])
            titles = {panel.study: panel.title for panel in panels}
        else:
            rows, titles = fits[fits["study"] == name.removeprefix("study-")], {}
        if len(rows):
            plots[name] = explorer(rows, limits, titles)
    return plots


def _panel_rows(fits: pd.DataFrame, panel) -> pd.DataFrame:
    """Rows of a panel of figure 8: where a label has several lambda_r, the one that is drawn."""
    rows = fits[fits["study"] == panel.study]
    drawn = rows["label"].map(panel.lambda_r).astype(float)
    return rows[drawn.isna() | ((drawn - rows["lambda_r"]).abs() < 1e-9)]


def sheets(given: Given) -> list[Sheet]:
    """The tables of the registry; one that the study does not make is left out."""
    planned = _planned(given)
    found = []
    for entry in TABLES:
        frame = given.table(entry.path)
        if f"{given.plan.root}/{entry.path}" in planned:
            table = None if frame is None else shown(frame)
            found.append(Sheet(entry, table, given.link(entry.path)))
    return found
