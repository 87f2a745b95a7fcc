"""The robustness discriminator and the example weights that FR-Train and the MI losses share.

FR-Train (Roh et al., ICML 2020, sections 3.2-3.3): D_R tells (x, z, prediction) of the training
rows from (x, z, label) of a small clean set; its loss stands for I(V; X, Z, Yhat) (Theorem 2),
and its output re-weights the training rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from fairbench.methods.shared.base import Batch, Method, MethodParameters
from fairbench.methods.shared.losses import binary_cross_entropy

if TYPE_CHECKING:
    from torch import Tensor

#: C of the weights' formula; the paper leaves it open, the released code has 3.
RATIO_OFFSET = 3.0


class RobustParameters(MethodParameters):
    """Switches of the robustness discriminator; text and released code disagree on several."""

    reweighting: Literal["released", "paper", "off"] = Field(
        "released",
        description="weights: released code (W = R D + 1 - R), paper (W = R + D (1 - R)), or off",
    )
    robust_gradient: Literal["on", "off"] = Field(
        "off",
        description="whether lambda_r reaches the generator; the released clean code detaches it",
    )
    robustness_hidden_units: int = Field(
        16, ge=1, le=1024, description="hidden units of the robustness discriminator (A.4: 8 or 16)"
    )


class RobustMethod(Method):
    """A method with a robustness discriminator; subclasses add the fairness term."""

    Parameters = RobustParameters
    uses_lambda_r = True

    @property
    def fitted_on(self) -> tuple[str, ...]:
        """The clean rows count where what D_R learns from them reaches the generator."""
        used = self.parameters.reweighting != "off" or self.parameters.robust_gradient == "on"
        return ("train", "clean") if used else ("train",)

    def networks(self, width):
        hidden = self.parameters.robustness_hidden_units
        return {**super().networks(width), "robustness_discriminator": (width + 1, hidden, 1)}

    def discriminator_losses(self, networks, batch: Batch, logit: Tensor) -> dict[str, Tensor]:
        """Clean rows are to be called 1, training rows 0, both halves weighing the same."""
        discriminator = networks["robustness_discriminator"]
        # The released code shows D_R labels as -1/+1 beside unbounded logits; so do we.
        clean = discriminator(batch.clean_features, 2 * batch.clean_y - 1)
        trained = discriminator(batch.features, logit)
        loss = 0.5 * (binary_cross_entropy(clean, 1.0) + binary_cross_entropy(trained, 0.0))
        return {"robustness_discriminator": loss}

    def example_weights(self, networks, batch: Batch, logit: Tensor, ratio: Tensor):
        """Weights of the training rows from D_R's output, R = sigmoid(L_G / L_D - C)."""
        if self.parameters.reweighting == "off":
            return None
        mix = (ratio - RATIO_OFFSET).sigmoid()[:, None]
        trust = networks["robustness_discriminator"](batch.features, logit).sigmoid()
        if self.parameters.reweighting == "released":
            return mix * trust + (1 - mix)
        return mix + trust * (1 - mix)

    def robustness(self, networks, batch: Batch, logit: Tensor) -> Tensor:
        """Minus D_R's loss on the training rows: the generator tries to raise that loss."""
        if self.parameters.robust_gradient == "off":
            logit = logit.detach()
        return -binary_cross_entropy(
            networks["robustness_discriminator"](batch.features, logit), 0.0
        )
