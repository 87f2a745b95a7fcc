"""Stacked networks: many models' weights side by side, one batched product for all of them."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

#: Slope of LeakyReLU below zero, as in the released robustness discriminator.
LEAK = 0.2


class StackedMLP(torch.nn.Module):
    """Multi-layer perceptrons of one shape, one per model, LeakyReLU between layers.

    Parameters
    ----------
    weights : list of array, shape (models, out, in)
        One per layer; biases start at zero.
    """

    def __init__(self, weights: list[np.ndarray], dtype=torch.float32, device="cpu"):
        super().__init__()
        tensors = [torch.as_tensor(w, dtype=dtype, device=device) for w in weights]
        self.weights = torch.nn.ParameterList(torch.nn.Parameter(w.clone()) for w in tensors)
        self.biases = torch.nn.ParameterList(
            torch.nn.Parameter(w.new_zeros(w.shape[0], 1, w.shape[1])) for w in tensors
        )

    def forward(self, *inputs: Tensor) -> Tensor:
        """Logit of each row, shape (models, rows).

        `inputs` are (models, rows, width) or (models, rows); they are joined along the width.
        """
        x = torch.cat([i if i.dim() == 3 else i[..., None] for i in inputs], -1)
        last = len(self.weights) - 1
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = torch.baddbmm(bias, x, weight.transpose(1, 2))  # (models, rows, out)
            if layer < last:
                x = torch.nn.functional.leaky_relu(x, LEAK)
        return x[..., 0]
