"""The front page: the picture of the answers, what is recorded, and what was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from fairbench.report.contents import entries
from fairbench.report.gather import split_caption
from fairbench.report.given import Given
from fairbench.report.origin import commits
from fairbench.site.making import target_of

_CAPTION = "What each method gains over the best simple baseline: right of the line it is better"


def front(given: Given, overlays: Sequence[str], repository: Path) -> tuple[dict[str, Any], bytes]:
    """What the front page says, and its picture.

    The picture is that of the results. Where there is none, it is that of the README, and the page
    says so.
    """
    pictures = [entry.path for entry in entries(given.plan, "picture")]
    path = next((p for p in pictures if p == "figures/answers"), "")
    own = given.picture(f"{path}.png") if path else None
    lead, rest = _CAPTION, "This is the picture of the README; no run of it is recorded here."
    if own is not None:
        lead, rest = split_caption(given.text(f"{path}.md") or _CAPTION)
        lead = lead.partition(". ")[0].rstrip(".")
    kinds = _kinds(given)
    content = {
        "picture_lead": lead,
        "picture_rest": " ".join(rest.split()),
        "kinds": kinds,
        "recorded": any(kind["tables"] for kind in kinds),
        "findings": [_html(text) for text in _findings(given)],
        "root": given.plan.root,
        "overlays": list(overlays),
        "is_short": any(Path(name).name == "quick.yaml" for name in overlays),
    }
    content |= {"commits": commits(given.used), "faults": given.refused()}
    return content, own or (repository / "docs" / "answers.png").read_bytes()


def _kinds(given: Given) -> list[dict[str, Any]]:
    """Each study kind with the tables that it shows, and how many of them can be used."""
    found: dict[str, dict[str, Any]] = {}
    for job in given.plan.jobs:
        tables = [name for name, s in job.shown.items() if s.kind in ("table", "verdicts")]
        paths = [job.outputs[name].removeprefix(f"{given.plan.root}/") for name in tables]
        if paths:
            told = {"name": job.kind, "tables": 0, "planned": 0, "command": target_of(job.kind)}
            kind = found.setdefault(job.kind, told)
            kind["planned"] += len(paths)
            kind["tables"] += sum(given.table(path) is not None for path in paths)
    return list(found.values())


def _findings(given: Given) -> list[str]:
    paths = [entry.path for entry in entries(given.plan, "findings")]
    return [text for path in paths if (text := given.text(path))]


def _html(text: str) -> Markup:
    """Findings as HTML: HTML in them, pictures and links are shown as their text."""
    text = re.sub(r"\[([\w.]+)\]\(\1\)", r"\1", text)
    reader = MarkdownIt("commonmark", {"html": False}).disable(["image", "autolink", "link"])
    return Markup(reader.render(text))
