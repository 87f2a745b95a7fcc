"""What became of each job, told from the files: done, running, failed with the reason, to do.

Snakemake keeps a marker for every output that is being made and takes it away when the job ends
well or is cleaned up. A marker with no run alive is a job that was
interrupted: the next run makes it again. Whether finished files are out of date is for
``snakemake -n`` to say.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fairbench.planning.job import Job
from fairbench.run.locks import a_run_is_alive
from fairbench.run.markers import marked_outputs

DONE, RUNNING, FAILED, TO_DO = "done", "running", "failed", "to do"

#: What the last run was started with, and the jobs that it gave up, beside Snakemake's own records.
RUN_RECORD = Path(".snakemake") / "fairbench.run.json"
FAILED_RECORD = Path(".snakemake") / "fairbench.failed.json"

SILENT = (
    "it ended without a word: killed, perhaps for want of memory (run fewer jobs at once, or raise "
    "resources.memory_mb on a cluster) or by hand"
)
_BAR = re.compile(r"\d+%\|.*\||\[[^\]]*(it|model|run|file)/s\]|\[[^\]]*s/(it|model|run)\]")
_STOPPED = "interrupted"
#: How a command ends that fails, by itself or with a traceback.
_ERROR = re.compile(
    r"^(fairbench [a-z0-9_-]+: |Traceback \(most recent call last\):)", re.MULTILINE
)


@dataclass(frozen=True)
class Found:
    """A job and what became of it; `reason` is for failed ones."""

    job: Job
    state: str
    reason: str = ""


@dataclass(frozen=True)
class GivenUp:
    """A job that failed in the last run, as that run knew it."""

    rule: str
    outputs: tuple[str, ...]
    logs: tuple[str, ...]
    command: str


def states_of(jobs: Iterable[Job]) -> list[Found]:
    """Tell the state of every job, from the files of the working folder."""
    marked = marked_outputs(Path())
    lost = {path for job in given_up() for path in job.outputs}
    # What failed before the run that is alive now will be tried by it.
    since = _changed(RUN_RECORD) if a_run_is_alive(Path()) else None
    jobs = list(jobs)
    found = {job: _state(job, marked, lost, since) for job in jobs}
    planned = {path for job in jobs for path in job.files}
    done = {path for job in jobs if found[job].state == DONE for path in job.files}
    # Data that was removed after use: Snakemake does not miss it either. What another study would
    # make of it, which is none of these jobs, does not count.
    for job in reversed(jobs):
        users = planned.intersection(job.users)
        if users and found[job].state == TO_DO and done.issuperset(users):
            found[job] = Found(job, DONE)
            done.update(job.files)
    return list(found.values())


def _state(job: Job, marked: set[str], lost: set[str], since: float | None) -> Found:
    """State of a job; `since` is the start of the run that is alive, None if none is."""
    if marked & set(job.files):
        return Found(job, TO_DO if since is None else RUNNING)
    if all(map(os.path.exists, job.files)):
        return Found(job, DONE)
    log = Path(job.log)
    if since is not None and _changed(log) < since:
        return Found(job, TO_DO)
    words = last_words(log)
    if lost & set(job.files):
        return Found(job, FAILED, words or SILENT)
    # The log of a job that this run ended, and that left nothing, is one of an error if it says
    # more than its progress. An older one may be of a job that ended well, with a warning, and
    # whose files were deleted since. Where the user stopped the job, it did not fail.
    failed = words if since is not None else _ERROR.search(_end_of(log))
    if failed and not words.endswith(_STOPPED):
        return Found(job, FAILED, words)
    return Found(job, TO_DO)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def last_words(log: Path) -> str:
    """Give the last line of a log that is not a progress bar; empty if there is none."""
    lines = (line.strip() for line in re.split(r"[\r\n]+", _end_of(log)))
    return next((line for line in reversed([*lines]) if line and not _BAR.search(line)), "")


def _end_of(log: Path) -> str:
    try:
        return log.read_text(encoding="utf-8", errors="replace")[-20_000:]
    except OSError:
        return ""


def given_up() -> list[GivenUp]:
    """The jobs that failed in the last run, those among them that no plan of ours has."""
    try:
        record = json.loads(FAILED_RECORD.read_text(encoding="utf-8"))
        return [
            GivenUp(job["rule"], tuple(job["outputs"]), tuple(job["logs"]), job["command"])
            for job in record
        ]
    except (OSError, ValueError, LookupError, TypeError):
        return []
