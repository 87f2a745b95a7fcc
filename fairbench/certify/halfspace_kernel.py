"""Compiled bounds of how many points of a box lie in a halfspace. Import where it is about to run.

The columns of a box are independent, so a linear form of a uniform point is a sum of independent
terms, and its distribution a convolution. Terms are rounded to a grid, all down or all up, which
makes the count too large or too small and never wrong to the other side. The term with the largest
range is not rounded: it is counted in closed form at the end.
"""

from __future__ import annotations

import numpy as np

from fairbench.certify.box_kernel import CONTINUOUS, GROUP, INTEGER, extremes
from fairbench.certify.compiling import compiled

#: Most distinct values that a term has on the grid; more are taken together.
LEVELS = 128
#: Cells of a continuous column on the grid.
CELLS = 32
#: Bins at most; scratch arrays have room for them.
BINS = 4096
#: A position is moved to the safe side by this and a share of itself before it is made whole: far
#: more than its rounding error, far less than what would be seen.
_NUDGE, _SHARE = 1e-9, 1e-14


@compiled
def _terms(form, lower, upper, kind, first, ranges):
    """The terms of a form that are not constant: first columns, ranges; and what the others count.

    Returns how many they are and the factor of the columns without a say.
    """
    count, factor = 0, 1.0
    column = 0
    while column < len(lower):
        start = column
        if kind[column] < GROUP:
            width = upper[column] - lower[column]
            points = width + 1 if kind[column] == INTEGER else width
            span = abs(form[column]) * width
            column += 1
        else:
            low, high, points = np.inf, -np.inf, 0.0
            while column < len(lower) and kind[column] == kind[start]:
                if upper[column] > 0:
                    low, high = min(low, form[column]), max(high, form[column])
                    points += 1
                column += 1
            span = high - low
        if span > 0:
            first[count], ranges[count] = start, span
            count += 1
        else:
            factor *= points
    return count, factor


@compiled
def _sort(ranges, order, count):
    """Places of the terms by range, smallest first."""
    for place in range(count):
        before = place
        while before > 0 and ranges[order[before - 1]] > ranges[place]:
            order[before] = order[before - 1]
            before -= 1
        order[before] = place


@compiled
def _levels(form, lower, upper, kind, start, excess, round_up, values, weights):
    """Values of a term above its least one (or below its largest) and how many points have each.

    Where there are too many, neighbours are taken together at the end that rounding asks for.
    """
    if kind[start] >= GROUP:
        low, high, count = np.inf, -np.inf, 0
        column = start
        while column < len(lower) and kind[column] == kind[start]:
            if upper[column] > 0:
                low, high = min(low, form[column]), max(high, form[column])
            column += 1
        for member in range(start, column):
            if upper[member] > 0:
                values[count] = form[member] - low if excess else high - form[member]
                weights[count] = 1.0
                count += 1
        return count
    step, width = abs(form[start]), upper[start] - lower[start]
    if kind[start] == CONTINUOUS:
        for cell in range(CELLS):
            values[cell] = step * width * (cell + round_up) / CELLS
            weights[cell] = width / CELLS
        return CELLS
    points = int(width) + 1
    together = (points + LEVELS - 1) // LEVELS
    count = 0
    for begin in range(0, points, together):
        end = min(begin + together, points) - 1
        values[count] = step * (end if round_up else begin)
        weights[count] = end - begin + 1
        count += 1
    return count


@compiled
def _convolve(mass, top, limit, values, weights, count, bin_width, round_up, other):
    """Add one term to the distribution ``mass[: top + 1]``; what passes ``limit`` is dropped."""
    reach = 0
    for level in range(count):
        position = values[level] / bin_width
        if position > limit + 1:
            offset = limit + 1
        elif values[level] == 0:
            offset = 0
        elif round_up:
            offset = int(np.ceil(position + _NUDGE))
        else:
            offset = max(int(np.floor(position - _NUDGE)), 0)
        values[level] = offset
        if offset <= limit:
            reach = max(reach, offset)
    new_top = min(top + reach, limit)
    other[: new_top + 1] = 0.0
    for level in range(count):
        offset, weight = int(values[level]), weights[level]
        if offset > limit:
            continue
        length = min(top, limit - offset) + 1
        target, source = other[offset : offset + length], mass[:length]
        for j in range(length):
            target[j] += weight * source[j]
    return new_top


