"""Convolutional networks of stacked models. They paint their rows: grey values and a colour.

Models are trained one after the other within a pass: on one core a grouped convolution of three
models took 1.3 times as long (batches of 256, three layers of 3 x 3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import batch_norm, conv2d, max_pool2d

#: Images that a prediction looks at together.
_TOGETHER = 500
#: Share of the running mean and variance that a batch replaces.
_MOMENTUM = 0.1


class Paint(torch.nn.Module):
    """What rows of features are images of.

    Parameters
    ----------
    colours : sequence of (red, green, blue), 0 to 255
        Of the groups' backgrounds, from group 0 on.
    groups : int
        How many groups the data have: their columns come last among the features, one for each but
        the first.
    """

    def __init__(self, colours: Sequence[Sequence[int]], groups: int, **kind):
        super().__init__()
        if groups > len(colours):
            raise ValueError(f"there are {len(colours)} colours and the data have {groups} groups")
        scaled = torch.tensor(colours[:groups], **kind) / 127.5 - 1
        # Not of a model: it stays when one is cut out of a stack.
        self.register_buffer("colours", scaled, persistent=False)

    def forward(self, features: Tensor) -> Tensor:
        """Images from -1 to 1 in the memory order of channels last, (rows, 3, side, side).

        Parameters
        ----------
        features : Tensor, shape (rows, side^2 + groups - 1)
        """
        ink, member = self.parts(features)
        background = (member @ self.colours)[:, None]
        image = torch.where(ink[..., None], torch.ones_like(background), background)
        side = math.isqrt(ink.shape[-1])
        return image.view(len(image), side, side, 3).permute(0, 3, 1, 2)

    def parts(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Where there is ink, (..., pixels) bool, and 1 for each row's colour, (..., groups)."""
        columns = len(self.colours) - 1
        grey, others = features[..., :-columns], features[..., -columns:]
        return grey > 0, torch.cat([1 - others.sum(-1, keepdim=True), others], -1)


class Norm(torch.nn.Module):
    """Batch normalisation of stacked models (Ioffe and Szegedy, ICML 2015)."""

    def __init__(self, models: int, units: int, **kind):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(models, units, **kind))
        self.shift = torch.nn.Parameter(torch.zeros(models, units, **kind))
        self.register_buffer("mean", torch.zeros(models, units, **kind))
        self.register_buffer("variance", torch.ones(models, units, **kind))

    def forward(self, model: int, x: Tensor) -> Tensor:
        """One model's images, (rows, units, height, width), by their own mean and variance.

        In a prediction by those of training.
        """
        running, own = (self.mean, self.variance), (self.scale, self.shift)
        given = [each[model] for each in (*running, *own)]
        return batch_norm(x, *given, training=self.training, momentum=_MOMENTUM)


class StackedConv(torch.nn.Module):
    """Convolutions, each with batch normalisation and ReLU, and a perceptron behind them.

    Whatever else is asked of its inside, the representation or a code, is the perceptron's.

    Parameters
    ----------
    weights : list of array, shape (models, out, in * kernel^2)
        One for each layer of convolutions, drawn with variance 2 / inputs; scaled here to
        2 / outputs (He et al., ICCV 2015, eq. 14), as ReBias has it.
    head : StackedMLP
    paint : Paint
    pools : bool
        Whether each layer is followed by the maximum over 2 x 2 places, and the perceptron is shown
        all places that are left. Else it is shown the mean over all places.

    Attributes
    ----------
    seen : Tensor, shape (models, rows, units)
        What the perceptron was shown in the last pass.
    """

    def __init__(
        self,
        weights: list[np.ndarray],
        head: torch.nn.Module,
        paint: Paint,
        *,
        pools: bool,
        dtype=torch.float32,
        device="cpu",
    ):
        super().__init__()
        self.head, self.paint, self.pools = head, paint, pools
        kind, before = {"dtype": dtype, "device": device}, 3
        self.kernels, self.norms = torch.nn.ParameterList(), torch.nn.ModuleList()
        for drawn in weights:
            models, out, inputs = drawn.shape
            side = round((inputs / before) ** 0.5)
            scaled = torch.as_tensor(drawn * np.sqrt(before / out), **kind)
            # Input channels last: a view of it is laid out as the images are.
            self.kernels.append(torch.nn.Parameter(scaled.view(models, out, side, side, before)))
            self.norms.append(Norm(models, out, **kind))
            before = out

    def forward(self, features: Tensor) -> Tensor:
        """Logits as of a `StackedMLP`; `features` has shape (models, rows, width)."""
        filtered = [self._of_model(m, self.paint(rows)) for m, rows in enumerate(features)]
        self.seen = torch.stack([x.flatten(1) if self.pools else x.mean((2, 3)) for x in filtered])
        return self.head(self.seen)

    def _of_model(self, model: int, x: Tensor) -> Tensor:
        for kernel, norm in zip(self.kernels, self.norms, strict=True):
            kernel = kernel[model].permute(0, 3, 1, 2)
            x = conv2d(x, kernel, padding=kernel.shape[-1] // 2)
            if self.pools:
                x = max_pool2d(x, 2)
            x = norm(model, x).relu()
        return x

    def predict(self, features: Tensor, *, draws: int, seed: int) -> Tensor:
        """`probability_of` the logits; a stochastic perceptron averages draws."""
        self.eval()
        found = []
        for part in features.split(_TOGETHER, 1):
            self(part)  # and not by its parts: what must not be seen is hidden from a call
            found.append(self.seen)
        return self.head.predict(torch.cat(found, 1), draws=draws, seed=seed)

    def in_order(self) -> list[Tensor]:
        """The parameters layer by layer, those of the perceptron last."""
        layers = zip(self.kernels, self.norms, strict=True)
        own = [p for kernel, norm in layers for p in (kernel, norm.scale, norm.shift)]
        return own + self.head.in_order()

    def __getattr__(self, name: str):
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name == "head":
                raise
            return getattr(self.head, name)
