"""The command about fits that were stopped for time; `fairbench.cli` lists it with the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer


def timed_out(
    results: Path = Path("results"),
    remove: Annotated[
        bool, typer.Option("--remove", help="remove their files, to train them again")
    ] = False,
) -> None:
    """List the files with fits that were stopped for time, or make room to train them again.

    A longer limit is no reason to train again what did not need it, so nothing is trained anew
    when `resources.fit_minutes` changes: raise it, call this with --remove, and run snakemake.
    """
    found = list(_timed_out(results))
    for path, stopped, fits in found:
        print(f"{path}: {stopped} of {fits} fits")
        if remove:
            path.unlink()
    if not found:
        print(f"no fit in {results} was stopped for time")
    elif remove:
        print("removed; the next run of snakemake trains them")
    else:
        print("To train them again: raise resources.fit_minutes in the config, call")
        print("python -m fairbench timed-out --remove, and run snakemake.")


def _timed_out(results: Path) -> Iterator[tuple[Path, int, int]]:
    """Files made by training jobs, how many of their fits were stopped, and how many they hold."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from fairbench.training.time_limit import REASON

    for folder in ("fits", "representations"):
        for path in sorted((results / folder).rglob("*.parquet")):
            try:
                reasons = pq.read_table(path, columns=["reason"]).column("reason").to_pylist()
            except (OSError, pa.ArrowException):
                continue  # a damaged file is named by what reads it
            stopped = sum(str(reason).endswith(REASON) for reason in reasons)
            if stopped and path.parent.name != "tables":
                yield path, stopped, len(reasons)