@compiled
def _last(step, width, is_integer, room, round_up):
    """Points of the unrounded term whose value is at most (or, rounding up, below) ``room``."""
    if room < 0:
        return 0.0
    if not is_integer:
        return min(room / step, width)
    steps = room / step
    nudge = _NUDGE + _SHARE * steps
    if round_up:
        return min(max(np.ceil(steps - nudge), 0.0), width + 1)
    return min(np.floor(steps + nudge) + 1, width + 1)


@compiled
def _below(form, lower, upper, kind, room, excess, round_up, bins, scratch):
    """Bound of how many points have a sum of terms of at most ``room`` (below it, rounding up)."""
    first, ranges, order, values, weights, mass, other = scratch
    count, factor = _terms(form, lower, upper, kind, first, ranges)
    _sort(ranges, order, count)
    exact = -1
    for place in range(count - 1, -1, -1):
        if kind[first[order[place]]] < GROUP:
            exact = place
            break
    rest = 0.0
    for place in range(count):
        if place != exact:
            rest += ranges[order[place]]
    bin_width = max(min(rest, room) / bins, 1e-300)
    limit = bins if rest > room else min(int(np.ceil(rest / bin_width)) + count, 2 * bins)
    mass[0], top = 1.0, np.int64(0)
    for place in range(count):
        if place == exact:
            continue
        start = first[order[place]]
        levels = _levels(form, lower, upper, kind, start, excess, round_up, values, weights)
        if round_up and ranges[order[place]] < bin_width:
            room -= ranges[order[place]]  # all of its values at their end: less than one bin lost
            total = 0.0
            for level in range(levels):
                total += weights[level]
            factor *= total
            continue
        top = _convolve(mass, top, limit, values, weights, levels, bin_width, round_up, other)
        mass, other = other, mass
    result = 0.0
    start = first[order[exact]] if exact >= 0 else 0
    for j in range(top + 1):
        left = room - j * bin_width
        if exact < 0:
            result += mass[j] if (left > 0 if round_up else left >= 0) else 0.0
        elif mass[j] > 0:
            width = upper[start] - lower[start]
            integer = kind[start] == INTEGER
            result += mass[j] * _last(abs(form[start]), width, integer, left, round_up)
    return factor * result


@compiled
def above(form, constant, lower, upper, kind, total, over, bins, scratch):
    """Bound of how many points of a box have form . x + constant > 0, from below or from above.

    Parameters
    ----------
    form : array, shape (columns,)
    constant : float
    lower, upper, kind : array, shape (columns,)
        The box.
    total : float
        Its measure.
    over : bool
        Whether the bound is one from above.
    bins : int
        Of the grid: more are slower and closer.
    scratch : tuple of array
        From `scratch`.
    """
    least, most = extremes(form, lower, upper, kind)
    if least + constant > 0:
        return total
    if most + constant <= 0:
        return 0.0
    low = -(least + constant) <= 0.5 * (most - least)  # the shorter side has the finer grid
    room = -(least + constant) if low else most + constant
    part = _below(form, lower, upper, kind, room, low, low == over, bins, scratch)
    return min(max(total - part if low else part, 0.0), total)


def scratch(columns: int, members: int) -> tuple[np.ndarray, ...]:
    """Arrays that `above` writes to: for so many columns, and members of the largest group."""
    levels = max(LEVELS, members) + 1
    return (
        np.zeros(columns + 1, np.int64),
        np.zeros(columns + 1),
        np.zeros(columns + 1, np.int64),
        np.zeros(levels),
        np.zeros(levels),
        np.zeros(2 * BINS + 2),
        np.zeros(2 * BINS + 2),
    )
