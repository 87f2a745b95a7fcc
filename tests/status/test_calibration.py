"""The engine's rate is measured once, and never by running a method of a user's own."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from fairbench.commands.app import app
from fairbench.plan.plan import FitFile
from fairbench.status import calibration
from fairbench.status.overview import announcement, unknown_times
from fairbench.status.rates import EngineRate, Rates

from .made import put, training

SETTINGS = {
    "parameters": {},
    "budget": {
        "iterations": 9,
        "warm_up": 9,
        "update_ratio": 1,
        "generator_rate": 0.01,
        "fairness_rate": 0.01,
        "robustness_rate": 0.01,
    },
    "lambda_f": [0.0],
    "lambda_r": [0.0],
    "engine": "reference",
}
FIT = FitFile("", "", "logistic_regression", None, SETTINGS)
MINE = """
import sys

from fairbench.methods import Method


class Loops(Method):
    name = "loops"

    def fairness(self, networks, batch, logit, weight):
        while True:
            pass


class Exits(Method):
    name = "exits"

    def fairness(self, networks, batch, logit, weight):
        sys.exit("bye")


class Raises(Method):
    name = "raises"

    def fairness(self, networks, batch, logit, weight):
        raise RuntimeError("out of ideas")
"""


def test_the_engine_is_measured_once(tmp_path, monkeypatch):
    stored = tmp_path / "rate.json"
    rate = calibration.engine_rate([FIT], stored)
    assert 1e-7 < rate.seconds["logistic_regression"] < 0.1
    assert rate.start_up > 0
    monkeypatch.setattr(calibration, "_measured", lambda fit, frame: 1 / 0)
    assert calibration.engine_rate([FIT], stored) == rate
    monkeypatch.setattr(calibration, "_key", lambda: "another machine")
    with pytest.raises(ZeroDivisionError):
        calibration.engine_rate([FIT], stored)


def test_a_fit_that_raises_or_takes_too_long_gives_no_rate(tmp_path, monkeypatch):
    stored = tmp_path / "rate.json"
    monkeypatch.setattr(calibration, "LONGEST", 1e-3 / 60)
    rate = calibration.engine_rate([FIT], stored)
    assert rate.seconds == {} and not stored.exists()
    assert "iterations of it took more than" in rate.unknown["logistic_regression"]
    monkeypatch.setattr(calibration, "train_cell", lambda *given, **how: 1 / 0)
    rate = calibration.engine_rate([FIT], stored)
    assert "ZeroDivisionError" in rate.unknown["logistic_regression"]


def test_of_a_method_without_a_rate_the_time_is_unknown_and_said_why():
    engine = EngineRate(1.0, {}, {"mine": "reason", "ours": "reason"})
    rates, jobs = Rates(engine), [training("a", what="mine"), training("b", what="ours")]
    assert not any(map(rates.know, jobs))
    assert [*unknown_times(jobs, rates)] == ["time unknown: mine, ours: reason"]
    said = announcement(jobs[:1], rates, cores=2)
    assert said.splitlines()[0] == "1 job to do of a kind that none was measured of"
    done = Rates(engine, {("training", "mine"): (1.0, 1e-5)})
    assert done.know(jobs[0]) and [*unknown_times(jobs[:1], done)] == []


@pytest.mark.parametrize("command", ["status", "estimate"])
def test_a_method_that_loops_exits_or_raises_does_not_stop_the_question(here, command):
    put(here, "mine.py", MINE)
    entries = ", ".join(f"{name}: {{file: mine.py}}" for name in ("loops", "exits", "raises"))
    put(here, "mine.yaml", f"studies: {{tradeoff_clean: {{methods: {{{entries}}}}}}}")
    built_in = ("adversarial", "constant", "fr_train", "group_thresholds", "logistic_regression")
    seconds = dict.fromkeys([*built_in, "naive_mi", "normalized_mi"], 1e-5)
    # As if these had been measured, the last of them by a version that ran a user's method.
    known = {"key": calibration._key(), "start_up": 1.0, "seconds": seconds | {"raises": 3e-6}}
    put(here, "results/benchmarks/rate.json", json.dumps(known))
    overlays = ["--configfile", "config/quick.yaml", "--configfile", "mine.yaml"]
    call = [sys.executable, "-m", "fairbench", command, *overlays]
    said = subprocess.run(call, capture_output=True, text=True, timeout=60, check=True).stdout
    assert f"time unknown: exits, loops, raises: {calibration.OWN}" in said


def test_a_method_that_cannot_be_made_is_a_fault_of_the_config(here):
    put(
        here,
        "mine.py",
        f"{MINE}\n    def __init__(self, parameters):\n        raise KeyError('no')",
    )
    put(here, "mine.yaml", "studies: {tradeoff_clean: {methods: {raises: {file: mine.py}}}}")
    said = CliRunner().invoke(app, ["check", "mine.yaml"])
    assert "the method cannot be made: KeyError('no')" in str(said.exception)
