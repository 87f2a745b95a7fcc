"""Compiled linear bounds of a network's logit over a box, for every value of a protected attribute.

The bounds are those of CROWN and DeepPoly: a ReLU whose sign is open lies between a line through
the origin and a chord, and lines are followed back to the inputs. The values of the attribute share
the inputs x, and differ in the first layer's biases alone. So their lines are made alike, with one
slope for all, and where no sign is open they differ by a constant.

``network`` is a tuple: sizes (units of the input, the layers, the output), weights (layers, most
units, most units), biases (values, layers, most units; only the first layer's differ between
values), margins (layers, most units): more than all rounding errors of a unit's bounds together.
"""

from __future__ import annotations

import numpy as np

from fairbench.certify.box_kernel import GROUP, INTEGER, extremes
from fairbench.certify.compiling import compiled


@compiled
def _back(network, value, layer, unit, lines, lower_form, upper_form, leaning, work):
    """Linear bounds of a pre-activation, written to the forms; returns both constants.

    ``leaning`` collects how much the bounds lean on the chord and on the line through the origin of
    each hidden unit, shape (layers, units, 2).
    """
    sizes, weights, biases, _ = network
    low_slope, up_slope, up_shift = lines
    below, above, next_below, next_above = work
    inputs = sizes[layer]
    for j in range(inputs):
        below[j] = above[j] = weights[layer, unit, j]
    low = up = biases[value, layer, unit]
    for deeper in range(layer - 1, -1, -1):
        units, inputs = sizes[deeper + 1], sizes[deeper]
        next_below[:inputs] = 0.0
        next_above[:inputs] = 0.0
        for j in range(units):
            down, over = below[j], above[j]
            if down == 0.0 and over == 0.0:
                continue
            slope, chord = low_slope[value, deeper, j], up_slope[value, deeper, j]
            leaning[deeper, j, 0 if down < 0 else 1] += abs(down)
            leaning[deeper, j, 0 if over > 0 else 1] += abs(over)
            if down < 0:
                low += down * up_shift[value, deeper, j]
                down *= chord
            else:
                down *= slope
            if over > 0:
                up += over * up_shift[value, deeper, j]
                over *= chord
            else:
                over *= slope
            if down == 0.0 and over == 0.0:
                continue
            low += down * biases[value, deeper, j]
            up += over * biases[value, deeper, j]
            row = weights[deeper, j]
            for i in range(inputs):
                next_below[i] += down * row[i]
                next_above[i] += over * row[i]
        below, next_below = next_below, below
        above, next_above = next_above, above
    for i in range(sizes[0]):
        lower_form[i], upper_form[i] = below[i], above[i]
    return low, up


@compiled
def _draw_lines(network, layer, bounds, lines):
    """Both lines of each unit of a layer, from its bounds for every value."""
    values = bounds.shape[0]
    low_slope, up_slope, up_shift = lines
    for j in range(network[0][layer + 1]):
        balance = 0.0
        for value in range(values):
            balance += bounds[value, layer, j, 0] + bounds[value, layer, j, 1]
        for value in range(values):
            low, up = bounds[value, layer, j, 0], bounds[value, layer, j, 1]
            if low >= 0:
                slope, chord, shift = 1.0, 1.0, 0.0
            elif up <= 0:
                slope, chord, shift = 0.0, 0.0, 0.0
            else:
                slope = 1.0 if balance > 0 else 0.0
                chord = up / (up - low)
                shift = -low * chord
            low_slope[value, layer, j] = slope
            up_slope[value, layer, j] = chord
            up_shift[value, layer, j] = shift


@compiled
def _cut(form, lower, upper, kind, share, ranges):
    """How far each end of a form's range may be cut so that at most ``share`` of a box is beyond.

    Points beyond have a sum of k terms' distances from their ends below the cut. There are no more
    of them than the volume of a simplex, (cut + steps)^k / k!, where the steps are those between
    whole numbers; any k columns may be taken, and the k with the largest ranges are tried.
    """
    count = 0
    for i in range(len(form)):
        if kind[i] >= GROUP or upper[i] <= lower[i] or form[i] == 0:
            continue
        step = abs(form[i]) if kind[i] == INTEGER else 0.0
        wide = abs(form[i]) * (upper[i] - lower[i]) + step
        place = count
        while place > 0 and ranges[place - 1, 0] < wide:
            ranges[place, 0], ranges[place, 1] = ranges[place - 1, 0], ranges[place - 1, 1]
            place -= 1
        ranges[place, 0], ranges[place, 1] = wide, step
        count += 1
    best, steps, logarithm, total = 0.0, 0.0, np.log(share), 0.0
    for k in range(count):
        logarithm += np.log(ranges[k, 0] * (k + 1))
        steps += ranges[k, 1]
        total += ranges[k, 0] - ranges[k, 1]
        best = max(best, np.exp(logarithm / (k + 1)) - steps)
    return min(best, 0.4 * total) * (1 - 1e-9)


