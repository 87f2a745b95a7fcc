"""The quick study through a real Slurm, with accidents, comes out as on this machine alone.

make test-slurm
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ..workflow.expected import assert_same_results
from .cluster import CannotRun, Cluster

REPOSITORY = Path(__file__).parents[2]
OPT_IN = "FAIRBENCH_TEST_SLURM"
#: Seconds after which a run counts as hanging: on two cores shared by five it took 600.
LIMIT = 3600
STUDY = ("--configfile", "config/quick.yaml")
THROUGH_SLURM = (
    *("--profile", "profiles/slurm", "--jobs", "3"),
    # This Slurm keeps no accounts, and answers at once.
    *("--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "1"),
    *("--group-components", "fits=6", "traces=1", "data=20"),
    *("--set-resources", "train:runtime=5"),
)
ONE_MINUTE = ("track:runtime=1",)

pytestmark = pytest.mark.skipif(not os.environ.get(OPT_IN), reason="opt-in: make test-slurm")


@pytest.fixture(scope="module")
def cluster():
    # Short, as the path of a socket has to be.
    with tempfile.TemporaryDirectory(prefix="slurm-") as folder:
        running = Cluster(Path(folder))
        try:
            running.start()
        except CannotRun as reason:
            pytest.skip(str(reason))
        try:
            yield running
        finally:
            running.stop()


class Checkout:
    """A copy of the repository in which the quick study runs."""

    def __init__(self, folder: Path, cluster: Cluster):
        self.folder, self.cluster = folder, cluster
        listed = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
        names = subprocess.run(listed, cwd=REPOSITORY, capture_output=True, check=True).stdout
        for name in filter(None, names.decode().split("\0")):
            if os.path.lexists(REPOSITORY / name):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(REPOSITORY / name, folder / name, follow_symlinks=False)

    def start(self, *arguments: str) -> subprocess.Popen:
        hidden = {"PYTHONPATH", "SNAKEMAKE_PROFILE"}
        variables = {k: v for k, v in self.cluster.environment().items() if k not in hidden}
        with open(self.folder / "said.txt", "w") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "snakemake", *STUDY, *arguments],
                cwd=self.folder,
                env=variables | {"NUMBA_CACHE_DIR": str(self.folder / "numba")},
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def ended(self, run: subprocess.Popen) -> tuple[int, str]:
        """Wait for a run; its exit status and what it said."""
        try:
            status = run.wait(timeout=LIMIT)
        finally:
            run.kill()
        return status, self.said()

    def said(self) -> str:
        return (self.folder / "said.txt").read_text()

    def results(self, *parts: str) -> dict[str, Path]:
        """Files of results, by path; not logs and times."""
        root = self.folder / "results"
        return {
            str(path.relative_to(root)): path
            for part in parts or ("data", "poisoned", "fits", "traces", "limits")
            for path in (root / part).rglob("[!.]*")
            if path.is_file()
        }

    def stamps(self) -> dict[str, tuple[int, int]]:
        """What tells a file written anew from one left alone."""
        described = {name: path.stat() for name, path in self.results().items()}
        return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in described.items()}

    def training(self) -> dict[str, str]:
        """Fits that are being trained, by path, with the Slurm job of each."""
        found = {}
        for process, job in self.processes("train"):
            with contextlib.suppress(psutil.Error):
                output = job["outputs"]["fits"]
                found[output.removeprefix("results/")] = process.environ()["SLURM_JOB_ID"]
        return found

    def processes(self, step: str) -> list[tuple[psutil.Process, dict]]:
        """Processes in this folder that do a step, each with its job."""
        found = []
        for process in psutil.process_iter():
            try:
                words = process.cmdline()
                if words[1:4] == ["-m", "fairbench", "run"] and process.cwd() == str(self.folder):
                    job = json.loads(words[4])
                    found += [(process, job)] if job["step"].endswith(f":{step}") else []
            except psutil.Error:
                continue
        return found


def wait_for(found: Callable, run: subprocess.Popen, checkout: Checkout):
    """Whatever `found` finds, as soon as it does."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        if value := found():
            return value
        assert run.poll() is None, checkout.said()
        time.sleep(0.1)
    raise AssertionError(checkout.said())


def report(what: str, began: float) -> None:
    print(f"{what}: {time.monotonic() - began:.0f} s")


