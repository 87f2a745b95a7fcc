"""BinaryMI: the joint information of a binary layer, by density estimation over its codes.

Supplement of Cerrato et al. (AAAI 2023), eq. 11-14. Counting codes has no gradient, so the
probability of each observed code is its expected frequency over the rows' Bernoulli draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairbench.methods.base import Batch
from fairbench.methods.binary import BinaryMethod, presets
from fairbench.methods.losses import code_information

if TYPE_CHECKING:
    from torch import Tensor

#: Table 2 of the paper; gamma is lambda_f.
PUBLISHED = {
    "compas": {"gamma": 0.16, "batch_size": 242, "hidden_layers": 2, "hidden_units": 10},
    "bank": {"gamma": 0.03, "batch_size": 153, "hidden_layers": 5, "hidden_units": 40},
    "adult": {"gamma": 0.01, "batch_size": 228, "hidden_layers": 4, "hidden_units": 50},
}


class BinaryMI(BinaryMethod):
    name = "binary_mi"
    variants = presets(PUBLISHED)

    def fairness(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor:
        """I(T; S) of the last binary layer, in bits as in the paper, shape (models,)."""
        generator = networks["generator"]
        return code_information(generator.probability, generator.code, batch.sensitive)
