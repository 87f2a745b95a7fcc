"""Naive smooth mutual information (report, section 6 ii and Algorithm 1).

The fairness discriminator is replaced by the mutual information itself, estimated from soft
pseudo-labels sigmoid(beta * logit). The sign is the one that *lowers* the information; report
eq. 22 prints the other, with which disparate impact goes to zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from fairbench.methods.shared.base import Batch
from fairbench.methods.shared.losses import smooth_mutual_information
from fairbench.methods.shared.robust import RobustMethod, RobustParameters

if TYPE_CHECKING:
    from torch import Tensor


class NaiveMIParameters(RobustParameters):
    beta: float = Field(
        20.0, gt=0, description="slope of the pseudo-label sigmoid (report, fig. 6)"
    )
    epsilon: float = Field(
        1e-10, ge=0, lt=0.1, description="added inside logarithms (report, Algorithm 1)"
    )
    weighted_information: bool = Field(
        False, description="example weights inside the information (Algorithm 1's optional w)"
    )


class NaiveMI(RobustMethod):
    name = "naive_mi"
    any_groups = True
    Parameters = NaiveMIParameters
    variants = {
        "released": {
            "clean": {"robust_gradient": "off", "warm_up_scale": 1.0},
            "poisoned": {"robust_gradient": "on", "warm_up_scale": 0.1},
        },
    }
    kernel = "mutual_information"

    def fairness(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor:
        return self.information(batch, logit, weight)[0]

    def information(self, batch: Batch, logit: Tensor, weight):
        """I(Z; soft Yhat), H(Z) and H(soft Yhat), in nats, each of shape (models,)."""
        parameters = self.parameters
        return smooth_mutual_information(
            (parameters.beta * logit).sigmoid(),
            batch.sensitive,
            epsilon=parameters.epsilon,
            weight=weight if parameters.weighted_information else None,
            groups=self.groups,
        )
