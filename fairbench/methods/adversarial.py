"""Adversarial debiasing: the fairness discriminator of FR-Train alone.

D_F predicts the sensitive attribute from the generator's logit, the generator raises D_F's loss
(Zhang, Lemoine and Mitchell, AIES 2018, without the projection, as FR-Train section 3.1 has it).
The published imbalance figures amount to this method: there, D_R reaches the generator only
through weights that stay within a few per cent of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from fairbench.methods.shared.base import Batch, Method, MethodParameters
from fairbench.methods.shared.losses import cross_entropy, outputs_for
from fairbench.methods.shared.space import Range

if TYPE_CHECKING:
    from torch import Tensor


class AdversarialParameters(MethodParameters):
    freeze_fairness_in_warm_up: bool = Field(
        False, description="keep D_F fixed in warm-up (FR-Train A.4 says so, the released code not)"
    )
    criterion: Literal["demographic_parity", "equalized_odds", "equal_opportunity"] = Field(
        "demographic_parity",
        description="what D_F must not tell the group from: the prediction, the prediction and the "
        "label, or the prediction where the label is 1 (FR-Train, A.2)",
    )


class FairnessDiscriminator:
    """What a method with a D_F shares; mixed into a `Method`."""

    searched = {"fairness_rate": Range(0.001, 0.1, log=True)}  # by SGD, unlike AdvCls'

    @property
    def kernel_applies(self) -> bool:
        return self.parameters.criterion == "demographic_parity"

    def networks(self, width):
        sizes = super().networks(width)
        shown = 3 if self.parameters.criterion == "equalized_odds" else 1
        judge = (shown, outputs_for(self.groups))
        # Drawn right after the generator, as in the released code.
        return {"generator": sizes.pop("generator"), "fairness_discriminator": judge, **sizes}

    def discriminator_losses(self, networks, batch: Batch, logit: Tensor) -> dict[str, Tensor]:
        loss = {"fairness_discriminator": self._guessed(networks, batch, logit, None)}
        return loss | super().discriminator_losses(networks, batch, logit)

    def fairness(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor:
        """Minus D_F's cross-entropy: I(Z; Yhat) - H(Z) at the best D_F (FR-Train, Theorem 1).

        For equalized odds I(Z; Yhat | Y) - H(Z | Y) (Theorem 3), for equal opportunity both given
        Y = 1.
        """
        return -self._guessed(networks, batch, logit, weight)

    def _guessed(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor:
        """D_F's cross-entropy, shape (models,)."""
        discriminator, y = networks["fairness_discriminator"], batch.y
        if self.parameters.criterion == "equalized_odds":
            # A slope and an offset for each label: as good as a discriminator for each.
            shown = (logit * y, logit * (1 - y), y)
        else:
            shown = (logit,)
        if self.parameters.criterion == "equal_opportunity":
            among = y / y.mean(-1, keepdim=True).clamp(min=1e-12)
            weight = among if weight is None else weight * among
        return cross_entropy(discriminator(*shown), batch.sensitive, weight)


class Adversarial(FairnessDiscriminator, Method):
    name = "adversarial"
    any_groups = True
    Parameters = AdversarialParameters
    variants = {"released": {"*": {}}, "paper": {"*": {"freeze_fairness_in_warm_up": True}}}
    # lambda_r has no term here, but it still takes its share from the cross-entropy, as it did
    # in the published imbalance runs.
    uses_lambda_r = True
    kernel = "discriminator"
