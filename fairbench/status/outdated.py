"""Tables that are there and say that they were made with other settings than the config's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from fairbench.plan.plan import Plan
from fairbench.store.stamps import read_beside
from fairbench.store.tables import PROVENANCE

__all__ = ["outdated", "said_of_outdated"]


def outdated(plan: Plan, folder: Path = Path()) -> list[str]:
    """The tables of a plan that have to be made again for their settings, by path.

    What is made from them, and what is out of date for another reason, only Snakemake knows.
    """
    asked = plan.settings()
    return [path for path in asked if _settings(folder / path) not in (None, asked[path])]


def said_of_outdated(tables: Sequence[str]) -> str:
    """One line about them; empty if there is none."""
    if not tables:
        return ""
    were = "tables were" if len(tables) > 1 else "table was"
    names = ", ".join(Path(path).name for path in tables)
    told = f"{len(tables)} {were} made with other settings ({names})"
    return f"{told}: `snakemake -n` lists what is made again"


def _settings(path: Path) -> str | None:
    """The checksum of its settings in a table; None where there is none, or no table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if path.suffix == ".parquet":
            origin = json.loads(pq.read_schema(path).metadata[PROVENANCE])
        else:
            origin = read_beside(path) if path.exists() else None
        return origin.get("settings")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, pa.ArrowException):
        return None  # not there yet; a damaged file is named by what reads it
