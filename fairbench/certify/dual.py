"""An upper bound over all pairs of a box, by Lagrangian duality; compiled.

The equalities "pre-activation = weights times activation + bias" of both copies are relaxed with
multipliers p and q, the metric's ball with a vector m. Then the maximum splits into one small
problem a variable pair, over its hexagon. The sum bounds the objective for *any* multipliers, so
it is sound wherever the descent stops.
"""

from __future__ import annotations

import math

import numpy as np

from fairbench.certify.compiling import compiled
from fairbench.certify.pair import POINTS, corners
from fairbench.certify.small import backward, ball, best_logit, pick, pick_group, sigmoid

#: Relative margin of a bound for the rounding of its sum.
_MARGIN = 1e-10
#: Links of the output: a linear objective, or the difference of two sigmoids.
LINEAR, SIGMOID = np.int64(0), np.int64(1)


@compiled
def evaluate(net, metric, box, points, p, q, m, goal, link, work):
    """The bound at multipliers p, q, m, and the points where each small problem has its maximum.

    ``goal`` holds the linear objective's coefficients of both copies, shape (2, variables); with
    the sigmoid link the objective is sigmoid(a) - sigmoid(b) of the logits.
    ``work`` receives in rows 0, 1 the points a, b, in rows 2, 3 the gradients of p, q, and in rows
    4, 5 the coefficients of the activations, in rows 6, 7 the activations;
    the others are room.
    """
    offsets, weights, biases, starts, grouped, groups, sizes, near, turned = net
    matrix, epsilon, order, grad_m = metric
    layers = len(offsets) - 2
    top = offsets[layers]
    width = box.shape[1]
    pg, qg, best = work[8], work[9], work[10]
    for j in range(width):
        pg[j], qg[j] = p[j] - goal[0, j], q[j] - goal[1, j]
    total, size = 0.0, 0.0
    for j in range(offsets[1], width):
        term = (p[j] + q[j]) * biases[j]
        total += term
        size += abs(term)
    for layer in range(layers):
        start, end, count = offsets[layer], offsets[layer + 1], offsets[layer + 1] - offsets[layer]
        rows = offsets[layer + 2] - end
        ca, cb = work[4, start:end], work[5, start:end]
        backward(weights, turned, starts[layer + 1], rows, count, p[end:], ca)
        backward(weights, turned, starts[layer + 1], rows, count, q[end:], cb)
        if layer == 0 and len(m):
            for r in range(len(m)):
                for i in range(count):
                    ca[i] -= m[r] * matrix[r, i]
                    cb[i] += m[r] * matrix[r, i]
        pick(points, start, count, ca, cb, pg if layer else p, qg if layer else q, best, work)
        if layer == 0:
            for i in range(count):
                if grouped[i]:
                    work[0, i] = work[1, i] = work[6, i] = work[7, i] = best[i] = 0.0
        for i in range(count):
            total += best[i]
            size += abs(best[i])
        if layer == 0:
            for g in range(len(sizes)):
                value, i, k = pick_group(groups[g, : sizes[g]], near[g], box, ca, cb)
                work[0, i] = work[1, k] = work[6, i] = work[7, k] = 1.0
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
        work[6, top], work[7, top] = sigmoid(a), sigmoid(-b)
        total += first + second - 1
        size += abs(first) + abs(second) + 1
    else:
        zero = np.zeros(1)
        pick(points, top, np.int64(1), zero, zero, pg, qg, best, work)
        total += best[0]
        size += abs(best[0])
    return total + _MARGIN * size


@compiled
def gradients(net, metric, m, work):
    """Subgradients of the bound by p and q, into rows 2, 3 of ``work``, and by m."""
    offsets, biases, starts, turned = net[0], net[2], net[3], net[8]
    matrix, grad_m = metric[0], metric[3]
    for layer in range(1, len(offsets) - 1):
        before, start, end = offsets[layer - 1], offsets[layer], offsets[layer + 1]
        rows = end - start
        to_a, to_b = work[2, start:end], work[3, start:end]
        for j in range(rows):
            to_a[j] = biases[start + j] - work[0, start + j]
            to_b[j] = biases[start + j] - work[1, start + j]
        for i in range(start - before):
            column = turned[starts[layer] + i * rows : starts[layer] + (i + 1) * rows]
            scale_a, scale_b = work[6, before + i], work[7, before + i]
            for j in range(rows):
                to_a[j] += scale_a * column[j]
                to_b[j] += scale_b * column[j]
    for r in range(len(m)):
        for i in range(offsets[1]):
            grad_m[r] -= matrix[r, i] * (work[0, i] - work[1, i])


@compiled
def _adam(step, fall, gradient, first, second, rates, values):
    """One step of Adam down, in place."""
    c1, c2 = fall / (1 - 0.9 ** (step + 1)), 1 / (1 - 0.99 ** (step + 1))
    for i in range(len(values)):
        first[i] = 0.9 * first[i] + 0.1 * gradient[i]
    for i in range(len(values)):
        second[i] = 0.99 * second[i] + 0.01 * gradient[i] * gradient[i]
    for i in range(len(values)):
        values[i] -= c1 * rates[i] * first[i] / (math.sqrt(c2 * second[i]) + 1e-8)


@compiled
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
    corners(box, np.int64(0), width, va, vb)
    za, zb = va.copy(), vb.copy()
    za[:, inputs:], zb[:, inputs:] = np.maximum(va[:, inputs:], 0), np.maximum(vb[:, inputs:], 0)
    points = (va, vb, za, zb)
    work = np.zeros((13, width))
    grad_m = metric[3]
    first, second = np.zeros((2, width)), np.zeros((2, width))
    first_m, second_m = np.zeros(len(m)), np.zeros(len(m))
    best = np.inf
    best_p, best_q, best_m = p.copy(), q.copy(), m.copy()
    mean[:] = 0.0
    seen = 0
    for step in range(steps):
        value = evaluate(net, metric, box, points, p, q, m, goal, link, work)
        if value < best:
            best = value
            best_p[:], best_q[:], best_m[:] = p, q, m
        if step >= steps // 2:
            seen += 1
            for row, source in ((0, 0), (1, 1), (2, 6), (3, 7)):
                mean[row] += work[source]
        if best <= target or step == steps - 1:
            break
        gradients(net, metric, m, work)
        fall = 1 - 0.95 * step / steps
        for row, v in ((0, p), (1, q)):
            found, own = work[2 + row, inputs:], rates[inputs:width]
            _adam(step, fall, found, first[row, inputs:], second[row, inputs:], own, v[inputs:])
        _adam(step, fall, grad_m, first_m, second_m, rates[width:], m)
    p[:], q[:], m[:] = best_p, best_q, best_m
    if seen:
        mean /= seen
    return best
