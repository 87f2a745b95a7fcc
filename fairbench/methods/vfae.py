"""VFAE: the variational fair autoencoder (Louizos, Swersky, Li, Welling and Zemel, ICLR 2016).

x and s give z1 (x alone where `sees_sensitive` is off), z1 and y give z2; z1 rebuilds x with s, z2
and y rebuild z1. The label is predicted from z1 alone, whose distribution is kept equal in all
groups by the maximum mean discrepancy (of more than two, that of each to all rows together). It
acts on draws of z1, and so a prediction averages draws of it. All rows are labelled here, so the
unlabelled part of the bound is not needed. s and y are inputs as columns for each value but the
first.

The objective is divided by the weight alpha of the labels' term, to share the scale of the other
methods: (1 - gamma) (cross-entropy + bound / alpha) + gamma * mmd_weight * MMD.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from fairbench.methods.shared.base import Batch, MethodParameters
from fairbench.methods.shared.losses import cross_entropy, members, outputs_for
from fairbench.methods.shared.representation import RepresentationMethod, RepresentationParameters
from fairbench.methods.shared.space import Range

if TYPE_CHECKING:
    from torch import Tensor


class VFAEParameters(RepresentationParameters):
    latent_units: int | None = Field(
        None, ge=1, le=1024, description="units of z1 and z2; default: hidden_units"
    )
    alpha: float = Field(100.0, gt=0, description="weight of the label's term over the bound")
    mmd_weight: float = Field(10.0, gt=0, description="scale of the MMD beside the label's term")
    mmd_features: int = Field(100, ge=1, description="random Fourier features of the MMD's kernel")
    draws: int = Field(10, ge=1, le=1000, description="draws that a prediction averages")


class VFAE(RepresentationMethod):
    name = "vfae"
    any_groups = any_classes = True
    Parameters = VFAEParameters
    searched = {
        "alpha": Range(10.0, 1000.0, log=True),
        "mmd_weight": Range(1.0, 100.0, log=True),
    }
    modules = ("networks/mlp", "networks/noise", "networks/autoencoder")

    def networks(self, width):
        """Sizes of the five parts; `build` joins them to one network."""
        parameters: MethodParameters = self.parameters
        hidden = [parameters.hidden_units] * parameters.hidden_layers
        latent = parameters.latent_units or parameters.hidden_units
        told, label = self.groups - 1, self.classes - 1  # columns of s and y among the inputs
        return {
            "encoder": (width, *hidden, 2 * latent),
            "second_encoder": (latent + label, parameters.hidden_units, 2 * latent),
            "second_decoder": (latent + label, parameters.hidden_units, 2 * latent),
            "decoder": (latent + told, *hidden, width - told),
            "classifier": (latent, outputs_for(self.classes)),
        }

    def build(self, weights: dict[str, list], *, seeds: Sequence[int], **kind) -> dict:
        from fairbench.networks.autoencoder import StackedAutoencoder

        told = {"features": self.parameters.mmd_features, "groups": self.groups}
        return {"generator": StackedAutoencoder(weights, seeds=seeds, **told, **kind)}

    def objective(self, networks, batch: Batch, logit: Tensor, weight) -> dict[str, Tensor]:
        autoencoder, parameters = networks["generator"], self.parameters
        y = batch.y if self.classes == 2 else members(batch.y, self.classes)[..., 1:]
        bound = autoencoder.bound(batch.features, y)
        label = cross_entropy(logit, batch.y, weight)
        return {
            "cross_entropy": label + bound / parameters.alpha,
            "fairness": parameters.mmd_weight * autoencoder.discrepancy(batch.sensitive),
        }
