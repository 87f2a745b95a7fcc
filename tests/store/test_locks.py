"""Locks of dead runs go, locks of living ones stay."""

import subprocess
import sys
from pathlib import Path

import pytest
from snakemake.exceptions import LockException, WorkflowError

from fairbench.store.locks import (
    OCCUPIED,
    a_run_is_alive,
    clear_partial_files,
    clear_stale_locks,
    explain_refusal,
)

HOLD = """
import sys, time
from pathlib import Path
from fairbench.store.locks import clear_stale_locks
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


WRITE = """
import sys, time
from fairbench.store.tables import atomic_path
with atomic_path(sys.argv[1]) as path:
    path.write_text("half")
    print(path, flush=True)
    time.sleep(60)
"""


def test_a_half_written_file_goes_once_its_writer_is_dead(tmp_path):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(tmp_path / "deep" / "a.csv")],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        partial = Path(writer.stdout.readline().strip())
        assert partial.name.startswith(".partial-") and partial.suffix == ".csv"
        assert clear_partial_files(tmp_path) == 0
        assert partial.read_text() == "half"
    finally:
        writer.kill()
        writer.wait()
    (tmp_path / "deep" / "b.csv").touch()
    assert clear_partial_files(tmp_path, tmp_path / "nowhere") == 1
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["b.csv"]


def test_the_sign_of_life_is_held_however_many_runs_start_at_once(tmp_path):
    runs = [
        subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(6)
    ]
    try:
        said = [run.stdout.readline() for run in runs]
        assert said.count(b"True\n") <= 1 and b"None\n" not in said
        for run in runs[1:]:
            run.kill()
            run.wait()
        assert a_run_is_alive(tmp_path)
    finally:
        for run in runs:
            run.kill()
            run.wait()
    assert not a_run_is_alive(tmp_path)


@pytest.mark.parametrize(
    ("raised", "said"), [(LockException(), OCCUPIED), (WorkflowError("x"), "x")]
)
def test_a_refusal_says_what_to_do_and_nothing_of_unlocking_a_living_run(raised, said):
    class Workflow:
        def execute(self):
            raise raised

    workflow = Workflow()
    explain_refusal(workflow)
    with pytest.raises(WorkflowError) as refusal:
        workflow.execute()
    assert said in str(refusal.value)
    assert "can be removed with the --unlock" not in str(refusal.value)
