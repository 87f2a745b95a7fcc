"""Bounds of two copies of a network side by side, and of their difference, by interval arithmetic.

Interval bounds of each copy alone forget that the two inputs are close. The difference of the two
copies' pre-activations is bounded layer by layer too, from what the metric lets inputs differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fairbench.certify.domain import Domain
from fairbench.certify.problem import Problem

#: Bounds are widened by so much of their size: sums of floats are not exact.
_WIDEN = 1e-9


@dataclass(frozen=True, eq=False)
class TwinBounds:
    """Bounds of pre-activations, each a tuple with an array (units,) a layer, the logit's last.

    Attributes
    ----------
    first, second : tuple of (lower, upper)
        Of each copy, for every pair that the problem allows.
    difference : tuple of (lower, upper)
        Of the first copy's minus the second copy's.
    """

    first: tuple[tuple[np.ndarray, np.ndarray], ...]
    second: tuple[tuple[np.ndarray, np.ndarray], ...]
    difference: tuple[tuple[np.ndarray, np.ndarray], ...]

    @classmethod
    def from_box(cls, problem: Problem, box: np.ndarray) -> TwinBounds:
        """Bounds of the branch and bound, shape (6, variables): `fairbench.certify.pair`.

        Rows are lower and upper of the first copy, of the second, and of the difference; variables
        are the inputs, then the pre-activations layer by layer.
        """
        widths = [problem.network.inputs, *problem.network.hidden, 1]
        layers = np.split(np.asarray(box, float), np.cumsum(widths)[:-1], axis=1)[1:]
        return cls(*(tuple((each[k], each[k + 1]) for each in layers) for k in (0, 2, 4)))

    def met(self, other: TwinBounds) -> TwinBounds:
        """The tighter of both, where both are right."""
        parts = (
            tuple(_met(a, b) for a, b in zip(getattr(self, k), getattr(other, k), strict=True))
            for k in ("first", "second", "difference")
        )
        return TwinBounds(*parts)


def interval_bounds(problem: Problem, *, differences: bool = True) -> TwinBounds:
    """Bounds of all pre-activations by interval arithmetic.

    Parameters
    ----------
    problem : Problem
    differences : bool
        Without, a difference has no bounds but those of the two copies, as in a plain twin.
    """
    weights, biases = problem.network.weights, problem.network.biases
    first = _first_layer(problem.first, weights[0], biases[0])
    second = _first_layer(problem.second, weights[0], biases[0])
    apart = _apart(first, second)
    if differences:
        apart = _met(apart, input_differences(problem, weights[0]))
    found = [(first, second, apart)]
    for weight, bias in zip(weights[1:], biases[1:], strict=True):
        after = _after_relu(apart, first, second)
        first, second = (_linear(_relu(each), weight, bias) for each in (first, second))
        apart = _apart(first, second)
        if differences:
            apart = _met(apart, _linear(after, weight, 0.0))
        found.append((first, second, apart))
    return TwinBounds(*(tuple(part) for part in zip(*found, strict=True)))


def input_differences(problem: Problem, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of weight (x' - x'') over all pairs, shape (units,) each, from shape (units, inputs).

    Groups count by their pairs of categories. For a diagonal metric the ball counts as a whole (the
    dual norm), otherwise by what it lets each column differ.
    """
    radii = problem.metric.radii(problem.epsilon) * (1 + _WIDEN)
    low = np.maximum(problem.first.lower - problem.second.upper, -radii)
    high = np.minimum(problem.first.upper - problem.second.lower, radii)
    numeric = np.ones(weight.shape[1], bool)
    numeric[[column for group in problem.first.groups for column in group]] = False
    lower, upper = _linear((low[numeric], high[numeric]), weight[:, numeric], 0.0)
    if problem.metric.diagonal and problem.metric.p < np.inf:
        ball = _by_ball(problem, weight, low, high, numeric)
        lower, upper = np.maximum(lower, -ball[0]), np.minimum(upper, ball[1])
    for index in range(len(problem.first.groups)):
        pairs = np.array(category_pairs(problem, index))
        steps = weight[:, pairs[:, 0]] - weight[:, pairs[:, 1]]
        lower, upper = lower + steps.min(1), upper + steps.max(1)
    return _widened(lower, upper)


def category_pairs(problem: Problem, index: int) -> list[tuple[int, int]]:
    """Categories (first, second) of a one-hot group that a pair may have, as columns."""
    firsts, seconds = (side.categories(index) for side in (problem.first, problem.second))
    pairs = [(a, b) for a in firsts for b in seconds]
    if not problem.metric.diagonal:
        return pairs  # a change in other columns may make up for the step
    weights = np.abs(np.diag(problem.metric.matrix))
    order, reach = problem.metric.p, problem.epsilon * (1 + _WIDEN) + 1e-12
    near = [
        (a, b) for a, b in pairs if a == b or np.linalg.norm(weights[[a, b]], ord=order) <= reach
    ]
    if not near:
        raise ValueError("no two people are within epsilon: a one-hot group keeps them apart")
    return near


def _by_ball(problem, weight, low, high, numeric) -> tuple[np.ndarray, np.ndarray]:
    """Most that weight (x'' - x') and weight (x' - x'') reach in the ball, free columns apart."""
    scale = np.abs(np.diag(problem.metric.matrix))
    held, free = numeric & (scale > 0), numeric & (scale == 0)
    dual = np.inf if problem.metric.p == 1 else 2
    reach = problem.epsilon * (1 + _WIDEN)
    reach = reach * np.linalg.norm(weight[:, held] / scale[held], ord=dual, axis=1)
    down, up = _linear((low[free], high[free]), weight[:, free], 0.0)
    return reach - down, reach + up


def _first_layer(domain: Domain, weight: np.ndarray, bias: np.ndarray):
    grouped = [column for group in domain.groups for column in group]
    rest = np.setdiff1d(np.arange(domain.inputs), grouped)
    lower, upper = _linear((domain.lower[rest], domain.upper[rest]), weight[:, rest], bias)
    for index in range(len(domain.groups)):
        chosen = weight[:, domain.categories(index)]
        lower, upper = lower + chosen.min(1), upper + chosen.max(1)
    return _widened(lower, upper)


def _linear(bounds, weight: np.ndarray, bias) -> tuple[np.ndarray, np.ndarray]:
    low, high = bounds
    up, down = np.maximum(weight, 0), np.minimum(weight, 0)
    return _widened(up @ low + down @ high + bias, up @ high + down @ low + bias)


def _relu(bounds) -> tuple[np.ndarray, np.ndarray]:
    return np.maximum(bounds[0], 0), np.maximum(bounds[1], 0)


def _after_relu(apart, first, second) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of relu(a) - relu(b): it has the sign of a - b, and is at most as large."""
    one, two = _relu(first), _relu(second)
    low = np.maximum(np.minimum(apart[0], 0), one[0] - two[1])
    high = np.minimum(np.maximum(apart[1], 0), one[1] - two[0])
    active = (first[0] >= 0) & (second[0] >= 0)
    return np.where(active, apart[0], low), np.where(active, apart[1], high)


def _apart(first, second) -> tuple[np.ndarray, np.ndarray]:
    return first[0] - second[1], first[1] - second[0]


def _met(one, other) -> tuple[np.ndarray, np.ndarray]:
    return np.maximum(one[0], other[0]), np.minimum(one[1], other[1])


def _widened(lower, upper) -> tuple[np.ndarray, np.ndarray]:
    size = _WIDEN * (1 + np.maximum(np.abs(lower), np.abs(upper)))
    return lower - size, upper + size
