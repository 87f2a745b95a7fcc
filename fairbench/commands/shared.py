"""What the commands share: the types of their options, and how they read and write."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Spec = Annotated[str, typer.Option(help="what to make, as JSON written by the plan")]
Input = Annotated[Path, typer.Option(help="file to read")]
Output = Annotated[Path, typer.Option(help="file to write")]
Number = Annotated[int, typer.Option()]
Seconds = Annotated[int, typer.Option(min=0, help="limit on a batch of fits; 0: none")]
Tracks = Annotated[str, typer.Option(help="name of each tracked run -> its files, as JSON")]


def read_dataset(path: Path, expected: dict):
    """A data set file, if it is the one expected: another cell's has the same columns."""
    from fairbench.data import resolve
    from fairbench.store.tables import read_table

    if "definition" not in expected:  # of real data, whose parameters are complete
        parameters = resolve(expected["dataset"], expected["parameters"])
        expected = expected | {"parameters": parameters}
    return read_table(path, kind="dataset", about=expected)


def write_csv(frame, path: Path) -> None:
    """Write a table for people and for the rules that follow."""
    from fairbench.store import csv_tables

    csv_tables.write_csv(frame, path)


def write_markdown(text: str, path: Path) -> None:
    """Write a text for people, which says where it comes from."""
    from fairbench.store.stamps import stamp_text
    from fairbench.store.tables import write_text

    write_text(path, stamp_text(path, text))


def printable(text: str) -> str:
    """Text of a stranger's file, without what would steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def seen_by(fits) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Splits whose labels each label of a table of fits learns from, and if it needs the group.

    A label of several studies is said to have seen the most that it saw in any.
    """
    described = fits[["label", "fitted_on", "needs_sensitive_at_test"]].drop_duplicates()
    seen: dict[str, tuple[tuple[str, ...], bool]] = {}
    for label, fitted_on, needed in described.itertuples(index=False, name=None):
        splits = tuple(filter(None, fitted_on.split("+")))
        if label not in seen or len(splits) > len(seen[label][0]):
            seen[label] = splits, bool(needed)
    return seen
