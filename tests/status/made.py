"""Jobs and files of the kind that a study makes, without a study."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd
from rich.console import Console

from fairbench.planning.job import Job
from fairbench.status.rates import Rates
from fairbench.status.states import DONE, Found, GivenUp
from fairbench.store.tables import write_table

#: As if jobs of FR-Train had been finished here.
MEASURED = Rates({("training", "fr_train"): (2.0, 1e-5)})


def training(
    name: str,
    models: int = 10,
    iterations: int = 100_000,
    what: str = "fr_train",
    is_compiled: bool = True,
) -> Job:
    """A job that trains a cell."""
    return Job(
        "train",
        "",
        f"fits/{name}",
        {"fits": f"results/fits/{name}.parquet"},
        "training",
        what,
        models=models,
        iterations=iterations,
        has_fits=True,
        trains=True,
        is_compiled=is_compiled,
        root="results",
    )


def other(stage: str, what: str) -> Job:
    """A job that trains nothing."""
    return Job(
        stage, "", f"{stage}/{what}", {"file": f"results/{what}"}, stage, what, root="results"
    )


def put(folder: Path, path: str, text: str = "") -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def put_benchmark(folder: Path, job: Job, seconds: float) -> None:
    head = "s\th:m:s\tmax_rss\tmean_load\n"
    put(folder, job.benchmark, f"{head}{seconds}\t0:00:10\t-\t98.5\n")


def put_fits(folder: Path, path: str, seconds: float, status: str = "ok", reason: str = "") -> None:
    rows = pd.DataFrame({"seconds": [seconds] * 3, "status": status, "reason": reason})
    write_table(rows, folder / path, kind="fits", about={})


def put_given_up(folder: Path, *outputs: str, logs: Sequence[str] = ()) -> None:
    """Leave the record of a run that gave one job up."""
    job = GivenUp("train", outputs, tuple(logs), "snakemake alone")
    put(folder, ".snakemake/fairbench.failed.json", json.dumps([asdict(job)]))


def done(*jobs: Job) -> list[Found]:
    return [Found(job, DONE) for job in jobs]


def plain(renderable) -> str:
    console = Console(width=200, record=True, file=open(os.devnull, "w"))
    console.print(renderable)
    return console.export_text()
