"""What BinaryBernoulli and BinaryMI share: a network with stochastic binary layers.

Cerrato et al. (AAAI 2023), section "Mutual Information Computation via Bernoulli activations".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field, model_validator

from fairbench.methods.shared.images import ImageMethod, ImageParameters


class BinaryParameters(ImageParameters):
    binary_layer: int | None = Field(
        None, ge=1, description="hidden layer that is binary, from 1; default: the last"
    )
    hybrid: bool = Field(
        True, description="that layer alone is binary; if not, all up to it (Table 2: hybrid)"
    )
    quantiser: Literal["released", "paper"] = Field(
        "released",
        description="P(T=1): released sigmoid(6 tanh(a)), paper sigmoid(a / fan-in) (eq. 4)",
    )
    draws: int = Field(10, ge=1, le=1000, description="draws that a prediction averages")

    @model_validator(mode="after")
    def _layer_is_there(self):
        if not self.hidden_layers:
            raise ValueError("hidden_layers 0 leaves no layer to be binary")
        if self.binary_layer is not None and self.binary_layer > self.hidden_layers:
            raise ValueError(
                f"binary_layer {self.binary_layer} exceeds hidden_layers {self.hidden_layers}"
            )
        return self

    def binary(self) -> range:
        """The binary hidden layers, from 0."""
        last = self.binary_layer or self.hidden_layers
        return range(last - 1 if self.hybrid else 0, last)


class BinaryMethod(ImageMethod):
    """A method with binary layers; subclasses say what information the last of them has."""

    Parameters = BinaryParameters
    modules = ("methods/shared/binary_losses", "networks/mlp", "networks/binary", "networks/noise")

    def head(self, weights: list, *, seeds: Sequence[int], **kind):
        from fairbench.networks.binary import StackedBinaryMLP

        shape = {"binary": self.parameters.binary(), "quantiser": self.parameters.quantiser}
        return StackedBinaryMLP(weights, seeds=seeds, **shape, **kind)


def presets(table: dict[str, dict]) -> dict[str, dict[str, dict]]:
    """Variants from the rows of the paper's Table 2; batch sizes and rates are budgets."""
    keys = ("hidden_layers", "hidden_units")
    return {data: {"*": {key: row[key] for key in keys}} for data, row in table.items()}
