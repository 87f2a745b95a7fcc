"""Compiled guesses of what makes linear bounds loose, to choose splits; no bound rests on them."""

from __future__ import annotations

from fairbench.certify.box_kernel import INTEGER
from fairbench.certify.compiling import compiled


@compiled
def open_units(network, bounds):
    """How many units have an open sign; a unit of the first layer counts once for all values."""
    count = 0
    for layer in range(len(network[0]) - 2):
        for j in range(network[0][layer + 1]):
            seen = 0
            for value in range(bounds.shape[0]):
                seen += bounds[value, layer, j, 0] < 0 < bounds[value, layer, j, 1]
            count += min(seen, 1) if layer == 0 else seen
    return count


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
    bounds, _, unit_forms, _, _, leaning, _, _, _ = arrays
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
