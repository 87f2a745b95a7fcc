"""No room on the disk, no memory: the job says so, the rest goes on, the next run completes."""

import resource
import signal
import subprocess

import psutil
import pytest

from .checkout import assert_same, finished, with_log

CELL = ("independent", "positive_rate=0.1/")


def test_full_disk_while_tables_and_figures_are_written(
    finished_study, undisturbed, small_disk, ledger, clock
):
    study = finished_study
    for path in study.results("tables", "figures").values():
        path.unlink()
    disk = small_disk(study.folder / "results", room=300_000)
    status, said = study.ended()
    assert status != 0 and "Traceback" not in said
    assert "no space left on the disk for this file; free some and run snakemake again" in said
    subprocess.run(["mount", "-o", "remount,size=100m", str(disk)], check=True)
    before = finished(said)
    clock()
    again = finished(study.run())
    assert set(before).isdisjoint(again)
    assert study.leftovers() == []
    assert_same(study, undisturbed)
    ledger.add(
        "disk full while tables and figures are written",
        "results on a file system with 300 kB of room",
        "stopped; messages name the files that did not fit and say to free some space",
        "run again with room: completed, the same to the byte",
        f"0 that had ended; {len(again)} that had not",
        clock(),
    )


@pytest.mark.parametrize("how", ["killed", "starved"])
def test_worker_out_of_memory(finished_study, undisturbed, ledger, clock, how):
    study = finished_study
    made = [study.find("fits/", *CELL, name) for name in ("adversarial", "logistic_regression")]
    # Snakemake does not miss a file while what was made from it is there.
    for path in (*made, study.find("tables/fits.parquet")):
        path.unlink()
    running = study.start(cores=1)
    worker = study.worker("method=adversarial", running)
    if how == "killed":
        worker.send_signal(signal.SIGKILL)
    else:
        limit = psutil.Process(worker.pid).memory_info().vms + 2**20
        resource.prlimit(worker.pid, resource.RLIMIT_AS, (limit, limit))
    said = running.communicate(timeout=3600)[0]
    assert running.returncode != 0, said
    assert f"alone: snakemake {made[0].relative_to(study.folder)} " in said
    if how == "killed":
        assert "it ended without a word: killed, perhaps for want of memory" in said
    assert made[1].exists() and not made[0].exists()
    rest = len(finished(with_log(said)))
    clock()
    again = len(finished(study.run()))
    assert_same(study, undisturbed)
    cause = {
        "killed": ("training job killed for want of memory", "SIGKILL, as from the system"),
        "starved": ("training job gets no more memory", "address space limited from outside"),
    }[how]
    ledger.add(
        *cause,
        f"named with its log and its command; other jobs that could be done were: {rest}",
        "run again: completed, the same to the byte",
        f"{again}: this one and what is made from it",
        clock(),
    )
