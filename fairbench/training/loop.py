"""The training loop: the reference for every method, on any device torch knows."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from fairbench.methods.shared.base import Method
from fairbench.methods.shared.losses import cross_entropy
from fairbench.training.batches import Batches
from fairbench.training.budget import REWEIGHT_EVERY, Budget

Networks = dict[str, torch.nn.Module]


def train(
    method: Method,
    networks: Networks,
    batches: Batches,
    budget: Budget,
    *,
    lambda_f: Tensor,
    lambda_r: Tensor,
    observe: Callable[[int, Networks], None] | None = None,
) -> None:
    """Train a stack of models in place, as FR-Train does.

    In every iteration each discriminator takes one step on its own loss (SGD, or what the method
    says); the generator takes an Adam step in every iteration of warm-up (labels alone) and in
    every `update_ratio`-th after it. Models share the schedule and nothing else. Where a method has
    `discriminators_first`, they step in warm-up alone, and the generator after it.

    Parameters
    ----------
    batches : Batches
        All rows in every iteration, or minibatches.
    budget : Budget
        In iterations.
    lambda_f, lambda_r : Tensor, shape (models,)
        Weights of the fairness and the robustness term.
    observe : callable, optional
        Called as ``observe(iteration, networks)`` at the start of every iteration, and once more
        at the end; it must not change the networks.

    Raises
    ------
    ValueError
        If a loss of the method does not have shape (models,).
    """
    discriminators = {n: net for n, net in networks.items() if n.endswith("_discriminator")}
    others = [net for name, net in networks.items() if name not in discriminators]
    decay = {"weight_decay": budget.weight_decay or 0.0}
    adam = torch.optim.Adam(
        [p for network in others for p in network.parameters() if p.requires_grad],
        lr=budget.generator_rate,
        **decay,
        # Several times faster on small batches; another order of rounding than the published runs.
        fused=budget.batch_size is not None,
    )
    optimizer = getattr(torch.optim, method.discriminator_optimizer)
    adversaries = {
        name: optimizer(network.parameters(), lr=_rate(name, budget), **decay)
        for name, network in discriminators.items()
    }
    frozen = getattr(method.parameters, "freeze_fairness_in_warm_up", False)
    weight, generator_loss, losses = None, None, {}
    method.begin(networks, *batches.box())

    for iteration in range(budget.iterations):
        if observe:
            observe(iteration, networks)
        warm = iteration < budget.warm_up
        generator_steps = warm or iteration % budget.update_ratio == 0
        if not generator_steps and not discriminators:
            continue
        if iteration and budget.decay_every and iteration % budget.decay_every == 0:
            _slow_down(adam, *adversaries.values())
        batch, places = batches.at(iteration)
        alone = method.discriminators_first and warm
        # (models, rows[, classes])
        logit = None if alone else networks["generator"](batch.features)

        if alone or not method.discriminators_first:
            seen = None if alone else logit.detach()
            losses = method.discriminator_losses(networks, batch, seen)
            for name, loss in _one_a_model(losses, len(lambda_f)).items():
                if not (warm and frozen and name == "fairness_discriminator"):
                    _step(adversaries[name], loss)
        if alone:
            continue

        if warm:
            generator_loss = method.parameters.warm_up_scale * _warm_up_loss(logit, batch.y)
        elif generator_steps:
            if iteration % REWEIGHT_EVERY == 0 and "robustness_discriminator" in losses:
                with torch.no_grad():
                    previous = (
                        torch.zeros_like(lambda_f) if generator_loss is None else generator_loss
                    )
                    ratio = previous / losses["robustness_discriminator"]
                    weight = _weights(method, networks, batches, batch, logit.detach(), ratio)
                if places is not None:  # the pass over all rows replaced what networks keep
                    logit = networks["generator"](batch.features)
            here = weight if weight is None or places is None else weight.gather(1, places)
            terms = _one_a_model(method.objective(networks, batch, logit, here), len(lambda_f))
            generator_loss = (1 - lambda_f - lambda_r) * terms["cross_entropy"]
            if "fairness" in terms:
                generator_loss = generator_loss + lambda_f * terms["fairness"]
            if "robustness" in terms:
                generator_loss = generator_loss + lambda_r * terms["robustness"]
        else:
            continue
        _step(adam, generator_loss)
    if observe:
        observe(budget.iterations, networks)


def _weights(method, networks, batches, batch, logit, ratio):
    """Example weights of all training rows, not of a minibatch alone: they serve a while."""
    everything = batches.full()
    if everything is not batch:
        logit = networks["generator"](everything.features)
    return method.example_weights(networks, everything, logit, ratio)


def _one_a_model(losses: dict[str, Tensor], models: int) -> dict[str, Tensor]:
    """The losses, unless one is a mean over models too: that would train each less, and pass."""
    for name, loss in losses.items():
        if loss.shape != (models,):
            message = (
                f"the loss {name} has shape {tuple(loss.shape)}; it must have one value for each "
                f"model, ({models},): reduce over the last axis alone"
            )
            raise ValueError(message)
    return losses


def _rate(name: str, budget: Budget) -> float:
    return budget.fairness_rate if name == "fairness_discriminator" else budget.robustness_rate


def _slow_down(*optimizers: torch.optim.Optimizer) -> None:
    """A tenth of the learning rates from here on."""
    for group in (group for optimizer in optimizers for group in optimizer.param_groups):
        group["lr"] *= 0.1


def _step(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    """One step on the sum over models: each model's parameters see their own loss alone."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    # A part of a network may have no say in the loss, such as a decoder in warm-up.
    gradients = torch.autograd.grad(loss.sum(), parameters, allow_unused=True)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        # Fused Adam silently takes a transposed gradient for one in the parameter's layout.
        parameter.grad = None if gradient is None else gradient.contiguous()
    optimizer.step()


def _warm_up_loss(logit: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of (tanh(logit) + 1) / 2, which is sigmoid(2 logit): the released warm-up.

    Of more than two classes softmax(2 logit), which is the same of two.
    """
    return cross_entropy(2 * logit, y)
