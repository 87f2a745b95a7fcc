"""Killed at any moment, alone or with its jobs, and run again; two runs at once."""

import os
import random
import signal
import time
from collections import Counter

from fairbench.run.locks import OCCUPIED

from .checkout import assert_same, finished, started, with_log

KILLS = 20


def kill(study, draw: random.Random, whole_group: bool) -> None:
    """Start a run and kill it up to three seconds after one of its first jobs began."""
    job, delay = draw.choice([0, 1, 1, 2]), draw.uniform(0, 3)
    running = study.start(cores=2)
    said, begun = [], 0
    while begun < job:
        line = running.stdout.readline()
        assert line, "".join(said)
        said.append(line)
        begun += " done, job " in line
    time.sleep(delay)
    assert running.poll() is None, "the study was over before it was killed so often"
    if whole_group:
        os.killpg(running.pid, signal.SIGKILL)
    else:
        os.kill(running.pid, signal.SIGKILL)
    running.communicate(timeout=600)


def test_twenty_kills_lose_nothing_that_was_finished(fresh_study, undisturbed, ledger, clock):
    draw, study, seen = random.Random(2023), fresh_study, set()
    for number in range(KILLS):
        kill(study, draw, whole_group=number % 2 == 0)
        seen |= {path.name for path in study.leftovers()}
    # What a writer leaves that is killed in the middle; those above may all have been quick.
    left = study.folder / "results" / "data" / ".partial-0123456789abcdef.parquet"
    left.write_bytes(b"half")
    study.wait_for_orphans()
    clock()
    study.run()
    seconds = clock()
    assert study.leftovers() == []
    assert_same(study, undisturbed)
    done = Counter(what for text in study.logs() for what in finished(text))
    begun = Counter(what for text in study.logs() for what in started(text))
    assert [what for what, times in done.items() if times > 1] == []
    interrupted = sum(begun.values()) - sum(done.values())
    ledger.add(
        f"{KILLS} kills of one study, at moments drawn at random",
        "SIGKILL, in turn to the whole run and to Snakemake alone, whose jobs then go on by "
        "themselves",
        f"locks left; half-written files left: {len(seen)}, and one more laid beside them",
        "run again: completed, the same to the byte; no leftovers",
        f"0 that had ended; {interrupted} cut short were begun again",
        seconds,
    )


def test_two_runs_at_once(fresh_study, undisturbed, ledger, clock):
    study = fresh_study
    target = "results/tables/selected.csv"
    clock()
    runs = [study.start(target, cores=1) for _ in range(2)]
    said = [with_log(run.communicate(timeout=3600)[0]) for run in runs]
    statuses = [run.returncode for run in runs]
    assert sorted(map(bool, statuses)) == [False, True], "\n".join(said)
    refused = said[statuses.index(1)]
    assert OCCUPIED.splitlines()[0] in refused
    assert finished(refused) == []
    made = len(finished(said[statuses.index(0)]))
    assert_same(study, undisturbed, "tables/selected.csv", "tables/fits.parquet")
    assert finished(study.run(target)) == []
    ledger.add(
        "two runs started at once in one folder",
        "the same command twice",
        "one stopped before any job and said to wait or to work in a copy",
        f"the other completed its {made} jobs, the same to the byte",
        0,
        clock(),
    )


def test_unlocking_under_a_living_run(finished_study, undisturbed, ledger, clock):
    study = finished_study
    study.find("figures/fig8.pdf").unlink()
    clock()
    running = study.start()
    study.worker("figures.steps:fig8", running)
    status, said = study.ended("--unlock")
    assert status != 0 and OCCUPIED.splitlines()[0] in said
    assert study.ended("-n")[0] == 0
    ended = running.communicate(timeout=3600)[0]
    assert running.returncode == 0, ended
    assert_same(study, undisturbed)
    ledger.add(
        "`snakemake --unlock` and a dry run beside a living run",
        "both called while a figure is drawn",
        "the lock was not taken away; the dry run did no harm",
        "the run completed, the same to the byte",
        0,
        clock(),
    )
