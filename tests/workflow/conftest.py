"""A scratch copy of the repository, and a study small enough to run whole in seconds."""

import copy
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from fairbench.base.alone import one_at_a_time
from fairbench.store.stamps import table_of
from fairbench.studies.imbalance.section import Figures

REPOSITORY = Path(__file__).parents[2]
#: Seconds after which a run counts as hanging.
LIMIT = 900
#: What a run leaves beside the sources.
_MADE = ("results", "resources", ".snakemake")
#: What no run reads.
_UNREAD = ("benchmarks/", "docs/", "tests/")
_METHODS = ("group_thresholds", "fr_train")
_FIGURES = {
    "fig6": [5.0, 20.0],
    "fig9": {"study": "imbalance", "label": "fr_train", "rivals": ["group_thresholds"]},
}


def tiny_study() -> dict:
    """An overlay that switches off whatever the default config holds beyond the least."""
    default = yaml.safe_load((REPOSITORY / "config" / "config.yaml").read_text())
    studies = dict.fromkeys(default["studies"])
    methods = dict.fromkeys(default["studies"]["imbalance"]["methods"])
    studies["imbalance"] = {
        "positive_rate": [0.3, 0.5],
        "group_coefficient": [1.0],
        "trials": 2,
        "rows": {"test": 200},
        "lambda_f": [0.3, 0.6],
        "budget": {
            "iterations": 30,
            "warm_up": 10,
            "update_ratio": 3,
            "generator_rate": 0.01,
            "fairness_rate": 0.01,
            "robustness_rate": 0.001,
        },
        "methods": methods
        | {name: default["studies"]["imbalance"]["methods"][name] for name in _METHODS},
    }
    overlay = {
        "limit_draws": 2000,
        "bootstrap": 100,
        "studies": studies,
        "figures": dict.fromkeys(Figures.model_fields) | copy.deepcopy(_FIGURES),
    }
    return overlay | {"tracking": None}


def environment() -> dict[str, str]:
    """Variables of a run, without where the tests find their modules."""
    hidden = {"PYTHONPATH", "SNAKEMAKE_PROFILE"}
    return {name: value for name, value in os.environ.items() if name not in hidden}


class Scratch:
    """A copy of the repository in which Snakemake runs with a config of the test's own.

    Attributes
    ----------
    folder : Path
    code : Path
        Where the Snakefile and the package are.
    study : dict
        The study `imbalance` of the overlay, for a test to change.
    overlay : dict
        The whole overlay; written to a file at every run.
    further : list of str
        Config files over the overlay.
    said : Path
        For a template, what the run that made it said.
    """

    def __init__(self, folder: Path, code: Path | None = None):
        self.folder, self.said = folder, folder.with_suffix(".txt")
        self.code = code or folder
        self.overlay = tiny_study()
        self.study = self.overlay["studies"]["imbalance"]
        self.further: list[str] = []

    def command(self, *arguments: str) -> dict:
        """Arguments of `subprocess` for a Snakemake call."""
        (self.folder / "tiny.yaml").write_text(yaml.safe_dump(self.overlay))
        given = ["--configfile", "tiny.yaml", *self.further, *arguments]
        if self.code != self.folder:
            given = ["--snakefile", str(self.code / "Snakefile"), *given]
        return {
            "args": [sys.executable, "-m", "snakemake", *given],
            "cwd": self.folder,
            "env": environment(),
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "text": True,
        }

    def run(self, *arguments: str, cores: int = 2, succeeds: bool = True) -> str:
        """Run Snakemake to its end and return what it said."""
        call = self.command("--cores", str(cores), *arguments)
        ended = subprocess.run(**call, timeout=LIMIT, check=False)
        assert (ended.returncode == 0) == succeeds, ended.stdout
        return ended.stdout

    def pending(self) -> set[str]:
        """Files that a run would make, without the folder `results`."""
        lines = [line.split("\t") for line in self.run("--summary").splitlines()]
        head = next(i for i, fields in enumerate(lines) if fields[0] == "output_file")
        plan = lines[head].index("plan")
        return {
            fields[0].removeprefix("results/")
            for fields in lines[head + 1 :]
            if len(fields) > plan and fields[plan] == "update pending"
        }

    def results(self, *parts: str) -> dict[str, Path]:
        """Files of results that are read again or shown, by path; not logs and times."""
        root = self.folder / "results"
        return {
            str(path.relative_to(root)): path
            for part in parts or ("data", "poisoned", "fits", "limits", "tables", "figures")
            for path in (root / part).rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }

    def stamps(self) -> dict[str, tuple]:
        """What tells a file written anew from one left alone."""
        described = {name: path.stat() for name, path in self.results().items()}
        return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in described.items()}

    def made_by_run(self, *arguments: str) -> set[str]:
        """Run, and name the files that were written."""
        before = self.stamps()
        self.run(*arguments)
        return {name for name, stamp in self.stamps().items() if before.get(name) != stamp}

    def find(self, *parts: str) -> Path:
        """The one file of results with all these parts in its path; a table, not its metadata."""
        files = {path for path in self.results().values() if path == table_of(path)}
        root = self.folder / "results"
        found = [path for path in files if all(p in str(path.relative_to(root)) for p in parts)]
        assert len(found) == 1, (parts, found)
        return found[0]


class Yard:
    """Keeps the sources, and the copy of them or of a template that a test works on."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.sources = folder / "sources"
        self._copy_sources()

    def _copy_sources(self) -> None:
        listed = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
        names = subprocess.run(listed, cwd=REPOSITORY, capture_output=True, check=True).stdout
        for name in filter(None, names.decode().split("\0")):
            source, target = REPOSITORY / name, self.sources / name
            # A deleted one is listed until that is committed.
            if os.path.lexists(source) and not name.startswith(_UNREAD):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)

    def work_on(self, template: Path, *, fresh: bool = False) -> Scratch:
        """A scratch copy of a template, times of files kept; a fresh one of its code alone."""
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)

        def left_out(folder: str, names: list[str]) -> tuple[str, ...]:
            return _MADE if fresh and Path(folder) == template else ()

        shutil.copytree(template, work, symlinks=True, ignore=left_out)
        return Scratch(work)


@pytest.fixture(scope="session")
def yard(tmp_path_factory) -> Yard:
    return Yard(tmp_path_factory.mktemp("workflow"))


@pytest.fixture(scope="session")
def finished(yard, tmp_path_factory) -> Path:
    """A template in which the tiny study has been run, made by the first worker that asks."""
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    template = common / "finished"
    with one_at_a_time(common / "finished.lock"):
        if not template.exists():
            scratch = yard.work_on(yard.sources)
            said = scratch.run()
            scratch.folder.rename(template)
            Scratch(template).said.write_text(said)
    return template


@pytest.fixture
def scratch(yard, finished) -> Scratch:
    """A copy in which the tiny study has been run."""
    return yard.work_on(finished)


@pytest.fixture
def bare(tmp_path) -> Scratch:
    """A folder with config and examples alone, for a study whose code stays as it is."""
    for name in ("config", "examples"):
        shutil.copytree(REPOSITORY / name, tmp_path / "bare" / name)
    return Scratch(tmp_path / "bare", REPOSITORY)


@pytest.fixture
def fresh(yard, finished) -> Scratch:
    """A copy in which nothing has been run; its modules are parsed."""
    return yard.work_on(finished, fresh=True)


@pytest.fixture
def undisturbed(finished) -> Scratch:
    """The finished run, to compare with; not to be changed."""
    return Scratch(finished)
