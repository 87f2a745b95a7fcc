"""Who is near whom: the inputs within epsilon of a row, in a box (Benussi et al., IJCAI 2022).

The distance is max_i theta_i |x_i - x*_i|, or the root of sum_i theta_i (x_i - x*_i)^2. A column of
weight 0, as a sensitive one, moves freely in the box. `fairbench.certify` asks the same question of
a trained network; here are the parts that a loss needs, for stacked models and with tensor methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor

#: Rounds in which columns meet the box while a ball's farthest point is looked for.
_ROUNDS = 12


@dataclass(frozen=True)
class Neighbourhood:
    """The inputs within epsilon of another.

    Attributes
    ----------
    epsilon : float
    norm : {"infinity", "2"}
    theta : Tensor, shape (width,)
        Weights of 0 or more; 0 is free.
    moves : Tensor, shape (width,)
        1 for columns in which neighbours can differ, 0 for those in which they are the same.
    lower, upper : Tensor, shape (models, 1, width)
        The box.
    """

    epsilon: float
    norm: Literal["infinity", "2"]
    theta: Tensor
    moves: Tensor
    lower: Tensor
    upper: Tensor

    def reach(self) -> Tensor:
        """The most that neighbours differ in each column, shape (models, 1, width)."""
        range_ = (self.upper - self.lower) * self.moves
        return self._radius(range_).minimum(range_)

    def free(self) -> Tensor:
        """Which columns move freely, shape (width,)."""
        return (self.theta == 0).to(self.theta.dtype)

    def largest(self, weight: Tensor) -> Tensor:
        """A bound of |w (x* - x)| over all neighbours of the box.

        Parameters
        ----------
        weight : Tensor, shape (models, ..., width)

        Returns
        -------
        Tensor, shape (models, ...)
            The maximum itself where the box does not cut the ball.
        """
        reach = self._like(self.reach(), weight)
        by_column = (weight.abs() * reach).sum(-1)
        if self.norm == "infinity":
            return by_column
        free, bound = self.free(), self._bound()
        inverse = bound / (self.theta + free)
        # A norm's slope at 0 is no number; this is above the norm, so that the bound holds.
        ball = (weight.square() * inverse).sum(-1).add(1e-24).sqrt()
        apart = self.epsilon * ball + (weight.abs() * reach * free).sum(-1)
        return apart.minimum(by_column)

    def farthest(self, rows: Tensor, weight: Tensor) -> Tensor:
        """The neighbour x* of each row with the largest w x*, shape (models, rows, width).

        Exact for the infinity norm, and for the other one after as many rounds as there are columns
        that meet the box. ``weight`` is (models, rows or 1, width).
        """
        weight = weight * self.moves
        down, up = self.lower - rows, self.upper - rows
        if self.norm == "infinity":
            radius = self._radius(up - down)
            return rows + weight.sign() * radius.minimum(up * (weight > 0) - down * (weight < 0))
        return rows + self._on_the_ball(weight, down, up)

    def step(self, apart: Tensor, slope: Tensor) -> Tensor:
        """The longest difference along a slope, without regard to the box's place.

        Columns without a slope keep the difference ``apart`` that they have; both, and the result,
        are (models, pairs, width).
        """
        reach = self.reach()
        slope = slope * self.moves
        if self.norm == "infinity":
            return apart.where(slope == 0, slope.sign() * reach)
        free, bound = self.free(), self._bound()
        along = slope * bound / (self.theta + free)
        length = (self.theta * along.square()).sum(-1, keepdim=True).clamp(min=1e-30).sqrt()
        inside = self.epsilon * along / length
        flat = (along == 0).all(-1, keepdim=True)
        ends = apart.where(slope == 0, slope.sign() * reach)
        return (apart * bound).where(flat, inside) + ends * free

    def _on_the_ball(self, weight: Tensor, down: Tensor, up: Tensor) -> Tensor:
        """The farthest step: along w / theta, the columns that meet the box stopping there."""
        free, bound = self.free(), self._bound()
        along = weight * bound / (self.theta + free)  # what a step of length 1 adds
        cost = self.theta * bound
        step = along * 0
        fixed = along == 0
        for _ in range(_ROUNDS):
            spent = (cost * step.square() * fixed).sum(-1, keepdim=True)
            open_ = (cost * along.square() * ~fixed).sum(-1, keepdim=True)
            left = (self.epsilon**2 - spent).clamp(min=0)
            # Where all columns have met the box there is nothing left to stretch.
            length = (left / open_.clamp(min=1e-30)).sqrt()
            moved = length * along
            step = step.where(fixed, moved.clamp(min=down, max=up))
            fixed = fixed | (moved <= down) & (along < 0) | (moved >= up) & (along > 0)
        sign = weight.sign()
        ends = up * (sign > 0) + down * (sign < 0)
        return step * bound + ends * free

    def _radius(self, range_: Tensor) -> Tensor:
        """Epsilon over the weight; the whole range of a free column."""
        theta = self.theta if self.norm == "infinity" else self.theta.sqrt()
        free = self.free()
        return (self.epsilon / (theta + free)) * (1 - free) + range_ * free

    def _bound(self) -> Tensor:
        return (1 - self.free()) * self.moves

    @staticmethod
    def _like(values: Tensor, weight: Tensor) -> Tensor:
        """From (models, 1, width) to as many axes as the weights have."""
        extra = weight.dim() - values.dim()
        return values if extra <= 0 else values.reshape(len(values), *[1] * (extra + 1), -1)
