"""Random numbers of a prediction, the same for every row."""

from __future__ import annotations

from torch import Tensor

from fairbench.networks.noise import Noise


class SameForRows(Noise):
    """Draws of shape (rows, units) in which all rows are one: like rows are told like things."""

    def _stacked(self, draw, shape, dtype) -> Tensor:
        return super()._stacked(draw, (1, *shape[1:]), dtype).expand(-1, *shape)
