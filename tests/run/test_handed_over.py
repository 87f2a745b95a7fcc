"""Jobs survive being handed from one Snakemake to another, as every job of a cluster is.

Snakemake 9.27 writes ``rule:name=value,name=value`` and splits it at every comma, also in quotes
(https://github.com/snakemake/snakemake/issues/2366): a path with a comma would arrive in pieces.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from snakemake.target_jobs import parse_target_jobs_cli_args
from snakemake_interface_executor_plugins.utils import TargetSpec, encode_target_jobs_cli_args

from fairbench.status.study import plan_of

REPOSITORY = Path(__file__).parents[2]
CONFIGS = sorted(path.stem for path in (REPOSITORY / "config").glob("*.yaml"))


@pytest.fixture(params=CONFIGS)
def paths(request, monkeypatch) -> set[str]:
    """Every path of a config: outputs, logs and benchmarks."""
    monkeypatch.chdir(REPOSITORY)
    overlays = [] if request.param == "config" else [f"config/{request.param}.yaml"]
    jobs = plan_of(["config/config.yaml", *overlays]).jobs
    return {path for job in jobs for path in (*job.files, job.log, job.benchmark)}


def test_no_path_has_a_character_that_somebody_minds(paths):
    assert len(paths) > 100
    for path in paths:
        assert re.fullmatch(r"[A-Za-z0-9_.=+/-]+", path)
        assert max(map(len, path.split("/"))) <= 200
        assert (shlex.quote(path), quote(path, safe="/=+")) == (path, path)


def test_a_path_arrives_as_it_was_sent(paths):
    jobs = [TargetSpec("train", {"fit": path, "other": "a=1"}) for path in sorted(paths)]
    assert parse_target_jobs_cli_args(encode_target_jobs_cli_args(jobs)) == jobs


#: A cluster of this machine alone, found by Snakemake by its name.
CLUSTER = """
import subprocess
from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor
from snakemake_interface_executor_plugins.settings import CommonSettings

common_settings = CommonSettings(
    non_local_exec=True,
    implies_no_shared_fs=False,
    job_deploy_sources=False,
    pass_default_storage_provider_args=True,
    pass_default_resources_args=True,
    pass_envvar_declarations_to_cmd=False,
    auto_deploy_default_storage_provider=False,
    pass_group_args=True,
    init_seconds_before_status_checks=0,
)


class Executor(RemoteExecutor):
    def run_job(self, job):
        command = self.format_job_exec(job)
        info = SubmittedJobInfo(job, aux={"status": subprocess.call(command, shell=True)})
        self.report_job_submission(info)

    async def check_active_jobs(self, active_jobs):
        for info in active_jobs:
            end = self.report_job_error if info.aux["status"] else self.report_job_success
            end(info)
            if False:
                yield info

    def cancel_jobs(self, active_jobs):
        pass
"""
CELLS = ("positive_rate=0.1/lambda_f=0.1+0.5/trials=0-9", "rotation=-45/trials=0-9", "a=1/trials=0")
SNAKEFILE = """
from fairbench.run.start import begin
begin(workflow)

rule all:
    input:
        expand("fits/{fit}.parquet", fit=CELLS),

rule train:
    output:
        "fits/{fit}.parquet",
    group:
        "fits"
    shell:
        "echo {wildcards.fit} >> tried.txt; exit 1"
"""


def test_gathered_jobs_are_all_tried_where_one_fails(tmp_path):
    (tmp_path / "Snakefile").write_text(f"CELLS = {CELLS}\n{SNAKEFILE}")
    plugin = tmp_path / "cluster" / "snakemake_executor_plugin_here" / "__init__.py"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(CLUSTER)
    call = [sys.executable, "-m", "snakemake", "--executor", "here", "--jobs", "1", "--cores", "1"]
    call += ["--group-components", "fits=9", "--seconds-between-status-checks", "0"]
    found = os.pathsep.join([str(plugin.parents[1]), str(REPOSITORY)])
    environment = os.environ | {"PYTHONPATH": found}
    ended = subprocess.run(
        call, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1, ended.stderr
    assert sorted((tmp_path / "tried.txt").read_text().split()) == sorted(CELLS)
