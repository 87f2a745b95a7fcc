"""Locks of dead runs go, locks of living ones stay."""

import subprocess
import sys

from fairbench.locks import clear_stale_locks

HOLD = """
import sys, time
from pathlib import Path
from fairbench.locks import clear_stale_locks
print(clear_stale_locks(Path(sys.argv[1])), flush=True)
time.sleep(60)
"""


def leave_lock(folder):
    locks = folder / ".snakemake" / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "0.output.lock").write_text("results/a")
    return locks / "0.output.lock"


def test_a_lock_left_behind_goes(tmp_path):
    lock = leave_lock(tmp_path)
    assert clear_stale_locks(tmp_path)
    assert not lock.exists()


def test_a_living_run_keeps_its_lock_until_it_is_killed(tmp_path):
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline().strip() == "True"
        lock = leave_lock(tmp_path)
        second = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert second.stdout.readline().strip() == "False"
        assert lock.exists()
        second.kill()
        second.wait()
    finally:
        other.kill()
        other.wait()
    assert clear_stale_locks(tmp_path)
    assert not lock.exists()
