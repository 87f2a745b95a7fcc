"""The exact answer for networks of one unit, f(x) = offset + scale g(w x + b).

The largest step D of the logit within epsilon is a convex problem with one multiplier. A sigmoid
moves most where the step is centred on 0: delta = scale tanh(D / 4) if the domain lets it be there
(seed 004 with weighted l2: D = epsilon sqrt(sum w^2 / theta) + |w_B| range_B). If not, the step is
moved to the end of the domain nearest to that. For the infinity metric that is exact too; for
others it need not be, as a shorter step may lie better.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from fairbench.certify.certificate import Certificate
from fairbench.certify.problem import Problem

#: Halvings of the multiplier's interval: more than a float has digits.
_HALVINGS = 200
_ROUNDED = 1e-12


class NotClosed(ValueError):
    """The problem has no closed form; the message says why."""


class _Step(NamedTuple):
    """The step x' - x'' that moves the logit most, and a bound of how far it moves it."""

    apart: np.ndarray
    bound: float


def closed_form(problem: Problem) -> Certificate:
    """Exact delta of a network without hidden units.

    Returns
    -------
    Certificate
        ``lower`` and ``upper`` apart by rounding alone.

    Raises
    ------
    NotClosed
        If there are hidden units, one-hot groups or whole numbers, the metric's ellipsoid is cut
        by the domain, or the domain keeps the longest step away from where the sigmoid is steep.
    """
    start = time.perf_counter()
    network = problem.network
    if network.hidden:
        raise NotClosed(f"the network has hidden layers of {network.hidden} units")
    if problem.first.groups or problem.first.integer:
        raise NotClosed("the domain has one-hot groups or whole numbers")
    weight = network.weights[0][0]
    low = problem.first.lower - problem.second.upper
    high = problem.first.upper - problem.second.lower
    step = _longest_step(problem, weight, low, high)
    witness, centred = _placed(problem, weight, step.apart)
    exact_anywhere = (
        network.output == "linear"
        or (problem.metric.diagonal and problem.metric.p == np.inf)
        or any((side.lower == side.upper).all() for side in (problem.first, problem.second))
    )
    if not centred and not exact_anywhere:
        raise NotClosed("the domain keeps the longest step away from the sigmoid's steepest part")
    outputs = network(witness)
    lower = float(outputs[0] - outputs[1])
    upper = network.scale * _moved(network, witness, step.bound)
    size = abs(network.offset) + network.scale * (1 if network.output == "sigmoid" else step.bound)
    upper = max(lower, upper + _ROUNDED * (1 + size))
    took = time.perf_counter() - start
    return Certificate(lower, upper, witness, outputs, "closed", took, 1, engine="closed_form")


def _moved(network, witness, bound: float) -> float:
    """g(z + D) - g(z) for a step of the bound's size around the witness's middle."""
    if network.output == "linear":
        return bound
    middle = float(network.logit(witness).mean())
    return float(network.link(middle + bound / 2) - network.link(middle - bound / 2))


def _longest_step(problem: Problem, weight, low, high) -> _Step:
    """max w d over low <= d <= high with a norm of at most epsilon."""
    metric, epsilon = problem.metric, problem.epsilon
    if not metric.diagonal:
        return _ellipsoid_step(problem, weight, low, high)
    scale = np.abs(np.diag(metric.matrix))
    if metric.p == np.inf:
        radii = metric.radii(epsilon)
        low, high = np.maximum(low, -radii), np.minimum(high, radii)
        apart = np.where(weight >= 0, high, low)
        if (low > high * (1 + _ROUNDED) + _ROUNDED).any():
            raise ValueError("no two people are within epsilon of each other")
        return _Step(apart, float(weight @ apart))
    return (_budget_step if metric.p == 1 else _ball_step)(weight, scale, low, high, epsilon)


