"""Pages of the library: a page a room, from its docstrings."""

from __future__ import annotations

from pathlib import Path

#: Rooms that are of use without the workflow, those that are there.
_ROOMS = (
    *("estimators", "auditing", "certify", "information", "metrics", "evaluation"),
    *("data", "methods", "training", "networks", "store"),
)


def library_pages(repository: Path) -> dict[str, str]:
    """A page for each room, which MkDocs fills from the docstrings."""
    package = repository / "fairbench"
    there = [room for room in _ROOMS if (package / room / "__init__.py").is_file()]
    return {room: f"# fairbench.{room}\n\n::: fairbench.{room}\n" for room in there}
