"""What a job costs, from the jobs that are finished, and else from the engine's own rate."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fairbench.planning.job import Job
from fairbench.status.states import DONE, Found

#: Seconds before a job begins to work (Python, its libraries, the compiled loop), and of a
#: model-iteration of the compiled engine: those of the machine in docs/timing.md. A few finished
#: jobs replace both.
START_UP, COMPILED = 1.5, 15e-6


@dataclass(frozen=True)
class Rates:
    """Seconds of jobs: ``start_up + rate * work``, by stage and method.

    Attributes
    ----------
    finished : mapping
        (stage, method) -> (start-up, seconds for one unit of work), from finished jobs.
    stages : mapping
        stage -> mean seconds of its finished jobs.
    """

    finished: Mapping[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    stages: Mapping[str, float] = field(default_factory=dict)

    def know(self, job: Job) -> bool:
        """Whether anything says what a job costs; a torch loop that never ran has no likeness."""
        return self.measured(job) or job.is_compiled or not job.trains

    def measured(self, job: Job) -> bool:
        """Whether that is from jobs finished here."""
        return (job.stage, job.what) in self.finished

    def of(self, job: Job) -> tuple[float, float]:
        """Start-up, and seconds for a unit of work."""
        usual = (START_UP, COMPILED) if job.trains else (self.stages.get(job.stage, START_UP), 0.0)
        return self.finished.get((job.stage, job.what), usual)

    def seconds(self, job: Job, threads: int = 1) -> float:
        """Estimate the run time of a job."""
        start_up, rate = self.of(job)
        return start_up + rate * job.work / (threads if job.has_fits else 1)


def benchmark(path: Path) -> dict[str, float]:
    """Read the ``benchmark:`` file of a job: seconds ``s``, memory ``max_rss`` in MB, and so on.

    Empty if there is none or it cannot be read. A value that Snakemake could not measure (``NA``
    or ``-``, for very short jobs) is left out.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
    except (OSError, UnicodeDecodeError):
        return {}
    values = {}
    for name, text in (rows[-1] if rows else {}).items():
        try:
            values[name] = float(text)
        except (TypeError, ValueError):
            continue
    return values


def measured_rates(found: Iterable[Found], threads: int = 1) -> Rates:
    """Take the rates from finished jobs.

    A job that trains spends part of its time on starting: how much, and so what a model-iteration
    costs, is known from the seconds that its fits took, which its table of fits holds. For
    tracked runs, whose tables hold no times, the start-up is that of training.

    Parameters
    ----------
    found : iterable of Found
        All jobs of a plan.
    threads : int
        Threads of one training job.
    """
    times = defaultdict(list)
    for each in found:
        seconds = benchmark(Path(each.job.benchmark)).get("s")
        if each.state == DONE and seconds:
            times[each.job.stage, each.job.what].append((each.job, seconds))
    finished = {}
    for key, measured in times.items():
        if all(job.trains and job.has_fits and job.work > 1 for job, _ in measured):
            finished[key] = _training(measured, threads)
    start_up = min((start for start, _ in finished.values()), default=START_UP)
    stages = defaultdict(list)
    for (stage, what), measured in times.items():
        jobs, seconds = zip(*measured, strict=True)
        stages[stage] += seconds
        if all(job.trains and job.work > 1 for job in jobs):
            rest = sum(max(s - start_up, 0.0) for s in seconds)
            tracked = (start_up, rest / sum(job.work for job in jobs))
            finished.setdefault((stage, what), tracked)
        else:
            finished[stage, what] = (_mean(seconds), 0.0)
    return Rates(finished, {stage: _mean(seconds) for stage, seconds in stages.items()})


def _training(measured: list[tuple[Job, float]], threads: int) -> tuple[float, float]:
    """Start-up and seconds of a model-iteration on one thread, of one method's finished jobs."""
    total = sum(seconds for _, seconds in measured)
    work = sum(job.work for job, _ in measured)
    fitting = [_fit_seconds(job.first, job.models) for job, _ in measured]
    if None in fitting:  # a table without times: all of it counts as training
        return 0.0, total * threads / work
    start_up = max(total - sum(fitting) / threads, 0.0) / len(measured)
    return start_up, sum(fitting) / work


def _fit_seconds(path: str, models: int) -> float | None:
    """Seconds that the models of a file took. Rows of one post-processed model repeat its own."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        column = pq.read_table(path, columns=["seconds"]).column("seconds").to_pylist()
        return models * _mean([value for value in column if value is not None])
    except (OSError, pa.ArrowException, LookupError, ZeroDivisionError):
        return None


def time_left(jobs: Iterable[Job], rates: Rates, cores: int, threads: int = 1) -> float:
    """Seconds until the jobs are done on so many cores; at least what the longest job takes.

    Jobs of which nothing is known are not counted.
    """
    seconds = [
        (rates.seconds(job, threads), threads if job.has_fits else 1)
        for job in jobs
        if rates.know(job)
    ]
    shared = sum(s * min(used, cores) for s, used in seconds) / max(cores, 1)
    return max([shared, *(s for s, _ in seconds)], default=0.0)


def words(seconds: float) -> str:
    """A time to read: ``40 s``, ``14 min``, ``2 h 10 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
