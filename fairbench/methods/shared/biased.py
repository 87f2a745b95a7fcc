"""What the rivals of Bahng et al. (ICML 2020) share: a second network that can see colours alone.

It learns the label from the colours of the pixels, by 1 x 1 convolutions, and the predictor is kept
from answering as it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from fairbench.methods.shared.base import Batch
from fairbench.methods.shared.images import ImageMethod, ImageParameters
from fairbench.methods.shared.losses import cross_entropy, outputs_for

if TYPE_CHECKING:
    from torch import Tensor

#: The second network's name: a discriminator, as it learns from a loss of its own.
BIASED = "fairness_discriminator"
#: Channels of its convolutions, those of ReBias.
CHANNELS = (3, 16, 32, 64, 128)


class BiasedParameters(ImageParameters):
    network: Literal["pooled", "rebias"] = Field(
        "pooled",
        description="convolutions of the predictor; the second network has 1x1 ones in any case",
    )


class BiasedMethod(ImageMethod):
    """A method with a network that sees colours alone."""

    Parameters = BiasedParameters
    images_only = True
    discriminator_optimizer = "Adam"
    modules = ("networks/mlp", "networks/conv", "networks/pixels")

    def networks(self, width):
        last = outputs_for(self.classes)
        return super().networks(width) | {BIASED: (*CHANNELS, last)}

    def build(self, weights: dict[str, list], *, seeds: Sequence[int], **kind) -> dict:
        from fairbench.networks.pixels import StackedPixels

        others = {name: layers for name, layers in weights.items() if name != BIASED}
        networks = super().build(others, seeds=seeds, **kind)
        return networks | {BIASED: StackedPixels(weights[BIASED], self.paint(**kind), **kind)}

    def discriminator_losses(self, networks, batch: Batch, logit: Tensor) -> dict[str, Tensor]:
        return {BIASED: cross_entropy(networks[BIASED](batch.features), batch.y)}


def frozen(network):
    """A network whose parameters nothing trains."""
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    return network
