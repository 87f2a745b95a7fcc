"""Which rows a method of a grid learns from, as its spec and its path say."""

from __future__ import annotations

from fairbench.base.paths import folders_of
from fairbench.studies.grid.section import MethodEntry


def rows_of(entry: MethodEntry) -> dict:
    """Which rows a method learns from, where these are not all."""
    given = entry.model_dump(
        include={"trimming", "with_reserve", "clean_share"}, exclude_defaults=True
    )
    return given if entry.trimming is None else given | {"trimming": entry.trimming.model_dump()}


def folders_of_rows(rows: dict) -> list[str]:
    """The folder of these rows in a path; none where a method learns from all."""
    said = {f"trimmed_{name}": value for name, value in rows.get("trimming", {}).items()}
    said |= {name: value for name, value in rows.items() if name != "trimming"}
    return [folders_of(said)] if said else []
