"""The engine's own rate on this machine: each built-in method trains a few short models."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from fairbench import methods
from fairbench.data.drawn import build
from fairbench.plan.plan import FitFile
from fairbench.status.rates import NOMINAL, EngineRate, read_engine_rate
from fairbench.store.tables import write_text
from fairbench.training.budget import Budget
from fairbench.training.cell import train_cell
from fairbench.training.time_limit import REASON

__all__ = ["OWN", "engine_rate"]

ITERATIONS, SECONDS = 400, 3.0
#: Minutes after which a method that is tried is stopped: who asks for a rate is waiting.
LONGEST = 0.25
#: Why a method of a user's own has no rate.
OWN = "a method from a file is run by its jobs alone; its rate is known once one of them is done"
_ROWS = {"train": 1800, "clean": 200, "selection": 10, "test": 10}


def engine_rate(fits: Iterable[FitFile], stored: Path) -> EngineRate:
    """Measure what a model-iteration takes, or read what was measured before.

    One file of fits a method is tried, with its own parameters and engine, on 2,000 rows. After
    the first, for which the engine may have to be compiled, no further method is measured once
    3 seconds are over. Methods from a file are not tried: they may raise, exit, or never return,
    and the state of a study has to be told all the same.

    Parameters
    ----------
    fits : iterable of FitFile
        What is to be trained.
    stored : Path
        Where the rate is kept. It holds for this machine and these sources of the engine.
    """
    samples = {fit.method: fit for fit in fits}
    unknown = {method: OWN for method, fit in samples.items() if fit.file}
    key = _key()
    known = read_engine_rate(stored, key) or EngineRate(0.0, {})
    start_up, seconds, end = known.start_up, dict(known.seconds), None
    missing = sorted(samples.keys() - unknown.keys() - seconds.keys())
    frame = build("independent", {"rows": _ROWS}, [0], seed=1) if missing else None
    for method in missing:
        measured = _measured(samples[method], frame)
        if isinstance(measured, str):
            unknown[method] = measured
        else:
            seconds[method] = measured
        # Until here this process did what a job does before and around its training. Where the
        # engine had to be compiled first, that comes once and not with every job.
        start_up = start_up or min(time.process_time(), SECONDS)
        now = time.perf_counter()
        end = end or now + SECONDS
        if now > end:
            break
    if seconds.keys() - known.seconds.keys():
        stored_rate = {"key": key, "start_up": start_up, "seconds": seconds}
        with contextlib.suppress(OSError):  # a full disk keeps nobody from asking what is done
            write_text(stored, json.dumps(stored_rate, indent=1, sort_keys=True) + "\n")
    return EngineRate(start_up or NOMINAL.start_up, seconds, unknown)


def _measured(fit: FitFile, frame) -> float | str:
    """Seconds of a model-iteration, or why that is not known."""
    kind = methods.find(fit.method, fit.file)
    given = {name: value for name, value in fit.settings["budget"].items() if name != "epochs"}
    given |= {"iterations": ITERATIONS, "warm_up": 0}
    about = {"dataset": "independent", "parameters": {"rows": _ROWS}, "seed": 1, "poisoning": None}
    try:
        fits = train_cell(
            frame,
            about,
            kind(kind.Parameters(**fit.settings["parameters"])),
            Budget(**given),
            lambda_f=fit.settings["lambda_f"][:2],
            lambda_r=fit.settings["lambda_r"][:1],
            engine=fit.settings["engine"],
            minutes=LONGEST,
        )
    except Exception as error:  # whatever is wrong with these settings, their jobs will say so too
        return f"tried for a moment, it ended in {type(error).__name__}: {error}"
    # One that diverged took as many steps as any other; one that raised did not.
    for reason in fits.loc[fits["status"] == "error", "reason"]:
        if reason.endswith(REASON):
            return f"{ITERATIONS} iterations of it took more than {60 * LONGEST:g} s"
        return f"tried for a moment, it ended in {reason}"
    return float(fits["seconds"].mean()) / ITERATIONS


def _key() -> str:
    """This machine and these sources of the engine."""
    digest = hashlib.sha256()
    for path in sorted((Path(__file__).parents[1] / "training").rglob("*.py")):
        digest.update(path.read_bytes())
    parts = [digest.hexdigest()[:16], platform.node(), platform.machine(), platform.processor()]
    return " ".join([*parts, *(f"{name} {version(name)}" for name in ("numba", "torch"))])
