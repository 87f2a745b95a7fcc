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

from fairbench.certify.compiling import compiled
from fairbench.certify.halfspace_kernel import INTEGER, extremes


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
def _first_layer(network, lower, upper, kind, bounds):
    """Bounds of the first layer's units: exact but for the margin, and shared by all values."""
    sizes, weights, biases, margins = network
    for j in range(sizes[1]):
        least, most = extremes(weights[0, j, : sizes[0]], lower, upper, kind)
        for value in range(bounds.shape[0]):
            bounds[value, 0, j, 0] = least + biases[value, 0, j] - margins[0, j]
            bounds[value, 0, j, 1] = most + biases[value, 0, j] + margins[0, j]


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
def relax(network, lower, upper, kind, arrays):
    """Linear bounds of the logit over a box for each value, with the margins included.

    Writes ``forms`` (values, 2, columns) and ``constants`` (values, 2), lower bounds first, and
    ``leaning`` (values, layers, units, 2), how much the bounds lean on chords and on other lines.
    """
    bounds, lines, unit_forms, forms, constants, leaning, unused, work = arrays
    sizes, _, _, margins = network
    layers, columns = len(sizes) - 1, sizes[0]
    leaning[:] = 0.0
    _first_layer(network, lower, upper, kind, bounds)
    for layer in range(layers - 1):
        if layer > 0:
            for value in range(bounds.shape[0]):
                for j in range(sizes[layer + 1]):
                    form = unit_forms[value, layer, j]
                    low, up = _back(network, value, layer, j, lines, form[0], form[1], unused, work)
                    low += extremes(form[0], lower, upper, kind)[0]
                    up += extremes(form[1], lower, upper, kind)[1]
                    least, most = _interval(network, value, layer, j, bounds)
                    bounds[value, layer, j, 0] = max(low, least) - margins[layer, j]
                    bounds[value, layer, j, 1] = min(up, most) + margins[layer, j]
        _draw_lines(network, layer, bounds, lines)
    last = layers - 1
    for value in range(bounds.shape[0]):
        low, up = _back(
            network, value, last, 0, lines, forms[value, 0], forms[value, 1], leaning[value], work
        )
        constants[value, 0] = low - margins[last, 0]
        constants[value, 1] = up + margins[last, 0]


@compiled
def _looseness(low, up, leaning):
    """How loose a unit of these bounds makes the logit's bounds near the middle of a box.

    There a chord is half the smaller bound too high, less the mean of the ReLU; and that mean is
    what a line through the origin lacks. It is small, as sums of many columns keep to the middle.
    """
    if low >= 0 or up <= 0:
        return 0.0
    smaller = min(up, -low)
    mean = smaller * smaller / (3 * (up - low))
    return leaning[0] * (0.5 * smaller - mean) + leaning[1] * mean


@compiled
def openness(network, lower, upper, kind, arrays, score):
    """How much less loose the bounds would be for a column being halved, added to ``score``."""
    bounds, _, unit_forms, _, _, leaning, _, _ = arrays
    sizes, weights, _, _ = network
    for value in range(bounds.shape[0]):
        for layer in range(len(sizes) - 2):
            for j in range(sizes[layer + 1]):
                low, up = bounds[value, layer, j, 0], bounds[value, layer, j, 1]
                loose = _looseness(low, up, leaning[value, layer, j])
                if loose == 0:
                    continue
                for i in range(sizes[0]):
                    width = upper[i] - lower[i]
                    if width > 0:
                        if layer == 0:
                            slope = abs(weights[0, j, i])
                        else:
                            form = unit_forms[value, layer, j]
                            slope = 0.5 * (abs(form[0, i]) + abs(form[1, i]))
                        gone = 0.5 * slope * (width + 1 if kind[i] == INTEGER else width)
                        first = _looseness(low, up - gone, leaning[value, layer, j])
                        second = _looseness(low + gone, up, leaning[value, layer, j])
                        score[i] += loose - 0.5 * (first + second)


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
    )
