"""One fit, by the engine that a study has: from rows to plain arrays."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import check_random_state

from fairbench.estimators.predictor import arrays_of
from fairbench.methods import Method
from fairbench.training.budget import Budget
from fairbench.training.compiled import fast
from fairbench.training.fit import fit_models
from fairbench.training.models import Model, Outcome, Split
from fairbench.training.postprocess import thresholds_of

#: One answer for everybody has infinite thresholds, and no measure takes an infinite score.
_LARGEST = float(np.finfo(np.float32).max)


class Found(NamedTuple):
    """Weights by name, a threshold for each group, and the engine with its iterations."""

    weights: dict[str, np.ndarray]
    thresholds: np.ndarray
    engine: str
    iterations: int


def seed_of_state(state: int | np.random.RandomState | None) -> int:
    """The seed that a `random_state` stands for."""
    if isinstance(state, int | np.integer) and not isinstance(state, bool):
        if not 0 <= state < 2**63:
            raise ValueError(f"random_state is {state}; allowed: 0 to 2**63 - 1")
        return int(state)
    return int(check_random_state(state).randint(np.iinfo(np.int32).max))


def fit_one(
    name: str,
    method: Method,
    model: Model,
    train: Split,
    clean: Split,
    budget: Budget,
    how: dict[str, Any],
) -> Found:
    """Fit one model.

    Parameters
    ----------
    name : str
        Of the estimator, for a message.
    method : Method
        Told how many groups and classes there are.
    model : Model
        Its lambda_f says too which of a method's thresholds are meant.
    how : dict
        Further arguments of `fit_models`.

    Raises
    ------
    RuntimeError
        If there is no predictor; the message says why.
    """
    asked, model = model.lambda_f, model if method.uses_lambda_f else replace(model, lambda_f=0.0)
    with _threads_of_torch(method, budget, train.features.shape[1], how):
        (outcome,), told = fit_models(method, {0: (train, clean)}, [model], budget, **how)
    reason = outcome.error
    if not reason and not outcome.finite():
        reason = "its weights are not finite; columns of one scale help (StandardScaler)"
    if reason:
        raise RuntimeError(f"{name} could not be fitted: {reason}")
    thresholds = _thresholds(name, method, asked, outcome, train, clean)
    return Found(arrays_of(outcome), thresholds, told["engine"], told["iterations"])


def _thresholds(
    name: str, method: Method, asked: float, outcome: Outcome, train: Split, clean: Split
) -> np.ndarray:
    """Those of one point of the trade-off, shape (groups,)."""
    points = [asked]
    if method.postprocess == "constant":
        points = [0.0, 1.0]
        if asked not in points:
            raise ValueError(f"{name}: lambda_f is {asked}; allowed: 0 and 1")
    rows = {"train": train, "selection": clean}
    found = thresholds_of(method, points, outcome, rows, np.ones(len(train.y), bool))
    return np.clip(found[points.index(asked)], -_LARGEST, _LARGEST)


@contextlib.contextmanager
def _threads_of_torch(method: Method, budget: Budget, width: int, how: dict) -> Iterator[None]:
    """Give torch its threads back: the reference engine sets them for the whole process."""
    compiled = how.get("engine") != "reference" and fast.applies(method, width, budget)
    if method.fitting != "trained" or compiled:
        yield
        return
    import torch

    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)
