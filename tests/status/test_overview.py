"""The state of a study as it is printed."""

from fairbench.status.overview import announcement, failures, fit_counts, overview
from fairbench.status.rates import EngineRate, Rates
from fairbench.status.states import DONE, FAILED, TO_DO, Found, given_up

from .made import done, plain, put, put_fits, put_given_up, training

ENGINE = EngineRate(start_up=2.0, seconds={"fr_train": 1e-5})


def test_the_announcement_names_jobs_time_and_rate():
    jobs = [training(str(k)) for k in range(20)]
    said = announcement(jobs, Rates(ENGINE), cores=2)
    assert said == "20 jobs to do, about 2 min on 2 cores (measured: 10 us per model-iteration)"
    assert announcement([], Rates(ENGINE), cores=2) == "nothing is missing"


def test_a_failed_job_is_shown_with_reason_log_and_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = training("lambda_f=0.1+0.2/x=it's")
    options = ["--configfile", "config/quick.yaml"]
    (shown,) = failures([Found(job, FAILED, "MemoryError: no room")], options)
    path = "'results/fits/lambda_f=0.1+0.2/x=it'\"'\"'s.parquet'"
    assert shown.splitlines()[1:] == [
        "failed: training, fr_train",
        "  why:   MemoryError: no room",
        "  log:   results/logs/fits/lambda_f=0.1+0.2/x=it's.log",
        f"  alone: snakemake {path} --cores 1 --configfile config/quick.yaml",
    ]


def test_a_failed_job_that_is_not_planned_is_shown_while_its_file_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = training("a")
    put_given_up(tmp_path, "results/other.parquet", logs=["other.log"])
    put(tmp_path, "other.log", "fairbench fetch: no network")
    (shown,) = failures([Found(job, TO_DO)], [], given_up())
    assert shown.splitlines()[1:] == [
        "failed: train",
        "  why:   fairbench fetch: no network",
        "  log:   other.log",
        "  alone: snakemake alone",
    ]
    put(tmp_path, "results/other.parquet")
    assert [*failures([Found(job, TO_DO)], [], given_up())] == []
    put_given_up(tmp_path, *job.outputs)
    assert len([*failures([Found(job, FAILED)], [], given_up())]) == 1


def test_the_overview_counts_and_shows_strings_as_they_are(tmp_path):
    hostile = "[red]own[/red]"
    jobs = [training("a", what=hostile), training("b", what=hostile), training("c", what=hostile)]
    states = (DONE, FAILED, TO_DO)
    found = [Found(job, state) for job, state in zip(jobs, states, strict=True)]
    shown = plain(overview(found, Rates(ENGINE), cores=2))
    (row,) = [line.split() for line in shown.splitlines() if hostile in line]
    assert row == ["training", hostile, "1", "-", "1", "1", "12", "s"]


def test_fits_that_are_not_ok_are_counted_with_their_reason(tmp_path):
    good, bad = training("a"), training("b")
    put_fits(tmp_path, good, 0.1)
    assert fit_counts(done(tmp_path, good), tmp_path) is None
    put_fits(tmp_path, bad, 0.1, "diverged", "weights [bold]are[/bold] not finite")
    shown = plain(fit_counts(done(tmp_path, good, bad), tmp_path))
    assert "6 fits recorded" in shown
    (row,) = [line for line in shown.splitlines() if "diverged" in line]
    assert row.split() == "fr_train diverged 3 weights [bold]are[/bold] not finite".split()
