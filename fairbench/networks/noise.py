"""Random numbers of a stack: each model's from its own seed, whatever models stand beside it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from fairbench.networks.mlp import probability_of


class Noise:
    """Draws with a model axis. Models of one seed see the same numbers.

    Parameters
    ----------
    seeds : sequence of int, shape (models,)
    """

    def __init__(self, seeds: Sequence[int], device="cpu"):
        distinct = list(dict.fromkeys(seeds))
        self.device = device
        # On the CPU whatever the device of the networks: a GPU would draw other numbers.
        self.generators = [torch.Generator().manual_seed(seed) for seed in distinct]
        place = {seed: index for index, seed in enumerate(distinct)}
        self.of_model = torch.tensor([place[seed] for seed in seeds], device=device)

    def uniform(self, *shape: int, dtype=torch.float32) -> Tensor:
        """Numbers from U[0, 1), shape (models, *shape)."""
        return self._stacked(torch.rand, shape, dtype)

    def normal(self, *shape: int, dtype=torch.float32) -> Tensor:
        """Numbers from N(0, 1), shape (models, *shape)."""
        return self._stacked(torch.randn, shape, dtype)

    def _stacked(self, draw, shape, dtype) -> Tensor:
        drawn = [draw(shape, generator=g, dtype=dtype) for g in self.generators]
        stack = on_device(torch.stack(drawn) if len(drawn) > 1 else drawn[0][None], self.device)
        return stack[self.of_model] if len(drawn) < len(self.of_model) else stack


def on_device(values: Tensor, device) -> Tensor:
    """Numbers of the CPU where the networks are; training need not wait until a GPU has them."""
    if torch.device(device).type == "cuda":
        values = values.pin_memory()
    return values.to(device, non_blocking=True)


def mean_over_draws(network, features: Tensor, draws: int) -> Tensor:
    """`probability_of` a stochastic network's logits, the mean over so many passes.

    The network's `representation` is left as the mean of what the last layer was handed in them:
    what a probe sees is what the prediction rests on, and no less.
    """
    probability, representation = 0, 0
    for _ in range(draws):
        probability = probability + probability_of(network(features))
        representation = representation + network.representation
    network.representation = representation / draws
    return probability / draws
