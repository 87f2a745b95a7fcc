"""Normalised mutual information (report, eq. 23).

The smooth information divided by an entropy. The report divides by the entropy of the training
labels, which is one number per data set: that choice only rescales lambda_f. The other two
normalisers depend on the predictions, so they change the objective itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from fairbench.methods.naive_mi import NaiveMI, NaiveMIParameters
from fairbench.methods.shared.base import Batch
from fairbench.methods.shared.losses import binary_entropy

if TYPE_CHECKING:
    from torch import Tensor


class NormalizedMIParameters(NaiveMIParameters):
    normalizer: Literal["label_entropy", "prediction_entropy", "geometric_mean"] = Field(
        "label_entropy",
        description="H(Y) of the training labels (eq. 23), H(Yhat), or sqrt(H(Z) H(Yhat))",
    )


class NormalizedMI(NaiveMI):
    name = "normalized_mi"
    any_groups = True
    Parameters = NormalizedMIParameters
    kernel = "mutual_information"

    def fairness(self, networks, batch: Batch, logit: Tensor, weight) -> Tensor:
        information, entropy_sensitive, entropy_prediction = self.information(batch, logit, weight)
        epsilon = self.parameters.epsilon
        if self.parameters.normalizer == "label_entropy":
            return information / (binary_entropy(batch.y.mean(-1), epsilon) + epsilon)
        if self.parameters.normalizer == "prediction_entropy":
            return information / (entropy_prediction + epsilon)
        return information / ((entropy_sensitive * entropy_prediction).sqrt() + epsilon)
