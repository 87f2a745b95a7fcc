"""What a run says of itself: at its start what it will cost, at its end what failed and why.

The Snakefile's handlers call this with Snakemake's workflow, which `fairbench.run.dag` looks into.
Nothing heavy is imported, and a notice that cannot be written never stops a run.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fairbench.plan.plan import Plan
from fairbench.run import dag
from fairbench.run.config_files import given_by_hand
from fairbench.status.announcement import announcement
from fairbench.status.losses import losses
from fairbench.status.rates import measured_rates, time_left
from fairbench.status.states import (
    FAILED_RECORD,
    RUN_RECORD,
    SILENT,
    GivenUp,
    last_words,
    states_of,
)
from fairbench.status.study import DEFAULT, arguments

#: A run shorter than this, in seconds, is not announced.
SHORT = 60.0


def at_start(plan: Plan, files: Sequence[str | os.PathLike], workflow: Any) -> None:
    """Keep what the run was started with, and say what it will cost if that is much."""
    cores = dag.cores(workflow)
    _, overrides = given_by_hand(workflow)
    started = {"overlays": _overlays(files), "overrides": overrides, "cores": cores}
    _keep(RUN_RECORD, started)
    _keep(FAILED_RECORD, [])
    needed = dag.needed(workflow)
    jobs = [job for job in plan.jobs if needed.intersection(job.files)]
    threads = plan.config.resources.threads
    rates = measured_rates(states_of(plan.jobs), threads=threads)
    if time_left(jobs, rates, cores, threads) >= SHORT or not all(map(rates.know, jobs)):
        # The run's own messages go to the error stream too, and must stay in order.
        print(announcement(jobs, rates, cores, threads), file=sys.stderr)


def at_success(plan: Plan, workflow: Any, *said: str) -> None:
    """Say how many fits of the run were lost: they failed no job, and would be missed late.

    And what else is to be said, and where to look; nothing where there is neither.
    """
    made = dag.made(workflow)
    fits = [job.first for job in plan.jobs if job.has_fits]
    lost = losses(path for path in fits if path in made)
    lines = [*said, *([f"In this run {lost}: gaps in the figures."] if lost else [])]
    if lines:
        told = "\n".join(["", *lines, "Overview:", "  python -m fairbench status"])
        print(told, file=sys.stderr)


def at_error(plan: Plan, files: Sequence[str | os.PathLike], workflow: Any) -> None:
    """Keep which jobs failed, and say of each why, where its log is, and how to run it alone."""
    _, overrides = given_by_hand(workflow)
    options = arguments(_overlays(files), overrides)
    jobs = [
        GivenUp(*job, command_alone(job.outputs[:1], options))
        for job in sorted(dag.failed(workflow), key=lambda job: job.outputs)
    ]
    _keep(FAILED_RECORD, list(map(asdict, jobs)))
    for job in jobs:
        print(block_of(job), file=sys.stderr)
    at_success(plan, workflow, *(["Everything that does not need these was made."] if jobs else []))


def block_of(job: GivenUp) -> str:
    """A job that failed in the last run in a few lines."""
    reason = next(filter(None, (last_words(Path(log)) for log in job.logs)), SILENT)
    return block(job.rule, reason, job.logs, job.command)


def block(rule: str, reason: str, logs: Iterable[str], command: str) -> str:
    """A failed job in a few lines."""
    lines = [f"\nfailed: {rule}", f"  why:   {reason}"]
    lines += [f"  log:   {log}" for log in logs]
    return "\n".join([*lines, f"  alone: {command}"])


def command_alone(outputs: Iterable[str], options: Sequence[str]) -> str:
    """The command that makes an output and nothing that does not lead to it.

    Parameters
    ----------
    outputs : iterable of str
    options : sequence of str
        Which study it is part of, as from `fairbench.status.study.arguments`.
    """
    return shlex.join(["snakemake", *outputs, "--cores", "1", *options])


def _overlays(files: Iterable[str | os.PathLike]) -> list[str]:
    """The config files over the default one, as one would type them here."""
    default, found = DEFAULT.resolve(), []
    for file in map(Path, files):
        if file.resolve() != default:
            inside = file.resolve().is_relative_to(Path.cwd())
            found.append(str(file.resolve().relative_to(Path.cwd()) if inside else file))
    return found


def _keep(record: Path, content: object) -> None:
    try:
        record.write_text(json.dumps(content, default=str), encoding="utf-8")
    except OSError:
        pass  # a record for `status` alone
