"""The jobs of a study are those that Snakemake finds."""

import subprocess
import sys
from pathlib import Path

from fairbench.status.jobs import jobs_of, representation_jobs, started_jobs
from fairbench.status.study import plan_of

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


def test_work_counts_models_and_iterations(here):
    plan = plan_of(["config/config.yaml", "config/quick.yaml"])
    sizes = {(j.what, j.models, j.iterations) for j in jobs_of(plan) if j.stage == "training"}
    assert ("fr_train", 9, 600) in sizes  # 3 trials x 3 lambda_f
    assert ("group_thresholds", 3, 600) in sizes  # trained once a trial, thresholds come after
