"""Delta of a scaled sigmoid unit, g(x) = 5 + 45 sigmoid(w x + b), measured in three ways.

``paper`` is what the seed's released code does: its piecewise-linear `lower_sigmoid` over pairs of
data rows. ``empirical`` is the sigmoid itself over the same pairs. ``certified`` is the maximum
over all pairs of the box of the data, which is what the definition asks for (seed, eq. 3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from fairbench.studies.individual.boston.rows import Near

MODES = ("paper", "empirical", "certified")
#: g reaches from 5 to 50 (thousand dollars).
SCALE = 45.0
_SEGMENTS, _END = 16, 5.0
#: Of the interval that holds a multiplier: as many as a double has digits.
_HALVINGS = 60


class Units(NamedTuple):
    """Many units side by side: `weight` of shape (units, inputs), `bias` of shape (units,)."""

    weight: np.ndarray
    bias: np.ndarray

    def logit(self, inputs: np.ndarray) -> np.ndarray:
        """w x + b, shape (units, rows), from inputs of shape (rows, inputs)."""
        return self.weight @ inputs.T + self.bias[:, None]


class Box(NamedTuple):
    """The domain of certificates: the least and the largest value of each input."""

    low: np.ndarray
    high: np.ndarray


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z)), which overflows nowhere."""
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


def lower_sigmoid(z: np.ndarray) -> np.ndarray:
    """The released stand-in for the sigmoid: 16 segments on [-5, 5], each beginning at 0 again.

    A segment rises with the sigmoid's slope at its middle; below -5 it is 0, from 5 on it is 1. So
    it is no bound of the sigmoid, and jumps by almost 1 at 5.
    """
    z = np.asarray(z, float)
    width = 2 * _END / _SEGMENTS
    edges = np.linspace(-_END, _END, _SEGMENTS + 1)
    middle = sigmoid((edges[:-1] + edges[1:]) / 2)
    # Edges are multiples of a binary fraction, so that this finds the segment exactly.
    segment = np.clip(np.floor((z + _END) / width), 0, _SEGMENTS - 1).astype(int)
    inside = (middle * (1 - middle))[segment] * (z - edges[segment])
    return np.where(z >= _END, 1.0, np.where(z < -_END, 0.0, inside))


def gap_of_released() -> tuple[float, float]:
    """Between which differences no pair's difference can lie by the released lower_sigmoid.

    Its values are 1, or below the height of its steepest segment.
    """
    z = np.linspace(-5, 5, 200001)[:-1]
    top = float(lower_sigmoid(z).max())
    return SCALE * top, SCALE * (1 - top)


def over_pairs(
    function: Callable, units: Units, inputs: np.ndarray, near: Near, epsilon: np.ndarray
) -> np.ndarray:
    """The largest difference over pairs of rows within epsilon.

    Parameters
    ----------
    function : callable
        Of logits.
    inputs : array, shape (rows, inputs)
    near : Near
        All their pairs up to the largest epsilon.
    epsilon : array, shape (values,)

    Returns
    -------
    array, shape (units, values)
        In units of g; 0 where no pair is so near.
    """
    output = function(units.logit(inputs))
    apart = np.abs(output[:, near.first] - output[:, near.second])
    largest = np.maximum.accumulate(np.pad(apart, ((0, 0), (1, 0))), axis=1)
    return SCALE * largest[:, np.searchsorted(near.distance, epsilon, side="right")]


