"""Algorithms 1 and 3 of the seed: random search, and descent along simulated gradients."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fairbench.studies.individual.boston.rows import Near, near_pairs
from fairbench.studies.individual.boston.unit import Units, delta, deltas

#: Half the step of the simulated gradient (Algorithm 3).
_STEP = 1e-4
#: A delta above so many times the last one is a jump, at which Algorithm 3 stops ("delta_test >>").
JUMP = 2.0


class Problem(NamedTuple):
    """What a delta is of: standardised rows, their near pairs, the metric, and epsilon."""

    inputs: np.ndarray
    near: Near
    theta: np.ndarray
    epsilon: float

    @classmethod
    def of(cls, inputs: np.ndarray, theta: np.ndarray, epsilon: float) -> Problem:
        """The problem of some rows."""
        return cls(inputs, near_pairs(inputs, theta, epsilon), theta, epsilon)

    def delta(self, mode: str, units: Units) -> np.ndarray:
        """Delta of units by one mode, shape (units,)."""
        return delta(mode, units, self.inputs, self.near, self.theta, self.epsilon)

    def deltas(self, units: Units) -> dict[str, np.ndarray]:
        """Delta of units by every mode, each of shape (units,)."""
        return deltas(units, self.inputs, self.near, self.theta, self.epsilon)


class Search(NamedTuple):
    """How descents go: epochs, and the rate that multiplies a gradient."""

    epochs: int
    rate: float


def drawn_units(count: int, inputs: int, generator: np.random.Generator) -> Units:
    """Random units with independent standard normal weights, the law that the code names."""
    drawn = generator.standard_normal((count, inputs + 1))
    return Units(drawn[:, :-1], drawn[:, -1])


def best_of(units: Units, values: np.ndarray) -> Units:
    """The unit with the smallest value; where Algorithm 1 says argmax, its text says smallest."""
    at = [int(np.argmin(values))]
    return Units(units.weight[at], units.bias[at])


def descent(start: Units, mode: str, problem: Problem, search: Search) -> Units:
    """Go down the simulated gradient of delta from one unit, as the released code does.

    Parameters
    ----------
    start : Units
        One unit.
    mode : str
        Whose delta is descended on.

    Returns
    -------
    Units
        The unit at each epoch, the start among them: epochs + 1 units.
    """
    place = np.append(start.weight[0], start.bias[0])
    path = [place]
    moves = _STEP * np.eye(len(place))
    for _ in range(search.epochs):
        around = np.concatenate([place + moves, place - moves])
        values = problem.delta(mode, Units(around[:, :-1], around[:, -1]))
        above, below = np.split(values, 2)
        place = place - search.rate * (above - below) / (2 * _STEP)
        path.append(place)
    stack = np.stack(path)
    return Units(stack[:, :-1], stack[:, -1])


def selected(values: np.ndarray) -> int:
    """Which epoch Algorithm 3 selects: the best of those before the first jump."""
    jumps = np.flatnonzero(values[1:] > JUMP * values[:-1])
    end = int(jumps[0]) + 1 if len(jumps) else len(values)
    return int(np.argmin(values[:end]))
