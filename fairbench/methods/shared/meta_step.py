"""Learning to reweight for any network, by automatic differentiation, many models side by side.

Ren, Zeng, Yang and Urtasun (ICML 2018), algorithm 1, as `fairbench.methods.shared.reweighting` has
it for a linear model. Weights are differentiated at 0, where

    - d clean_loss(theta - rate sum_i e_i grad l_i) / d e_i at e = 0
        = rate <grad l_i(theta), grad clean_loss(theta)>,

for every network: how fast a row's loss changes along the clean rows' gradient. It is linear in
the weights, so that a second backward pass gives it for all rows, without a gradient for each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.autograd import grad

from fairbench.networks.mlp import StackedMLP


def learn_networks(
    data: Sequence[tuple[np.ndarray, ...]],
    layers: Sequence[np.ndarray],
    *,
    seeds: Sequence[int],
    epochs: int,
    batch: int,
    rate: float,
    dtype: torch.dtype = torch.float32,
) -> tuple[list[list[tuple[np.ndarray, np.ndarray]]], np.ndarray]:
    """Networks trained by steps on reweighted batches, and what rows weighed on the way.

    Parameters
    ----------
    data : sequence of (rows, y, clean_rows, clean_y)
        For each model, with equally many rows in all: features (rows, width) and labels 0/1.
    layers : sequence of array, shape (models, out, in)
        The first weights of each layer; biases start at 0.
    seeds : sequence of int, shape (models,)
        Of the order of the rows, as in `learn_weights`.
    epochs, batch : int
    rate : float
        Step of gradient descent.

    Returns
    -------
    found : list, shape (models,)
        Layers (weight (out, in), bias (out,)) of each model.
    weights : array, shape (models, rows)
        Mean over epochs, beside others of their batches; their mean is 1.

    Raises
    ------
    ValueError
        If the clean rows of a model are all of one class, or no row helps with them.
    """
    for _, _, _, clean_y in data:
        if len(np.unique(clean_y)) < 2:
            raise ValueError(f"the {len(clean_y)} clean rows are not of both classes")
    torch.set_num_threads(1)  # products are small, and the same bits come out anywhere
    rows, y, *clean = (
        torch.as_tensor(np.stack(part), dtype=dtype) for part in zip(*data, strict=True)
    )
    network = StackedMLP(list(layers), dtype)
    generators = [np.random.default_rng([seed, 0x52]) for seed in seeds]
    models, count = y.shape
    offset = count * torch.arange(models)[:, None]
    weights = torch.zeros(models * count, dtype=dtype)
    for _ in range(epochs):
        order = np.stack([generator.permutation(count) for generator in generators])
        for part in np.array_split(order, max(1, round(count / batch)), axis=1):
            places = (torch.from_numpy(part) + offset).flatten()
            # Whole rows of one flat table: several times faster than a gather along the row axis.
            here = rows.flatten(0, 1)[places].view(models, -1, rows.shape[2])
            labels = y.flatten()[places].view(models, -1)
            losses = row_losses(network, here, labels)
            weight = shares(help_of_rows(network, losses, clean))
            _descend(network, (weight * losses).sum(), rate)
            weights[places] += weight.flatten() * part.shape[1]
    weights = weights.view(models, count)
    if not weights.any(1).all():
        raise ValueError("no training row helps with the clean rows")
    return _layers(network), (weights / weights.mean(1, keepdim=True)).numpy()


def row_losses(network: StackedMLP, features: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of each row in nats, (models, rows)."""
    logit = network(features)
    return torch.nn.functional.softplus(logit) - y * logit


def help_of_rows(network: StackedMLP, losses: Tensor, clean: Sequence[Tensor]) -> Tensor:
    """How much a step along each row's own gradient lowers the clean loss, (models, rows).

    Parameters
    ----------
    network : StackedMLP
    losses : Tensor, shape (models, rows)
        Of the batch, by `row_losses`; what they were computed by is kept.
    clean : (features (models, rows, width), y (models, rows))
    """
    parameters = network.in_order()
    slope = grad(row_losses(network, *clean).mean(-1).sum(), parameters)
    weight = torch.zeros_like(losses, requires_grad=True)
    step = grad((weight * losses).sum(), parameters, create_graph=True)
    along = sum((one * other).sum() for one, other in zip(step, slope, strict=True))
    return grad(along, weight, retain_graph=True)[0]


def shares(help_: Tensor) -> Tensor:
    """Weights of a batch that sum to 1, or are all 0 where no row helps, (models, rows)."""
    weight = help_.clamp(min=0)
    total = weight.sum(-1, keepdim=True)
    return weight / torch.where(total > 0, total, torch.ones_like(total))


def _descend(network: StackedMLP, loss: Tensor, rate: float) -> None:
    parameters = network.in_order()
    with torch.no_grad():
        for parameter, slope in zip(parameters, grad(loss, parameters), strict=True):
            parameter -= rate * slope


def _layers(network: StackedMLP) -> list[list[tuple[np.ndarray, np.ndarray]]]:
    pairs = zip(network.weights, network.biases, strict=True)
    stacked = [(w.detach().numpy(), b.detach().numpy()[:, 0]) for w, b in pairs]
    return [[(w[k], b[k]) for w, b in stacked] for k in range(len(stacked[0][0]))]
