"""Tables that are there and say that they were made with other settings than the config's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fairbench.plan.plan import Plan


def outdated(plan: Plan) -> list[str]:
    """The tables of a plan that have to be made again for their settings, by path.

    What is made from them, and what is out of date for another reason, only Snakemake knows.
    """
    from fairbench.store.origins import said_by

    asked = plan.settings()
    found = {path: said_by(Path(path))[1].get("settings") for path in asked}
    return [path for path in asked if found[path] not in (None, asked[path])]


def said_of_outdated(tables: Sequence[str]) -> str:
    """One line about them; empty if there is none."""
    if not tables:
        return ""
    were = "tables were" if len(tables) > 1 else "table was"
    names = ", ".join(Path(path).name for path in tables)
    told = f"{len(tables)} {were} made with other settings ({names})"
    return f"{told}: `snakemake -n` lists what is made again"
