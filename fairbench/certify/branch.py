"""Where to split a box, and the two parts of it; compiled."""

from __future__ import annotations

import math

import numpy as np

from fairbench.certify.compiling import compiled
from fairbench.certify.dual import SIGMOID, descend
from fairbench.certify.pair import meet, propagate
from fairbench.certify.small import backward, sigmoid
from fairbench.certify.tighten import cut

#: What is split: the sign of a unit, an integer column or a logit at a value, a category.
UNIT, VALUE, CATEGORY = 0, 1, 2
#: A mix of categories counts for so much beside a unit; measured, see ``benchmarks/certify.py``.
_CATEGORY = 0.05
#: A split promises something if it closes this share of what is left; steps of a descent if none.
_TIGHT, _LAST = 0.01, np.int64(1500)


@compiled
def visit(net, ball, box, p, q, m, goal, link, steps, rates, target, mean, whole, span):
    """Bound of a box and where to split it; the multipliers are improved in place."""
    ends = of_ends(box, link)
    bound = min(ends, descend(net, ball, box, p, q, m, goal, link, steps, rates, target, mean))
    split = most_open(net, whole, box, p, q, m, ball[0], mean, link)
    if bound > target and split[4] < _TIGHT * (bound - target):
        # Nothing that a split would close: it is the descent that has not arrived.
        last = descend(net, ball, box, p, q, m, goal, link, _LAST, rates, target, mean)
        bound = min(bound, last)
        split = most_open(net, whole, box, p, q, m, ball[0], mean, link)
        if split[4] < _TIGHT * (bound - target):
            split = widest_input(net, box, span)
    return bound, split


@compiled
def of_ends(box, link):
    """The bound of the logits' ranges and their difference's; exact where one pair is left."""
    top = box.shape[1] - 1
    if link != SIGMOID:
        return box[5, top]
    apart = sigmoid(box[1, top]) - sigmoid(box[2, top])
    return min(apart, math.tanh(max(box[5, top], 0.0) / 4)) + 1e-12


@compiled
def most_open(net, whole, box, p, q, m, matrix, mean, link):
    """(kind, copy, variable, value, score): the split that the relaxation misses most.

    All scores are in the unit of the objective; the variable is -1 where nothing is open.
    """
    coefficients = coefficients_of(net, p, q, m, matrix)
    best = (UNIT, 0, -1, 0.0, 0.0)
    for found in (
        open_unit(net, box, coefficients, mean),
        fraction(net, whole, box, coefficients, mean),
        mix(net, box, coefficients, mean),
        bent_link(box, mean, link),
    ):
        if found[4] > best[4]:
            best = found
    return best


@compiled
def coefficients_of(net, p, q, m, matrix):
    """Those of the activations of both copies in the bound, shape (2, variables)."""
    offsets, weights, starts, turned = net[0], net[1], net[3], net[8]
    found = np.zeros((2, offsets[-1]))
    for layer in range(len(offsets) - 2):
        start, end = offsets[layer], offsets[layer + 1]
        rows, at = offsets[layer + 2] - end, starts[layer + 1]
        for c, v in ((0, p), (1, q)):
            backward(weights, turned, at, rows, end - start, v[end:], found[c, start:end])
    for r in range(len(m)):
        for i in range(offsets[1]):
            found[0, i] -= m[r] * matrix[r, i]
            found[1, i] += m[r] * matrix[r, i]
    return found


@compiled
def open_unit(net, box, coefficients, mean):
    """The unit whose sign matters most.

    Its gap is the descent's mean of relu(a) above relu of the mean of a: no input has it. Its score
    is its coefficient times the geometric mean of the gap and of the largest possible one.
    """
    copy, variable, score = 0, -1, 0.0
    for j in range(net[0][1], len(mean[0]) - 1):
        for c in range(2):
            low, high = box[2 * c, j], box[2 * c + 1, j]
            if low < 0 < high:
                gap = max(mean[2 + c, j] - max(mean[c, j], 0.0), 0.0)
                now = abs(coefficients[c, j]) * math.sqrt(gap * -low * high / (high - low))
                if now > score:
                    copy, variable, score = c, j, now
    return UNIT, copy, variable, 0.0, score


