"""What an edit made due is still due after the job that was to make it failed."""

import os
import subprocess
from pathlib import Path

import pytest

from .conftest import LIMIT

pytestmark = pytest.mark.slow

#: A cluster that cancels whatever it is given, found by Snakemake by its name.
CLUSTER = """
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
    init_seconds_before_status_checks=0,
)


class Executor(RemoteExecutor):
    def run_job(self, job):
        self.report_job_submission(SubmittedJobInfo(job))

    async def check_active_jobs(self, active_jobs):
        for job in active_jobs:
            self.report_job_error(job, msg="cancelled. ")
            if False:
                yield job

    def cancel_jobs(self, active_jobs):
        pass
"""


def run_where_all_is_cancelled(scratch, *arguments: str) -> str:
    plugin = scratch.folder / "cluster" / "snakemake_executor_plugin_cancels" / "__init__.py"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(CLUSTER)
    # As the profile for Slurm has it, for the fits that a gathered job finished before its end.
    keeping = ["--executor", "cancels", "--jobs", "9", "--keep-incomplete"]
    call = scratch.command(*keeping, "--seconds-between-status-checks", "1", *arguments)
    call["env"] |= {"PYTHONPATH": os.fspath(plugin.parents[1])}
    ended = subprocess.run(**call, timeout=LIMIT, check=False)
    assert ended.returncode == 1, ended.stdout
    return ended.stdout


#: To a source: it fails for want of memory where there is a file of that name.
EDIT = """
if __import__('os').path.exists('full'):
    raise MemoryError
"""


def test_what_an_edit_made_due_is_due_after_its_job_failed(scratch):
    """Be it cancelled in a cluster before it began, or fail here."""
    source = Path(scratch.folder, "fairbench", "data", "limit.py")
    source.write_text(source.read_text() + EDIT)
    due, before = scratch.pending(), scratch.stamps()
    assert set(scratch.results("limits")) | {"tables/findings.md", "figures/fig9.pdf"} <= due

    said = run_where_all_is_cancelled(scratch, "--until", "limit")
    assert said.count("cancelled. ") == len(scratch.results("limits")), said
    assert scratch.stamps() == before  # which do not pass for new ones
    assert due == scratch.pending()

    (scratch.folder / "full").touch()
    scratch.run(succeeds=False)
    assert not scratch.results("limits")  # tables made from them are there
    (scratch.folder / "full").unlink()
    assert due == scratch.pending()
