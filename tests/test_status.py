"""Progress is told from files: what is done, what failed and why, and how long the rest takes."""

import base64
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from rich.console import Console

from fairbench.complaint import ConfigError
from fairbench.plan import FitFile
from fairbench.status import calibration, notices
from fairbench.status.jobs import Job, jobs_of, representation_jobs, started_jobs
from fairbench.status.overview import announcement, failures, fit_counts, overview
from fairbench.status.rates import EngineRate, Rates, benchmark, measured_rates, time_left, words
from fairbench.status.states import DONE, FAILED, RUNNING, SILENT, TO_DO, Found, states_of
from fairbench.status.study import plan_of, read_study
from fairbench.storage import write_table

REPOSITORY = Path(__file__).parents[1]
ENGINE = EngineRate(start_up=2.0, seconds={"fr_train": 1e-5})
HOLD = """
import sys, time
from pathlib import Path
from fairbench.locks import clear_stale_locks
clear_stale_locks(Path(sys.argv[1]))
print(flush=True)
time.sleep(60)
"""


def training(name: str, models: int = 10, iterations: int = 100_000, what: str = "fr_train") -> Job:
    path = f"results/fits/{name}.parquet"
    log, times = f"results/logs/fits/{name}.log", f"results/benchmarks/fits/{name}.tsv"
    return Job("training", what, (path,), log, times, models, iterations)


def put(folder: Path, path: str, text: str = "") -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def put_benchmark(folder: Path, job: Job, seconds: float) -> None:
    head = "s\th:m:s\tmax_rss\tmean_load\n"
    put(folder, job.benchmark, f"{head}{seconds}\t0:00:10\t-\t98.5\n")


def put_fits(folder: Path, job: Job, seconds: float, status: str = "ok", reason: str = "") -> None:
    rows = pd.DataFrame({"seconds": [seconds] * 3, "status": status, "reason": reason})
    write_table(rows, folder / job.outputs[0], kind="fits", about={})


def done(folder: Path, *jobs: Job) -> list[Found]:
    return [Found(job, DONE) for job in jobs]


def plain(renderable) -> str:
    console = Console(width=200, record=True, file=open(os.devnull, "w"))
    console.print(renderable)
    return console.export_text()


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with the repository's config."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(REPOSITORY / "config", "config")
    (tmp_path / ".snakemake").mkdir()
    return tmp_path


