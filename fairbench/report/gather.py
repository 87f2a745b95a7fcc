"""The parts of the page, with what can be shown of them. Whatever is missing is left as a gap."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from fairbench.evaluation.verdicts import NOT_COMPARABLE, NOT_REPRODUCED, REPRODUCED, UNDECIDED
from fairbench.report.contents import Entry, entries
from fairbench.report.given import Given
from fairbench.report.tables import Shown, shown
from fairbench.studies.imbalance.explorer import plot_of, plots

VERDICT_ORDER = (NOT_REPRODUCED, UNDECIDED, REPRODUCED, NOT_COMPARABLE)
#: Pixels of the page for one of a figure's, which has 200 to the inch.
PAGE_PIXELS = 0.63


@dataclass(frozen=True)
class Drawing:
    """A figure of the page; without `image` it is missing, or there but refused."""

    entry: Entry
    image: str | None
    width: int | None
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

    entry: Entry
    table: Shown | None
    is_refused: bool
    link: str | None


def verdicts(given: Given) -> pd.DataFrame | None:
    """Every verdict there is, those that are not reproduced first; with the file in ``path``."""
    found = []
    for entry in entries(given.plan, "verdicts"):
        table = given.table(entry.path)
        if table is not None:
            found.append(table.assign(path=entry.path))
    if not found:
        return None
    together = pd.concat(found, ignore_index=True)
    order = together["verdict"].map({name: k for k, name in enumerate(VERDICT_ORDER)})
    return together.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def findings(given: Given) -> list[str]:
    """The findings of each study, in Markdown; their links lead to the tables of the page."""
    places = {table.path: f"#table-{table.name}" for table in entries(given.plan, "table")}
    places |= {table.path: "#reproduction" for table in entries(given.plan, "verdicts")}

    def led(path: str, text: str) -> str:
        def to_page(link: re.Match) -> str:
            place = places.get(f"{path.rpartition('/')[0]}/{link[1]}")
            return f"[{link[1]}]({place})" if place else link[1]

        return re.sub(r"\[([\w.]+)\]\(\1\)", to_page, text)

    paths = [each.path for each in entries(given.plan, "findings")]
    return [led(path, text) for path in paths if (text := given.text(path))]


def picture(given: Given) -> Drawing | None:
    """The picture of the answers, drawn or missing; None if the config leaves it out."""
    found = entries(given.plan, "picture")
    return _drawing(given, found[0], None) if found else None


def drawings(given: Given, judged: pd.DataFrame | None) -> list[Drawing]:
    """The figures that the config asks for, drawn or missing."""
    return [_drawing(given, entry, judged) for entry in entries(given.plan, "figure")]


def _drawing(given: Given, entry: Entry, judged: pd.DataFrame | None) -> Drawing:
    png = given.picture(f"{entry.path}.png")
    lead, rest = split_caption(given.text(f"{entry.path}.md") or "")
    plot, labels = plot_of(given.plan.config.figures, entry.path)
    return Drawing(
        entry,
        png and f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}",
        # The width that a PNG file says it has, in its first chunk.
        png and round(int.from_bytes(png[16:20], "big") * PAGE_PIXELS),
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


def _verdicts_of(entry: Entry, judged: pd.DataFrame | None) -> list[tuple[str, int]]:
    """How often each verdict was given on a figure, from the table of the same paper."""
    if judged is None or not entry.number:
        return []
    folder = entry.path.rpartition("figures/")[0]
    mine = judged[judged["path"].map(lambda path: path.rpartition("tables/")[0]) == folder]
    here = mine[mine["place"].str.match(rf"figure {entry.number}\b", case=False)]
    counts = here["verdict"].value_counts()
    return [(name, int(counts[name])) for name in VERDICT_ORDER if name in counts]


def explorers(given: Given, drawn: Iterable[Drawing]) -> dict[str, dict]:
    """The interactive plots that figures refer to and for which there are fits, by name."""
    asked = sorted({each.explorer for each in drawn if each.explorer})
    fits = given.fits() if asked else None
    return {} if fits is None else plots(given.plan.config.figures, asked, fits, given.limits())


def sheets(given: Given) -> list[Sheet]:
    """The tables that the study makes."""
    found = []
    for entry in entries(given.plan, "table"):
        frame, link = given.table(entry.path), given.link(entry.path)
        table = None if frame is None else shown(frame)
        found.append(Sheet(entry, table, given.is_refused(entry.path), link))
    return found
