"""The commands that train invariant representations of real data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fairbench.commands.shared import Input, Output, Seconds, Spec, write_csv

Earlier = Annotated[list[Path], typer.Option(help="files of trials of the rounds before")]
Files = Annotated[list[Path], typer.Option(help="files of one kind, in the order of the table")]
Threads = Annotated[int, typer.Option(min=1)]


def representation_trials(
    spec: Spec,
    data: Input,
    output: Output,
    earlier: Earlier = [],  # noqa: B006
    threads: Threads = 1,
    device: str = "cpu",
    fit_seconds: Seconds = 0,
) -> None:
    """Train a block of a search's trials on the inner folds."""
    from tqdm import tqdm

    from fairbench.studies.representations.jobs import search_trials

    given, table, view, kind = _read(spec, data)
    before = _stacked(earlier, "trials") if earlier else None
    with tqdm(total=len(given["trials"]), unit="trial", mininterval=1.0) as progress:
        how = {"threads": threads, "device": device, "minutes": fit_seconds / 60}
        trials = search_trials(table, view, kind, given, before, done=progress.update, **how)
    _write(trials, output, "trials", given, view, kind)


def representation_fold(
    spec: Spec,
    data: Input,
    earlier: Earlier,
    output: Output,
    threads: Threads = 1,
    device: str = "cpu",
    fit_seconds: Seconds = 0,
) -> None:
    """Train the best setting of a search on an outer fold and measure it."""
    from fairbench.studies.representations.jobs import fit_fold

    given, table, view, kind = _read(spec, data)
    trials = _stacked(earlier, "trials")
    how = {"threads": threads, "device": device, "minutes": fit_seconds / 60}
    row = fit_fold(table, view, kind, given, trials, **how)
    _write(row, output, "fold", given, view, kind)


def representation_sweep(
    spec: Spec,
    data: Input,
    output: Output,
    threads: Threads = 1,
    device: str = "cpu",
    fit_seconds: Seconds = 0,
) -> None:
    """Train a method at every gamma of the sweep."""
    from fairbench.studies.representations.jobs import sweep_gamma

    given, table, view, kind = _read(spec, data)
    how = {"threads": threads, "device": device, "minutes": fit_seconds / 60}
    rows = sweep_gamma(table, view, kind, given, **how)
    _write(rows, output, "sweep", given, view, kind)


def representation_collect(kind: str, files: Files, output: Output) -> None:
    """Gather the files of one kind (trials, fold or sweep) into a table."""
    from fairbench.store.tables import write_table

    frame = _stacked(files, kind)
    if kind == "trials":
        write_table(frame, output, kind="searches", about={"files": len(files)})
    else:
        write_csv(frame, output)


def _read(spec: str, data: Path):
    """A job's spec, the table it is about, its profile and the method."""
    from fairbench import methods
    from fairbench.data.real.entry import read_entry
    from fairbench.store.tables import read_table

    given = json.loads(spec)
    about = {name: value for name, value in given["data"].items() if name != "entry"}
    table, _ = read_table(data, kind="table", about=about)
    view = read_entry(given["data"]["entry"]).view(about["profile"])
    return given, table, view, methods.find(given["method"], given["file"])


def _write(frame, output: Path, name: str, given: dict, view, kind) -> None:
    """Write rows with what they are, in the order of every table of the study."""
    from fairbench.store.tables import write_table

    named = {"dataset": given["dataset"], "profile": view.profile, "label": given["label"]}
    named["method"] = given["method"]
    named["sees_sensitive"] = kind.Parameters(**given["parameters"]).sees_sensitive
    if "fold" in given:
        named["fold"] = given["fold"]
    for place, (column, value) in enumerate(named.items()):
        frame.insert(place, column, value)
    write_table(frame, output, kind=name, about={"spec": given})


def _stacked(paths: list[Path], kind: str):
    import pandas as pd

    from fairbench.store.tables import read_table

    return pd.concat([read_table(path, kind=kind)[0] for path in paths], ignore_index=True)
