"""The command that says what changed between two folders of results."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from fairbench.base.words import printable


def diff(
    a: Annotated[Path, typer.Argument(metavar="A", help="a folder of results")],
    b: Annotated[Path, typer.Argument(metavar="B", help="the one to hold against it")],
    tolerance: Annotated[
        float, typer.Option(min=0.0, help="numbers that differ by no more are equal")
    ] = 0.0,
) -> None:
    """Say what differs between two folders of results: settings, tables, verdicts.

    Tables are compared value by value, rows by what they are about. The last line says "equal" or
    what differs; the exit status is 0 if they are equal, 1 if not, 2 if they cannot be compared.
    """
    from fairbench.report.changes import tell_changes
    from fairbench.store.results import Results

    try:
        lines, status = tell_changes(Results(a), Results(b), tolerance)
    except OSError as error:
        print(printable(f"fairbench diff: {error}"), file=sys.stderr)
        raise typer.Exit(2) from error
    print(f"A  {printable(str(a))}\nB  {printable(str(b))}\n")
    print(printable("\n".join(lines)))
    raise typer.Exit(status)
