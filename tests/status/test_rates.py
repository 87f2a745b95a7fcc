"""How long the rest takes, from the jobs that are finished or the engine's own rate."""

import pytest

from fairbench.planning.training import is_compiled
from fairbench.status.rates import (
    COMPILED,
    START_UP,
    Rates,
    benchmark,
    measured_rates,
    time_left,
    words,
)

from .made import done, other, put, put_benchmark, put_fits, training

MINE = """
from fairbench.methods.naive_mi import NaiveMI


class Mine(NaiveMI):
    name = "mine"
"""


def test_seconds_come_from_the_benchmark_files(tmp_path):
    job = training("a")
    put_benchmark(tmp_path, job, 12.5)
    assert benchmark(tmp_path / job.benchmark) == {"s": 12.5, "mean_load": 98.5}
    assert benchmark(tmp_path / "absent.tsv") == {}


def test_one_known_benchmark_gives_the_known_estimate(tmp_path):
    finished, rest = [training("a"), training("b", models=30)], training("c", models=20)
    for job, seconds in zip(finished, (10.0, 30.0), strict=True):
        put_benchmark(tmp_path, job, seconds)
    rates = measured_rates(done(*finished))
    # 40 s for 4 million model-iterations
    assert rates.seconds(rest) == pytest.approx(20.0)
    assert time_left([rest] * 3, rates, cores=2) == pytest.approx(30.0)
    # more cores than jobs: the longest job remains
    assert time_left([rest] * 3, rates, cores=8) == pytest.approx(20.0)


def test_the_start_of_a_job_is_not_taken_for_training(tmp_path):
    job, longer = training("a", models=10, iterations=1000), training("b", 10, 100_000)
    put_benchmark(tmp_path, job, 3.0)
    put_fits(tmp_path, job.first, 0.1)  # 10 models: 1 of the 3 seconds, 1e-4 s a model-iteration
    rates = measured_rates(done(job))
    assert rates.seconds(longer) == pytest.approx(2.0 + 100.0)
    assert rates.seconds(longer, threads=4) == pytest.approx(2.0 + 25.0)


def test_what_is_not_measured_has_the_compiled_engines_rate():
    rates = Rates(stages={"figures": 4.0})
    job = training("a")
    assert rates.know(job) and not rates.measured(job)
    assert rates.seconds(job) == pytest.approx(START_UP + COMPILED * 1e6)
    assert rates.seconds(other("figures", "fig3")) == 4.0
    assert rates.seconds(other("data", "published")) == START_UP


def test_a_torch_loop_that_never_ran_has_no_time(tmp_path):
    known, loop = training("a"), training("b", what="mine", is_compiled=False)
    rates = Rates()
    assert not rates.know(loop)
    assert time_left([loop], rates, cores=2) == 0.0
    assert time_left([known, loop], rates, cores=2) == time_left([known], rates, cores=2)
    put_benchmark(tmp_path, loop, 30.0)
    rates = measured_rates(done(loop))
    assert rates.know(loop) and rates.seconds(loop) == pytest.approx(30.0)


@pytest.mark.parametrize(
    ("method", "engine", "known"),
    [
        ("fr_train", "auto", True),
        ("fr_train", "reference", False),
        ("constant", "reference", True),  # trains nothing
        ("mine", "auto", False),  # what it inherits computes another loss
    ],
)
def test_the_compiled_engines_speed_is_that_of_what_it_trains(tmp_path, method, engine, known):
    file = str(put(tmp_path, "mine.py", MINE)) if method == "mine" else None
    assert is_compiled({"method": method, "file": file, "engine": engine}) == known


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "5 s"), (89, "89 s"), (840, "14 min"), (7800, "2 h 10 min")]
)
def test_times_in_words(seconds, text):
    assert words(seconds) == text