def certified(
    units: Units, box: Box, theta: np.ndarray, epsilon: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of the largest difference over all pairs of the box within epsilon.

    Logits of a pair differ by at most D, the maximum of w u over steps u that are within epsilon
    and fit into the box; so outputs differ by at most 45 tanh(D / 4). That is attained where the
    step can be laid around a logit of 0, which is so for all but lopsided units.

    Parameters
    ----------
    theta : array, shape (inputs,)
        Weights of the metric; an input of weight 0 moves freely.
    epsilon : array, shape (values,)

    Returns
    -------
    lower, upper : array, shape (units, values)
        The lower end is that of a pair; both are the same where the bound is attained.
    """
    lower, upper = np.empty((2, len(units.bias), len(epsilon)))
    for column, radius in enumerate(epsilon):
        step, most = _longest_step(units.weight, box.high - box.low, theta, radius)
        lower[:, column], upper[:, column] = _placed(units, box, step, most)
    return SCALE * lower, SCALE * upper


def _longest_step(weight, span, theta, radius) -> tuple[np.ndarray, np.ndarray]:
    """Steps u with the largest w u, shape (units, inputs), and a bound of it, shape (units,).

    u = clip(w / (2 lambda theta)) with the multiplier lambda found by bisection. The bound is the
    dual's at that lambda, and holds for every lambda.
    """
    size = np.abs(weight)
    free = theta == 0
    scaled = np.divide(size, theta, out=np.zeros_like(size), where=~free)
    room = np.where(free, 0.0, span)

    def moved(rate):
        return np.minimum(rate[:, None] * scaled, room)

    low, high = np.zeros(len(weight)), np.ones(len(weight))
    while (open_ := (moved(high) < room).any(1) & (_square(theta, moved(high)) < radius**2)).any():
        high[open_] *= 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        near = _square(theta, moved(middle)) <= radius**2
        low, high = np.where(near, middle, low), np.where(near, high, middle)
    step = np.where(free, span, moved(low))
    # The dual at lambda = 1 / (2 rate), for the weighted inputs; free ones go from end to end.
    rate = high[:, None]
    best = np.minimum(rate * scaled, room)
    gain = size * best - theta * best**2 / (2 * rate)
    bound = gain.sum(1) + radius**2 / (2 * rate[:, 0]) + (size * span)[:, free].sum(1)
    return np.sign(weight) * step, np.minimum(bound, (size * span).sum(1))


def _square(theta: np.ndarray, step: np.ndarray) -> np.ndarray:
    return (theta * step**2).sum(1)


def _placed(units: Units, box: Box, step: np.ndarray, most: np.ndarray):
    """The step laid where the sigmoid rises most, and the bound there; both of shape (units,)."""
    half = np.abs(step) / 2
    ends = np.stack([units.weight * (box.low + half), units.weight * (box.high - half)])
    lowest, highest = ends.min(0).sum(1) + units.bias, ends.max(0).sum(1) + units.bias
    centre = np.clip(0.0, lowest, highest)
    reach = (units.weight * step).sum(1) / 2
    lower = sigmoid(centre + reach) - sigmoid(centre - reach)
    whole = np.stack([units.weight * box.low, units.weight * box.high])
    least, largest = whole.min(0).sum(1) + units.bias, whole.max(0).sum(1) + units.bias
    # Logits beyond those of the box cannot be had: the best pair is as near to 0 as it gets.
    top = np.minimum(np.maximum(most / 2, least + most), largest)
    bottom = np.maximum(np.minimum(-most / 2, largest - most), least)
    return lower, np.maximum(sigmoid(top) - sigmoid(bottom), lower)


def deltas(
    units: Units, inputs: np.ndarray, near: Near, theta: np.ndarray, epsilon: float
) -> dict[str, np.ndarray]:
    """Delta by each of the `MODES`, shape (units,); of the certificate the upper end."""
    return {mode: delta(mode, units, inputs, near, theta, epsilon) for mode in MODES}


def delta(
    mode: str, units: Units, inputs: np.ndarray, near: Near, theta: np.ndarray, epsilon: float
) -> np.ndarray:
    """Delta by one mode, shape (units,)."""
    at = np.array([epsilon])
    if mode == "certified":
        return certified(units, Box(inputs.min(0), inputs.max(0)), theta, at)[1][:, 0]
    function = lower_sigmoid if mode == "paper" else sigmoid
    return over_pairs(function, units, inputs, near, at)[:, 0]
