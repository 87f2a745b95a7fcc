"""What a run says at its end is enough to go on from."""

import re
import shlex
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def test_the_command_that_runs_a_failed_job_alone_has_what_config_said(scratch):
    limit = scratch.find("limits/", "positive_rate=0.3/")
    limit.write_bytes(limit.read_bytes()[:100])
    said = scratch.run("--config", "results=results", "bootstrap=200", succeeds=False)
    alone = re.search(r"^  alone: (snakemake .*)$", said, re.MULTILINE)[1]
    assert alone.endswith(" --config results=results bootstrap=200")
    call = scratch.command() | {"args": [sys.executable, "-m", *shlex.split(alone)]}
    limit.unlink()
    assert subprocess.run(**call, check=False).returncode == 0
