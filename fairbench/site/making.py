"""Which command makes a file of the results."""

from __future__ import annotations

from fairbench.report.given import Given
from fairbench.studies.registry import KINDS


def made_by(given: Given, path: str) -> str:
    """The command that makes a file: the recorded one, or what to type where none is recorded.

    Parameters
    ----------
    given : Given
    path : str
        Under the results, such as ``tables/selected.csv``.
    """
    recorded = (given.used.get(given.path(path)) or {}).get("command")
    return recorded or f"snakemake --cores 2 {given.path(path)}"


def target_of(kind: str) -> str:
    """The command that makes all of a study kind."""
    by_default = {each.name: each.by_default for each in KINDS}
    return "snakemake --cores 2" if by_default.get(kind, True) else f"snakemake --cores 2 {kind}"
