"""Tighter bounds of a box: from an objective that must be beaten, and neuron by neuron."""

from __future__ import annotations

import math

import numpy as np

from fairbench.certify.compiling import compiled
from fairbench.certify.dual import LINEAR, descend
from fairbench.certify.pair import meet, propagate
from fairbench.certify.small import backward, sigmoid

#: Bounds found by a search or a descent are moved outwards by this, relative.
_MARGIN = 1e-9


@compiled
def gain(a, other, du):
    """The largest sigmoid(a) - sigmoid(b) for b of at least ``other`` and a - b of at most du."""
    return sigmoid(a) - sigmoid(max(other, a - du))


@compiled
def edge(end, peak, other, du, target):
    """Between ``end`` and ``peak``, by halving, how far out the gain may reach the target."""
    for _ in range(60):
        a = 0.5 * (end + peak)
        if gain(a, other, du) < target - 1e-12:
            end = a
        else:
            peak = a
    return end


@compiled
def reaching(low, high, other, du, target):
    """The part of [low, high] where the gain may reach the target; (inf, -inf) if none.

    The gain grows up to a peak and falls from there.
    """
    peak = min(max(max(other + du, 0.5 * du), low), high)
    if gain(peak, other, du) < target - 1e-12:
        return np.inf, -np.inf
    return edge(low, peak, other, du, target), edge(high, peak, other, du, target)


@compiled
def cut(box, target, link):
    """Keep the pairs of logits whose outputs differ by more than ``target``; False if none."""
    top = box.shape[1] - 1
    if link == LINEAR:
        box[4, top] = max(box[4, top], target)
        return meet(box, top)
    if target <= 0:
        return True
    if target >= 1:
        return False
    box[4, top] = max(box[4, top], 4 * math.atanh(target) * (1 - 1e-12))
    for _ in range(3):
        if not meet(box, top):
            return False
        l1, u1, l2, u2, du = box[0, top], box[1, top], box[2, top], box[3, top], box[5, top]
        low, high = reaching(l1, u1, l2, du, target)
        if low > high:
            return False
        box[0, top], box[1, top] = low, high
        # b seen from -b: sigmoid(a) - sigmoid(b) = sigmoid(-b) - sigmoid(-a)
        low, high = reaching(-u2, -l2, -high, du, target)
        if low > high:
            return False
        box[2, top], box[3, top] = -high, -low
    return meet(box, top)


@compiled
def multipliers(net, box, layer, p, q):
    """Multipliers of the layers below ``layer`` by the slopes of the units' upper chords."""
    offsets, weights, starts, turned = net[0], net[1], net[3], net[8]
    p[: offsets[1]] = q[: offsets[1]] = 0.0
    for k in range(layer - 1, 0, -1):
        start, end = offsets[k], offsets[k + 1]
        count, rows = end - start, offsets[k + 2] - end
        backward(weights, turned, starts[k + 1], rows, count, p[end:], p[start:end])
        backward(weights, turned, starts[k + 1], rows, count, q[end:], q[start:end])
        for j in range(start, end):
            for v, low, high in ((p, box[0, j], box[1, j]), (q, box[2, j], box[3, j])):
                if high <= 0:
                    v[j] = 0.0
                elif low < 0:
                    v[j] *= high / (high - low)


@compiled
def bound_unit(net, ball, box, layer, j, ca, cb, steps, rates, mean):
    """Upper bound of ca a_j + cb b_j over the box, at a unit of ``layer``."""
    width = box.shape[1]
    p, q, m = np.zeros(width), np.zeros(width), np.zeros(len(ball[0]))
    goal = np.zeros((2, width))
    goal[0, j], goal[1, j] = ca, cb
    p[j], q[j] = ca, cb
    multipliers(net, box, layer, p, q)
    size = (abs(ca) + abs(cb)) * max(box[1, j] - box[0, j], box[3, j] - box[2, j])
    value = descend(net, ball, box, p, q, m, goal, LINEAR, steps, size * rates, -np.inf, mean)
    return value + _MARGIN * (1 + abs(value))


@compiled
def tighten_unit(net, ball, box, layer, j, steps, rates, mean):
    """Tighten the six bounds of one unit; False if its hexagon is empty."""
    for k, ca, cb in (
        (1, 1.0, 0.0),
        (0, -1.0, 0.0),
        (3, 0.0, 1.0),
        (2, 0.0, -1.0),
        (5, 1.0, -1.0),
        (4, -1.0, 1.0),
    ):
        value = bound_unit(net, ball, box, layer, j, ca, cb, steps, rates, mean)
        if k % 2:
            box[k, j] = min(box[k, j], value)
        else:
            box[k, j] = max(box[k, j], -value)
        if not meet(box, j):
            return False
    return True


@compiled
def tighten(net, ball, box, target, link, steps, rates):
    """Tighten all units that may be on both sides of 0, layer by layer; False if empty."""
    offsets = net[0]
    layers = len(offsets) - 2
    mean = np.zeros((4, box.shape[1]))
    for layer in range(1, layers + 1):
        for j in range(offsets[layer], offsets[layer + 1]):
            open_a = box[0, j] < 0 < box[1, j]
            open_b = box[2, j] < 0 < box[3, j]
            if layer < layers and not (open_a or open_b):
                continue
            if not tighten_unit(net, ball, box, layer, j, steps, rates, mean):
                return False
        if layer < layers and not (propagate(net, box, layer + 1) and cut(box, target, link)):
            return False
    return cut(box, target, link)
