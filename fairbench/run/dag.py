"""What a running Snakemake knows of its jobs, in plain names and paths."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple


class FailedJob(NamedTuple):
    """A job that failed in this run."""

    rule: str
    outputs: tuple[str, ...]
    logs: tuple[str, ...]


def needed(workflow: Any) -> set[str]:
    """The outputs of all jobs that are still to run."""
    return _outputs(workflow.dag.needrun_jobs())


def made(workflow: Any) -> set[str]:
    """The outputs of all jobs that this run has ended."""
    return _outputs(workflow.dag.finished_jobs)


def failed(workflow: Any) -> list[FailedJob]:
    """The jobs that failed; of a group, which Snakemake blames whole, those with a file missing."""
    return [
        FailedJob(job.rule.name, tuple(map(str, job.output)), tuple(map(str, job.log)))
        for each in workflow.scheduler.failed
        for job in _members(each)
    ]


def cores(workflow: Any) -> int:
    """Cores of this machine's run; on a cluster, of all jobs that may run at once."""
    settings = workflow.resource_settings
    if not getattr(workflow, "local_exec", True):
        return int((settings.nodes or 1) * (settings.cores or 1))
    return int(settings.cores or settings.nodes or os.cpu_count() or 1)


def _outputs(jobs: Iterable[Any]) -> set[str]:
    return {str(path) for job in jobs for path in job.output}


def _members(job: Any) -> list[Any]:
    if not hasattr(job, "jobs"):
        return [job]
    return [each for each in job.jobs if not all(Path(str(path)).exists() for path in each.output)]