def made_by(*arguments: str) -> set[str]:
    """Outputs of all jobs that Snakemake finds."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(REPOSITORY / "Snakefile")]
    command += [*arguments, "--summary"]
    called = subprocess.run(command, capture_output=True, text=True, check=False)
    assert called.returncode == 0, called.stderr
    lines = [line.split("\t")[0] for line in called.stdout.splitlines() if "\t" in line]
    return set(lines) - {"output_file"}


def test_the_jobs_are_those_of_snakemake(here):
    mine = jobs_of(plan_of(["config/config.yaml", "config/quick.yaml"]))
    made = made_by("--configfile", "config/quick.yaml")
    assert {path for job in mine for path in job.outputs} == made


def test_the_jobs_of_the_representations_are_those_of_snakemake(here):
    targets = ["representations", "--configfile", "config/quick.yaml"]
    plan = plan_of(["config/config.yaml", "config/quick.yaml"])
    mine = {path for job in representation_jobs(plan) for path in job.outputs}
    assert mine == {path for path in made_by(*targets) if path.startswith("results/")}
    assert started_jobs(plan) == jobs_of(plan)
    put(here, "results/representations/search/a.parquet")
    assert len(started_jobs(plan)) == len(jobs_of(plan)) + len(representation_jobs(plan))


def test_overlays_count_as_snakemake_merges_them(here):
    plan = plan_of(["config/config.yaml", "config/quick.yaml"])
    assert plan.config.limit_draws == 100_000  # the overlay's
    assert plan.config.seed == 2023  # the default's
    with pytest.raises(ConfigError, match="nowhere.yaml: there is no such config file"):
        plan_of(["config/config.yaml", "nowhere.yaml"])


def test_without_files_the_study_is_that_of_the_last_run(here):
    assert read_study().overlays == ()
    put(here, ".snakemake/fairbench.run.json", '{"overlays": ["config/quick.yaml"], "cores": 3}')
    asked = read_study()
    assert (asked.overlays, asked.cores) == (("config/quick.yaml",), 3)
    assert asked.plan.config.limit_draws == 100_000
    put(here, ".snakemake/fairbench.run.json", "torn")
    assert read_study().overlays == ()


def test_work_counts_models_and_iterations(here):
    plan = plan_of(["config/config.yaml", "config/quick.yaml"])
    sizes = {(j.what, j.models, j.iterations) for j in jobs_of(plan) if j.stage == "training"}
    assert ("fr_train", 9, 600) in sizes  # 3 trials x 3 lambda_f
    assert ("group_thresholds", 3, 600) in sizes  # trained once a trial, thresholds come after


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


def test_the_announcement_names_jobs_time_and_rate():
    jobs = [training(str(k)) for k in range(20)]
    said = announcement(jobs, Rates(ENGINE), cores=2)
    assert said == "20 jobs to do, about 2 min on 2 cores (measured: 10 us per model-iteration)"
    assert announcement([], Rates(ENGINE), cores=2) == "nothing to do"


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "5 s"), (89, "89 s"), (840, "14 min"), (7800, "2 h 10 min")]
)
def test_times_in_words(seconds, text):
    assert words(seconds) == text


@pytest.mark.parametrize(
    ("log", "state", "reason"),
    [
        (None, TO_DO, ""),
        ("", TO_DO, ""),
        ("fr_train:  50%|█████     | 5/10 [00:01<00:01,  1.08model/s]", TO_DO, ""),
        ("a:  50%|█████     | 5/10 [00:01<00:01, 2.0s/model]\nfairbench: interrupted", TO_DO, ""),
        ("fairbench train: x.parquet: damaged", FAILED, "fairbench train: x.parquet: damaged"),
        ('Traceback\n  File "a.py"\nMemoryError: no room\n', FAILED, "MemoryError: no room"),
    ],
)
def test_state_and_reason_are_in_the_log(tmp_path, log, state, reason):
    job = training("a")
    if log is not None:
        put(tmp_path, job.log, log)
    assert states_of([job], tmp_path) == [Found(job, state, reason)]


def test_a_job_killed_in_the_middle_failed_if_its_run_gave_it_up(tmp_path):
    job = training("a")
    put(tmp_path, job.log, "fr_train:  50%|█████     | 5/10 [00:01<00:01,  1.08model/s]")
    put(tmp_path, ".snakemake/fairbench.failed.json", json.dumps(job.outputs))
    assert states_of([job], tmp_path) == [Found(job, FAILED, SILENT)]
    put(tmp_path, job.outputs[0])
    assert states_of([job], tmp_path) == [Found(job, DONE)]


def test_data_that_nothing_waits_for_is_not_to_do(tmp_path):
    fits = [training("a"), training("b")]
    data = replace(training("data"), stage="data", users=(*fits[0].outputs, *fits[1].outputs))
    put(tmp_path, fits[0].outputs[0])
    assert [each.state for each in states_of([data, *fits], tmp_path)] == [TO_DO, DONE, TO_DO]
    put(tmp_path, fits[1].outputs[0])
    assert [each.state for each in states_of([data, *fits], tmp_path)] == [DONE, DONE, DONE]


def marker(output: str) -> str:
    """Path of Snakemake's marker, cut as where names may have 100 characters."""
    code = base64.urlsafe_b64encode(output.encode()).decode()
    parts = [code[k : k + 99] for k in range(0, len(code), 99)]
    return "/".join([".snakemake/incomplete", *("@" + part for part in parts[:-1]), parts[-1]])


def test_a_marked_job_runs_while_a_run_is_alive(tmp_path):
    job = training("lambda_f=0.1+0.2," * 12)
    put(tmp_path, job.outputs[0])
    put(tmp_path, marker(job.outputs[0]))
    assert states_of([job], tmp_path) == [Found(job, TO_DO)]
    run = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        run.stdout.readline()
        assert states_of([job], tmp_path) == [Found(job, RUNNING)]
    finally:
        run.kill()
        run.communicate()
    assert states_of([job], tmp_path) == [Found(job, TO_DO)]


