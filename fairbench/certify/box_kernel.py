"""Compiled arithmetic of boxes. Import where it is about to run.

A column's kind is INTEGER, CONTINUOUS, or GROUP + g for the members of the one-hot group g, which
stand side by side. The box of a member is [0, 0] or [0, 1], whether it may be the chosen one.
"""

from __future__ import annotations

import numpy as np

from fairbench.certify.compiling import compiled

INTEGER, CONTINUOUS, GROUP = 0, 1, 2


@compiled
def measure(lower, upper, kind):
    """Points of a box: whole numbers are counted, lengths are lengths, groups have categories."""
    product = 1.0
    column = 0
    while column < len(lower):
        if kind[column] == INTEGER:
            product *= upper[column] - lower[column] + 1
        elif kind[column] == CONTINUOUS:
            product *= upper[column] - lower[column]
        else:
            first, chosen = column, 0.0
            while column < len(lower) and kind[column] == kind[first]:
                chosen += upper[column]
                column += 1
            product *= chosen
            continue
        column += 1
    return product


@compiled
def extremes(form, lower, upper, kind):
    """Smallest and largest value of a linear form over a box."""
    least = most = 0.0
    column = 0
    while column < len(lower):
        if kind[column] < GROUP:
            at_lower, at_upper = form[column] * lower[column], form[column] * upper[column]
            least += min(at_lower, at_upper)
            most += max(at_lower, at_upper)
            column += 1
            continue
        first, low, high = column, np.inf, -np.inf
        while column < len(lower) and kind[column] == kind[first]:
            if upper[column] > 0:
                low, high = min(low, form[column]), max(high, form[column])
            column += 1
        least += low
        most += high
    return least, most


@compiled
def middle_of(lower, upper, kind, middle):
    """The mean of a box."""
    column = 0
    while column < len(lower):
        if kind[column] < GROUP:
            middle[column] = 0.5 * (lower[column] + upper[column])
            column += 1
            continue
        first, members = column, 0.0
        while column < len(lower) and kind[column] == kind[first]:
            members += upper[column]
            column += 1
        for member in range(first, column):
            middle[member] = upper[member] / members


@compiled
def halve(lower, upper, kind, column, second):
    """Make a box one half of itself along a column, or along its one-hot group."""
    if kind[column] == INTEGER:
        middle = np.floor(0.5 * (lower[column] + upper[column]))
        if second:
            lower[column] = middle + 1
        else:
            upper[column] = middle
    elif kind[column] == CONTINUOUS:
        middle = 0.5 * (lower[column] + upper[column])
        if second:
            lower[column] = middle
        else:
            upper[column] = middle
    else:
        first = column
        while first > 0 and kind[first - 1] == kind[column]:
            first -= 1
        members = 0
        last = first
        while last < len(lower) and kind[last] == kind[column]:
            members += upper[last] > 0
            last += 1
        _keep_half(lower, upper, first, last, members, second)


@compiled
def _keep_half(lower, upper, first, last, members, second):
    """Keep the first or the second half of the members that a group may choose from."""
    half, seen = members // 2, 0
    left = members - half if second else half
    for member in range(first, last):
        if upper[member] > 0:
            seen += 1
            if (seen > half) != second:
                lower[member] = upper[member] = 0.0
            elif left == 1:
                lower[member] = 1.0
