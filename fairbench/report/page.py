"""The report as one HTML file that needs no network (`fairbench.report.offline`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from markdown_it import MarkdownIt
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from fairbench.evaluation.verdicts import (
    NOT_REPRODUCED,
    REPRODUCED,
    UNDECIDED,
    VERDICTS,
    counted,
)
from fairbench.plan.plan import Plan
from fairbench.report.contents import entries
from fairbench.report.costs import costs
from fairbench.report.gather import (
    VERDICT_ORDER,
    Drawing,
    drawings,
    explorers,
    findings,
    picture,
    sheets,
    verdicts,
)
from fairbench.report.given import Given
from fairbench.report.offline import rendered
from fairbench.report.origin import checksums, commits, config_text, origins, writer
from fairbench.report.tables import Cell, Column, Shown, number, shown
from fairbench.status.rates import words
from fairbench.store.tables import write_text
from fairbench.studies.grid.section import active


def write(plan: Plan, output: Path, overlays: Sequence[str] = ()) -> Given:
    """Write the report of whatever is finished.

    Parameters
    ----------
    plan : Plan
        The study; what of it is missing is said on the page.
    output : Path
        The page.
    overlays : sequence of str
        The config files over the default one, and what `--config` said, to be named.

    Returns
    -------
    Given
        What the page was made from, with the gaps and faults found.
    """
    given = Given(plan, output)
    content = _content(given, overlays)
    page = rendered(
        "report.html.j2",
        content,
        libraries=[get_plotlyjs()] if content["plots"] else [],
        filters={"markdown": _markdown},
        names={"badge": _badge},
    )
    write_text(output, page)
    return given


def _content(given: Given, overlays: Sequence[str]) -> dict:
    judged = verdicts(given)
    drawn = drawings(given, judged)
    spent = costs(given.found)
    kinds = ("verdicts", "findings")
    paths = {kind: [each.path for each in entries(given.plan, kind)] for kind in kinds}
    content = {
        "config_files": ["config/config.yaml", *overlays],
        "studies": _studies(given.plan),
        "jobs": Counter(each.state for each in given.found),
        "gaps": given.gaps(),
        "verdict_order": VERDICT_ORDER,
        "shown_order": VERDICTS,
        "by_kind": {} if judged is None else counted(judged).T.to_dict(),
        "counts": Counter() if judged is None else Counter(judged["verdict"]),
        "places": {} if judged is None else _places(judged),
        "judged": None if judged is None else _judged(judged),
        "judged_links": [link for path in paths["verdicts"] if (link := given.link(path))],
        "verdicts_refused": any(map(given.is_refused, paths["verdicts"])),
        "picture": picture(given),
        "findings": findings(given),
        "findings_refused": any(map(given.is_refused, paths["findings"])),
        "papers": _by_paper(drawn),
        "plots": explorers(given, drawn),
        "sheets": sheets(given),
        "costs": [
            row | {"words": {name: words(row[name]) for name in ("total", "median", "longest")}}
            for row in spent.astype(object).where(spent.notna(), None).to_dict("records")
        ],
    }
    # Last, as they are about all that was used above.
    return content | _origin(given) | {"faults": given.refused()}


def _origin(given: Given) -> dict:
    text, own = config_text(given.plan)
    return {
        "commits": commits(given.used),
        "origins": origins(given.used, own),
        "used": len(given.used),
        "writer": writer(),
        "config": text,
        "config_hash": own,
        "of_this_config": sum(each["config"] == own for each in given.used.values()),
        "checksums": shown(checksums(given), kinds={"file": "file", "sha256": "hash"}),
    }


def _studies(plan: Plan) -> list[dict]:
    """What was studied, for the head of the page."""
    return [
        {
            "name": name,
            "dataset": study.dataset,
            "cells": len(study.positive_rate) * len(study.group_coefficient),
            "trials": study.trials,
            "methods": ", ".join(study.entries()),
        }
        for name, study in active(plan.config.studies).items()
    ]


def _places(judged: pd.DataFrame) -> dict[str, list[dict]]:
    """Verdicts by source and place."""
    sources: dict[str, list[dict]] = {}
    for (source, place), rows in judged.groupby(["source", "place"]):
        counts = rows["verdict"].value_counts()
        found = {name: int(counts.get(name, 0)) for name in VERDICT_ORDER}
        sources.setdefault(source, []).append({"place": place, "counts": found, "n": len(rows)})
    for places in sources.values():
        places.sort(key=lambda each: _by_number(each["place"]))
    return sources


def _by_number(text: str) -> list[tuple[int, str]]:
    """A key that sorts figure 9 before figure 10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]


def _judged(judged: pd.DataFrame) -> Shown:
    """The table of verdicts, narrow enough to be read: place and interval stand below."""
    names = ("verdict", "quantity", "kind", "published", "ours", "n", "reason")
    columns = [Column(name, name in names[3:6]) for name in names]
    rows = []
    for row in judged.to_dict("records"):
        ends = [number(row[end]) for end in ("low", "high")]
        interval = f"{ends[0]} to {ends[1]}" if all(ends) else ""
        rows.append(
            [
                Cell(row["verdict"], row["verdict"], "verdict"),
                Cell(row["quantity"], row["quantity"], "long", row["place"]),
                Cell(row["kind"], row["kind"]),
                Cell(number(row["published"]), repr(row["published"])),
                Cell(number(row["ours"]), repr(row["ours"]), "", interval),
                Cell(str(row["n"]), str(row["n"])),
                Cell(row["reason"], row["reason"], "long"),
            ]
        )
    return Shown(columns, rows, {})


def _by_paper(drawn: Sequence[Drawing]) -> dict[str, dict[str, list[Drawing]]]:
    papers: dict[str, dict[str, list[Drawing]]] = {}
    for each in drawn:
        told = each.entry.shown
        papers.setdefault(told.paper, {}).setdefault(told.topic, []).append(each)
    return papers


def _badge(verdict: str) -> Markup:
    """A verdict with a sign and its word, so that colour is never all there is."""
    sign, kind = {
        REPRODUCED: ("✓", "good"),
        NOT_REPRODUCED: ("✗", "bad"),
        UNDECIDED: ("?", "open"),
    }.get(verdict, ("–", "neutral"))
    return Markup('<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>').format(
        kind, sign, verdict
    )


def _markdown(text: str) -> Markup:
    """Markdown as HTML. HTML in it, images and links out of the page are shown as their text."""
    reader = MarkdownIt("commonmark", {"html": False}).disable(["image", "autolink"])
    reader.validateLink = lambda address: address.startswith("#")
    return Markup(reader.render(text))
