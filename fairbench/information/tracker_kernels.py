"""Compiled loops of the tracker. Import only where they are about to run."""

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
def distances_from(values, categorical, discrete_distance, i):
    """Maximum-norm distance of sample `i` to every sample, of shape (n,)."""
    row = np.empty(values.shape[0])
    for j in range(row.size):
        row[j] = gap(values, categorical, discrete_distance, i, j)
    return row


@compiled
def touched(neighbours, distances, rho, changed):
    """Samples with a term that may differ after the `changed` samples did.

    Sample i is one if a changed sample lies within ``rho[i]`` of it in the conditioning space.
    Further away, the joint distance was and is beyond ``rho[i]``, so neither the k-th neighbour
    nor a count can differ.

    Parameters
    ----------
    neighbours, distances : array of shape (n, n - 1)
        Other samples sorted by distance in the conditioning space, and these distances.
    rho : array of shape (n,)
        Distances to the k-th neighbour before the change; infinite if not known yet.
    changed : array of shape (m,)

    Returns
    -------
    array of shape (s,)
    """
    n = rho.size
    stale = np.zeros(n, dtype=np.bool_)
    if 4 * changed.size > n:
        # So many changes touch nearly all samples; finding the few others costs more than it saves.
        stale[:] = True
        return np.flatnonzero(stale)
    furthest = rho.max()
    for j in changed:
        stale[j] = True
        for t in range(n - 1):
            if distances[j, t] > furthest:
                break
            if distances[j, t] <= rho[neighbours[j, t]]:
                stale[neighbours[j, t]] = True
    return np.flatnonzero(stale)


@compiled
def refresh_terms(stale, neighbours, distances, yhat, v, discrete_distance, k, psi, rho, terms):
    """Compute ``rho`` and ``terms`` of the samples `stale` again, in place.

    Parameters
    ----------
    stale : array of shape (s,)
    neighbours, distances : array of shape (n, n - 1)
        Other samples sorted by distance in the conditioning space, and these distances.
    yhat, v : pair of arrays
        Values of shape (n, p) and flags of shape (p,) for categorical columns.
    discrete_distance : float
    k : int
    psi : array of shape (n + 1,)
        Digamma function of 0 to n.
    rho, terms : array of shape (n,)
        Distance to the k-th neighbour, and
        psi(k~) - psi(n_yhat,cond) - psi(n_v,cond) + psi(n_cond), in nats.
    """
    heap = np.empty(k)
    for i in stale:
        heap[:] = np.inf
        for t in range(neighbours.shape[1]):
            distance = distances[i, t]
            if distance >= heap[0]:
                break
            j = neighbours[i, t]
            distance = max(distance, gap(yhat[0], yhat[1], discrete_distance, i, j))
            distance = max(distance, gap(v[0], v[1], discrete_distance, i, j))
            if distance < heap[0]:
                replace_largest(heap, distance)
        rho[i] = heap[0]
        in_joint, with_yhat, with_v, in_conditioning = 0, 0, 0, 0
        for t in range(neighbours.shape[1]):
            if distances[i, t] > rho[i]:
                break
            j = neighbours[i, t]
            near_yhat = gap(yhat[0], yhat[1], discrete_distance, i, j) <= rho[i]
            near_v = gap(v[0], v[1], discrete_distance, i, j) <= rho[i]
            in_conditioning += 1
            with_yhat += near_yhat
            with_v += near_v
            in_joint += near_yhat and near_v
        terms[i] = psi[in_joint] - psi[with_yhat] - psi[with_v] + psi[in_conditioning]
