"""The parts of the page, with what can be shown of them. Whatever is missing is left as a gap."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from fairbench.evaluation.verdicts import NOT_COMPARABLE, NOT_REPRODUCED, REPRODUCED, UNDECIDED
from fairbench.plan.plan import Plan
from fairbench.report.contents import (
    ANSWERS,
    FIGURES,
    FINDINGS,
    PICTURE,
    TABLES,
    VERDICTS,
    FigureEntry,
    TableEntry,
)
from fairbench.report.explorer import explorer
from fairbench.report.given import Given
from fairbench.report.tables import Shown, shown

__all__ = [
    "VERDICT_ORDER",
    "Drawing",
    "Sheet",
    "answers",
    "drawings",
    "explorers",
    "findings",
    "picture",
    "sheets",
    "verdicts",
]

VERDICT_ORDER = (NOT_REPRODUCED, UNDECIDED, REPRODUCED, NOT_COMPARABLE)
#: Pixels of the page for one of a figure's, which has 200 to the inch.
PAGE_PIXELS = 0.63
#: The methods that are shown at first in figure 8's plot, as in the figure itself.
_MAIN = ("fr_train", "naive_mi")


@dataclass(frozen=True)
class Drawing:
    """A figure of the page; without `image` it is missing, or there but refused."""

    entry: FigureEntry
    heading: str
    image: str | None
    width: int
    is_refused: bool
    lead: str
    rest: str
    pdf: str | None
    verdicts: list[tuple[str, int]]
    explorer: str | None
    labels: list[str]


@dataclass(frozen=True)
class Sheet:
    """A table of the page; without `table` it is missing, or there but refused."""

    entry: TableEntry
    table: Shown | None
    is_refused: bool
    link: str | None


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


def answers(given: Given) -> list[str]:
    """The answers of each study in detail, in Markdown."""
    return [text for path in ANSWERS if (text := given.text(path))]


def findings(given: Given) -> list[str]:
    """The findings of each study, in Markdown; their links lead to the tables of the page."""
    places = {
        table.path: f"#table-{table.name}" for table in TABLES if given.is_planned(table.path)
    }
    places |= dict.fromkeys(VERDICTS, "#reproduction")

    def led(path: str, text: str) -> str:
        def to_page(link: re.Match) -> str:
            place = places.get(f"{path.rpartition('/')[0]}/{link[1]}")
            return f"[{link[1]}]({place})" if place else link[1]

        return re.sub(r"\[([\w.]+)\]\(\1\)", to_page, text)

    return [led(path, text) for path in FINDINGS if (text := given.text(path))]


def picture(given: Given) -> Drawing | None:
    """The picture of the answers, drawn or missing; None if the config leaves it out."""
    return _drawing(given, PICTURE, None) if given.is_planned(f"{PICTURE.path}.png") else None


def drawings(given: Given, judged: pd.DataFrame | None) -> list[Drawing]:
    """The figures of the registry, drawn or missing; without those that the config leaves out."""
    return [
        _drawing(given, entry, judged) for entry in FIGURES if given.is_planned(f"{entry.path}.png")
    ]


def _drawing(given: Given, entry: FigureEntry, judged: pd.DataFrame | None) -> Drawing:
    png = given.picture(f"{entry.path}.png")
    lead, rest = split_caption(given.text(f"{entry.path}.md") or "")
    plot, labels = _plot_of(given.plan, entry)
    return Drawing(
        entry,
        entry.heading,
        None if png is None else _data_uri(png),
        0 if png is None else round(_pixels(png) * PAGE_PIXELS),
        given.is_refused(f"{entry.path}.png"),
        lead,
        rest,
        given.link(f"{entry.path}.pdf"),
        _verdicts_of(entry, judged),
        plot,
        labels,
    )


def split_caption(caption: str) -> tuple[str, str]:
    """What a caption says is seen, and its details: its two paragraphs."""
    seen, _, details = caption.strip().partition("\n\n")
    return seen, details


def _data_uri(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def _pixels(png: bytes) -> int:
    """Width that a PNG file says it has, in its first chunk."""
    return int.from_bytes(png[16:20], "big")


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
    found = []
    for entry in TABLES:
        if given.is_planned(entry.path):
            frame, link = given.table(entry.path), given.link(entry.path)
            table = None if frame is None else shown(frame)
            found.append(Sheet(entry, table, given.is_refused(entry.path), link))
    return found