def _budget_step(weight, scale, low, high, epsilon) -> _Step:
    """p = 1: what is spent on a column moves the logit by |w| / scale; the best are first."""
    apart = np.clip(0.0, low, high)
    left = epsilon - float(scale @ np.abs(apart))
    if left < -_ROUNDED:
        raise ValueError("no two people are within epsilon of each other")
    if (apart != 0).any():
        raise NotClosed("the two domains are apart")
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(scale > 0, np.abs(weight) / scale, np.inf)
    for column in np.argsort(-worth, kind="stable"):
        end = high[column] if weight[column] >= 0 else low[column]
        cost = scale[column] * abs(end)
        share = 1.0 if cost <= left else max(left, 0.0) / cost
        apart[column] = share * end
        left -= share * cost
    return _Step(apart, float(weight @ apart))


def _ball_step(weight, scale, low, high, epsilon) -> _Step:
    """p = 2: d = w / (2 lambda scale^2), clipped; lambda by halving, the bound is its dual."""

    def at(multiplier: float) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            free = np.where(weight == 0, 0.0, weight / (2 * multiplier * scale**2))
        return np.clip(free, low, high)

    def size(multiplier: float) -> float:
        return float(np.linalg.norm(scale * at(multiplier)))

    far = 1.0
    while size(far) > epsilon and far < 1e300:
        far *= 2
    if size(far) > epsilon * (1 + _ROUNDED) + _ROUNDED:
        raise ValueError("no two people are within epsilon of each other")
    near = far
    while size(near) <= epsilon and near > 1e-300:
        near /= 2
    if size(near) <= epsilon:  # the ball holds all of the domain's steps
        return _Step(at(near), float(weight @ at(near)))
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        near, far = (near, middle) if size(middle) <= epsilon else (middle, far)
    apart = at(far)
    dual = far * (epsilon**2 - np.sum((scale * apart) ** 2)) + weight @ apart
    return _Step(apart, float(dual))


def _ellipsoid_step(problem: Problem, weight, low, high) -> _Step:
    """A matrix that mixes columns: the ellipsoid's point, if the domain does not cut it.

    Columns that the metric does not see move freely.
    """
    metric, epsilon = problem.metric, problem.epsilon
    free = np.abs(metric.matrix).max(0) == 0
    matrix = metric.matrix[:, ~free]
    if metric.p != 2:
        raise NotClosed("the metric mixes columns and is of order 1 or infinity")
    inverse = np.linalg.pinv(matrix)
    held = weight[~free]
    if np.abs(held - held @ inverse @ matrix).max(initial=0) > 1e-9 * (1 + np.abs(held).max()):
        raise NotClosed("the metric lets a combination of columns move freely")
    pull = inverse.T @ held
    length = float(np.linalg.norm(pull))
    apart = np.where(weight >= 0, high, low)
    apart[~free] = epsilon * inverse @ pull / length if length > 0 else 0.0
    if ((apart < low) | (apart > high)).any():
        raise NotClosed("the domain cuts the metric's ellipsoid")
    return _Step(apart, epsilon * length + float(weight[free] @ apart[free]))


def _placed(problem: Problem, weight, apart) -> tuple[np.ndarray, bool]:
    """The pair with this step whose logits are centred on 0 as far as the domain lets them.

    And whether they are. Both people stand in their domains, so x'' in the box of both.
    """
    first, second = problem.first, problem.second
    low = np.maximum(second.lower, first.lower - apart)
    high = np.maximum(low, np.minimum(second.upper, first.upper - apart))
    down, up = np.where(weight >= 0, low, high), np.where(weight >= 0, high, low)
    bias, half = float(problem.network.biases[0][0]), float(weight @ apart) / 2
    least, most = weight @ down + bias + half, weight @ up + bias + half
    share = 0.5 if least == most else float(np.clip(-least / (most - least), 0, 1))
    behind = down + share * (up - down)
    ahead = np.clip(behind + apart, first.lower, first.upper)
    pair = np.array([ahead, np.clip(behind, second.lower, second.upper)])
    middle = float(problem.network.logit(pair).mean())
    return pair, abs(middle) <= 1e-9 * (1 + abs(least) + abs(most))
