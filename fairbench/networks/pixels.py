"""Networks of 1 x 1 convolutions on painted images, which see colours and no shapes.

A painted image has two colours, its background's and white. So a network that looks at one pixel at
a time knows of it what it knows of these two, and the mean over all places is a mean of two. A pass
over K + 1 colours, weighed by how often they occur, is the same as one over all pixels, batch
normalisation included, and a thousand times as fast.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from fairbench.networks.conv import Paint
from fairbench.networks.mlp import StackedMLP

_EPSILON = 1e-5


class StackedPixels(torch.nn.Module):
    """1 x 1 convolutions with batch normalisation and ReLU, the mean over places, a linear layer.

    Batches are always normalised by their own mean and variance: it helps to train others, and is
    asked for no prediction.

    Parameters
    ----------
    weights : list of array, shape (models, out, in)
        Of each convolution, scaled as those of `fairbench.networks.conv.StackedConv`, and of the
        linear layer.
    paint : Paint

    Attributes
    ----------
    representation : Tensor, shape (models, rows, units)
        What the last pass handed to the linear layer.
    """

    def __init__(
        self, weights: list[np.ndarray], paint: Paint, *, dtype=torch.float32, device="cpu"
    ):
        super().__init__()
        self.paint, kind = paint, {"dtype": dtype, "device": device}
        *layers, last = weights
        scaled = [w * np.sqrt(w.shape[2] / w.shape[1]) for w in layers]
        self.weights = torch.nn.ParameterList(
            torch.nn.Parameter(torch.as_tensor(w, **kind)) for w in scaled
        )
        models = last.shape[0]
        for name, value in (("scales", 1.0), ("shifts", 0.0)):
            sizes = [(models, 1, w.shape[1]) for w in layers]
            full = [torch.nn.Parameter(torch.full(size, value, **kind)) for size in sizes]
            setattr(self, name, torch.nn.ParameterList(full))
        self.last = StackedMLP([last], **kind)

    def forward(self, features: Tensor) -> Tensor:
        """Logits as of a `StackedMLP`; `features` has shape (models, rows, width)."""
        ink, member = self.paint.parts(features)
        ink = ink.to(features.dtype).mean(-1, keepdim=True)
        # Share of each row's pixels that have a colour, white last: (models, rows, colours + 1).
        share = torch.cat([(1 - ink) * member, ink], -1)
        often = share.mean(1)[..., None]
        colours = self.paint.colours
        x = torch.cat([colours, torch.ones_like(colours[:1])]).expand(len(features), -1, -1)
        for weight, scale, shift in zip(self.weights, self.scales, self.shifts, strict=True):
            x = x @ weight.mT
            mean = (often * x).sum(1, keepdim=True)
            variance = (often * (x - mean).square()).sum(1, keepdim=True)
            x = ((x - mean) / (variance + _EPSILON).sqrt() * scale + shift).relu()
        self.representation = share @ x
        return self.last(self.representation)

    def in_order(self) -> list[Tensor]:
        """The parameters layer by layer, those of the linear layer last."""
        layers = zip(self.weights, self.scales, self.shifts, strict=True)
        return [p for layer in layers for p in layer] + self.last.in_order()
