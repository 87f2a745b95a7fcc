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
_TIGHT, _LAST = 0.01, 1500


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

    A unit's gap is the descent's mean of relu(a) above relu of the mean of a: no input has it. Its
    score is its coefficient times the geometric mean of the gap and of the largest possible one.
    A fraction of a whole number or a mix of categories is measured in the same unit.
    """
    offsets, weights, biases, starts, grouped, groups, sizes, near, turned = net
    layers = len(offsets) - 2
    width = box.shape[1]
    coefficients = np.zeros((2, width))
    kind, copy, variable, value, score = UNIT, 0, -1, 0.0, 0.0
    for layer in range(layers):
        start, end = offsets[layer], offsets[layer + 1]
        rows = offsets[layer + 2] - end
        for c, v in ((0, p), (1, q)):
            backward(
                weights,
                turned,
                starts[layer + 1],
                rows,
                end - start,
                v[end:],
                coefficients[c, start:end],
            )
    for r in range(len(m)):
        for i in range(offsets[1]):
            coefficients[0, i] -= m[r] * matrix[r, i]
            coefficients[1, i] += m[r] * matrix[r, i]
    for j in range(offsets[1], offsets[layers]):
        for c in range(2):
            if box[2 * c, j] < 0 < box[2 * c + 1, j]:
                low, high = box[2 * c, j], box[2 * c + 1, j]
                gap = max(mean[2 + c, j] - max(mean[c, j], 0.0), 0.0)
                now = abs(coefficients[c, j]) * math.sqrt(gap * -low * high / (high - low))
                if now > score:
                    kind, copy, variable, value, score = UNIT, c, j, 0.0, now
    for i in range(offsets[1]):
        for c in range(2):
            if whole[i] and box[2 * c, i] < box[2 * c + 1, i]:
                below = min(np.floor(mean[c, i]), box[2 * c + 1, i] - 1)
                part = mean[c, i] - below
                now = abs(coefficients[c, i]) * min(part, 1 - part)
                if now > score:
                    kind, copy, variable, value, score = VALUE, c, i, below, now
    for g in range(len(sizes)):
        members = groups[g, : sizes[g]]
        for c in range(2):
            low, high, largest, at = np.inf, -np.inf, 0.0, -1
            for i in members:
                if box[2 * c + 1, i] < 1:
                    continue
                low, high = min(low, coefficients[c, i]), max(high, coefficients[c, i])
                if mean[c, i] > largest:
                    largest, at = mean[c, i], i
            now = _CATEGORY * (high - low) * (1 - largest)
            if at >= 0 and now > score:
                kind, copy, variable, value, score = CATEGORY, c, at, 0.0, now
    if link == SIGMOID:
        top = width - 1
        for c in range(2):
            points = sigmoid(mean[c, top])
            now = (mean[2, top] - points) if c == 0 else (points - mean[3, top])
            if now > score and box[2 * c + 1, top] - box[2 * c, top] > 1e-6:
                kind, copy, variable, score = VALUE, c, top, now
                value = 0.5 * (box[2 * c, top] + box[2 * c + 1, top])
    return kind, copy, variable, value, score


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
        return propagate(net, box, 1) and cut(box, target, link)
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
