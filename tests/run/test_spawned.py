"""Jobs survive being handed from one Snakemake to another."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from snakemake.target_jobs import parse_target_jobs_cli_args
from snakemake_interface_executor_plugins.utils import TargetSpec, encode_target_jobs_cli_args

from fairbench.run.spawned import adopt, wildcards_of

JOBS = [
    TargetSpec("train", {"fit": "published/rotation=-45/rule=margin,rate=0.1,group=1/trials=0-1"}),
    TargetSpec("download", {"dataset": "compas", "file": "compas.csv"}),
    TargetSpec("two", {"first": "c=1,c=2", "second": "seed=1,seed=2"}),
    TargetSpec("collect", {}),
]


class Workflow:
    """The parts of Snakemake's that matter here."""

    def __init__(self, texts: list[str]):
        self.texts = texts

    def execute(self) -> tuple[list, bool]:
        return self.dag_settings.target_jobs, self.execution_settings.keep_going

    def told(self) -> Workflow:
        """After the rules are read, Snakemake says what to do."""
        self.dag_settings = SimpleNamespace(target_jobs=parse_target_jobs_cli_args(self.texts))
        self.execution_settings = SimpleNamespace(keep_going=False)
        return self


def handed_over(jobs: list) -> tuple[list[str], Workflow]:
    """The command line of a spawned Snakemake, and its workflow while the rules are read."""
    texts = encode_target_jobs_cli_args(jobs)
    return ["snakemake", "--target-jobs", *texts, "--cores", "1"], Workflow(texts)


def test_snakemake_by_itself_still_needs_this():
    """Where this fails, Snakemake reads commas: wildcards_of and jobs_in can go."""
    _, workflow = handed_over(JOBS)
    assert workflow.told().execute() != (JOBS, False)


def test_every_job_arrives_as_it_was_sent():
    arguments, workflow = handed_over(JOBS)
    adopt(workflow, arguments)
    assert workflow.told().execute() == (JOBS, True)


def test_no_jobs_stay_no_jobs():
    workflow = Workflow([])
    adopt(workflow, ["snakemake", "--cores", "1"])
    assert workflow.told().execute() == ([], True)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.rulename)
def test_wildcards_come_back(job):
    (text,) = encode_target_jobs_cli_args([job])
    assert wildcards_of(text) == job.wildcards_dict
