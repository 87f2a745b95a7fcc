"""Jobs survive being handed from one Snakemake to another."""

from types import SimpleNamespace

import pytest
from snakemake.target_jobs import parse_target_jobs_cli_args
from snakemake_interface_executor_plugins.utils import TargetSpec, encode_target_jobs_cli_args

from fairbench.spawned import adopt, wildcards_of

JOBS = [
    TargetSpec("train", {"fit": "published/rotation=-45/rule=margin,rate=0.1,group=1/trials=0-1"}),
    TargetSpec("download", {"dataset": "compas", "file": "compas.csv"}),
    TargetSpec("two", {"first": "c=1,c=2", "second": "seed=1,seed=2"}),
    TargetSpec("collect", {}),
]


def handed_over(jobs) -> tuple[list[str], SimpleNamespace]:
    """The command line of a spawned Snakemake, and what it makes of it by itself."""
    texts = encode_target_jobs_cli_args(jobs)
    arguments = ["snakemake", "--target-jobs", *texts, "--cores", "1"]
    settings = SimpleNamespace(target_jobs=parse_target_jobs_cli_args(texts))
    execution = SimpleNamespace(keep_going=False)
    return arguments, SimpleNamespace(dag_settings=settings, execution_settings=execution)


def test_every_job_arrives_as_it_was_sent():
    arguments, workflow = handed_over(JOBS)
    adopt(workflow, arguments)
    assert workflow.dag_settings.target_jobs == JOBS
    assert workflow.execution_settings.keep_going


def test_a_snakemake_that_was_given_no_jobs_is_left_alone():
    settings = SimpleNamespace(target_jobs=[])
    workflow = SimpleNamespace(
        dag_settings=settings, execution_settings=SimpleNamespace(keep_going=False)
    )
    adopt(workflow, ["snakemake", "--cores", "1"])
    assert settings.target_jobs == []


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.rulename)
def test_wildcards_come_back(job):
    (text,) = encode_target_jobs_cli_args([job])
    assert wildcards_of(text) == job.wildcards_dict
