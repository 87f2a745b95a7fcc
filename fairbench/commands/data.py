"""The commands about data; `fairbench.commands.app` lists them with the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fairbench.commands.shared import Input, Output, Spec, read_dataset
from fairbench.data.real.entry import MIRROR


def draw(spec: Spec, output: Output) -> None:
    """Draw a data set, or divide and encode a real one."""
    from fairbench.store.tables import write_table

    given = json.loads(spec)
    frame, about = (_divided if "entry" in given else _drawn)(given)
    write_table(frame, output, kind="dataset", about=about | {"columns": list(frame.columns)})


def _drawn(given: dict):
    from fairbench.data import build, resolve

    frame = build(given["dataset"], given["parameters"], given["trials"], given["seed"])
    parameters = resolve(given["dataset"], given["parameters"])
    coding = "0/1; 0 is -1 in released files"
    return frame, given | {"parameters": parameters, "labels": coding}


def _divided(given: dict):
    from fairbench.data.real.encode import build_real

    profile, folder = given["parameters"]["profile"], given["folder"]
    entry = _entry(given, profile)
    frame = build_real(entry, profile, folder, given["trials"], given["seed"])
    about = {name: value for name, value in given.items() if name not in ("entry", "folder")}
    return frame, about | _provenance(entry, profile, folder) | {"labels": "0/1; 1 is favourable"}


def poison(spec: Spec, data: Input, output: Output) -> None:
    """Flip labels of a data set's training rows."""
    from fairbench.base.randomness import seed_of
    from fairbench.data import flip_labels
    from fairbench.store.tables import write_table

    given = json.loads(spec)
    frame, about = read_dataset(data, given["data"])
    named = [about["dataset"]] if "definition" in about else []
    named += map(str, about["parameters"].values())
    seed = seed_of(given["seed"], "poisoning", *named)
    flipped = flip_labels(frame, **given["poisoning"], seed=seed)
    about |= {"poisoning": given["poisoning"], "flipped": int((flipped.y != flipped.y_clean).sum())}
    write_table(flipped, output, kind="dataset", about=about)


def fetch(
    name: Annotated[str, typer.Argument(help="a shipped data set, or the path of an entry file")],
    folder: Annotated[Path, typer.Option(help="where NAME/FILE is put")] = Path("resources/data"),
    mirror: Annotated[
        Path | None,
        typer.Option(envvar=MIRROR, help="folder with NAME/FILE or FILE, tried first"),
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
    from fairbench.store.tables import write_table

    given = json.loads(spec)
    profile, folder = given["profile"], given["folder"]
    entry = _entry(given, profile)
    frame = load_table(entry, profile, folder)
    about = {name: given[name] for name in ("dataset", "profile", "definition")}
    about |= _provenance(entry, profile, folder) | {"columns": list(frame.columns)}
    write_table(frame, output, kind="table", about=about)


def _entry(given: dict, profile: str):
    """The entry of a job, if it still says what it said when the job was planned."""
    from fairbench.data.real.entry import EntryError, read_entry

    entry = read_entry(given["entry"])
    if entry.view(profile).definition() != given["definition"]:
        raise EntryError(f"{given['entry']} was edited while the workflow ran; run it again")
    return entry


def _provenance(entry, profile: str, folder: str) -> dict:
    """The rules that made a file, and the hash of each file that it was made from."""
    from fairbench.data.real.download import sha256_of
    from fairbench.store.journal import saw_file

    for path in entry.paths(folder):
        saw_file(path, is_data=True)
    sources = {path.name: sha256_of(path) for path in entry.paths(folder)}
    return {"view": entry.view(profile).model_dump(mode="json"), "sha256": sources}
