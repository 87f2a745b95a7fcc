"""BinaryMI: the joint information of a binary layer (supplement of Cerrato et al., AAAI 2023).

The paper counts codes (eq. 11-14). The count says something while codes repeat: 2^units well below
the rows of a batch. Table 2 has layers of 10 to 50 units and batches of 150 to 250, where nearly
every row has a code of its own; the count is then H(S) whatever the layer knows, and its gradient
makes codes random without regard to the group. ``estimator: counts`` is that one. The default,
``mixture``, estimates the information in the population at any width
(`fairbench.methods.shared.binary_losses.joint_bits`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from fairbench.methods.shared.base import Batch
from fairbench.methods.shared.binary import BinaryMethod, BinaryParameters, presets
from fairbench.methods.shared.binary_losses import counted_bits, joint_bits

if TYPE_CHECKING:
    from torch import Tensor

#: Table 2 of the paper; gamma is lambda_f.
PUBLISHED = {
    "compas": {"gamma": 0.16, "batch_size": 242, "hidden_layers": 2, "hidden_units": 10},
    "bank": {"gamma": 0.03, "batch_size": 153, "hidden_layers": 5, "hidden_units": 40},
    "adult": {"gamma": 0.01, "batch_size": 228, "hidden_layers": 4, "hidden_units": 50},
}


class BinaryMIParameters(BinaryParameters):
    estimator: Literal["mixture", "counts"] = Field(
        "mixture",
        description="mixture: right at any width; counts: the paper's, frequencies of the codes "
        "in a batch (eq. 14), which say nothing where nearly every row has a code of its own",
    )


class BinaryMI(BinaryMethod):
    name = "binary_mi"
    any_groups = any_classes = True
    Parameters = BinaryMIParameters
    variants = presets(PUBLISHED)

    def fairness(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor:
        """I(T; S) of the last binary layer, in bits as in the paper, shape (models,)."""
        generator = networks["generator"]
        if self.parameters.estimator == "counts":
            # The draw, with the gradient that a straight-through pass gives it.
            p = generator.probability
            return counted_bits(generator.code + (p - p.detach()), batch.sensitive, self.groups)
        return joint_bits(generator.probability, generator.code, batch.sensitive, self.groups)
