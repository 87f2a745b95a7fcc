"""The jobs of a study are those that Snakemake finds."""

import subprocess
import sys
from pathlib import Path

from fairbench.status.jobs import every_job, jobs_of, representation_jobs, started_jobs
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
    assert mine == made_by(*targets)
    assert "resources/data/adult/adult.data" in mine
    assert started_jobs(plan) == jobs_of(plan)
    put(here, "results/representations/search/a.parquet")
    assert len(started_jobs(plan)) == len(jobs_of(plan)) + len(representation_jobs(plan))


def test_the_jobs_on_real_data_are_those_of_snakemake(here):
    overlays = ["config/quick.yaml", "config/real.yaml"]
    plan = plan_of(["config/config.yaml", *overlays])
    mine = {path for job in jobs_of(plan) for path in job.outputs}
    assert mine == made_by("--configfile", *overlays)
    assert "resources/data/adult/adult.data" in mine


def test_a_file_that_both_studies_need_is_downloaded_once(here):
    plan = plan_of(["config/config.yaml", "config/real.yaml"])
    jobs = every_job(plan)
    assert len({path for job in jobs for path in job.outputs}) == sum(len(j.outputs) for j in jobs)
    (compas,) = [job for job in jobs if (job.stage, job.what) == ("download", "compas")]
    assert compas.log == f"results/logs/download/compas/{Path(compas.outputs[0]).name}.log"
    folders = {user.split("/")[1] for user in compas.users}
    assert folders == {"data", "real"}


def test_work_counts_models_and_iterations(here):
    plan = plan_of(["config/config.yaml", "config/quick.yaml"])
    sizes = {(j.what, j.models, j.iterations) for j in jobs_of(plan) if j.stage == "training"}
    assert ("fr_train", 9, 600) in sizes  # 3 trials x 3 lambda_f
    assert ("group_thresholds", 3, 600) in sizes  # trained once a trial, thresholds come after
