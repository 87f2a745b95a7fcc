"""Compiled search of a domain for the share that a protected attribute decides.

Import only where it is about to run. A box of the free columns is split until, for all values of the
attribute, linear bounds say on which side of 0 the logit lies; of a box that the bounds cut, the
points on each side are counted. The box with most undecided points is next.
"""

from __future__ import annotations

import numpy as np

from fairbench.certify.compiling import compiled
from fairbench.certify.halfspace_kernel import (
    BINS,
    CONTINUOUS,
    GROUP,
    INTEGER,
    above,
    extremes,
    measure,
)
from fairbench.certify.relaxation_kernel import openness, relax

#: Bins at least. More are taken where the bounds are close, so that rounding adds little to them.
_FEWEST = 64
#: Bins a column for the distance between lower and upper bound.
_FINER = 4
#: Places of ``counts`` and ``sums`` in a pool.
OPEN, DONE, POINTS, FOUND = 0, 1, 2, 3
FAIR, UNFAIR, UNDECIDED = 0, 1, 2


@compiled
def _middle(lower, upper, kind, middle):
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
def _chosen(forms, constants, side, middle):
    """The values whose bound of one side is smallest and largest in the middle of a box."""
    least, most, low, high = 0, 0, np.inf, -np.inf
    for value in range(forms.shape[0]):
        here = constants[value, side]
        for i in range(len(middle)):
            here += forms[value, side, i] * middle[i]
        if here < low:
            least, low = value, here
        if here > high:
            most, high = value, here
    return least, most


@compiled
def _excess(forms, constants, side, one, sign, lower, upper, kind, difference):
    """How far sign * (bound of ``one`` - bound of another value) gets above 0 over a box."""
    furthest = 0.0
    for value in range(forms.shape[0]):
        if value == one:
            continue
        for i in range(len(lower)):
            difference[i] = sign * (forms[one, side, i] - forms[value, side, i])
        apart = extremes(difference, lower, upper, kind)[1]
        apart += sign * (constants[one, side] - constants[value, side])
        furthest = max(furthest, apart)
    return furthest


@compiled
def _bins(upper_form, lower_form, apart, lower, upper, kind, difference):
    """Bins for a pair of bounds: so many that rounding adds little to their distance."""
    open_columns = 0
    for i in range(len(lower)):
        difference[i] = upper_form[i] - lower_form[i]
        open_columns += upper[i] > lower[i]
    loose = extremes(difference, lower, upper, kind)[1] + apart
    least, most = extremes(lower_form, lower, upper, kind)
    return int(min(max(_FINER * open_columns * (most - least) / max(loose, 1e-300), _FEWEST), BINS))


@compiled
def _column(network, lower, upper, kind, arrays, bins, score):
    """The column to split: the one that makes the bounds, or the counts, most loose; -1 if none."""
    forms = arrays[3]
    score[:] = 0.0
    openness(network, lower, upper, kind, arrays, score)
    columns = 0
    for i in range(len(lower)):
        columns += upper[i] > lower[i]
    best, highest = -1, -1.0
    for i in range(len(lower)):
        if upper[i] <= lower[i]:
            continue
        if kind[i] == CONTINUOUS and not lower[i] < 0.5 * (lower[i] + upper[i]) < upper[i]:
            continue
        reach = abs(forms[0, 0, i]) * (upper[i] - lower[i])
        total = score[i] + columns * reach / bins
        if total > highest:
            best, highest = i, total
    return best


