"""The training loop: the reference for every method, on any device torch knows."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from fairbench.methods.base import Batch, Method
from fairbench.methods.losses import binary_cross_entropy
from fairbench.training.budget import REWEIGHT_EVERY, Budget

Networks = dict[str, torch.nn.Module]


def train(
    method: Method,
    networks: Networks,
    batch: Batch,
    budget: Budget,
    *,
    lambda_f: Tensor,
    lambda_r: Tensor,
    observe: Callable[[int, Networks], None] | None = None,
) -> None:
    """Train a batch of models in place, full batch, as FR-Train does.

    In every iteration each discriminator takes one SGD step on its own loss; the generator takes
    an Adam step in every iteration of warm-up (labels alone) and in every `update_ratio`-th
    after it. Models share the schedule and nothing else.

    Parameters
    ----------
    lambda_f, lambda_r : Tensor, shape (models,)
        Weights of the fairness and the robustness term.
    observe : callable, optional
        Called as ``observe(iteration, networks)`` at the start of every iteration, and once more
        at the end; it must not change the networks.
    """
    generator = list(networks["generator"].parameters())
    adam = torch.optim.Adam(generator, lr=budget.generator_rate)
    sgd = {
        name: torch.optim.SGD(network.parameters(), lr=_rate(name, budget))
        for name, network in networks.items()
        if name != "generator"
    }
    frozen = getattr(method.parameters, "freeze_fairness_in_warm_up", False)
    weight, generator_loss, losses = None, None, {}

    for iteration in range(budget.iterations):
        if observe:
            observe(iteration, networks)
        warm = iteration < budget.warm_up
        logit = networks["generator"](batch.features)  # (models, rows)

        losses = method.discriminator_losses(networks, batch, logit.detach())
        for name, loss in losses.items():
            if not (warm and frozen and name == "fairness_discriminator"):
                _step(sgd[name], loss)

        if warm:
            generator_loss = method.parameters.warm_up_scale * _warm_up_loss(logit, batch.y)
        elif iteration % budget.update_ratio == 0:
            if iteration % REWEIGHT_EVERY == 0 and "robustness_discriminator" in losses:
                with torch.no_grad():
                    previous = (
                        torch.zeros_like(lambda_f) if generator_loss is None else generator_loss
                    )
                    ratio = previous / losses["robustness_discriminator"]
                    weight = method.example_weights(networks, batch, logit.detach(), ratio)
            terms = method.objective(networks, batch, logit, weight)
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


def _rate(name: str, budget: Budget) -> float:
    return budget.fairness_rate if name == "fairness_discriminator" else budget.robustness_rate


def _step(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    """One step on the sum over models: each model's parameters see their own loss alone."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    gradients = torch.autograd.grad(loss.sum(), parameters)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    optimizer.step()


def _warm_up_loss(logit: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of (tanh(logit) + 1) / 2, which is sigmoid(2 logit): the released warm-up."""
    return binary_cross_entropy(2 * logit, y)
