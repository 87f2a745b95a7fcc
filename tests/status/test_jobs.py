"""The jobs of a study are those that Snakemake finds."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from fairbench.status.study import plan_of

from .made import put

REPOSITORY = Path(__file__).parents[2]
QUICK = ["config/config.yaml", "config/quick.yaml"]


WORKFLOW = """
import atexit, json

include: {snakefile!r}

rule default:
    default_target: True
    input: rules.all.input

def leave():
    told = [
        (job.rule.name, [*map(str, job.output)], " ".join(map(str, job.log)), str(job.benchmark))
        for job in workflow.dag.jobs
    ]
    with open("jobs.json", "w") as file:
        json.dump(told, file)

atexit.register(leave)
"""


class Call(NamedTuple):
    """A call of a rule."""

    rule: str
    outputs: frozenset[str]
    log: str
    benchmark: str


def planned(jobs) -> set[Call]:
    return {Call(job.rule, frozenset(job.files), job.log, job.benchmark) for job in jobs}


def of_snakemake(*arguments: str) -> set[Call]:
    """Every job that Snakemake would run in an empty folder: a dry run leaves them as it ends."""
    Path("Snakefile").write_text(WORKFLOW.format(snakefile=str(REPOSITORY / "Snakefile")))
    command = [sys.executable, "-m", "snakemake", "-n", *arguments]
    called = subprocess.run(command, capture_output=True, text=True, check=False)
    assert called.returncode == 0, called.stderr + called.stdout
    every = [Call(*given) for given in json.loads(Path("jobs.json").read_text())]
    return {call._replace(outputs=frozenset(call.outputs)) for call in every if call.outputs}


def test_the_jobs_are_those_of_snakemake(here):
    mine = planned(plan_of(QUICK).default())
    assert len(mine) > 30 and mine == of_snakemake("--configfile", "config/quick.yaml")


def test_the_jobs_of_the_representations_are_those_of_snakemake(here):
    mine = plan_of(QUICK).apart()["representations"]
    theirs = of_snakemake("representations", "--configfile", "config/quick.yaml")
    assert planned(mine) == theirs
    assert "resources/data/adult/adult.data" in {path for job in mine for path in job.files}


def test_the_jobs_on_real_data_are_those_of_snakemake(here):
    overlays = ["config/quick.yaml", "config/real.yaml"]
    mine = plan_of(["config/config.yaml", *overlays]).default()
    assert planned(mine) == of_snakemake("--configfile", *overlays)
    assert "resources/data/adult/adult.data" in {path for job in mine for path in job.files}


def test_a_study_with_a_target_of_its_own_counts_once_it_began(here):
    plan = plan_of(QUICK)
    apart = plan.apart()["representations"]
    assert plan.started() == plan.default()
    put(here, "results/representations/search/a.parquet")
    assert set(plan.started()) == {*plan.default(), *apart}


def test_a_file_that_both_studies_need_is_downloaded_once(here):
    plan = plan_of(["config/config.yaml", "config/real.yaml"])
    files = [path for job in plan.jobs for path in job.files]
    assert len(set(files)) == len(files)
    (compas,) = [job for job in plan.of("download") if job.what == "compas"]
    assert compas in plan.default() and compas in plan.apart()["representations"]
    assert compas.log == f"results/logs/download/compas/{Path(compas.first).name}.log"
    assert {user.split("/")[1] for user in compas.users} == {"data", "real"}


def test_work_counts_models_and_iterations(here):
    sizes = {(job.what, job.models, job.iterations) for job in plan_of(QUICK).of("train")}
    assert ("fr_train", 9, 600) in sizes  # 3 trials x 3 lambda_f
    assert ("group_thresholds", 3, 600) in sizes  # trained once a trial, thresholds come after
    assert ("constant", 1, 1) in sizes  # nothing is trained
