"""A copy of the repository in which the quick study runs, and what its runs said."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from fairbench.store.tables import read_table

from ..workflow.conftest import Scratch

#: Seconds after which a run counts as hanging.
LIMIT = 1800
REMEDY = "delete it and run snakemake again"
FOLDERS = ("data", "poisoned", "fits", "traces", "limits", "tables", "figures")
_STARTED = re.compile(r"^Job (\d+): (.*)$", re.MULTILINE)
_FINISHED = re.compile(r"^Finished jobid: (\d+) ", re.MULTILINE)
_DAMAGED = re.compile(rf"^fairbench [\w-]+: (\S+): .*{REMEDY}$", re.MULTILINE)

_LOGS = re.compile(r"^Complete log\(s\): (.*)$", re.MULTILINE)


def with_log(said: str) -> str:
    """What a run showed, and Snakemake's log of it, where alone it says which jobs ended."""
    return "".join([said, *(f"\n{Path(name).read_text()}" for name in _LOGS.findall(said))])


def finished(log: str) -> list[str]:
    """What the jobs that ended well made, as their rules put it; from Snakemake's log of a run."""
    named = dict(_STARTED.findall(log))
    return [named[job] for job in _FINISHED.findall(log) if job in named]


def started(log: str) -> list[str]:
    """What the jobs that were started were to make."""
    return [what for _, what in _STARTED.findall(log)]


class Checkout(Scratch):
    """Runs the quick study, with further config files in `further` laid over it."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.variables: dict[str, str] = {}

    def command(self, *arguments: str) -> dict:
        call = super().command()
        head = call["args"][: call["args"].index("--configfile")]
        files = ["--configfile", "config/quick.yaml", *self.further]
        return call | {
            # A target must not be taken for one more config file.
            "args": [*head, *arguments, *files],
            "env": call["env"] | self.variables,
            "start_new_session": True,
        }

    def start(self, *arguments: str, cores: int = 2) -> subprocess.Popen:
        return subprocess.Popen(**self.command(*arguments, "--cores", str(cores)))

    def ended(self, *arguments: str, cores: int = 2) -> tuple[int, str]:
        """Run to the end; the exit status, and what was said, Snakemake's log included."""
        running = self.start(*arguments, cores=cores)
        try:
            said, _ = running.communicate(timeout=LIMIT)
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
        return running.returncode, with_log(said)

    def run(self, *arguments: str, cores: int = 2, succeeds: bool = True) -> str:
        status, said = self.ended(*arguments, cores=cores)
        assert (status == 0) == succeeds, said
        return said

    def results(self, *parts: str) -> dict[str, Path]:
        return super().results(*(parts or FOLDERS))

    def damaged_in(self, said: str) -> list[Path]:
        """Files that a run called damaged, and told to delete."""
        return [self.folder / name for name in dict.fromkeys(_DAMAGED.findall(said))]

    def worker(self, words: str, running: subprocess.Popen) -> psutil.Process:
        """A job's own process, as soon as there is one whose command line has these words."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end and running.poll() is None:
            for process in psutil.Process(running.pid).children(recursive=True):
                try:
                    line = process.cmdline()
                except psutil.Error:
                    continue
                if "-m" in line[:2] and words in " ".join(line):
                    return process
            time.sleep(0.02)
        raise AssertionError(f"no job with {words}: {running.communicate()[0]}")

    def wait_for_orphans(self) -> None:
        """Wait for jobs whose Snakemake was killed alone."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end and any(map(self._is_mine, psutil.process_iter())):
            time.sleep(0.1)

    def _is_mine(self, process: psutil.Process) -> bool:
        try:
            here = Path(process.cwd()) == self.folder
            return here and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def logs(self) -> list[str]:
        """Snakemake's logs of all runs here."""
        return [path.read_text() for path in (self.folder / ".snakemake" / "log").glob("*.log")]

    def leftovers(self) -> list[Path]:
        return list((self.folder / "results").rglob(".partial-*"))


def asked(study: Checkout, *arguments: str) -> str:
    """What a command of fairbench says in the study's folder."""
    call = study.command() | {"args": [sys.executable, "-m", "fairbench", *arguments]}
    return subprocess.run(**call, check=False).stdout


def assert_same(ours: Checkout, theirs: Checkout, *names: str) -> None:
    """Results are the same to the byte, but for how long fits took."""
    mine, expected = (each.results(*FOLDERS) for each in (ours, theirs))
    if not names:
        assert mine.keys() == expected.keys()
    for name in names or expected:
        if mine[name].read_bytes() != expected[name].read_bytes():
            assert mine[name].suffix == ".parquet", f"{name} differs"
            (frame, about), (other, its) = map(read_table, (mine[name], expected[name]))
            assert "seconds" in frame.columns, f"{name} differs"
            assert about == its, name
            assert frame.drop(columns="seconds").equals(other.drop(columns="seconds")), name
