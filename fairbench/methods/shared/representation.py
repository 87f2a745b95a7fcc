"""What the methods of invariant representations share: a deep network with a representation.

Cerrato, Köppel, Esposito and Kramer (AAAI 2023) minimise gamma * invariance + (1 - gamma) *
cross-entropy (eq. 10); gamma is lambda_f here, and lambda_r has no part in it.
"""

from __future__ import annotations

from pydantic import Field

from fairbench.methods.shared.base import Method, MethodParameters
from fairbench.methods.shared.losses import outputs_for


class RepresentationParameters(MethodParameters):
    hidden_layers: int = Field(2, ge=1, le=16, description="hidden layers, all of one width")
    hidden_units: int = Field(
        20, ge=1, le=1024, description="units of a hidden layer; the last one is the representation"
    )


class RepresentationMethod(Method):
    """A network whose last hidden layer is the representation; subclasses make it invariant."""

    Parameters = RepresentationParameters
    initial_weights = "he"
    keeps_network = True

    def networks(self, width):
        hidden = [self.parameters.hidden_units] * self.parameters.hidden_layers
        return {"generator": (width, *hidden, outputs_for(self.classes))}
