"""What a job costs, from the jobs that are finished, and else from the engine's own rate."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fairbench.status.jobs import Job
from fairbench.status.states import DONE, Found

__all__ = ["EngineRate", "Rates", "benchmark", "measured_rates", "time_left", "words"]

#: Stages whose jobs train: their cost is a start-up and so much for every model-iteration.
TRAINING = ("training", "tracking")


@dataclass(frozen=True)
class EngineRate:
    """What the engine takes on this machine.

    Attributes
    ----------
    start_up : float
        Seconds before a job begins to train: Python, its libraries, the compiled loop.
    seconds : mapping
        Of one model-iteration on one thread, by method.
    unknown : mapping
        Why there is no such number, by method.
    """

    start_up: float
    seconds: Mapping[str, float]
    unknown: Mapping[str, str] = field(default_factory=dict)

    def of(self, method: str) -> float:
        """Seconds of a model-iteration; for a method that was not measured, the slowest's."""
        return self.seconds.get(method) or max(self.seconds.values())

    def knows(self, method: str) -> bool:
        """Whether there is a number for a method, its own or another's."""
        return method not in self.unknown and bool(self.seconds)


#: Decides whether measuring is worth its seconds, and nothing that is shown.
NOMINAL = EngineRate(start_up=1.5, seconds={"": 20e-6})


@dataclass(frozen=True)
class Rates:
    """Seconds of jobs: ``start_up + rate * work``, by stage and method.

    Attributes
    ----------
    finished : mapping
        (stage, method) -> (start-up, seconds for one unit of work), from finished jobs.
    stages : mapping
        stage -> mean seconds of its finished jobs.
    engine : EngineRate
        For training that no finished job tells about.
    """

    engine: EngineRate
    finished: Mapping[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    stages: Mapping[str, float] = field(default_factory=dict)

    def know(self, job: Job) -> bool:
        """Whether anything says what a job costs; a search that was never run has no likeness."""
        if (job.stage, job.what) in self.finished:
            return True
        if job.stage in TRAINING:
            return self.engine.knows(job.what)
        return job.stage != "representations"

    def seconds(self, job: Job, threads: int = 1) -> float:
        """Estimate the run time of a job."""
        known = self.finished.get((job.stage, job.what))
        if known is None and job.stage in TRAINING:
            known = self.engine.start_up, self.engine.of(job.what)
        if known is None:
            return self.stages.get(job.stage, self.engine.start_up)
        start_up, rate = known
        return start_up + rate * job.work / (threads if job.stage == "training" else 1)


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


def measured_rates(
    found: Iterable[Found], engine: EngineRate, folder: Path = Path(), threads: int = 1
) -> Rates:
    """Take the rates from finished jobs.

    A job that trains spends part of its time on starting: how much, and so what a model-iteration
    costs, is known from the seconds that its fits took, which its table of fits holds. For
    tracked runs, whose tables hold no times, the start-up is that of training.

    Parameters
    ----------
    found : iterable of Found
        All jobs of a plan.
    engine : EngineRate
        For what has not been measured.
    folder : Path
        The working folder.
    threads : int
        Threads of one training job.
    """
    times = defaultdict(list)
    for each in found:
        seconds = benchmark(folder / each.job.benchmark).get("s")
        if each.state == DONE and seconds:
            times[each.job.stage, each.job.what].append((each.job, seconds))
    finished, start_ups = {}, []
    for (stage, what), measured in times.items():
        if stage == "training":
            finished[stage, what] = _training(measured, folder, threads)
            start_ups.append(finished[stage, what][0])
    start_up = min(start_ups, default=engine.start_up)
    for (stage, what), measured in times.items():
        if stage not in TRAINING:
            finished[stage, what] = (sum(s for _, s in measured) / len(measured), 0.0)
        elif stage == "tracking":
            rest = sum(max(s - start_up, 0.0) for _, s in measured)
            finished[stage, what] = (start_up, rest / sum(job.work for job, _ in measured))
    stages = {
        stage: _mean([s for key, jobs in times.items() if key[0] == stage for _, s in jobs])
        for stage, _ in times
    }
    return Rates(engine, finished, stages)


def _training(measured: list[tuple[Job, float]], folder: Path, threads: int) -> tuple[float, float]:
    """Start-up and seconds of a model-iteration on one thread, of one method's finished jobs."""
    total = sum(seconds for _, seconds in measured)
    work = sum(job.work for job, _ in measured)
    fitting = [_fit_seconds(folder / job.outputs[0], job.models) for job, _ in measured]
    if None in fitting:  # a table without times: all of it counts as training
        return 0.0, total * threads / work
    start_up = max(total - sum(fitting) / threads, 0.0) / len(measured)
    return start_up, sum(fitting) / work


def _fit_seconds(path: Path, models: int) -> float | None:
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
        (rates.seconds(job, threads), threads if job.stage == "training" else 1)
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


def read_engine_rate(path: Path, key: str) -> EngineRate | None:
    """The rate measured earlier by this engine on this machine, if there is one."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["key"] != key:
            return None
        return EngineRate(
            float(stored["start_up"]), {k: float(v) for k, v in stored["seconds"].items()}
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
