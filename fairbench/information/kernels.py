"""Compiled loops of the nearest-neighbour estimator. Import only where they are about to run.

The samples of a space are sorted by cell (one combination of the discrete columns) and, within a
cell, by the first remaining coordinate, the "axis". Distances are maximum norms in float64, formed
as ``abs(a - b)`` exactly as a dense computation forms them, because ties decide the counts.
"""

from __future__ import annotations

import numba
import numpy as np


def compiled(function):
    """Compile on first use and keep the result on disk where a place for it can be written."""
    try:
        return numba.njit(cache=True)(function)
    except RuntimeError:  # numba found no writable cache directory
        return numba.njit(function)


@compiled
def gap(values, categorical, discrete_distance, a, b):
    """Maximum-norm distance of rows `a` and `b` of `values`, of shape (., p)."""
    largest = 0.0
    for c in range(values.shape[1]):
        distance = abs(values[a, c] - values[b, c])
        if categorical[c] and distance > 0.0:
            distance = discrete_distance
        largest = max(largest, distance)
    return largest


@compiled
def replace_largest(heap, distance):
    """Put `distance` in place of the root of a max-heap of shape (k,)."""
    k = heap.size
    parent = 0
    while True:
        child = 2 * parent + 1
        if child >= k:
            break
        if child + 1 < k and heap[child + 1] > heap[child]:
            child += 1
        if heap[child] <= distance:
            break
        heap[parent] = heap[child]
        parent = child
    heap[parent] = distance


@compiled
def _search_run(coords, i, begin, end, step, cell_gap, heap):
    """Offer the samples `begin`, `begin` + `step`, ... before `end` to the heap of the k nearest.

    The run leads away from sample `i` on the axis. It ends when the axis alone keeps every sample
    left at least as far as the k-th nearest so far.
    """
    furthest = heap[0]
    for j in range(begin, end, step):
        distance = abs(coords[i, 0] - coords[j, 0])
        if distance >= furthest:
            break
        distance = max(distance, cell_gap)
        for c in range(1, coords.shape[1]):
            distance = max(distance, abs(coords[i, c] - coords[j, c]))
        if distance < furthest:
            replace_largest(heap, distance)
            furthest = heap[0]


@compiled
def _first_within(coords, first, last, at, radius):
    """First sample whose axis coordinate is not more than `radius` below `at`."""
    if at - coords[first, 0] <= radius:
        return first
    while first < last:
        middle = (first + last) // 2
        if at - coords[middle, 0] <= radius:
            last = middle
        else:
            first = middle + 1
    return first


@compiled
def _first_beyond(coords, first, last, at, radius):
    """First sample whose axis coordinate is more than `radius` above `at`."""
    if coords[last - 1, 0] - at <= radius:
        return last
    while first < last:
        middle = (first + last) // 2
        if coords[middle, 0] - at <= radius:
            first = middle + 1
        else:
            last = middle
    return first


@compiled
def _gaps_from(cells, categorical, discrete_distance, a, gaps):
    for b in range(gaps.size):
        gaps[b] = gap(cells, categorical, discrete_distance, a, b)


@compiled
def kth_distances(coords, start, cells, categorical, discrete_distance, k):
    """Distance of every sample to its k-th nearest other sample.

    Parameters
    ----------
    coords : array of shape (n, d), d >= 1
        Coordinates that are not part of the cell, sorted as the module says.
    start : array of shape (m + 1,)
        Where each cell begins; cell ``a`` holds samples ``start[a]`` to ``start[a + 1] - 1``.
    cells : array of shape (m, p)
        Values of the discrete columns in each cell.
    categorical : array of shape (p,), bool
    discrete_distance : float
    k : int

    Returns
    -------
    array of shape (n,)
    """
    m = cells.shape[0]
    gaps = np.empty(m)
    heap = np.empty(k)
    rho = np.empty(coords.shape[0])
    for a in range(m):
        _gaps_from(cells, categorical, discrete_distance, a, gaps)
        for i in range(start[a], start[a + 1]):
            heap[:] = np.inf
            # The own cell first: it holds the nearest samples as a rule, and so rules others out.
            _search_run(coords, i, i + 1, start[a + 1], 1, 0.0, heap)
            _search_run(coords, i, i - 1, start[a] - 1, -1, 0.0, heap)
            for b in range(m):
                if b != a and gaps[b] < heap[0]:
                    right = _first_within(coords, start[b], start[b + 1], coords[i, 0], 0.0)
                    _search_run(coords, i, right, start[b + 1], 1, gaps[b], heap)
                    _search_run(coords, i, right - 1, start[b] - 1, -1, gaps[b], heap)
            rho[i] = heap[0]
    return rho


@compiled
def counts_within(coords, start, cells, categorical, discrete_distance, radius):
    """Number of other samples at distance at most ``radius[i]`` from sample i, of shape (n,).

    Parameters as for :func:`kth_distances`; `radius` has shape (n,), in the same order.
    """
    m, d = cells.shape[0], coords.shape[1]
    gaps = np.empty(m)
    counts = np.empty(coords.shape[0], dtype=np.int64)
    for a in range(m):
        _gaps_from(cells, categorical, discrete_distance, a, gaps)
        for i in range(start[a], start[a + 1]):
            count = -1  # the sample itself is found below
            for b in range(m):
                if gaps[b] > radius[i]:
                    continue
                low = _first_within(coords, start[b], start[b + 1], coords[i, 0], radius[i])
                high = _first_beyond(coords, start[b], start[b + 1], coords[i, 0], radius[i])
                if d == 1:
                    count += high - low
                    continue
                for j in range(low, high):
                    inside = True
                    for c in range(1, d):
                        inside &= abs(coords[i, c] - coords[j, c]) <= radius[i]
                    count += inside
            counts[i] = count
    return counts