@compiled
def fraction(net, whole, box, coefficients, mean):
    """The whole number that the descent has farthest between two."""
    copy, variable, value, score = 0, -1, 0.0, 0.0
    for i in range(net[0][1]):
        for c in range(2):
            if whole[i] and box[2 * c, i] < box[2 * c + 1, i]:
                below = min(np.floor(mean[c, i]), box[2 * c + 1, i] - 1)
                share = mean[c, i] - below
                now = abs(coefficients[c, i]) * min(share, 1 - share)
                if now > score:
                    copy, variable, value, score = c, i, below, now
    return VALUE, copy, variable, value, score


@compiled
def mix(net, box, coefficients, mean):
    """The likeliest category of the one-hot group that the descent mixes most."""
    groups, sizes = net[5], net[6]
    copy, variable, score = 0, -1, 0.0
    for g in range(len(sizes)):
        for c in range(2):
            low, high, largest, at = np.inf, -np.inf, 0.0, -1
            for i in groups[g, : sizes[g]]:
                if box[2 * c + 1, i] < 1:
                    continue
                low, high = min(low, coefficients[c, i]), max(high, coefficients[c, i])
                if mean[c, i] > largest:
                    largest, at = mean[c, i], i
            now = _CATEGORY * (high - low) * (1 - largest)
            if at >= 0 and now > score:
                copy, variable, score = c, at, now
    return CATEGORY, copy, variable, 0.0, score


@compiled
def bent_link(box, mean, link):
    """The logit at whose middle the sigmoid is split: where its bend is missed, of both copies."""
    copy, value, score, top = 0, 0.0, 0.0, box.shape[1] - 1
    if link == SIGMOID:
        for c, sign in ((0, 1.0), (1, -1.0)):
            now = sign * (mean[2 + c, top] - sigmoid(mean[c, top]))
            if now > score and box[2 * c + 1, top] - box[2 * c, top] > 1e-6:
                copy, score = c, now
                value = 0.5 * (box[2 * c, top] + box[2 * c + 1, top])
    return VALUE, copy, top if score > 0 else -1, value, score


@compiled
def widest_input(net, box, span):
    """A split of the input that is widest in units of its span, for boxes without open units."""
    offsets, grouped, groups, sizes = net[0], net[4], net[5], net[6]
    kind, copy, variable, value, widest = VALUE, 0, -1, 0.0, 1e-9
    for i in range(offsets[1]):
        for c in range(2):
            width = box[2 * c + 1, i] - box[2 * c, i]
            if not grouped[i] and width > widest * span[i]:
                copy, variable, widest = c, i, width / span[i]
                value = 0.5 * (box[2 * c, i] + box[2 * c + 1, i])
    for g in range(len(sizes)):
        for c in range(2):
            left = 0
            for i in groups[g, : sizes[g]]:
                left += box[2 * c + 1, i] >= 1
            for i in groups[g, : sizes[g]]:
                if left > 1 and widest < 1 and box[2 * c + 1, i] >= 1:
                    kind, copy, variable, value, widest = CATEGORY, c, i, 0.0, 1.0
    return kind, copy, variable, value, widest


@compiled
def layer_of(offsets, variable):
    """The layer of a variable."""
    layer = 0
    while variable >= offsets[layer + 1]:
        layer += 1
    return layer


@compiled
def part(net, whole, box, kind, copy, variable, value, upper, target, link):
    """The upper or lower part of a split box, in place; False if it is empty.

    The upper part of a category is that the person has it.
    """
    offsets, groups, sizes = net[0], net[5], net[6]
    low, high = 2 * copy, 2 * copy + 1
    if kind == CATEGORY:
        for g in range(len(sizes)):
            members = groups[g, : sizes[g]]
            if variable not in members:
                continue
            for i in members:
                if (i == variable) != upper:
                    box[high, i] = 0.0
            left = False
            for i in members:
                left = left or box[high, i] >= 1
            if not left:
                return False
        return propagate(net, box, np.int64(1)) and cut(box, target, link)
    step = 0.0
    if variable < offsets[1] and whole[variable]:
        step, value = 1.0, np.floor(value)  # the whole numbers up to it, and those from the next
    if upper:
        box[low, variable] = max(box[low, variable], value + step)
    else:
        box[high, variable] = min(box[high, variable], value)
    if not meet(box, variable):
        return False
    layer = layer_of(offsets, variable)
    if layer < len(offsets) - 2 and not propagate(net, box, layer + 1):
        return False
    return cut(box, target, link)
