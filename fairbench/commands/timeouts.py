"""The command about fits that were stopped for time."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Annotated

import typer

from fairbench.commands.status import Further, Overlays, option_for_each, study_of


def timed_out(
    configfile: Overlays = [],  # noqa: B006
    further: Further = [],  # noqa: B006
    names: Annotated[bool, typer.Option("--names", help="print names of files alone")] = False,
) -> None:
    """List the files with fits that were stopped for time, and say how to train them again.

    A longer limit is no reason to train again what did not need it, so nothing is trained anew
    by itself when `resources.fit_minutes` changes.
    """
    asked = study_of(configfile, further)
    found = list(_timed_out([job.first for job in asked.plan.jobs if job.has_fits]))
    for path, stopped, fits in found:
        print(path if names else f"{path}: {stopped} of {fits} fits")
    if names:
        return
    if not found:
        print("no fit was stopped for time")
        return
    stopped = {path for path, *_ in found}
    apart = asked.plan.apart().items()
    targets = [name for name, jobs in apart if stopped & {job.first for job in jobs}]
    call = shlex.join(["snakemake", *targets, "--cores", str(asked.cores), *asked.options])
    print("To train them again, raise resources.fit_minutes in the config and call")
    again = ["timed-out", "--names", *option_for_each([*configfile, *further])]
    print(f"  {call} --forcerun $({shlex.join(['python', '-m', 'fairbench', *again])})")


def _timed_out(paths: list[str]) -> Iterator[tuple[str, int, int]]:
    """Files of fits with any that were stopped, how many of them, and how many fits they hold."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from fairbench.training.time_limit import REASON

    for path in paths:
        try:
            reasons = pq.read_table(path, columns=["reason"]).column("reason").to_pylist()
        except (OSError, pa.ArrowException):
            continue  # not there yet; a damaged file is named by what reads it
        stopped = sum(str(reason).endswith(REASON) for reason in reasons)
        if stopped:
            yield path, stopped, len(reasons)
