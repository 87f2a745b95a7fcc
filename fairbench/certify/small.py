"""The small problems into which the dual bound splits, each solved exactly; compiled."""

from __future__ import annotations

import math

import numpy as np

from fairbench.certify.compiling import compiled
from fairbench.certify.pair import POINTS


@compiled
def sigmoid(t):
    """The logistic function."""
    return 0.5 * (1 + math.tanh(0.5 * t))


@compiled
def best_logit(low, high, slope):
    """(arg max, max) of sigmoid(t) - slope t over [low, high], exactly."""
    at, best = low, sigmoid(low) - slope * low
    value = sigmoid(high) - slope * high
    if value > best:
        at, best = high, value
    if 0 < slope < 0.25:
        s = math.sqrt(1 - 4 * slope)
        t = math.log((1 + s) / (1 - s)) if s < 1 else 40.0
        if low < t < high:
            value = sigmoid(t) - slope * t
            if value > best:
                at, best = t, value
    return at, best


@compiled
def backward(weights, turned, at, rows, count, p, out):
    """out = W^T p of one layer, along the longer side of its matrix."""
    if rows > count:
        for i in range(count):
            column = turned[at + i * rows : at + (i + 1) * rows]
            total = 0.0
            for r in range(rows):
                total += p[r] * column[r]
            out[i] = total
        return
    out[:count] = 0.0
    for r in range(rows):
        row = weights[at + r * count : at + (r + 1) * count]
        scale = p[r]
        for i in range(count):
            out[i] += scale * row[i]


@compiled
def pick(points, start, count, ca, cb, p, q, best, work):
    """Best point of each hexagon for ca act(a) + cb act(b) - p a - q b, into ``work``."""
    va, vb, za, zb = points
    end = start + count
    value, at = work[11, :count], work[12, :count]
    best[:count] = -np.inf
    for k in range(POINTS):
        _value(
            za[k, start:end],
            zb[k, start:end],
            va[k, start:end],
            vb[k, start:end],
            ca,
            cb,
            p[start:end],
            q[start:end],
            value,
        )
        for i in range(count):  # apart from the sum: loops with one result become vector code
            at[i] = k if value[i] > best[i] else at[i]
        for i in range(count):
            best[i] = max(best[i], value[i])
    for i in range(count):
        k, j = int(at[i]), start + i
        work[0, j], work[1, j], work[6, j], work[7, j] = va[k, j], vb[k, j], za[k, j], zb[k, j]


@compiled
def _value(za, zb, a, b, ca, cb, p, q, out):
    for i in range(len(out)):
        out[i] = ca[i] * za[i] + cb[i] * zb[i] - p[i] * a[i] - q[i] * b[i]


@compiled
def pick_group(members, near, box, ca, cb):
    """Best allowed pair of categories of a one-hot group: (value, first, second)."""
    best, first, second = -np.inf, 0, 0
    for s in range(len(members)):
        i = members[s]
        if box[1, i] < 1:
            continue
        for t in range(len(members)):
            k = members[t]
            if box[3, k] >= 1 and near[s, t] and ca[i] + cb[k] > best:
                best, first, second = ca[i] + cb[k], i, k
    return best, first, second


@compiled
def ball(m, epsilon, order, grad):
    """epsilon times the dual norm of m, and its subgradient; order is p, 0 for infinity."""
    if order == 2:
        norm = math.sqrt((m * m).sum())
        for r in range(len(m)):
            grad[r] = epsilon * m[r] / norm if norm > 0 else 0.0
        return epsilon * norm
    if order == 1:
        grad[:] = 0.0
        r = np.abs(m).argmax()
        grad[r] = epsilon * np.sign(m[r])
        return epsilon * abs(m[r])
    for r in range(len(m)):
        grad[r] = epsilon * np.sign(m[r])
    return epsilon * np.abs(m).sum()
