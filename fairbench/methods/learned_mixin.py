"""LearnedMixin+H: a product of experts with a network that sees colours alone (Clark et al., 2019).

That network learns first (the budget's `warm_up`) and is then kept. The predictor's logits are
trained together with its logits, these times a factor softplus(w h) of the row's features h, which
the predictor learns: what colours explain need not be learned again. To the cross-entropy comes .36
times the entropy of the second expert, without which the factor would go to 0. A prediction is made
by the predictor alone (EMNLP 2019, section 3.2; the weight of the entropy is that of Bahng et al.).

`variant: released` leaves w as it was drawn: the authors of ReBias never hand it to the optimiser.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from fairbench.methods.shared.base import Batch
from fairbench.methods.shared.biased import BIASED, BiasedMethod, BiasedParameters, frozen
from fairbench.methods.shared.losses import cross_entropy, guess_entropy, softplus

if TYPE_CHECKING:
    from torch import Tensor


class LearnedMixinParameters(BiasedParameters):
    entropy_weight: float = Field(0.36, ge=0, description="weight of the second expert's entropy")
    own_layer: Literal["trained", "fixed"] = Field(
        "trained", description="the layer w of the factor; fixed: as drawn, as released"
    )


class LearnedMixin(BiasedMethod):
    name = "learned_mixin"
    any_groups = any_classes = True
    uses_lambda_f = False
    discriminators_first = True
    Parameters = LearnedMixinParameters
    variants = {
        "released": {"*": {"own_layer": "fixed"}},
        "paper": {"*": {"own_layer": "trained"}},
    }

    def networks(self, width):
        sizes = super().networks(width)
        return sizes | {"factor": (sizes["generator"][-2], 1)}

    def build(self, weights: dict[str, list], *, seeds: Sequence[int], **kind) -> dict:
        networks = super().build(weights, seeds=seeds, **kind)
        if self.parameters.own_layer == "fixed":
            frozen(networks["factor"])
        return networks

    def objective(self, networks, batch: Batch, logit: Tensor, weight) -> dict[str, Tensor]:
        factor = softplus(networks["factor"](networks["generator"].representation))
        other = networks[BIASED](batch.features).detach()
        other = other * (factor if other.dim() == factor.dim() else factor[..., None])
        entropy = self.parameters.entropy_weight * guess_entropy(other)
        return {"cross_entropy": cross_entropy(logit + other, batch.y, weight) + entropy}
