"""The engine's own rate on this machine: each method trains a few short models."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from fairbench import methods
from fairbench.data import build
from fairbench.plan import FitFile
from fairbench.status.rates import EngineRate, read_engine_rate
from fairbench.storage import write_text
from fairbench.training.budget import Budget
from fairbench.training.cell import train_cell

__all__ = ["engine_rate"]

ITERATIONS, SECONDS = 400, 3.0
_ROWS = {"train": 1800, "clean": 200, "selection": 10, "test": 10}


def engine_rate(fits: Iterable[FitFile], stored: Path) -> EngineRate:
    """Measure what a model-iteration takes, or read what was measured before.

    One file of fits a method is tried, with its own parameters and engine, on 2,000 rows. After
    the first, for which the engine may have to be compiled, no further method is measured once
    3 seconds are over.

    Parameters
    ----------
    fits : iterable of FitFile
        What is to be trained.
    stored : Path
        Where the rate is kept. It holds for this machine and these sources of the engine.
    """
    samples = {fit.method: fit for fit in fits}
    key = _key()
    known = read_engine_rate(stored, key)
    if known is not None and samples.keys() <= known.seconds.keys():
        return known
    frame = build("independent", {"rows": _ROWS}, [0], seed=1)
    seconds = dict(known.seconds) if known else {}
    start_up, end = known.start_up if known else None, None
    for method in sorted(samples.keys() - seconds.keys()):
        seconds[method] = _measured(samples[method], frame)
        # Until here this process did what a job does before and around its training. Where the
        # engine had to be compiled first, that comes once and not with every job.
        start_up = start_up or min(time.process_time(), SECONDS)
        now = time.perf_counter()
        end = end or now + SECONDS
        if now > end:
            break
    rate = EngineRate(start_up, seconds)
    stored_rate = {"key": key, "start_up": rate.start_up, "seconds": seconds}
    write_text(stored, json.dumps(stored_rate, indent=1, sort_keys=True) + "\n")
    return rate


def _measured(fit: FitFile, frame) -> float:
    kind = methods.find(fit.method, fit.file)
    given = {name: value for name, value in fit.settings["budget"].items() if name != "epochs"}
    given |= {"iterations": ITERATIONS, "warm_up": 0}
    about = {"dataset": "independent", "parameters": {"rows": _ROWS}, "seed": 1, "poisoning": None}
    fits = train_cell(
        frame,
        about,
        kind(kind.Parameters(**fit.settings["parameters"])),
        Budget(**given),
        lambda_f=fit.settings["lambda_f"][:2],
        lambda_r=fit.settings["lambda_r"][:1],
        engine=fit.settings["engine"],
    )
    return float(fits["seconds"].mean()) / ITERATIONS


def _key() -> str:
    """This machine and these sources of the engine."""
    digest = hashlib.sha256()
    for path in sorted((Path(__file__).parents[1] / "training").glob("*.py")):
        digest.update(path.read_bytes())
    parts = [digest.hexdigest()[:16], platform.node(), platform.machine(), platform.processor()]
    return " ".join([*parts, *(f"{name} {version(name)}" for name in ("numba", "torch"))])