def test_a_failed_job_is_shown_with_reason_log_and_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = training("lambda_f=0.1+0.2,x=it's")
    (shown,) = failures([Found(job, FAILED, "MemoryError: no room")], ["config/quick.yaml"])
    path = "'results/fits/lambda_f=0.1+0.2,x=it'\"'\"'s.parquet'"
    assert shown.splitlines()[1:] == [
        "failed: training, fr_train",
        "  why:   MemoryError: no room",
        "  log:   results/logs/fits/lambda_f=0.1+0.2,x=it's.log",
        f"  alone: snakemake {path} --cores 1 --configfile config/quick.yaml",
    ]


def test_a_run_ends_with_a_block_for_each_failed_job(here, capsys):
    def job(name, text):
        log = put(here, f"results/logs/{name}.log", text)
        output = f"results/{name}.parquet"
        return SimpleNamespace(
            rule=SimpleNamespace(name="train"), output=[output], log=[str(log.relative_to(here))]
        )

    failed = [job("b", "OSError: disk full"), job("a", "")]
    files = [here / "config" / "quick.yaml", "config/config.yaml"]
    notices.at_error(files, SimpleNamespace(scheduler=SimpleNamespace(failed=failed)))
    said = capsys.readouterr().err
    first, second = said.split("failed: train")[1:]
    assert SILENT in first
    assert "why:   OSError: disk full" in second
    assert "snakemake results/b.parquet --cores 1 --configfile config/quick.yaml" in second
    assert json.loads((here / ".snakemake/fairbench.failed.json").read_text()) == [
        "results/a.parquet",
        "results/b.parquet",
    ]


def test_of_a_failed_group_only_what_is_missing_is_reported(here, capsys):
    def job(name):
        rule = SimpleNamespace(name="train")
        return SimpleNamespace(rule=rule, output=[f"results/{name}.parquet"], log=[])

    put(here, "results/done.parquet")
    group = SimpleNamespace(jobs=[job("done"), job("lost")], output=[], log=[])
    notices.at_error([], SimpleNamespace(scheduler=SimpleNamespace(failed=[group])))
    said = capsys.readouterr().err
    assert said.count("failed: train") == 1
    assert "snakemake results/lost.parquet" in said


def test_a_cluster_has_the_cores_of_all_its_jobs():
    settings = SimpleNamespace(cores=2, nodes=50)
    here, there = (
        SimpleNamespace(resource_settings=settings, local_exec=local) for local in (True, False)
    )
    assert (notices._cores(here), notices._cores(there)) == (2, 100)


@pytest.mark.parametrize(("needed", "calls"), [(1, 0), (40, 1)])
def test_only_a_long_run_is_announced(here, monkeypatch, needed, calls):
    plan = plan_of(["config/config.yaml"])
    fits = [SimpleNamespace(output=[path]) for path in plan.fits][:needed]
    workflow = SimpleNamespace(
        dag=SimpleNamespace(needrun_jobs=lambda: fits),
        resource_settings=SimpleNamespace(cores=1, nodes=None),
    )
    given = []
    monkeypatch.setattr(
        notices.subprocess, "run", lambda command, **how: given.append(json.loads(how["input"]))
    )
    notices.at_start(plan, [here / "config" / "quick.yaml", "config/config.yaml"], workflow)
    assert [len(each["outputs"]) for each in given] == [needed] * calls
    kept = json.loads((here / ".snakemake/fairbench.run.json").read_text())
    assert kept == {"overlays": ["config/quick.yaml"], "cores": 1}


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


def test_the_engine_is_measured_once(tmp_path, monkeypatch):
    settings = {
        "parameters": {},
        "budget": {
            "iterations": 9,
            "warm_up": 9,
            "update_ratio": 1,
            "generator_rate": 0.01,
            "fairness_rate": 0.01,
            "robustness_rate": 0.01,
        },
        "lambda_f": [0.0],
        "lambda_r": [0.0],
        "engine": "reference",
    }
    fit = FitFile("", "", "logistic_regression", None, settings)
    stored = tmp_path / "rate.json"
    rate = calibration.engine_rate([fit], stored)
    assert 1e-7 < rate.seconds["logistic_regression"] < 0.1
    assert rate.start_up > 0
    monkeypatch.setattr(calibration, "_measured", lambda fit, frame: 1 / 0)
    assert calibration.engine_rate([fit], stored) == rate
    monkeypatch.setattr(calibration, "_key", lambda: "another machine")
    with pytest.raises(ZeroDivisionError):
        calibration.engine_rate([fit], stored)
