"""What is left to do and how long that takes, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from fairbench.planning.job import Job
from fairbench.status.rates import Rates, time_left, words


def announcement(left: Sequence[Job], rates: Rates, cores: int, threads: int = 1) -> str:
    """Say what is to be done and how long that takes, such as

    ``335 jobs to do, about 14 min on 2 cores (measured: 15 us per model-iteration)``.
    """
    if not left:
        return "nothing is missing"
    told = f"{_jobs(len(left))} to do"
    known = [job for job in left if rates.know(job)]
    if known:
        told += f", about {words(time_left(known, rates, cores, threads))} on {cores_of(cores)}"
    if len(known) < len(left):
        told += f", without {_jobs(len(left) - len(known))}" if known else ""
        told += " of methods that never ran here"
    training = [job for job in known if job.trains and job.work > 1]
    if training:
        seconds = sum(rates.of(job)[1] * job.work for job in training)
        rate = seconds / sum(job.work for job in training)
        source = "measured" if all(map(rates.measured, training)) else "not measured here yet"
        told += f" ({source}: {rate * 1e6:.2g} us per model-iteration)"
    return told


def _jobs(number: int) -> str:
    return f"{number} job{'s' if number > 1 else ''}"


def cores_of(number: int) -> str:
    """A number of cores in words."""
    return f"{number} core{'s' if number > 1 else ''}"
