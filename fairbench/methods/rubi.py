"""RUBi: logits masked by what colours say (Cadene et al., NeurIPS 2019), as Bahng et al. have it.

The predictor's logits are multiplied by the sigmoid of a linear layer on the features of a network
that sees colours alone, and the cross-entropy of the product is minimised: rows whose digit the
colour gives away are learned from less. To it comes the cross-entropy of that layer itself. A
prediction is made without the mask.

`variant: released` leaves the linear layer as it was drawn: the authors' code never hands it to the
optimiser.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from fairbench.methods.shared.base import Batch
from fairbench.methods.shared.biased import (
    BIASED,
    CHANNELS,
    BiasedMethod,
    BiasedParameters,
    frozen,
)
from fairbench.methods.shared.losses import cross_entropy, outputs_for

if TYPE_CHECKING:
    from torch import Tensor


class RUBiParameters(BiasedParameters):
    own_layer: Literal["trained", "fixed"] = Field(
        "trained", description="the layer that makes the mask; fixed: as drawn, as released"
    )


class RUBi(BiasedMethod):
    name = "rubi"
    any_groups = any_classes = True
    uses_lambda_f = False
    Parameters = RUBiParameters
    variants = {
        "released": {"*": {"own_layer": "fixed"}},
        "paper": {"*": {"own_layer": "trained"}},
    }

    def networks(self, width):
        return super().networks(width) | {"mask": (CHANNELS[-1], outputs_for(self.classes))}

    def build(self, weights: dict[str, list], *, seeds: Sequence[int], **kind) -> dict:
        networks = super().build(weights, seeds=seeds, **kind)
        if self.parameters.own_layer == "fixed":
            frozen(networks["mask"])
        return networks

    def objective(self, networks, batch: Batch, logit: Tensor, weight) -> dict[str, Tensor]:
        networks[BIASED](batch.features)
        told = networks["mask"](networks[BIASED].representation.detach())
        masked = cross_entropy(logit * told.sigmoid(), batch.y, weight)
        return {"cross_entropy": masked + cross_entropy(told, batch.y, weight)}
