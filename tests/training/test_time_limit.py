"""A batch of fits that never ends is stopped, whatever it is doing."""

import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from fairbench.commands.app import app
from fairbench.data.drawn import build
from fairbench.methods import Method
from fairbench.status.study import plan_of
from fairbench.store.tables import write_table
from fairbench.training.budget import Budget
from fairbench.training.cell import train_cell
from fairbench.training.time_limit import REASON, time_limit

REPOSITORY = Path(__file__).parents[2]
SOON = 0.3 / 60


def loop_for_ever():
    while True:
        pass


def swallow_for_ever():
    """As long as it is asked once a second only."""
    for _ in range(2):
        try:
            loop_for_ever()
        except TimeoutError:
            pass
    loop_for_ever()


@pytest.mark.parametrize(
    "never", [loop_for_ever, swallow_for_ever, lambda: time.sleep(60), threading.Event().wait]
)
def test_python_is_interrupted_wherever_it_is(never):
    before, start = signal.getsignal(signal.SIGALRM), time.monotonic()
    with pytest.raises(TimeoutError, match=f"took 0.005 minutes, {REASON}"), time_limit(SOON):
        never()
    assert time.monotonic() - start < 20
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.parametrize("minutes", [None, 0, 1])
def test_what_ends_in_time_is_let_alone(minutes):
    with time_limit(minutes):
        time.sleep(0.01)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


COMPILED = """
import itertools
from fairbench.training import time_limit
time_limit.GRACE = 0.3
with time_limit.time_limit(0.3 / 60):
    sum(itertools.repeat(1))  # looks for no signal
"""


def test_compiled_code_that_never_returns_ends_with_its_process_and_a_word():
    ended = subprocess.run(
        [sys.executable, "-c", COMPILED], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert REASON in ended.stderr and "compiled code that does not return" in ended.stderr


class Endless(Method):
    name = "endless"

    def fairness(self, networks, batch, logit, weight):
        loop_for_ever()


class Greedy(Method):
    name = "greedy"

    def fairness(self, networks, batch, logit, weight):
        return logit.new_empty(1 << 60).sum()


def trained(method: Method, minutes: float | None = None) -> pd.DataFrame:
    rows = {"train": 60, "clean": 10, "selection": 20, "test": 20}
    about = {"dataset": "independent", "parameters": {"rows": rows}, "seed": 1, "poisoning": None}
    rates = dict.fromkeys(("generator_rate", "fairness_rate", "robustness_rate"), 0.01)
    return train_cell(
        build("independent", {"rows": rows}, [0, 1], seed=1),
        about,
        method,
        Budget(iterations=6, warm_up=1, update_ratio=1, **rates),
        lambda_f=[0.1, 0.5],
        lambda_r=[0.1],
        minutes=minutes,
    )


def test_every_fit_of_a_stopped_batch_is_recorded_as_an_error_with_the_limit():
    fits = trained(Endless(Endless.Parameters()), SOON)
    assert len(fits) == 4
    assert set(fits["status"]) == {"error"}
    assert fits["reason"].str.endswith(REASON).all()
    assert fits["reason"].str.startswith("TimeoutError: ").all()
    assert fits["test_accuracy"].isna().all()


def test_want_of_memory_is_no_record_of_a_fit():
    with pytest.raises(MemoryError, match="allocate"):
        trained(Greedy(Greedy.Parameters()))


def test_timed_out_lists_the_files_of_stopped_fits_and_how_to_train_them(tmp_path, monkeypatch):
    shutil.copytree(REPOSITORY / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    plan = plan_of(["config/config.yaml", "config/quick.yaml"])
    stopped, whole, *_ = plan.paths("train")
    for path, reason in ((stopped, f"TimeoutError: {REASON}"), (whole, "ValueError: no")):
        frame = pd.DataFrame({"status": ["ok", "error"], "reason": ["", reason]})
        write_table(frame, path, kind="fits", about={})
    call = ["timed-out", "--configfile", "config/quick.yaml"]
    listed = CliRunner().invoke(app, call).output
    assert f"{stopped}: 1 of 2 fits" in listed and whole not in listed
    assert "--configfile config/quick.yaml --forcerun $(python -m fairbench" in listed
    assert CliRunner().invoke(app, [*call, "--names"]).output == f"{stopped}\n"
    Path(stopped).unlink()
    assert "no fit was stopped" in CliRunner().invoke(app, call).output
