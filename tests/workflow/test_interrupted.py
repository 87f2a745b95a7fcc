"""Stopped at any moment and run again, the workflow ends in the tables of an undisturbed run."""

import os
import random
import signal
import subprocess
import time

import pytest

from .conftest import LIMIT
from .expected import assert_same_results

pytestmark = pytest.mark.slow


def stop(scratch, number: int, job: int, delay: float, cores: int) -> str:
    """Start a run and signal its whole process group soon after so many jobs have ended."""
    call = scratch.command("--cores", str(cores))
    running = subprocess.Popen(**call, start_new_session=True, preexec_fn=_heed_interrupts)
    said, ended = [], 0
    for line in running.stdout:
        said.append(line)
        ended += " done, job " in line
        if ended == job:
            break
    time.sleep(delay)
    os.killpg(running.pid, number)
    said.append(running.communicate(timeout=LIMIT)[0])
    assert running.returncode != 0, "the run was over before it was stopped"
    return "".join(said)


def _heed_interrupts() -> None:
    """Tests started in the background of a shell would inherit that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_run_ended_by_ctrl_c_and_then_killed_completes_when_run_again(fresh, undisturbed):
    """On one core and on two; the undisturbed run had two."""
    jobs = undisturbed.said.read_text().count(" done, job ")
    draw = random.Random(2023)
    # Both together stop well before the last job, whatever was running beside the jobs that ended.
    first, second = (draw.randint(1, jobs // 3) for _ in range(2))
    said = stop(fresh, signal.SIGINT, first, draw.uniform(0, 1), cores=2)
    assert f'File "{fresh.folder}' not in said  # no traceback through the package
    stop(fresh, signal.SIGKILL, second, draw.uniform(0, 1), cores=1)
    fresh.run()
    assert_same_results(fresh, undisturbed)
