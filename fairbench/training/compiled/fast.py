"""The fast engine: one compiled loop per model, models spread over threads.

Chosen for the built-in methods with a linear generator on two features and the sensitive
attribute; one that is not to see the attribute trains by the reference loop. It agrees with the
reference loop up to the order of single-precision sums; training is a game between networks, so
tiny differences can grow; docs/reproducibility.md has what was measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from fairbench.methods.shared.base import Method
from fairbench.methods.shared.robust import RATIO_OFFSET, RobustMethod
from fairbench.training.budget import Budget
from fairbench.training.compiled import layout
from fairbench.training.compiled.layout import Rows, Weights
from fairbench.training.models import Model, Outcome, Split, reason_of

Initial = dict[str, list[np.ndarray]]


def applies(method: Method, width: int, budget: Budget | None = None) -> bool:
    """Whether the compiled loop knows this method, and this budget if there is one: all rows.

    The class itself must say so, see `Method.own_kernel`.
    """
    parameters = method.parameters
    return (
        method.own_kernel() != ""
        and width == 3
        and method.groups == method.classes == 2
        and (budget is None or budget.is_plain)
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
    from fairbench.training.compiled.machine_code import load, train_one

    rows = {trial: _rows(*splits) for trial, splits in data.items()}
    load()  # before anything is timed

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


def _rows(train: Split, clean: Split):
    columns = np.ascontiguousarray
    return Rows(
        columns(train.features.T),
        columns(train.y),
        columns(train.sensitive),
        columns(clean.features.T),
        2 * clean.y - 1,
    )


def _weights(initial: Initial):
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
    given = method.parameters
    p = float(y.mean())
    entropy = -sum(q * np.log(q + getattr(given, "epsilon", 0.0)) for q in (p, 1 - p) if q > 0)
    fairness = {
        "none": layout.NO_FAIRNESS,
        "discriminator": layout.DISCRIMINATOR,
        "mutual_information": layout.INFORMATION,
    }[type(method).kernel]
    normalizer = {
        "label_entropy": layout.LABEL_ENTROPY,
        "prediction_entropy": layout.PREDICTION_ENTROPY,
        "geometric_mean": layout.GEOMETRIC_MEAN,
    }.get(getattr(given, "normalizer", None), layout.NO_NORMALIZER)
    reweighting = {"released": layout.RELEASED, "paper": layout.PAPER, "off": layout.OFF}
    return layout.Settings(
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
