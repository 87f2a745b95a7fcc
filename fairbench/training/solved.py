"""Models that are solved for, the knobs of a data set together."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from fairbench.methods.shared.solved import SolvedMethod
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
    for knobs, company in _companies(method, shown, models):
        trials, seeds = zip(*company, strict=True)
        outcomes += _solved(method, [shown[trial] for trial in trials], knobs, seeds)
        done(len(company) * len(knobs))
    return outcomes


def _companies(method: SolvedMethod, shown: Mapping, models: Sequence[Model]) -> Iterator[tuple]:
    """Knobs, and the data sets (trial, seed) that they are solved on in one call."""
    paths = [
        (of, tuple(model.lambda_f for model in path))
        for of, path in itertools.groupby(models, lambda model: (model.trial, model.seed))
    ]

    def alike(path: tuple) -> tuple:
        (trial, seed), knobs = path
        shapes = tuple(part.features.shape for part in shown[trial])
        return (knobs, shapes) if method.stacks else (knobs, trial, seed)

    for (knobs, *_), company in itertools.groupby(paths, alike):
        yield list(knobs), [of for of, _ in company]


def _solved(
    method: SolvedMethod, parts: list[tuple[Split, Split]], knobs: list[float], seeds: Sequence[int]
) -> list[Outcome]:
    """The outcomes of some data sets and knobs together; apart if something is wrong with one."""
    start = time.perf_counter()
    try:
        solutions = method.solve_stack(parts, lambda_f=knobs, seeds=seeds)
    except Exception as error:  # a method may be anybody's
        if len(parts) > 1:
            alone = [
                _solved(method, [parts[k]], knobs, seeds[k : k + 1]) for k in range(len(parts))
            ]
        elif len(knobs) > 1:
            alone = [_solved(method, parts, [knob], seeds) for knob in knobs]
        else:
            return [Outcome([], time.perf_counter() - start, reason_of(error))]
        return [outcome for some in alone for outcome in some]
    seconds = (time.perf_counter() - start) / len(parts) / len(knobs)
    found = [solution for path in solutions for solution in path]
    return [Outcome(_layers(method, solution), seconds) for solution in found]


def _layers(method: SolvedMethod, solution: list | tuple) -> list[tuple[np.ndarray, np.ndarray]]:
    if isinstance(solution, tuple):
        weight, bias = solution
        return [(np.asarray(weight, np.float32)[None], np.asarray([bias], np.float32))]
    layers = [tuple(np.array(part, np.float32) for part in layer) for layer in solution]
    if not method.parameters.sees_sensitive:
        layers[0][0][:, 1 - method.groups :] = 0  # shown nothing, left as they began
    return layers


def _shown(method: SolvedMethod, split: Split) -> Split:
    """The rows as the predictor sees them: with 0 for the group if it is not shown that."""
    if method.parameters.sees_sensitive:
        return split
    features = split.features.copy()
    features[:, 1 - method.groups :] = 0
    return replace(split, features=features)
