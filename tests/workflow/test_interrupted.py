"""Killed at any moment and run again, the workflow ends in the tables of an undisturbed run."""

import os
import random
import signal
import subprocess
import time

import pytest

from .expected import assert_same_results

pytestmark = pytest.mark.slow

JOBS = 13
"""Jobs of the tiny study, the target rule aside."""


def moments(count: int, seed: int = 2023) -> list[tuple[int, float]]:
    """After the start of which job, and how many seconds later, one for each part of the run."""
    draw = random.Random(seed)
    part = JOBS / count
    return [(1 + int(part * (i + draw.random())), draw.uniform(0, 1)) for i in range(count)]


def stop(scratch, number: int, job: int, delay: float, cores: int) -> str:
    """Start a run and signal its whole process group while, or soon after, a job starts."""
    call = scratch.command("--cores", str(cores))
    running = subprocess.Popen(**call, start_new_session=True, preexec_fn=_heed_interrupts)
    said, started = [], 0
    for line in running.stdout:
        said.append(line)
        started += " done, job " in line
        if started == job:
            break
    time.sleep(delay)
    os.killpg(running.pid, number)
    said.append(running.communicate(timeout=60)[0])
    assert running.returncode != 0, "the run was over before it was stopped"
    return "".join(said)


def _heed_interrupts() -> None:
    """Tests started in the background of a shell would inherit that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(("moment", "cores"), list(zip(moments(2), (1, 2), strict=True)))
def test_a_killed_run_completes_when_run_again(fresh, undisturbed, moment, cores):
    """At either number of cores; the undisturbed run had two."""
    job, delay = moment
    stop(fresh, signal.SIGKILL, job, delay, cores)
    fresh.run(cores=cores)
    assert_same_results(fresh, undisturbed)


def test_a_run_ended_by_ctrl_c_completes_when_run_again(fresh, undisturbed):
    (job, delay), *_ = moments(1)
    said = stop(fresh, signal.SIGINT, job, delay, cores=2)
    assert f'File "{fresh.folder}' not in said  # no traceback through the package
    fresh.run()
    assert_same_results(fresh, undisturbed)
