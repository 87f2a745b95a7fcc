"""What all tests share."""

import os

import pytest

from fairbench.data.real.download import MIRROR
from fairbench.data.real.entry import shipped
from fairbench.store import journal

#: Words at the start of the reason of a test that is skipped for want of the real data.
NO_DATA = "the data are not here"


# The tests start some hundred processes, each of which would parse the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "slow: runs the workflow, seconds each; leave out with -m 'not slow'"
    )


@pytest.fixture(autouse=True)
def _a_journal_of_its_own(monkeypatch):
    """What one test read is no input of what another writes in the same process."""
    monkeypatch.setattr(journal, "_journal", None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """Say last what a run without the real data left out: the row of dots does not show that."""
    yield
    skipped = terminalreporter.stats.get("skipped", ())
    count = sum(NO_DATA in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(told(count))


def told(count: int) -> str:
    """How many tests were skipped for want of the real data, and how to have them."""
    return (
        f"{count} tests of real data were skipped. To run them: python -m fairbench fetch NAME for "
        f"{', '.join(shipped())}, then {MIRROR}=$PWD/resources/data make test"
    )
