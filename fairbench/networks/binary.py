"""Perceptrons with stochastically quantised layers (Cerrato et al., AAAI 2023, eq. 4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import torch
from torch import Tensor

from fairbench.networks.mlp import StackedMLP
from fairbench.networks.noise import Noise, mean_over_draws

#: Slope of the released quantiser: p = sigmoid(6 tanh(a)), so that 0.0025 <= p <= 0.9975.
SLOPE = 6.0


class StackedBinaryMLP(StackedMLP):
    """Perceptrons some of whose hidden layers are binary random variables.

    A binary neuron is 1 with probability p and 0 otherwise, drawn anew in every pass. Gradients
    go straight through the draw to p.

    Parameters
    ----------
    weights : list of array, shape (models, out, in)
    binary : collection of int
        Hidden layers that are quantised, counted from 0.
    quantiser : {"released", "paper"}
        p = sigmoid(6 tanh(a)), or eq. 4: p = sigmoid(a / fan-in); `a` is the weighted sum.
    seeds : sequence of int, shape (models,)
        Seeds of the draws.

    Attributes
    ----------
    probability, code : Tensor, shape (models, rows, units)
        p of the last quantised layer in the last pass, and what was drawn (0/1).
    """

    def __init__(
        self,
        weights: list[np.ndarray],
        *,
        binary: Collection[int],
        quantiser: str,
        seeds: Sequence[int],
        dtype=torch.float32,
        device="cpu",
    ):
        super().__init__(weights, dtype, device)
        self.binary, self.quantiser = frozenset(binary), quantiser
        self.noise = Noise(seeds, device)

    def activate(self, layer: int, x: Tensor) -> Tensor:
        if layer not in self.binary:
            return super().activate(layer, x)
        fan_in = self.weights[layer].shape[-1]
        a = SLOPE * x.tanh() if self.quantiser == "released" else x / fan_in
        p = a.sigmoid()
        self.probability = p
        self.code = (self.noise.uniform(*p.shape[1:], dtype=p.dtype) < p).to(p.dtype)
        return self.code + (p - p.detach())  # the value of the draw, the gradient of p

    def predict(self, features: Tensor, *, draws: int, seed: int) -> Tensor:
        """Mean over draws of P(Yhat = 1 | code), or of each class, as `probability_of`."""
        self.noise = Noise([seed] * len(features), self.noise.device)
        return mean_over_draws(self, features, draws)
