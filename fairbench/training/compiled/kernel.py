"""The fused training of one model: linear generator on (x1, x2, sensitive), linear D_F, 4-H-1 D_R.

`train_one` repeats `fairbench.training.loop.train` for these networks in one compiled loop, with
closed-form gradients. It touches one model's arrays only, so a model's result cannot depend on
which others are trained beside it, nor on the number of threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fairbench.training.compiled.arithmetic import (
    LEAK,
    OPTIONS,
    F,
    descend,
    empty,
    hidden_backward,
    hidden_forward,
    release,
    sigmoid,
)
from fairbench.training.compiled.layout import (
    BLOCK,
    GEOMETRIC_MEAN,
    LABEL_ENTROPY,
    PREDICTION_ENTROPY,
)


@njit(**OPTIONS)
def fairness_step(weights, logit, z, rate):
    """One SGD step of D_F(logit) = sigmoid(a logit + c) on its cross-entropy against z."""
    a, c = weights[0], weights[1]
    slope, offset = F(0), F(0)
    for i in range(logit.size):
        error = sigmoid(a * logit[i] + c) - z[i]
        slope += error * logit[i]
        offset += error
    weights[0] -= rate * slope / F(logit.size)
    weights[1] -= rate * offset / F(logit.size)


@njit(**OPTIONS)
def robustness_step(weights, rows, logit, rate, activation, out, want_loss):
    """One SGD step of D_R: clean rows against 1, training rows against 0. Returns its loss."""
    hidden = weights.hidden
    shared, active = empty((5,)), empty((hidden.shape[0], 5))
    shared[:] = F(0)
    active[:] = F(0)
    loss = 0.0
    for part in range(2):
        x = rows.x if part == 0 else rows.clean_x
        y = logit if part == 0 else rows.clean_y
        target = F(part)
        scale = F(0.5) / F(y.size)
        for start in range(0, y.size, BLOCK):
            stop = min(y.size, start + BLOCK)
            x1, x2, x3, x4 = x[0, start:stop], x[1, start:stop], x[2, start:stop], y[start:stop]
            o = out[: stop - start]
            hidden_forward(
                x1,
                x2,
                x3,
                x4,
                hidden,
                weights.hidden_bias,
                weights.output,
                weights.output_bias[0],
                activation,
                o,
            )
            if want_loss:
                for i in range(o.size):
                    t = np.float64(o[i])
                    loss += scale * (max(t, 0.0) - target * t + np.log1p(np.exp(-abs(t))))
            for i in range(o.size):
                o[i] = (sigmoid(o[i]) - target) * scale
            hidden_backward(x1, x2, x3, x4, activation, o, hidden.shape[0], shared, active)
    descend(hidden, weights.hidden_bias, weights.output, weights.output_bias, shared, active, rate)
    release(shared)
    release(active)
    return loss


@njit(**OPTIONS)
def robustness_output(weights, rows, logit, activation, out, probability, slope):
    """D_R's probability on every training row, and the slope of its logit in the prediction."""
    hidden = weights.hidden
    n = logit.size
    for start in range(0, n, BLOCK):
        stop = min(n, start + BLOCK)
        o, d = out[: stop - start], slope[start:stop]
        hidden_forward(
            rows.x[0, start:stop],
            rows.x[1, start:stop],
            rows.x[2, start:stop],
            logit[start:stop],
            hidden,
            weights.hidden_bias,
            weights.output,
            weights.output_bias[0],
            activation,
            o,
        )
        d[:] = F(0)
        for j in range(hidden.shape[0]):
            full = weights.output[j] * hidden[j, 3]
            unit = activation[j]
            for i in range(d.size):
                d[i] += full if unit[i] > F(0) else LEAK * full
        for i in range(o.size):
            probability[start + i] = sigmoid(o[i])


@njit(**OPTIONS)
def information_gradient(logit, rows, weight, settings, gradient):
    """Add lambda_f times the gradient of the (normalised) smooth information; return its value."""
    n, z = logit.size, rows.z
    beta, eps = F(settings.beta), settings.epsilon
    total = F(0)
    positive, both, group = F(0), F(0), F(0)
    for i in range(n):
        share = weight[i] if settings.weighted_information else F(1)
        q = sigmoid(beta * logit[i]) * share
        total += share
        positive += q
        both += z[i] * q
        group += z[i] * share
    # The 2 x 2 table in double precision: its logarithms meet differences of nearly equal numbers.
    p, p11, s = positive / np.float64(total), both / np.float64(total), group / np.float64(total)
    # A share near zero is a difference of nearly equal sums and may round to below zero.
    p10, p01, not_p = max(s - p11, 0.0), max(p - p11, 0.0), max(1 - p, 0.0)
    p00 = max(1 - s - (p - p11), 0.0)
    log = np.log
    h_z = -(s * log(s + eps) + (1 - s) * log(1 - s + eps))
    h_y = -(p * log(p + eps) + not_p * log(not_p + eps))
    information = h_z
    for joint, given in ((p11, p), (p10, not_p), (p01, p), (p00, not_p)):
        information += joint * log(joint / (given + eps) + eps)
    # d I / d q_i = [log(p01/p) - log(p00/(1-p))] + z_i [log(p11/p01) - log(p10/p00)], times w_i
    base = log(p01 / (p + eps) + eps) - log(p00 / (not_p + eps) + eps)
    extra = log(p11 / (p + eps) + eps) - log(p10 / (not_p + eps) + eps) - base
    d_entropy = log(not_p + eps) - log(p + eps)
    scale, along_entropy = 1.0, 0.0
    if settings.normalizer == LABEL_ENTROPY:
        scale = 1.0 / (settings.label_entropy + eps)
    elif settings.normalizer == PREDICTION_ENTROPY:
        scale = 1.0 / (h_y + eps)
        along_entropy = -information * scale * scale
    elif settings.normalizer == GEOMETRIC_MEAN:
        root = np.sqrt(h_z * h_y)
        scale = 1.0 / (root + eps)
        along_entropy = -information * scale * scale * 0.5 * h_z / root
    k = settings.lambda_f * beta / total
    constant = F(k * (scale * base + along_entropy * d_entropy))
    by_group = F(k * scale * extra)
    for i in range(n):
        q = sigmoid(beta * logit[i])
        share = weight[i] if settings.weighted_information else F(1)
        gradient[i] += share * q * (F(1) - q) * (constant + by_group * z[i])
    return information * scale


@njit(**OPTIONS)
def adam_step(weights, x, gradient, first, second, step, rate):
    """Adam on the generator from the gradient in its logits; torch's defaults and order."""
    count = max(step, 1)  # else LLVM keeps what numba raises of a power below zero
    correction1 = 1.0 - 0.9**count
    correction2 = np.sqrt(1.0 - 0.999**count)
    for f in range(4):
        g = F(0)
        if f < 3:
            row = x[f]
            for i in range(gradient.size):
                g += gradient[i] * row[i]
        else:
            for i in range(gradient.size):
                g += gradient[i]
        first[f] += (g - first[f]) * F(0.1)
        second[f] = second[f] * F(0.999) + g * g * F(0.001)
        denominator = F(np.sqrt(second[f]) / correction2) + F(1e-8)
        change = F(rate / correction1) * first[f] / denominator
        if f < 3:
            weights.generator[f] -= change
        else:
            weights.generator_bias[0] -= change