@compiled
def evaluate(network, lower, upper, kind, arrays, scratch, vectors):
    """Points of a box that are certified fair and certified unfair, all, and the column to split.

    All logits are above 0 where a lower bound of the smallest is, and the largest is above 0 while
    the smallest is not at least as often as the former's lower bound says more than the latter's
    upper bound.
    """
    middle, difference, score = vectors
    total = measure(lower, upper, kind)
    relax(network, lower, upper, kind, arrays)
    forms, constants = arrays[3], arrays[4]
    _middle(lower, upper, kind, middle)
    low_least, low_most = _chosen(forms, constants, 0, middle)
    up_least, up_most = _chosen(forms, constants, 1, middle)
    down = _excess(forms, constants, 0, low_least, 1.0, lower, upper, kind, difference)
    over = _excess(forms, constants, 1, up_most, -1.0, lower, upper, kind, difference)
    smallest, largest = constants[low_least, 0] - down, constants[up_most, 1] + over
    if extremes(forms[low_least, 0], lower, upper, kind)[0] + smallest > 0:
        return total, 0.0, total, -1
    if extremes(forms[up_most, 1], lower, upper, kind)[1] + largest <= 0:
        return total, 0.0, total, -1
    apart = constants[up_least, 1] - smallest
    bins = _bins(forms[up_least, 1], forms[low_least, 0], apart, lower, upper, kind, difference)
    apart = largest - constants[low_most, 0]
    more = _bins(forms[up_most, 1], forms[low_most, 0], apart, lower, upper, kind, difference)
    box = (lower, upper, kind, total)
    fair = _count(forms[low_least, 0], smallest, box, False, bins, scratch)
    unfair = -_count(forms[up_least, 1], constants[up_least, 1], box, True, bins, scratch)
    fair += total - _count(forms[up_most, 1], largest, box, True, more, scratch)
    unfair += _count(forms[low_most, 0], constants[low_most, 0], box, False, more, scratch)
    unfair = min(max(unfair, 0.0), total - fair)
    if fair + unfair >= total:
        return fair, unfair, total, -1
    return fair, unfair, total, _column(network, lower, upper, kind, arrays, min(bins, more), score)


@compiled
def _count(form, constant, box, over, bins, scratch):
    lower, upper, kind, total = box
    return above(form, constant, lower, upper, kind, total, over, bins, scratch)


@compiled
def _halve(lower, upper, kind, column, second):
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


@compiled
def _push(heap, keys, size, item):
    """Add an item to a heap with the largest key on top."""
    place = size
    while place > 0:
        parent = (place - 1) // 2
        if keys[heap[parent]] >= keys[item]:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = item


@compiled
def _pop(heap, keys, size):
    """Take the top from a heap of ``size`` items."""
    top, moved = heap[0], heap[size - 1]
    size -= 1
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and keys[heap[child + 1]] > keys[heap[child]]:
            child += 1
        if keys[heap[child]] <= keys[moved]:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = moved
    heap[size] = top  # free places lie behind the heap
    return top


@compiled
def enter(network, kind, pool, buffers, lower, upper):
    """Evaluate a box and close it or keep it in the pool, which needs a free place."""
    lowers, uppers, keys, found, column_of, heap, counts, sums, points, witness = pool
    arrays, scratch, vectors = buffers
    fair, unfair, total, column = evaluate(network, lower, upper, kind, arrays, scratch, vectors)
    counts[DONE] += 1
    if unfair > 0 and counts[FOUND] == 0:
        counts[FOUND] = 1
        witness[0], witness[1] = lower, upper
    left = total - fair - unfair
    if column >= 0 and left > 0:
        place = heap[counts[OPEN]]
        lowers[place], uppers[place] = lower, upper
        keys[place], column_of[place] = left, column
        found[place, FAIR], found[place, UNFAIR] = fair, unfair
        _push(heap, keys, counts[OPEN], place)
        counts[OPEN] += 1
        return
    sums[FAIR] += fair
    sums[UNFAIR] += unfair
    if left > 0:
        if total == 1 and counts[POINTS] < len(points):
            points[counts[POINTS]] = lower
            counts[POINTS] += 1
        else:
            sums[UNDECIDED] += left


@compiled
def search(network, kind, pool, buffers, steps):
    """Split boxes, most undecided first, until so many steps are done, none is left, or no room."""
    lowers, uppers, keys, found, column_of, heap, counts, sums, points, witness = pool
    lower, upper = np.empty(len(kind)), np.empty(len(kind))
    first, last = np.empty(len(kind)), np.empty(len(kind))
    for _ in range(steps):
        if counts[OPEN] == 0 or counts[OPEN] + 1 >= len(heap):
            return
        place = _pop(heap, keys, counts[OPEN])
        counts[OPEN] -= 1
        column = column_of[place]
        first[:], last[:] = lowers[place], uppers[place]
        for second in (False, True):
            lower[:], upper[:] = first, last
            _halve(lower, upper, kind, column, second)
            enter(network, kind, pool, buffers, lower, upper)
