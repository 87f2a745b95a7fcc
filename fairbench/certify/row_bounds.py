"""Bounds and attacks of many people at once, all vectorised.

The bound is the linear relaxation of Zhang et al. (CROWN, NeurIPS 2018) of one copy of the network,
as the other stands still: lines above and below each ReLU, put together from the output backwards.
"""

from __future__ import annotations

import numpy as np

from fairbench.certify.network import Network
from fairbench.certify.row_reach import RowReach

#: Outward margin of what is summed over the layers, relative.
_MARGIN = 1e-9


def logit_bounds(network: Network, reach: RowReach) -> tuple[np.ndarray, np.ndarray]:
    """Least and largest logit among each one's neighbours, shape (rows,) each."""
    found: list[tuple[np.ndarray, np.ndarray]] = []
    for layer in range(len(network.weights)):
        found.append(_layer_bounds(network, reach, layer, found))
    low, high = found[-1]
    return low[:, 0], high[:, 0]


def _layer_bounds(network: Network, reach: RowReach, layer: int, found):
    weight, bias = network.weights[layer], network.biases[layer]
    slopes = np.concatenate([weight, -weight])[None]
    constant = np.concatenate([bias, -bias])[None]
    size = np.abs(constant)
    for before in range(layer - 1, -1, -1):
        low, high = found[before]
        above, rest, below = _lines(low, high)
        up, down = np.maximum(slopes, 0), np.minimum(slopes, 0)
        added = np.einsum("nku,nu->nk", np.broadcast_to(up, (len(low), *up.shape[1:])), rest)
        slopes = up * above[:, None] + down * below[:, None]
        shift = slopes @ network.biases[before]
        constant, size = constant + added + shift, size + added + np.abs(shift)
        slopes = slopes @ network.weights[before]
    most = reach.most(slopes)
    most = most + constant + _MARGIN * (1 + size + np.abs(most))
    count = len(bias)
    low, high = -most[:, count:], most[:, :count]
    return np.minimum(low, high), np.maximum(low, high)


def _lines(low: np.ndarray, high: np.ndarray):
    """Slope and intercept of the line above a ReLU, slope of the one through 0 below it."""
    open_ = (low < 0) & (high > 0)
    chord = np.where(open_, high / np.where(open_, high - low, 1.0), (high > 0).astype(float))
    rest = np.where(open_, -chord * low, 0.0)
    return chord, rest, np.where(open_, (high > -low).astype(float), chord)


def attacked(network: Network, reach: RowReach, *, up: bool, steps: int = 25) -> np.ndarray:
    """A neighbour of each with a large logit, or a small one, shape (rows, inputs).

    Frank-Wolfe steps: to the neighbour where the function is largest along its gradient, at first
    all the way, then by a falling share.
    """
    sign = 1.0 if up else -1.0
    at, best = reach.rows, reach.rows
    value = sign * network.logit(best)
    for step in range(steps):
        aim = reach.furthest(sign * logit_gradient(network, at))
        at = at + 2 / (step + 2) * (aim - at)
        for group in reach.groups:
            at[:, group] = aim[:, group]
        for trial in (reach.settled(at), reach.settled(aim)):
            now = sign * network.logit(trial)
            best = np.where((now > value)[:, None], trial, best)
            value = np.maximum(now, value)
    return best


def logit_gradient(network: Network, rows: np.ndarray) -> np.ndarray:
    """Gradient of the logit, shape (rows, inputs)."""
    active, masks = rows, []
    for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
        before = active @ weight.T + bias
        masks.append(before > 0)
        active = np.maximum(before, 0)
    back = np.repeat(network.weights[-1], len(rows), 0)
    for weight, mask in zip(reversed(network.weights[:-1]), reversed(masks), strict=True):
        back = (back * mask) @ weight
    return back