@compiled
def _first_layer(network, lower, upper, kind, share, bounds, ranges):
    """Bounds of the first layer's units: exact but for the margin, and shared by all values.

    Returns the share of the box for which they may not hold, here and in `_deeper_layer`.
    """
    sizes, weights, biases, margins = network
    values = bounds.shape[0]
    beyond = 0.0
    for j in range(sizes[1]):
        form = weights[0, j, : sizes[0]]
        least, most = extremes(form, lower, upper, kind)
        if share > 0:
            is_open = False
            for value in range(values):
                is_open |= least + biases[value, 0, j] < 0 < most + biases[value, 0, j]
            cut = _cut(form, lower, upper, kind, share, ranges) if is_open else 0.0
            if cut > 0:
                least += cut
                most -= cut
                beyond += 2 * share
        for value in range(values):
            bounds[value, 0, j, 0] = least + biases[value, 0, j] - margins[0, j]
            bounds[value, 0, j, 1] = most + biases[value, 0, j] + margins[0, j]
    return beyond


@compiled
def _deeper_layer(network, layer, lower, upper, kind, share, arrays):
    """Bounds of a deeper layer's units, from lines and from intervals."""
    bounds, lines, unit_forms, _, _, _, unused, work, ranges = arrays
    sizes, _, _, margins = network
    beyond = 0.0
    for value in range(bounds.shape[0]):
        for j in range(sizes[layer + 1]):
            old = bounds[value, layer, j]
            if share > 0 and (old[0] >= 0 or old[1] <= 0):
                continue  # settled without cuts, by the call before
            least, most = _interval(network, value, layer, j, bounds)
            form = unit_forms[value, layer, j]
            low, up = _back(network, value, layer, j, lines, form[0], form[1], unused, work)
            low += extremes(form[0], lower, upper, kind)[0]
            up += extremes(form[1], lower, upper, kind)[1]
            if share > 0 and max(low, least) < 0 < min(up, most):
                cut = _cut(form[0], lower, upper, kind, share, ranges)
                if low + cut > least and cut > 0:
                    low += cut
                    beyond += share
                cut = _cut(form[1], lower, upper, kind, share, ranges)
                if up - cut < most and cut > 0:
                    up -= cut
                    beyond += share
            bounds[value, layer, j, 0] = max(low, least) - margins[layer, j]
            bounds[value, layer, j, 1] = min(up, most) + margins[layer, j]
    return beyond


@compiled
def _interval(network, value, layer, unit, bounds):
    """Bounds of a pre-activation from those of the layer before, by interval arithmetic."""
    sizes, weights, biases, _ = network
    low = up = biases[value, layer, unit]
    for j in range(sizes[layer]):
        least, most = (
            max(bounds[value, layer - 1, j, 0], 0.0),
            max(bounds[value, layer - 1, j, 1], 0.0),
        )
        weight = weights[layer, unit, j]
        low += weight * (least if weight > 0 else most)
        up += weight * (most if weight > 0 else least)
    return low, up


@compiled
def relax(network, lower, upper, kind, share, arrays):
    """Linear bounds of the logit over a box for each value, with the margins included.

    Writes ``forms`` (values, 2, columns) and ``constants`` (values, 2), lower bounds first, and
    ``leaning`` (values, layers, units, 2), how much the bounds lean on chords and on other lines.

    A unit's range is far wider than what most of a box has, as it needs all columns at their ends.
    So with a ``share`` above 0 each end of an open unit's range is cut, by so much that at most
    that share of the box lies beyond. Such a call follows one for the same box without a share, as
    what that settled is kept. Returns for what share of the box the new bounds may not hold.
    """
    bounds, lines, _, forms, constants, leaning, _, work, ranges = arrays
    sizes, _, _, margins = network
    last = len(sizes) - 2
    leaning[:] = 0.0
    beyond = 0.0
    for layer in range(last):
        if layer == 0:
            beyond += _first_layer(network, lower, upper, kind, share, bounds, ranges)
        else:
            beyond += _deeper_layer(network, layer, lower, upper, kind, share, arrays)
        _draw_lines(network, layer, bounds, lines)
    unit = np.int64(0)
    for value in range(bounds.shape[0]):
        form = forms[value]
        low, up = _back(network, value, last, unit, lines, form[0], form[1], leaning[value], work)
        constants[value, 0] = low - margins[last, 0]
        constants[value, 1] = up + margins[last, 0]
    return beyond


def arrays(sizes: np.ndarray, values: int) -> tuple:
    """Arrays that `relax` writes to, for a network of these sizes and so many values."""
    layers, widest = len(sizes) - 1, int(max(sizes))
    units = (values, layers, widest)
    return (
        np.zeros((*units, 2)),
        (np.zeros(units), np.zeros(units), np.zeros(units)),
        np.zeros((*units, 2, sizes[0])) if layers > 2 else np.zeros((1, 1, 1, 2, sizes[0])),
        np.zeros((values, 2, sizes[0])),
        np.zeros((values, 2)),
        np.zeros((*units, 2)),
        np.zeros((layers, widest, 2)),
        tuple(np.zeros(widest) for _ in range(4)),
        np.zeros((sizes[0] + 1, 2)),
    )
