"""Models that are solved for, the knobs of a data set together."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from fairbench.methods.shared.base import SolvedMethod
from fairbench.training.models import Model, Outcome, Split, reason_of


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
        Told after each data set how many models more are done.
    """
    shown = {trial: tuple(_shown(method, part) for part in parts) for trial, parts in data.items()}
    outcomes: list[Outcome] = []
    for (trial, seed), path in itertools.groupby(models, lambda model: (model.trial, model.seed)):
        knobs = [model.lambda_f for model in path]
        outcomes += _path(method, shown[trial], knobs, seed)
        done(len(knobs))
    return outcomes


def _path(method: SolvedMethod, parts: tuple[Split, Split], knobs: list[float], seed: int):
    """The outcomes of several knobs together; one by one if something is wrong with one of them."""
    start = time.perf_counter()
    try:
        solutions = method.solve_path(*parts, lambda_f=knobs, seed=seed)
    except Exception as error:  # a method may be anybody's
        if len(knobs) == 1:
            return [Outcome([], time.perf_counter() - start, reason_of(error))]
        return [outcome for knob in knobs for outcome in _path(method, parts, [knob], seed)]
    seconds = (time.perf_counter() - start) / len(knobs)
    layers = (
        (np.asarray(weight, np.float32)[None], np.asarray([bias], np.float32))
        for weight, bias in solutions
    )
    return [Outcome([layer], seconds) for layer in layers]


def _shown(method: SolvedMethod, split: Split) -> Split:
    """The rows as the predictor sees them: with 0 for the group if it is not shown that."""
    if method.parameters.sees_sensitive:
        return split
    features = split.features.copy()
    features[:, 1 - method.groups :] = 0
    return replace(split, features=features)
