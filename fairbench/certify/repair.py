"""A pair that is almost within epsilon, made one that is."""

from __future__ import annotations

import numpy as np
from scipy.optimize import lsq_linear

from fairbench.certify.problem import Problem

#: Weight with which a pair that is pulled together stays where it is, and halvings of its way.
_STAY, _HALVINGS = 1e-3, 40


def pulled(problem: Problem, first, second) -> tuple[np.ndarray, np.ndarray]:
    """A pair moved, numbers alone, just so far towards each other that epsilon allows it.

    Towards the pair at the least distance whose whole numbers and categories are the same, which
    is found by least squares: both stay in their domains, as these are convex.
    """
    if problem.allows(first, second)[0]:
        return first, second
    held = np.zeros(problem.network.inputs, bool)
    held[[*problem.first.integer, *(c for group in problem.first.groups for c in group)]] = True
    pair = np.concatenate([first, second])
    move = np.flatnonzero(~np.tile(held, 2))
    low = np.concatenate([problem.first.lower, problem.second.lower])[move]
    high = np.concatenate([problem.first.upper, problem.second.upper])[move]
    open_ = high > low
    move, low, high = move[open_], low[open_], high[open_]
    matrix = problem.metric.matrix / max(problem.epsilon, 1e-9)
    both = np.hstack([matrix, -matrix])
    rows = np.vstack([both[:, move], _STAY * np.eye(len(move))])
    aim = np.concatenate([-both @ pair, np.zeros(len(move))])
    near = pair.copy()
    if len(move):
        step = lsq_linear(rows, aim, bounds=(low - pair[move] - 1e-12, high - pair[move] + 1e-12))
        near[move] = np.clip(pair[move] + step.x, low, high)
    far, close = 0.0, 1.0  # shares of the way
    for _ in range(_HALVINGS):
        middle = (far + close) / 2
        trial = pair + middle * (near - pair)
        inside = problem.allows(*np.split(trial, 2), tolerance=0.0)[0]
        far, close = (far, middle) if inside else (middle, close)
    return tuple(np.split(pair + close * (near - pair), 2))
