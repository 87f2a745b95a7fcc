"""An upper bound over all pairs of a box, by Lagrangian duality; compiled.

The equalities "pre-activation = weights times activation + bias" of both copies are relaxed with
multipliers p and q, the metric's ball with a vector m. Then the maximum splits into one small
problem a variable pair, over its hexagon. The sum bounds the objective for *any* multipliers, so
it is sound wherever the descent stops.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from fairbench.certify.pair import OPTIONS, POINTS, corners

#: Relative margin of a bound for the rounding of its sum.
_MARGIN = 1e-10
#: Links of the output: a linear objective, or the difference of two sigmoids.
LINEAR, SIGMOID = 0, 1


@njit(**OPTIONS)
def sigmoid(t):
    """The logistic function."""
    return 0.5 * (1 + math.tanh(0.5 * t))


@njit(**OPTIONS)
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


@njit(**OPTIONS)
def backward(weights, at, rows, count, p, start, out):
    """out = W^T p of one layer."""
    out[:count] = 0.0
    for r in range(rows):
        scale = p[start + r]
        if scale != 0:
            row = weights[at + r * count : at + (r + 1) * count]
            for i in range(count):
                out[i] += scale * row[i]


@njit(**OPTIONS)
def pick(va, vb, start, count, relu, ca, cb, p, q, best, arg):
    """Best point of each variable's hexagon for ca act(a) + cb act(b) - p a - q b."""
    for i in range(count):
        best[i] = -np.inf
    for k in range(POINTS):
        for i in range(count):
            j = start + i
            a, b = va[k, j], vb[k, j]
            za, zb = (max(a, 0.0), max(b, 0.0)) if relu else (a, b)
            value = ca[i] * za + cb[i] * zb - p[j] * a - q[j] * b
            if value > best[i]:
                best[i] = value
                arg[i] = k


@njit(**OPTIONS)
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


@njit(**OPTIONS)
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


@njit(**OPTIONS)
def evaluate(net, metric, box, va, vb, p, q, m, goal, link, work):
    """The bound at multipliers p, q, m, and the points where each small problem has its maximum.

    ``goal`` holds the linear objective's coefficients of both copies, shape (2, variables); with
    the sigmoid link the objective is sigmoid(a) - sigmoid(b) of the logits.
    ``work`` receives in rows 0, 1 the points a, b, in rows 2, 3 the gradients of p, q, and in rows
    4, 5 the coefficients of the activations.
    """
    offsets, weights, biases, starts, grouped, groups, sizes, near = net
    matrix, epsilon, order, grad_m = metric
    layers = len(offsets) - 2
    top = offsets[layers]
    width = box.shape[1]
    best, arg = np.empty(width), np.empty(width, np.int64)
    pg, qg = p - goal[0], q - goal[1]
    total, size = 0.0, 0.0
    for j in range(offsets[1], width):
        term = (p[j] + q[j]) * biases[j]
        total += term
        size += abs(term)
    for layer in range(layers):
        start, end, count = offsets[layer], offsets[layer + 1], offsets[layer + 1] - offsets[layer]
        rows = offsets[layer + 2] - end
        ca, cb = work[4, start:end], work[5, start:end]
        backward(weights, starts[layer + 1], rows, count, p, end, ca)
        backward(weights, starts[layer + 1], rows, count, q, end, cb)
        if layer == 0 and len(m):
            for r in range(len(m)):
                for i in range(count):
                    ca[i] -= m[r] * matrix[r, i]
                    cb[i] += m[r] * matrix[r, i]
        if layer == 0:
            pick(va, vb, 0, count, False, ca, cb, p, q, best, arg)
        else:
            pick(va, vb, start, count, True, ca, cb, pg, qg, best, arg)
        for i in range(count):
            if layer == 0 and grouped[i]:
                work[0, i] = work[1, i] = 0.0
                continue
            total += best[i]
            size += abs(best[i])
            work[0, start + i] = va[arg[i], start + i]
            work[1, start + i] = vb[arg[i], start + i]
        if layer == 0:
            for g in range(len(sizes)):
                value, i, k = pick_group(groups[g, : sizes[g]], near[g], box, ca, cb)
                work[0, i] = work[1, k] = 1.0
                total += value
                size += abs(value)
    if len(m):
        value = ball(m, epsilon, order, grad_m)
        total += value
        size += value
    if link == SIGMOID:
        a, first = best_logit(box[0, top], box[1, top], p[top])
        b, second = best_logit(-box[3, top], -box[2, top], -q[top])
        work[0, top], work[1, top] = a, -b
        total += first + second - 1
        size += abs(first) + abs(second) + 1
    else:
        zero = np.zeros(1)
        pick(va, vb, top, 1, False, zero, zero, pg, qg, best, arg)
        work[0, top], work[1, top] = va[arg[0], top], vb[arg[0], top]
        total += best[0]
        size += abs(best[0])
    return total + _MARGIN * size


