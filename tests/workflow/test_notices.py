"""What a run says at its end is enough to go on from."""

import re
import shlex
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

RAISES = """
from fairbench.methods import Method


class Raises(Method):
    name = "raises"

    def fairness(self, networks, batch, logit, weight):
        raise RuntimeError("out of ideas")
"""


def test_a_run_that_lost_fits_says_so_and_the_next_one_does_not(scratch):
    (scratch.folder / "mine.py").write_text(RAISES)
    scratch.study["methods"]["raises"] = {"file": "mine.py"}
    # Two cells of two trials, two weights each; the other methods' fits were there before.
    assert "In this run 8 of 8 fits were lost (8 error)" in scratch.run()
    said = scratch.run("--forcerun", "reproduce")
    assert "were lost" not in said


def test_the_command_that_runs_a_failed_job_alone_has_what_config_said(scratch):
    limit = scratch.find("limits/", "positive_rate=0.3/")
    limit.write_bytes(limit.read_bytes()[:100])
    said = scratch.run("--config", "results=results", "bootstrap=200", succeeds=False)
    alone = re.search(r"^  alone: (snakemake .*)$", said, re.MULTILINE)[1]
    assert alone.endswith(" --config results=results bootstrap=200")
    call = scratch.command() | {"args": [sys.executable, "-m", *shlex.split(alone)]}
    limit.unlink()
    assert subprocess.run(**call, check=False).returncode == 0
