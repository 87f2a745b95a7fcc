"""The fast engine: one compiled loop per model, models spread over threads.

Chosen for the built-in methods with a linear generator on two features and the sensitive
attribute; one that is not to see the attribute trains by the reference loop. It agrees with the
reference loop up to the order of single-precision sums; training is a game between networks, so
tiny differences can grow; docs/reproducibility.md has what was measured.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from fairbench.methods.shared.base import Method
from fairbench.methods.shared.robust import RATIO_OFFSET, RobustMethod
from fairbench.training.budget import Budget
from fairbench.training.models import Model, Outcome, Split, reason_of

Initial = dict[str, list[np.ndarray]]


def applies(method: Method, width: int, budget: Budget | None = None) -> bool:
    """Whether the compiled loop knows this method, and this budget if there is one: all rows.

    The class itself must say so (`kernel`): a subclass that changes the objective does not
    inherit its parent's kernel.
    """
    parameters = method.parameters
    return (
        "kernel" in vars(type(method))
        and width == 3
        and method.groups == 2
        and (budget is None or budget.batch_size is None)
        and parameters.generator_hidden_units == 0
        and parameters.precision == "single"
        and parameters.sees_sensitive
        and method.kernel_applies
    )


def train_models(
    method: Method,
    data: dict[int, tuple[Split, Split]],
    models: Sequence[Model],
    initial: Sequence[Initial],
    budget: Budget,
    *,
    threads: int = 1,
    every: int = 0,
    done: Callable[[int], None] = lambda count: None,
) -> list[Outcome]:
    """Train models, each on its trial's (train, clean) rows.

    Parameters
    ----------
    data : dict of trial -> (train, clean)
    initial : sequence of initial weights, one per model
    every : int
        Record the parameters at every so many iterations (0: do not).
    done : callable
        Told the number of models as they finish.

    Returns
    -------
    list of Outcome, in the order of `models`. It does not depend on `threads` or on the company
    a model is trained in: every model is computed by one thread on its own arrays.
    """
    _prepare_cache()
    from fairbench.training.compiled.fused import train_one

    rows = {trial: _rows(*splits) for trial, splits in data.items()}
    _compile(method, rows[models[0].trial], initial[0], budget, models[0])

    def run(index: int) -> Outcome:
        model, weights = models[index], _weights(initial[index])
        settings = _settings(method, budget, model, rows[model.trial].y)
        records = -(-budget.iterations // every) + 1 if every else 0
        trace = np.zeros((records, sum(w.size for w in weights) if every else 0), np.float32)
        start = time.perf_counter()
        try:
            train_one(rows[model.trial], weights, settings, trace, max(every, 1))
        except Exception as error:  # recorded with the fit: one failure must not take the batch
            return Outcome([], time.perf_counter() - start, reason_of(error))
        layers = [(weights.generator[None], weights.generator_bias)]
        done(1)
        return Outcome(layers, time.perf_counter() - start, trace=trace if every else None)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(len(models))))


def _compile(method, rows, initial, budget, model) -> None:
    """Compile (or load) the loop before anything is timed, by training for no iterations."""
    from fairbench.training.compiled.fused import train_one

    settings = _settings(method, budget, model, rows.y)._replace(iterations=0)
    train_one(rows, _weights(initial), settings, np.zeros((0, 0), np.float32), 1)


def _prepare_cache() -> None:
    """Let numba keep compiled code, in a folder named after the sources it was compiled from.

    Numba's own check looks at the calling file only, so an edit of a called one would go unseen.
    """
    import numba

    sources = ("arithmetic.py", "kernel.py", "fused.py", "../budget.py")
    text = b"".join((Path(__file__).parent / name).read_bytes() for name in sources)
    key = hashlib.sha256(text).hexdigest()[:12]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if "NUMBA_CACHE_DIR" not in os.environ:
        numba.config.CACHE_DIR = str(home / "fairbench" / f"numba-{key}")


def _rows(train: Split, clean: Split):
    from fairbench.training.compiled.kernel import Rows

    columns = np.ascontiguousarray
    return Rows(
        columns(train.features.T),
        columns(train.y),
        columns(train.sensitive),
        columns(clean.features.T),
        2 * clean.y - 1,
    )


def _weights(initial: Initial):
    from fairbench.training.compiled.kernel import Weights

    zeros = np.zeros(1, np.float32)
    fairness = np.zeros(2, np.float32)
    if "fairness_discriminator" in initial:
        fairness[0] = initial["fairness_discriminator"][0][0, 0]
    hidden, output = initial.get(
        "robustness_discriminator", [np.zeros((0, 4), np.float32), np.zeros((1, 0), np.float32)]
    )
    return Weights(
        initial["generator"][0][0].copy(),
        zeros.copy(),
        fairness,
        hidden.copy(),
        np.zeros(len(hidden), np.float32),
        output[0].copy(),
        zeros.copy(),
    )


def _settings(method: Method, budget: Budget, model: Model, y: np.ndarray):
    from fairbench.training.compiled import kernel

    given = method.parameters
    p = float(y.mean())
    entropy = -sum(q * np.log(q + getattr(given, "epsilon", 0.0)) for q in (p, 1 - p) if q > 0)
    fairness = {
        "none": kernel.NO_FAIRNESS,
        "discriminator": kernel.DISCRIMINATOR,
        "mutual_information": kernel.INFORMATION,
    }[type(method).kernel]
    normalizer = {
        "label_entropy": kernel.LABEL_ENTROPY,
        "prediction_entropy": kernel.PREDICTION_ENTROPY,
        "geometric_mean": kernel.GEOMETRIC_MEAN,
    }.get(getattr(given, "normalizer", None), kernel.NO_NORMALIZER)
    reweighting = {"released": kernel.RELEASED, "paper": kernel.PAPER, "off": kernel.OFF}
    return kernel.Settings(
        iterations=budget.iterations,
        warm_up=budget.warm_up,
        update_ratio=budget.update_ratio,
        generator_rate=budget.generator_rate,
        fairness_rate=budget.fairness_rate,
        robustness_rate=budget.robustness_rate,
        warm_up_scale=given.warm_up_scale,
        freeze_fairness=getattr(given, "freeze_fairness_in_warm_up", False),
        fairness=fairness,
        normalizer=normalizer,
        beta=getattr(given, "beta", 1.0),
        epsilon=getattr(given, "epsilon", 0.0),
        weighted_information=getattr(given, "weighted_information", False),
        robust=isinstance(method, RobustMethod),
        robust_gradient=getattr(given, "robust_gradient", "off") == "on",
        reweighting=reweighting[getattr(given, "reweighting", "off")],
        ratio_offset=RATIO_OFFSET,
        label_entropy=float(entropy),
        lambda_f=float(model.lambda_f),
        lambda_r=float(model.lambda_r),
    )
