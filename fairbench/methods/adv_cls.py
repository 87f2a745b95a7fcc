"""AdvCls: an adversary on the representation, met by gradient reversal (Xie et al., NeurIPS 2017).

The discriminator predicts the sensitive attribute from the representation. In every iteration it
takes an Adam step on its own loss, then the network takes one on (1 - gamma) cross-entropy - gamma
(the discriminator's loss): the reversed gradient, with the discriminator's own step free of gamma.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from fairbench.methods.shared.base import Batch
from fairbench.methods.shared.images import ImageMethod, ImageParameters
from fairbench.methods.shared.losses import cross_entropy, outputs_for
from fairbench.methods.shared.space import Choice, Range

if TYPE_CHECKING:
    from torch import Tensor


class AdvClsParameters(ImageParameters):
    adversary_layers: int = Field(2, ge=0, le=16, description="hidden layers of the discriminator")
    adversary_units: int = Field(20, ge=1, le=1024, description="units of each of them")


class AdvCls(ImageMethod):
    name = "adv_cls"
    any_groups = any_classes = True
    Parameters = AdvClsParameters
    discriminator_optimizer = "Adam"
    searched = {
        "adversary_layers": Range(1, 3),
        "adversary_units": Choice((10, 20, 30, 40, 50)),
        "fairness_rate": Range(0.0003, 0.01, log=True),
    }

    def networks(self, width):
        parameters = self.parameters
        hidden = [parameters.adversary_units] * parameters.adversary_layers
        sizes = super().networks(width)
        adversary = (sizes["generator"][-2], *hidden, outputs_for(self.groups))
        return {**sizes, "fairness_discriminator": adversary}

    def discriminator_losses(self, networks, batch: Batch, logit: Tensor) -> dict[str, Tensor]:
        shown = networks["generator"].representation.detach()
        return {"fairness_discriminator": self._guessed(networks, batch, shown)}

    def fairness(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor:
        """Minus the discriminator's cross-entropy, shape (models,)."""
        return -self._guessed(networks, batch, networks["generator"].representation)

    def _guessed(self, networks, batch: Batch, shown: Tensor) -> Tensor:
        return cross_entropy(networks["fairness_discriminator"](shown), batch.sensitive)
