"""``python -m fairbench.data.real fetch NAME``: get the files of a data set."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def _commands() -> None:
    """Real data sets."""


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="a shipped data set, or the path of an entry file")],
    folder: Annotated[Path, typer.Option(help="where NAME/FILE is put")] = Path("resources/data"),
    mirror: Annotated[
        Path | None,
        typer.Option(
            envvar="FAIRBENCH_DATA_MIRROR", help="folder with NAME/FILE or FILE, tried first"
        ),
    ] = None,
    file: Annotated[str | None, typer.Option(help="only this file")] = None,
) -> None:
    """Get the files of a data set, verified, from a mirror or by URL."""
    from fairbench.data.real.download import fetch as fetch_files
    from fairbench.data.real.entry import read_entry

    for path in fetch_files(read_entry(name), folder, mirror=mirror, only=file):
        typer.echo(path)


def main() -> None:
    """Run a command; a foreseen failure ends in its message, without a traceback."""
    from fairbench.data.real.entry import EntryError

    try:
        app(prog_name="python -m fairbench.data.real")
    except (EntryError, OSError) as error:
        sys.exit(f"fairbench.data.real: {error}")


if __name__ == "__main__":
    main()