@pytest.fixture(scope="module")
def local(tmp_path_factory, cluster):
    """The study run here, as a template for the same study through Slurm."""
    checkout = Checkout(tmp_path_factory.mktemp("study").resolve(), cluster)
    began = time.monotonic()
    status, said = checkout.ended(checkout.start("--cores", "2"))
    assert status == 0, said
    report("locally on two cores", began)
    return checkout


@pytest.fixture
def checkout(local) -> Checkout:
    """The same folder, where compiled code is at hand, without the results."""
    (local.folder / "results").rename(local.folder / "expected")
    shutil.rmtree(local.folder / ".snakemake")
    return local


class Expected:
    """The results of the local run, by the names that the others have."""

    def __init__(self, checkout: Checkout):
        self.root = checkout.folder / "expected"

    def results(self, *parts: str) -> dict[str, Path]:
        return {
            str(path.relative_to(self.root)): path
            for part in parts
            for path in (self.root / part).rglob("[!.]*")
            if path.is_file()
        }


def cancel_a_job_with_something_done(run, checkout: Checkout) -> tuple[str, dict[str, bytes]]:
    """Cancel gathered fits in mid-run; the job, and the files that it had finished."""
    job_of: dict[str, str] = {}

    def half_done():
        training, finished = checkout.training(), checkout.results("fits")
        job_of.update(training)
        for name, job in training.items():
            done = {other: path for other, path in finished.items() if job_of.get(other) == job}
            if done and name not in finished:
                return job, {other: path.read_bytes() for other, path in done.items()}

    job, done = wait_for(half_done, run, checkout)
    checkout.cluster.ask("scancel", job)
    return job, done


def stop_the_clock_of_a_tracked_run(run, checkout: Checkout) -> None:
    """Let a job of a one-minute limit get nowhere: Slurm will end it."""
    ((process, _), *_) = wait_for(lambda: checkout.processes("track"), run, checkout)
    process.send_signal(signal.SIGSTOP)


def restart_the_controller(run, checkout: Checkout) -> None:
    """Take the controller away for some seconds while jobs run."""
    wait_for(lambda: checkout.cluster.jobs("R"), run, checkout)
    checkout.cluster.stop_controller()
    time.sleep(5)
    checkout.cluster.start_controller()


def test_the_quick_study_survives_accidents_and_equals_the_local_one(checkout):
    began = time.monotonic()
    run = checkout.start(*THROUGH_SLURM, *ONE_MINUTE)
    stop_the_clock_of_a_tracked_run(run, checkout)
    job, done = cancel_a_job_with_something_done(run, checkout)
    restart_the_controller(run, checkout)
    status, said = checkout.ended(run)
    report("through Slurm, with a job cancelled, one timed out, the controller restarted", began)
    assert status == 1, said
    assert job in checkout.cluster.jobs("CANCELLED"), said
    assert "rule_traces_track" in checkout.cluster.jobs("TIMEOUT").values(), said
    assert re.search(rf"slurm_logs/group_fits_train/{job}\.log", said), said
    # Not by their times: Snakemake touches what was made, thrice, and the last time when the whole
    # Slurm job has ended. The bytes tell a fit that was made again, by how many seconds it took.
    fits, kept = checkout.results("fits"), checkout.stamps()
    same = {name for name in done.keys() & fits.keys() if fits[name].read_bytes() == done[name]}
    assert same == done.keys(), "finished fits of the cancelled job are lost"
    # What depended on neither was finished in the same call.
    assert {"fig3.pdf", "fig4.pdf", "fig6.pdf"} <= set(
        os.listdir(checkout.folder / "results/figures")
    )

    began = time.monotonic()
    status, said = checkout.ended(checkout.start(*THROUGH_SLURM))
    report("the second call", began)
    assert status == 0, said
    assert kept.items() <= checkout.stamps().items(), "finished files were made again"
    assert_same_results(checkout, Expected(checkout))

    status, said = checkout.ended(checkout.start("--cores", "1", "-n"))
    assert "Nothing to be done" in said


def test_what_a_gathered_job_asks_slurm_for(cluster, local):
    """Run times are summed, memory is the largest, and one job has one processor."""
    asked = cluster.ask("squeue", "-h", "-t", "all", "-o", "%k|%C|%m|%l").splitlines()
    assert "rule_fits_train|1|2000M|30:00" in asked  # six of five minutes
    left = len(local.results("fits")) % 6 or 6
    assert f"rule_fits_train|1|2000M|{5 * left}:00" in asked  # those that made no six
    assert "rule_traces_track|1|2000M|1:00" in asked
