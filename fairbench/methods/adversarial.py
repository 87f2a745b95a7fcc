"""Adversarial debiasing: the fairness discriminator of FR-Train alone.

D_F predicts the sensitive attribute from the generator's logit, the generator raises D_F's loss
(Zhang, Lemoine and Mitchell, AIES 2018, without the projection, as FR-Train section 3.1 has it).
The published imbalance figures amount to this method: there, D_R reaches the generator only
through weights that stay within a few per cent of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from fairbench.methods.shared.base import Batch, Method, MethodParameters
from fairbench.methods.shared.losses import binary_cross_entropy
from fairbench.methods.shared.space import Range

if TYPE_CHECKING:
    from torch import Tensor


class AdversarialParameters(MethodParameters):
    freeze_fairness_in_warm_up: bool = Field(
        False, description="keep D_F fixed in warm-up (FR-Train A.4 says so, the released code not)"
    )


class FairnessDiscriminator:
    """What a method with a D_F shares; mixed into a `Method`."""

    searched = {"fairness_rate": Range(0.001, 0.1, log=True)}  # by SGD, unlike AdvCls'

    def networks(self, width):
        sizes = super().networks(width)
        # Drawn right after the generator, as in the released code.
        return {"generator": sizes.pop("generator"), "fairness_discriminator": (1, 1), **sizes}

    def discriminator_losses(self, networks, batch: Batch, logit: Tensor) -> dict[str, Tensor]:
        guess = networks["fairness_discriminator"](logit)
        loss = {"fairness_discriminator": binary_cross_entropy(guess, batch.sensitive)}
        return loss | super().discriminator_losses(networks, batch, logit)

    def fairness(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor:
        """Minus D_F's cross-entropy: I(Z; Yhat) - H(Z) at the best D_F (FR-Train, Theorem 1)."""
        guess = networks["fairness_discriminator"](logit)
        return -binary_cross_entropy(guess, batch.sensitive, weight)


class Adversarial(FairnessDiscriminator, Method):
    name = "adversarial"
    Parameters = AdversarialParameters
    variants = {"released": {"*": {}}, "paper": {"*": {"freeze_fairness_in_warm_up": True}}}
    # lambda_r has no term here, but it still takes its share from the cross-entropy, as it did
    # in the published imbalance runs.
    uses_lambda_r = True
    kernel = "discriminator"
