"""A method that raises, returns no numbers, never returns, or takes all memory."""

import pandas as pd
import pytest
import yaml

from fairbench.store.tables import read_table
from fairbench.training.time_limit import REASON

from .checkout import asked, finished

MINE = """
import itertools
import os
import resource
import time

from fairbench.methods import Method

WELL = "BEHAVE" in os.environ


class Raises(Method):
    name = "raises"

    def fairness(self, networks, batch, logit, weight):
        raise RuntimeError("out of ideas")


class Undefined(Method):
    name = "undefined"

    def fairness(self, networks, batch, logit, weight):
        return logit.mean(-1) * float("nan")


class Loops(Method):
    name = "loops"

    def fairness(self, networks, batch, logit, weight):
        while not WELL:
            pass
        return logit.mean(-1) ** 2


class Waits(Method):
    name = "waits"

    def fairness(self, networks, batch, logit, weight):
        while not WELL:
            try:
                time.sleep(1e6)
            except ValueError:
                pass
        return logit.mean(-1) ** 2


class Compiled(Method):
    name = "compiled"

    def fairness(self, networks, batch, logit, weight):
        return WELL or sum(itertools.repeat(1))


class Greedy(Method):
    name = "greedy"

    def fairness(self, networks, batch, logit, weight):
        if not WELL:
            with open("/proc/self/statm") as sizes:
                room = int(sizes.read().split()[0]) * resource.getpagesize() + 2**28
            resource.setrlimit(resource.RLIMIT_AS, (room, room))
            self.hoard = [logit.new_zeros(2**24) for _ in range(2**10)]
        return logit.mean(-1) ** 2
"""
#: Models of a method in the study `tradeoff_clean`: two trials, three weights.
FITS = 6


@pytest.fixture
def study(finished_study):
    """The finished study with a file of bad methods, and a way to ask for some of them."""
    (finished_study.folder / "mine.py").write_text(MINE)

    def ask(*names: str, fit_minutes: float = 0.5) -> None:
        entries = {name: {"file": "mine.py"} for name in names}
        overlay = {
            "resources": {"fit_minutes": fit_minutes},
            "studies": {"tradeoff_clean": {"methods": entries}},
        }
        (finished_study.folder / "mine.yaml").write_text(yaml.safe_dump(overlay))
        finished_study.further = ["mine.yaml"]

    finished_study.ask = ask
    return finished_study


def fits_of(study, label: str) -> pd.DataFrame:
    fits, _ = read_table(study.find("tables/fits.parquet"), kind="fits")
    return fits[fits["label"] == label]


def others_unchanged(study, undisturbed, *labels: str) -> bool:
    """Whether every other fit is in the table as it is without the bad methods."""
    mine, theirs = (
        read_table(each.find("tables/fits.parquet"))[0].drop(columns="seconds")
        for each in (study, undisturbed)
    )
    return mine[~mine["label"].isin(labels)].reset_index(drop=True).equals(theirs)


CASES = {
    "raises": ("error", "out of ideas", "a method that raises"),
    "undefined": ("diverged", "not finite", "a method that returns NaN"),
    "loops": ("error", REASON, "a method that never returns: an endless loop"),
    "waits": ("error", REASON, "a method that never returns: it waits"),
}


def test_bad_methods_are_gaps_and_counts(study, undisturbed, ledger, clock):
    study.ask(*CASES)
    clock()
    said = study.run()
    for label, (status, reason, fault) in CASES.items():
        fits = fits_of(study, label)
        assert len(fits) == FITS and set(fits["status"]) == {status}
        assert fits["reason"].str.contains(reason, regex=False).all()
        cells = pd.read_csv(study.find("cells.csv")).set_index("label")
        assert cells.loc[label, "n"] == 0 and cells.loc[label, "lost"] > 0
        how = f"its {FITS} fits are recorded as `{status}` with the reason, the rest completes"
        then = "counted as lost in the tables, no number changed elsewhere"
        ledger.add(fault, "a method of the user's own", how, then, 0, clock())
    assert others_unchanged(study, undisturbed, *CASES)
    assert len([what for what in finished(said) if "/fits/" in what]) == len(CASES)
    assert finished(study.run()) == []


def test_fits_stopped_for_time_are_trained_again_when_asked(study, undisturbed, ledger, clock):
    study.ask("raises", "loops")
    study.run()
    study.variables = {"BEHAVE": "1"}
    study.ask("raises", "loops", fit_minutes=60)
    assert finished(study.run()) == []
    named = asked(study, "timed-out", "--names").split()
    assert len(named) == 1 and "method=loops" in named[0]
    clock()
    again = finished(study.run("--forcerun", *named))
    assert len([what for what in again if "/fits/" in what]) == 1
    assert set(fits_of(study, "loops")["status"]) == {"ok"}
    assert others_unchanged(study, undisturbed, "raises", "loops")
    ledger.add(
        "a limit that was too short",
        "`resources.fit_minutes` raised after fits were stopped",
        "nothing is trained again by itself",
        "run with the command that `python -m fairbench timed-out` prints: they are trained",
        f"{len(again)}: one of fits, and what is made from it",
        clock(),
    )


@pytest.mark.parametrize("name", ["compiled", "greedy"])
def test_methods_that_take_their_process_along(study, undisturbed, ledger, clock, name):
    study.ask(name, "raises")
    status, said = study.ended()
    assert status != 0
    words = {
        "compiled": "in compiled code that does not return; mend the method or leave it out",
        "greedy": "out of memory: run fewer jobs at once (--cores)",
    }[name]
    assert words in said and f"method={name}" in said
    assert "Traceback" not in said
    # The other method's fits were trained all the same.
    assert study.find("fits/", "method=raises").exists()
    study.ask("raises")
    if name == "greedy":
        study.variables = {"BEHAVE": "1"}
        study.ask(name, "raises")
    clock()
    again = finished(study.run())
    assert not [what for what in again if "method=raises" in what]
    assert others_unchanged(study, undisturbed, name, "raises")
    fault, made, then = {
        "compiled": (
            "a method that never returns from compiled code",
            "a method that adds ones for ever in C",
            "left out and run again: completed",
        ),
        "greedy": (
            "a method for which memory does not suffice",
            "a method that takes all it is allowed",
            "run again with enough: completed",
        ),
    }[name]
    how = "its job is named with the reason and the remedy; the other jobs were done"
    ledger.add(fault, made, how, then, f"{len(again)}: what was missing", clock())
