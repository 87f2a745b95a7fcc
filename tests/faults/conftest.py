"""What the fault suite shares: the undisturbed quick study, copies of it, and the ledger."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from ..workflow.conftest import Yard
from .checkout import Checkout
from .ledger import Ledger

OPT_IN = "FAIRBENCH_TEST_FAULTS"
_HERE = Path(__file__).parent
_ledger = Ledger()


def pytest_collection_modifyitems(items):
    if not os.environ.get(OPT_IN):
        for item in items:
            if _HERE in Path(item.path).parents:
                item.add_marker(pytest.mark.skip(reason="opt-in: make test-faults"))


def pytest_sessionfinish(session, exitstatus):
    """The docs get the table of a whole run alone, in which everything passed."""
    tried = {Path(item.path) for item in session.items}
    whole = tried >= set(_HERE.glob("test_*.py")) and not session.config.option.keyword
    if os.environ.get(OPT_IN) == "write" and exitstatus == 0 and whole:
        _ledger.write()


@pytest.fixture
def ledger():
    return _ledger


class Ground(Yard):
    """Keeps the copies; a fault is made in one at a time, always at the same path."""

    def at_work(self, template: Path, *, fresh: bool = False) -> Checkout:
        return Checkout(super().work_on(template, fresh=fresh).folder)

    def kept(self, name: str) -> Checkout:
        """Put what is at work aside, under a name."""
        return Checkout((self.folder / "work").rename(self.folder / name))


@pytest.fixture(scope="session")
def ground(tmp_path_factory) -> Ground:
    return Ground(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="session")
def undisturbed(ground) -> Checkout:
    """The study as it comes out where nothing goes wrong; not to be changed."""
    ground.at_work(ground.sources).run()
    return ground.kept("undisturbed")


@pytest.fixture(scope="session")
def another(ground, undisturbed) -> Checkout:
    """Another run: a method fewer, other intervals, another track; not to be changed."""
    checkout = ground.at_work(undisturbed.folder)
    overlay = {
        "bootstrap": 300,
        "studies": {"imbalance": {"methods": {"logistic_regression": None}}},
        "tracking": {"seeds_fr_train": {"slope": 10.0}},
    }
    (checkout.folder / "another.yaml").write_text(yaml.safe_dump(overlay))
    checkout.further = ["another.yaml"]
    checkout.run()
    return ground.kept("another")


@pytest.fixture
def finished_study(ground, undisturbed) -> Checkout:
    """A copy in which the study has been run."""
    return ground.at_work(undisturbed.folder)


@pytest.fixture
def fresh_study(ground, undisturbed) -> Checkout:
    """A copy in which nothing has been run; compiled code is there."""
    return ground.at_work(undisturbed.folder, fresh=True)


@pytest.fixture
def clock():
    """Seconds since the test, or the last call, began."""
    last = [time.monotonic()]

    def lap() -> float:
        before, last[0] = last[0], time.monotonic()
        return last[0] - before

    return lap


@pytest.fixture
def small_disk():
    """Puts a small file system of its own over a folder, with what is in it."""
    mounted = []

    def lay_over(folder: Path, room: int) -> Path:
        if os.getuid() != 0 or not shutil.which("mount"):
            pytest.skip("mounting a small file system needs root")
        aside = folder.rename(folder.with_name("aside"))
        folder.mkdir()
        sizes = [path.stat().st_size for path in aside.rglob("*") if path.is_file()]
        used = sum(-(-size // 4096) * 4096 for size in sizes)
        options = ["-t", "tmpfs", "-o", f"size={used + room}", "tmpfs", str(folder)]
        if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
            pytest.skip("this machine does not let root mount a file system")
        mounted.append(folder)
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        shutil.rmtree(aside)
        return folder

    yield lay_over
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
