"""The commands about data; `fairbench.cli` lists them with the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fairbench.cli_shared import Output, Spec


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
    """Get the files of a real data set, verified, from a mirror or by URL."""
    from fairbench.data.real.download import fetch as fetch_files
    from fairbench.data.real.entry import read_entry

    for path in fetch_files(read_entry(name), folder, mirror=mirror, only=file):
        typer.echo(path)


def table(spec: Spec, output: Output) -> None:
    """Read the rows of a real data set that a profile keeps."""
    from fairbench.data.real.load import load_table
    from fairbench.storage import write_table

    given = json.loads(spec)
    entry = _entry(given)
    frame = load_table(entry, given["profile"], given["folder"])
    about = _about(entry, given)
    write_table(frame, output, kind="table", about=about | {"columns": list(frame.columns)})


def _entry(given: dict):
    """The entry of a job, if it still says what it said when the job was planned."""
    from fairbench.data.real.entry import EntryError, read_entry

    entry = read_entry(given["entry"])
    if entry.view(given["profile"]).definition() != given["definition"]:
        raise EntryError(f"{given['entry']} was edited while the workflow ran; run it again")
    return entry


def _about(entry, given: dict) -> dict:
    """What a file made from an entry says of itself."""
    from fairbench.data.real.download import sha256_of

    paths = entry.paths(given["folder"])
    return {
        **{name: given[name] for name in ("dataset", "profile", "definition")},
        "view": entry.view(given["profile"]).model_dump(mode="json"),
        "sha256": {path.name: sha256_of(path) for path in paths},
    }
