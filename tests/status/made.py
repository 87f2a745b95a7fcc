"""Jobs and files of the kind that a study makes, without a study."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd
from rich.console import Console

from fairbench.status.jobs import Job
from fairbench.status.states import DONE, Found, GivenUp
from fairbench.store.tables import write_table


def training(name: str, models: int = 10, iterations: int = 100_000, what: str = "fr_train") -> Job:
    path = f"results/fits/{name}.parquet"
    log, times = f"results/logs/fits/{name}.log", f"results/benchmarks/fits/{name}.tsv"
    return Job("training", what, (path,), log, times, models, iterations)


def put(folder: Path, path: str, text: str = "") -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def put_benchmark(folder: Path, job: Job, seconds: float) -> None:
    head = "s\th:m:s\tmax_rss\tmean_load\n"
    put(folder, job.benchmark, f"{head}{seconds}\t0:00:10\t-\t98.5\n")


def put_fits(folder: Path, job: Job, seconds: float, status: str = "ok", reason: str = "") -> None:
    rows = pd.DataFrame({"seconds": [seconds] * 3, "status": status, "reason": reason})
    write_table(rows, folder / job.outputs[0], kind="fits", about={})


def put_given_up(folder: Path, *outputs: str, logs: Sequence[str] = ()) -> None:
    """Leave the record of a run that gave one job up."""
    job = GivenUp("train", outputs, tuple(logs), "snakemake alone")
    put(folder, ".snakemake/fairbench.failed.json", json.dumps([asdict(job)]))


def done(folder: Path, *jobs: Job) -> list[Found]:
    return [Found(job, DONE) for job in jobs]


def plain(renderable) -> str:
    console = Console(width=200, record=True, file=open(os.devnull, "w"))
    console.print(renderable)
    return console.export_text()
