"""The commands about tracked runs; `fairbench.commands.app` lists them with the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fairbench.commands.shared import (
    Input,
    Output,
    Seconds,
    Spec,
    Tracks,
    read_dataset,
    write_csv,
)


def track(
    spec: Spec,
    data: Input,
    output: Output,
    device: str = "cpu",
    fit_seconds: Seconds = 0,
) -> None:
    """Train one setting of a method and measure it along its training."""
    from tqdm import tqdm

    from fairbench import methods
    from fairbench.store.journal import saw_file
    from fairbench.store.tables import write_table
    from fairbench.studies.tracking.measuring import track_models
    from fairbench.training.budget import Budget

    given = json.loads(spec)
    kind = methods.find(given["method"], given["file"])
    method = kind(kind.Parameters(**given["parameters"]))
    saw_file(given["file"])
    frame, about = read_dataset(data, given["data"])
    options = ("lambda_f", "lambda_r", "every", "coding", "neighbours", "slope", "engine")
    with tqdm(total=len(given["trials"]), unit="run", desc=method.name) as progress:
        traces = track_models(
            frame[frame["trial"].isin(given["trials"])],
            about,
            method,
            Budget(**given["budget"]),
            **{name: given[name] for name in options},
            device=device,
            minutes=fit_seconds / 60,
            done=progress.update,
        )
    write_table(traces, output, kind="trace", about={"data": about, "spec": given})


def describe_training(
    tracks: Tracks,
    alignment: Output,
    stability: Output,
    equal: Annotated[list[str], typer.Option(help="two runs to compare")] = [],  # noqa: B006
) -> None:
    """Tabulate the correlation of losses with information, and the stability of training."""
    from fairbench.studies.imbalance.alignment import alignment_table
    from fairbench.studies.imbalance.stability import stability_table
    from fairbench.studies.tracking.traces import read_tracks

    traces = read_tracks(json.loads(tracks))
    write_csv(alignment_table(traces), alignment)
    write_csv(stability_table(traces, equal), stability)


def read_training(tracks: str, alignment: Path | None, stability: Path | None):
    """The tables of the tracked runs, or None where there are none."""
    from fairbench.evaluation.selection import read_csv
    from fairbench.studies.imbalance.training_claims import Training
    from fairbench.studies.tracking.traces import read_tracks

    if not json.loads(tracks):
        return None
    tables = (read_csv(path) for path in (alignment, stability))
    return Training(read_tracks(json.loads(tracks)), *tables)
