"""Methods whose predictor may be a convolutional network in front of their perceptron."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from pydantic import Field, model_validator

from fairbench.methods.shared.representation import RepresentationMethod, RepresentationParameters

#: What a method reads that is shown a table.
PERCEPTRON = "perceptron"


class Body(NamedTuple):
    """The convolutions of a network.

    Attributes
    ----------
    kernel : int
        Rows and columns of a kernel.
    channels : tuple of int
        Outputs of each layer; the input has three.
    pools : bool
        Whether each layer is followed by the maximum over 2 x 2 places, and all places are handed
        on; else the mean over all places.
    """

    kernel: int
    channels: tuple[int, ...]
    pools: bool

    def sizes(self) -> tuple[tuple[int, int], ...]:
        """Inputs and outputs of each layer, as initial weights are drawn."""
        before = (3, *self.channels[:-1])
        return tuple((n * self.kernel**2, m) for n, m in zip(before, self.channels, strict=True))

    def units(self, pixels: int) -> int:
        """How many numbers it hands on of an image with so many pixels."""
        side = math.isqrt(pixels)
        left = side // 2 ** len(self.channels) if self.pools else 1
        if side * side != pixels or left < 1:
            raise ValueError(f"a network of convolutions needs images, not rows of {pixels} values")
        return left**2 * self.channels[-1]


BODIES = {
    # Alternating convolutions and maxima, as Cerrato et al. describe theirs.
    "pooled": Body(3, (16, 32, 64), True),
    # The network of ReBias (Bahng et al., ICML 2020): fifty times as much work.
    "rebias": Body(7, (16, 32, 64, 128), False),
}


class ImageParameters(RepresentationParameters):
    network: Literal["perceptron", "pooled", "rebias"] = Field(
        PERCEPTRON,
        description="what stands before the hidden layers. perceptron: nothing; of images (data of "
        "`biased_mnist`) pooled: three 3x3 convolutions with pooling; rebias: the four 7x7 "
        "convolutions of Bahng et al.",
    )
    hidden_layers: int = Field(
        2, ge=0, le=16, description="hidden layers, all of one width; behind convolutions also none"
    )

    @model_validator(mode="after")
    def _hidden(self):
        if self.network == PERCEPTRON and not self.hidden_layers:
            raise ValueError("hidden_layers 0 needs a network of convolutions before them")
        return self


class ImageMethod(RepresentationMethod):
    """A method that may be shown images."""

    Parameters = ImageParameters

    def networks(self, width):
        body = BODIES.get(self.parameters.network)
        if body is None:
            return super().networks(width)
        units = body.units(width - (self.groups - 1))
        return {"body": body.sizes()} | super().networks(units)

    def build(self, weights: dict[str, list], *, seeds: Sequence[int], **kind) -> dict:
        others = {n: layers for n, layers in weights.items() if n not in ("body", "generator")}
        generator = self.head(weights["generator"], seeds=seeds, **kind)
        if "body" in weights:
            from fairbench.networks.conv import StackedConv

            pools = BODIES[self.parameters.network].pools
            paint = self.paint(**kind)
            generator = StackedConv(weights["body"], generator, paint, pools=pools, **kind)
        return {"generator": generator, **super().build(others, seeds=seeds, **kind)}

    def head(self, weights: list, *, seeds: Sequence[int], **kind):
        """The perceptron, behind the convolutions if there are any."""
        from fairbench.networks.mlp import StackedMLP

        return StackedMLP(weights, **kind)

    def paint(self, **kind):
        """What makes images of rows."""
        from fairbench.data.biased_mnist import COLOURS
        from fairbench.networks.conv import Paint

        return Paint(COLOURS, self.groups, **kind)
