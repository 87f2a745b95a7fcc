"""Models that are solved for, one after the other: each takes milliseconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from fairbench.methods.shared.base import SolvedMethod
from fairbench.training.models import Model, Outcome, Split, reason_of

__all__ = ["solve_models"]


def solve_models(
    method: SolvedMethod,
    data: Mapping[int, tuple[Split, Split]],
    models: Sequence[Model],
    done: Callable[[int], None] = lambda count: None,
) -> list[Outcome]:
    """Solve for every model; one that has no solution says why and harms no other.

    Parameters
    ----------
    data : mapping of trial -> (train, clean)
    done : callable
        Told after each model that one more is done.
    """
    shown = {trial: tuple(_shown(method, part) for part in parts) for trial, parts in data.items()}
    outcomes = []
    for model in models:
        outcomes.append(_solved(method, shown[model.trial], model))
        done(1)
    return outcomes


def _solved(method: SolvedMethod, parts: tuple[Split, Split], model: Model) -> Outcome:
    start = time.perf_counter()
    try:
        weight, bias = method.solve(*parts, lambda_f=model.lambda_f, seed=model.seed)
    except Exception as error:  # a method may be anybody's
        return Outcome([], time.perf_counter() - start, reason_of(error))
    weight = np.array(weight, np.float32)
    if not method.parameters.sees_sensitive:
        weight[1 - method.groups :] = 0  # what a solver leaves there is rounding
    layer = weight[None], np.asarray([bias], np.float32)
    return Outcome([layer], time.perf_counter() - start)


def _shown(method: SolvedMethod, split: Split) -> Split:
    """The rows as the predictor sees them: with 0 for the group if it is not shown that."""
    if method.parameters.sees_sensitive:
        return split
    features = split.features.copy()
    features[:, 1 - method.groups :] = 0
    return replace(split, features=features)
