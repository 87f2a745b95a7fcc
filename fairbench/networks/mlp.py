"""Stacked multi-layer perceptrons: one batched product a layer for all models."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

#: Slope of LeakyReLU below zero, as in the released robustness discriminator.
LEAK = 0.2


def probability_of(logit: Tensor) -> Tensor:
    """P(Yhat = 1), (models, rows), or of more than two classes of each, (models, rows, classes)."""
    return logit.sigmoid() if logit.dim() == 2 else logit.softmax(-1)


class StackedMLP(torch.nn.Module):
    """Multi-layer perceptrons of one shape, one per model, LeakyReLU between layers.

    Parameters
    ----------
    weights : list of array, shape (models, out, in)
        One per layer; biases start at zero.

    Attributes
    ----------
    representation : Tensor, shape (models, rows, units)
        What the last forward pass handed to the last layer (the input, without hidden layers); of a
        stochastic network, after a prediction, the mean over its draws.
    """

    def __init__(self, weights: list[np.ndarray], dtype=torch.float32, device="cpu"):
        super().__init__()
        tensors = [torch.as_tensor(w, dtype=dtype, device=device) for w in weights]
        self.weights = torch.nn.ParameterList(torch.nn.Parameter(w.clone()) for w in tensors)
        self.biases = torch.nn.ParameterList(
            torch.nn.Parameter(w.new_zeros(w.shape[0], 1, w.shape[1])) for w in tensors
        )

    def forward(self, *inputs: Tensor) -> Tensor:
        """Logit of each row, (models, rows); of several outputs all, (models, rows, out)."""
        outputs = self.outputs(*inputs)
        return outputs[..., 0] if outputs.shape[-1] == 1 else outputs

    def outputs(self, *inputs: Tensor) -> Tensor:
        """All outputs of the last layer, shape (models, rows, out).

        `inputs` are (models, rows, width) or (models, rows); they are joined along the width.
        """
        x = torch.cat([i if i.dim() == 3 else i[..., None] for i in inputs], -1)
        last = len(self.weights) - 1
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            if layer == last:
                self.representation = x
            x = torch.baddbmm(bias, x, weight.transpose(1, 2))  # (models, rows, out)
            if layer < last:
                x = self.activate(layer, x)
        return x

    def activate(self, layer: int, x: Tensor) -> Tensor:
        """The activations of a hidden layer."""
        return torch.nn.functional.leaky_relu(x, LEAK)

    def in_order(self) -> list[Tensor]:
        """The parameters layer by layer, weight and then bias."""
        return [p for pair in zip(self.weights, self.biases, strict=True) for p in pair]

    def predict(self, features: Tensor, *, draws: int, seed: int) -> Tensor:
        """`probability_of` the logits of each row; a stochastic network averages draws."""
        return probability_of(self(features))


class StackedReLU(StackedMLP):
    """Perceptrons with ReLU between layers, as those that are certified have."""

    def activate(self, layer: int, x: Tensor) -> Tensor:
        return x.clamp(min=0)


def is_leaky(network: torch.nn.Module) -> bool | None:
    """Whether hidden units leak below zero; None where they are no ReLU at all, or not alone."""
    return {StackedMLP: True, StackedReLU: False}.get(type(network))
