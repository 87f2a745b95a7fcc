"""The command that gets the files of a real data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairbench.data.real.entry import MIRROR


def fetch(
    name: Annotated[
        str, typer.Argument(help="a shipped data set, mnist, or the path of an entry file")
    ],
    folder: Annotated[Path, typer.Option(help="where NAME/FILE is put")] = Path("resources/data"),
    mirror: Annotated[
        Path | None,
        typer.Option(envvar=MIRROR, help="folder with the files, tried first"),
    ] = None,
    file: Annotated[str | None, typer.Option(help="only this file")] = None,
) -> None:
    """Get the files of a real data set, verified, from a mirror or by URL."""
    from fairbench.data.file_sets import to_fetch
    from fairbench.data.real.download import fetch as fetch_files

    for path in fetch_files(to_fetch(name), folder, mirror=mirror, only=file):
        typer.echo(path)