@njit(**OPTIONS)
def gradients(net, metric, m, work):
    """Subgradients of the bound by p and q, into rows 2, 3 of ``work``, and by m."""
    offsets, weights, biases, starts = net[0], net[1], net[2], net[3]
    matrix, grad_m = metric[0], metric[3]
    for layer in range(1, len(offsets) - 1):
        before, start, end = offsets[layer - 1], offsets[layer], offsets[layer + 1]
        count = start - before
        for j in range(start, end):
            at = starts[layer] + (j - start) * count
            a, b = biases[j] - work[0, j], biases[j] - work[1, j]
            for i in range(count):
                w, za, zb = weights[at + i], work[0, before + i], work[1, before + i]
                if layer > 1:
                    za, zb = max(za, 0.0), max(zb, 0.0)
                a += w * za
                b += w * zb
            work[2, j], work[3, j] = a, b
    for r in range(len(m)):
        for i in range(offsets[1]):
            grad_m[r] -= matrix[r, i] * (work[0, i] - work[1, i])


@njit(**OPTIONS)
def descend(net, metric, box, p, q, m, goal, link, steps, rates, target, mean):
    """Lower the bound by Adam; the best bound, with its multipliers left in p, q, m.

    ``rates``, shape (variables + rows of the metric,), are Adam's: a multiplier is a gain in the
    objective for a change of a variable, so each goes by its variable's range.
    Stops once the bound is at most ``target``. ``mean``, shape (4, variables), receives the means
    of a, b and of their activations over the later half of the steps: where the mean activation is
    not the activation of the mean, the relaxation is loose. The logits' activation is the link.
    """
    offsets = net[0]
    inputs, width = offsets[1], box.shape[1]
    va, vb = np.empty((POINTS, width)), np.empty((POINTS, width))
    corners(box, 0, width, va, vb)
    work = np.zeros((6, width))
    grad_m = metric[3]
    first, second = np.zeros((3, width)), np.zeros((3, width))
    first_m, second_m = np.zeros(len(m)), np.zeros(len(m))
    best = np.inf
    best_p, best_q, best_m = p.copy(), q.copy(), m.copy()
    mean[:] = 0.0
    seen = 0
    for step in range(steps):
        value = evaluate(net, metric, box, va, vb, p, q, m, goal, link, work)
        if value < best:
            best = value
            best_p[:], best_q[:], best_m[:] = p, q, m
        if step >= steps // 2:
            seen += 1
            for j in range(width):
                a, b = work[0, j], work[1, j]
                mean[0, j] += a
                mean[1, j] += b
                mean[2, j] += max(a, 0.0)
                mean[3, j] += max(b, 0.0)
            if link == SIGMOID:
                mean[2, width - 1] += sigmoid(work[0, width - 1]) - max(work[0, width - 1], 0.0)
                mean[3, width - 1] += sigmoid(work[1, width - 1]) - max(work[1, width - 1], 0.0)
        if best <= target or step == steps - 1:
            break
        gradients(net, metric, m, work)
        fall = 1 - 0.95 * step / steps
        c1, c2 = 1 / (1 - 0.9 ** (step + 1)), 1 / (1 - 0.99 ** (step + 1))
        for j in range(inputs, width):
            g = work[2, j]
            first[0, j] = 0.9 * first[0, j] + 0.1 * g
            second[0, j] = 0.99 * second[0, j] + 0.01 * g * g
            p[j] -= fall * rates[j] * c1 * first[0, j] / (math.sqrt(c2 * second[0, j]) + 1e-8)
            g = work[3, j]
            first[1, j] = 0.9 * first[1, j] + 0.1 * g
            second[1, j] = 0.99 * second[1, j] + 0.01 * g * g
            q[j] -= fall * rates[j] * c1 * first[1, j] / (math.sqrt(c2 * second[1, j]) + 1e-8)
        for r in range(len(m)):
            g = grad_m[r]
            first_m[r] = 0.9 * first_m[r] + 0.1 * g
            second_m[r] = 0.99 * second_m[r] + 0.01 * g * g
            m[r] -= fall * rates[width + r] * c1 * first_m[r] / (math.sqrt(c2 * second_m[r]) + 1e-8)
    p[:], q[:], m[:] = best_p, best_q, best_m
    if seen:
        mean /= seen
    return best
