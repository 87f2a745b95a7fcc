"""BinaryBernoulli: the exact information of each binary neuron, summed (eq. 4-10).

The paper's lemma calls the sum an upper bound of the layer's joint information. It is none in
general: two fair bits with S their exclusive or have a sum of 0 and a joint information of 1 bit.
What the method minimises is therefore a surrogate, and the joint information is reported too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairbench.methods.shared.base import Batch
from fairbench.methods.shared.binary import BinaryMethod, presets
from fairbench.methods.shared.binary_losses import neuron_bits

if TYPE_CHECKING:
    from torch import Tensor

#: Table 2 of the paper; gamma is lambda_f.
PUBLISHED = {
    "compas": {"gamma": 0.23, "batch_size": 175, "hidden_layers": 3, "hidden_units": 20},
    "bank": {"gamma": 0.60, "batch_size": 240, "hidden_layers": 1, "hidden_units": 30},
    "adult": {"gamma": 0.04, "batch_size": 225, "hidden_layers": 3, "hidden_units": 50},
}


class BinaryBernoulli(BinaryMethod):
    name = "binary_bernoulli"
    any_groups = any_classes = True
    variants = presets(PUBLISHED)

    def fairness(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor:
        """Sum over the neurons of I(T_i; S), in bits as in the paper, shape (models,)."""
        return neuron_bits(networks["generator"].probability, batch.sensitive, self.groups)
