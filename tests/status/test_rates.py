"""How long the rest takes, from the jobs that are finished or the engine's own rate."""

import pytest

from fairbench.status.jobs import Job
from fairbench.status.rates import EngineRate, Rates, benchmark, measured_rates, time_left, words

from .made import done, put_benchmark, put_fits, training

ENGINE = EngineRate(start_up=2.0, seconds={"fr_train": 1e-5})


def test_seconds_come_from_the_benchmark_files(tmp_path):
    job = training("a")
    put_benchmark(tmp_path, job, 12.5)
    assert benchmark(tmp_path / job.benchmark) == {"s": 12.5, "mean_load": 98.5}
    assert benchmark(tmp_path / "absent.tsv") == {}


def test_one_known_benchmark_gives_the_known_estimate(tmp_path):
    finished, rest = [training("a"), training("b", models=30)], training("c", models=20)
    for job, seconds in zip(finished, (10.0, 30.0), strict=True):
        put_benchmark(tmp_path, job, seconds)
    rates = measured_rates(done(tmp_path, *finished), ENGINE, tmp_path)
    # 40 s for 4 million model-iterations
    assert rates.seconds(rest) == pytest.approx(20.0)
    assert time_left([rest] * 3, rates, cores=2) == pytest.approx(30.0)
    # more cores than jobs: the longest job remains
    assert time_left([rest] * 3, rates, cores=8) == pytest.approx(20.0)


def test_the_start_of_a_job_is_not_taken_for_training(tmp_path):
    job, longer = training("a", models=10, iterations=1000), training("b", 10, 100_000)
    put_benchmark(tmp_path, job, 3.0)
    put_fits(tmp_path, job, 0.1)  # 10 models: 1 of the 3 seconds, 1e-4 s a model-iteration
    rates = measured_rates(done(tmp_path, job), ENGINE, tmp_path)
    assert rates.seconds(longer) == pytest.approx(2.0 + 100.0)
    assert rates.seconds(longer, threads=4) == pytest.approx(2.0 + 25.0)


def test_what_is_not_measured_has_the_engines_own_rate():
    rates = Rates(ENGINE, stages={"figures": 4.0})
    assert rates.seconds(training("a")) == pytest.approx(2.0 + 10.0)
    assert rates.seconds(training("a", what="a_users_own")) == pytest.approx(2.0 + 10.0)
    assert rates.seconds(Job("figures", "fig3", (), "", "")) == 4.0
    assert rates.seconds(Job("data", "published", (), "", "")) == 2.0


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "5 s"), (89, "89 s"), (840, "14 min"), (7800, "2 h 10 min")]
)
def test_times_in_words(seconds, text):
    assert words(seconds) == text
