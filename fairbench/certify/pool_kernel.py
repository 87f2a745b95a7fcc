"""Compiled search of a domain: the pool of open boxes. Import where it is about to run.

A pool is a tuple of arrays: lowers, uppers (places, columns), keys (places; points left undecided),
found (places, 2; those certified fair and unfair), column_of (places; to split), heap (places; the
open ones, then the free ones), counts, sums, points (people left open by rounding), and a box that
holds somebody whom the attribute decides.
"""

from __future__ import annotations

import numpy as np

from fairbench.certify.box_kernel import halve
from fairbench.certify.compiling import compiled
from fairbench.certify.protected_kernel import evaluate

#: Places of ``counts`` and ``sums``.
OPEN, DONE, POINTS, FOUND = 0, 1, 2, 3
FAIR, UNFAIR, UNDECIDED = 0, 1, 2


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
            halve(lower, upper, kind, column, second)
            enter(network, kind, pool, buffers, lower, upper)
