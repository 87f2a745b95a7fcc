"""ReBias: features independent of those of a network that sees colours alone (Bahng et al., 2020).

f minimises its cross-entropy + HSIC(f, g), then g its cross-entropy - HSIC(f, g), on the features
before their last layers and with Gaussian kernels: g stays as much like f as colours allow, and f
moves away from it. lambda_f is the weight of f's HSIC; the published sum is lambda_f = 0.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from fairbench.methods.shared.base import Batch
from fairbench.methods.shared.biased import BIASED, BiasedMethod, BiasedParameters
from fairbench.methods.shared.dependence import gaussian_kernel, hsic

if TYPE_CHECKING:
    from torch import Tensor


class ReBiasParameters(BiasedParameters):
    sigma: float = Field(1.0, gt=0, description="width of both Gaussian kernels")


class ReBias(BiasedMethod):
    name = "rebias"
    any_groups = any_classes = True
    Parameters = ReBiasParameters

    def discriminator_losses(self, networks, batch: Batch, logit: Tensor) -> dict[str, Tensor]:
        losses = super().discriminator_losses(networks, batch, logit)
        shown = networks["generator"].representation.detach()
        return {BIASED: losses[BIASED] - self._likeness(shown, networks[BIASED].representation)}

    def fairness(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor:
        """HSIC of the two networks' features, shape (models,)."""
        networks[BIASED](batch.features)  # its step is taken
        other = networks[BIASED].representation.detach()
        return self._likeness(networks["generator"].representation, other)

    def _likeness(self, first: Tensor, second: Tensor) -> Tensor:
        kernels = (gaussian_kernel(x, self.parameters.sigma) for x in (first, second))
        return hsic(*kernels)
