"""The compiled loop over iterations of one model."""

from __future__ import annotations

import numpy as np
from numba import njit

from fairbench.training.budget import REWEIGHT_EVERY
from fairbench.training.compiled.arithmetic import (
    OPTIONS,
    F,
    empty,
    linear,
    mean_cross_entropy,
    release,
    sigmoid,
)
from fairbench.training.compiled.kernel import (
    adam_step,
    fairness_step,
    information_gradient,
    robustness_output,
    robustness_step,
)
from fairbench.training.compiled.layout import BLOCK, DISCRIMINATOR, INFORMATION, OFF, RELEASED


@njit(**OPTIONS)
def train_one(rows, weights, settings, trace, every):
    """Train one model in place.

    Parameters
    ----------
    rows : Rows
    weights : Weights
        Initial weights on entry, final ones on return.
    settings : Settings
    trace : float32 array, shape (records, parameters)
        Filled with the parameters at the start of iterations 0, every, 2 every, ... and, in the
        last row, at the end; an array without rows records nothing.
    every : int
    """
    n = rows.y.size
    logit, gradient, ones = empty((n,)), empty((n,)), empty((n,))
    weight, probability, slope = empty((n,)), empty((n,)), empty((n,))
    out, activation = empty((BLOCK,)), empty((weights.hidden.shape[0], BLOCK))
    first, second = empty((4,)), empty((4,))
    ones[:], weight[:], first[:], second[:] = F(1), F(1), F(0), F(0)
    generator_loss, robustness_loss = 0.0, 0.0
    steps, moved = 0, True
    for iteration in range(settings.iterations):
        if trace.shape[0] and iteration % every == 0:
            record(weights, trace[iteration // every])
        warm = iteration < settings.warm_up
        stepping = warm or iteration % settings.update_ratio == 0
        renewing = _renews(iteration, settings) and stepping
        if moved:
            linear(rows.x, weights.generator, weights.generator_bias[0], logit)
        moved = stepping

        if settings.fairness == DISCRIMINATOR and not (warm and settings.freeze_fairness):
            fairness_step(weights.fairness, logit, rows.z, F(settings.fairness_rate))
        if settings.robust:
            rate = F(settings.robustness_rate)
            robustness_loss = robustness_step(weights, rows, logit, rate, activation, out, renewing)
        if not stepping:
            continue

        # The ratio that renews the weights wants the loss of the generator step just before.
        wanted = _renews(_next_step(iteration, settings), settings)
        if warm:
            _warm_up_gradient(rows, logit, settings.warm_up_scale, gradient)
            if wanted:
                loss = mean_cross_entropy(logit, rows.y, F(2), F(0), ones)
                generator_loss = settings.warm_up_scale * loss
        else:
            if renewing or (settings.robust and settings.robust_gradient) or wanted:
                robustness_output(weights, rows, logit, activation, out, probability, slope)
            if renewing:
                _renew(weight, probability, generator_loss / robustness_loss, settings)
            value = _gradient(rows, weights, settings, logit, weight, probability, slope, gradient)
            if wanted:
                generator_loss = _loss(rows, weights, settings, logit, weight, probability, value)
        steps += 1
        adam_step(weights, rows.x, gradient, first, second, steps, settings.generator_rate)
    if trace.shape[0]:
        record(weights, trace[trace.shape[0] - 1])
    for array in (logit, gradient, ones, weight, probability, slope, out, first, second):
        release(array)
    release(activation)


@njit(**OPTIONS)
def _renews(iteration, settings):
    return (
        settings.robust
        and settings.reweighting != OFF
        and settings.warm_up <= iteration < settings.iterations
        and iteration % REWEIGHT_EVERY == 0
    )


@njit(**OPTIONS)
def _next_step(iteration, settings):
    """The iteration of the next generator step."""
    if iteration + 1 < settings.warm_up:
        return iteration + 1
    k = settings.update_ratio
    return max((iteration // k + 1) * k, -(-settings.warm_up // k) * k)


@njit(**OPTIONS)
def _warm_up_gradient(rows, logit, scale, gradient):
    """Gradient of the warm-up loss, the cross-entropy of sigmoid(2 logit)."""
    factor = F(2 * scale / logit.size)
    for i in range(logit.size):
        gradient[i] = factor * (sigmoid(F(2) * logit[i]) - rows.y[i])


@njit(**OPTIONS)
def _renew(weight, trust, ratio, settings):
    """Example weights from D_R's probabilities, R = sigmoid(L_G / L_D - C)."""
    mix = F(1.0 / (1.0 + np.exp(settings.ratio_offset - ratio)))
    for i in range(weight.size):
        if settings.reweighting == RELEASED:
            weight[i] = mix * trust[i] + (F(1) - mix)
        else:
            weight[i] = mix + trust[i] * (F(1) - mix)


@njit(**OPTIONS)
def _gradient(rows, weights, settings, logit, weight, probability, slope, gradient):
    """Gradient of the generator's objective in its logits; returns the information, if used."""
    n = logit.size
    label = F((1 - settings.lambda_f - settings.lambda_r) / n)
    for i in range(n):
        gradient[i] = label * weight[i] * (sigmoid(logit[i]) - rows.y[i])
    if settings.fairness == DISCRIMINATOR:
        a, c = weights.fairness[0], weights.fairness[1]
        scale = F(settings.lambda_f / n) * a
        for i in range(n):
            gradient[i] -= scale * weight[i] * (sigmoid(a * logit[i] + c) - rows.z[i])
    if settings.robust and settings.robust_gradient:
        scale = F(settings.lambda_r / n)
        for i in range(n):
            gradient[i] -= scale * probability[i] * slope[i]
    if settings.fairness == INFORMATION:
        return information_gradient(logit, rows, weight, settings, gradient)
    return 0.0


@njit(**OPTIONS)
def _loss(rows, weights, settings, logit, weight, probability, information):
    """The generator's objective, as `fairbench.training.loop` defines it."""
    label = mean_cross_entropy(logit, rows.y, F(1), F(0), weight)
    loss = (1 - settings.lambda_f - settings.lambda_r) * label
    if settings.fairness == DISCRIMINATOR:
        a, c = weights.fairness[0], weights.fairness[1]
        loss -= settings.lambda_f * mean_cross_entropy(logit, rows.z, a, c, weight)
    if settings.fairness == INFORMATION:
        loss += settings.lambda_f * information
    if settings.robust:
        missed = 0.0
        for i in range(probability.size):
            missed -= np.log(max(1.0 - np.float64(probability[i]), 1e-44))
        loss -= settings.lambda_r * missed / probability.size
    return loss


@njit(**OPTIONS)
def record(weights, out):
    """Write all parameters into one row, in the order of `Weights`."""
    k = 0
    for j in range(3):
        out[k] = weights.generator[j]
        k += 1
    out[k] = weights.generator_bias[0]
    out[k + 1], out[k + 2] = weights.fairness[0], weights.fairness[1]
    k += 3
    for j in range(weights.output.size):
        for f in range(4):
            out[k] = weights.hidden[j, f]
            k += 1
    for j in range(weights.output.size):
        out[k] = weights.hidden_bias[j]
        out[k + weights.output.size] = weights.output[j]
        k += 1
    out[k + weights.output.size] = weights.output_bias[0]
