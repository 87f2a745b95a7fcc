"""The jobs of a study, and the study that a command is asked about."""

import subprocess
import sys
from pathlib import Path

import pytest

from fairbench.complaint import ConfigError
from fairbench.status.jobs import jobs_of, representation_jobs, started_jobs
from fairbench.status.study import plan_of, read_study

from .made import put

REPOSITORY = Path(__file__).parents[2]


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
