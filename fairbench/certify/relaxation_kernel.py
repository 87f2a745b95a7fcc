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
from fairbench.certify.halfspace_kernel import extremes


@compiled
def _back(network, value, layer, unit, lines, lower_form, upper_form, weight_of, work):
    """Linear bounds of a pre-activation, written to the forms; returns both constants.

    ``weight_of`` collects how much the bounds lean on each hidden unit, shape (layers, units).
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
            weight_of[deeper, j] += abs(down) + abs(over)
            slope, chord = low_slope[value, deeper, j], up_slope[value, deeper, j]
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
def relax(network, lower, upper, kind, arrays):
    """Linear bounds of the logit over a box for each value, with the margins included.

    Writes ``forms`` (values, 2, columns) and ``constants`` (values, 2), lower bounds first, and
    ``leaning`` (values, layers, units), how much the bounds lean on each hidden unit.
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
                    bounds[value, layer, j, 0] = low - margins[layer, j]
                    bounds[value, layer, j, 1] = up + margins[layer, j]
        _draw_lines(network, layer, bounds, lines)
    last = layers - 1
    for value in range(bounds.shape[0]):
        low, up = _back(
            network, value, last, 0, lines, forms[value, 0], forms[value, 1], leaning[value], work
        )
        constants[value, 0] = low - margins[last, 0]
        constants[value, 1] = up + margins[last, 0]


@compiled
def openness(network, lower, upper, kind, arrays, score):
    """How much each column makes the bounds loose, added to ``score``; returns whether any does.

    A unit whose sign is open is loose by the height of its triangle, times how much the logit leans
    on it; a column has the part of it that it has in the unit's range.
    """
    bounds, _, unit_forms, _, _, leaning, _, _ = arrays
    sizes, weights, _, _ = network
    found = False
    for value in range(bounds.shape[0]):
        for layer in range(len(sizes) - 2):
            for j in range(sizes[layer + 1]):
                low, up = bounds[value, layer, j, 0], bounds[value, layer, j, 1]
                if low >= 0 or up <= 0 or leaning[value, layer, j] == 0:
                    continue
                found = True
                spread = up - low
                part = leaning[value, layer, j] * up * -low / (spread * spread)
                for i in range(sizes[0]):
                    if upper[i] > lower[i]:
                        if layer == 0:
                            slope = abs(weights[0, j, i])
                        else:
                            form = unit_forms[value, layer, j]
                            slope = 0.5 * (abs(form[0, i]) + abs(form[1, i]))
                        score[i] += part * slope * (upper[i] - lower[i])
    return found


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
        np.zeros(units),
        np.zeros((layers, widest)),
        tuple(np.zeros(widest) for _ in range(4)),
    )
