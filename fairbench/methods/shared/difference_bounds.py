"""Bounds of |f(x) - f(x*)| for a ReLU network and neighbours x, x*, as losses of stacked models.

What is bounded is the difference of the logits, D; those of the outputs are then at most
tanh(D / 4) apart, whatever the logits are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fairbench.methods.shared.neighbourhood import Neighbourhood

if TYPE_CHECKING:
    from torch import Tensor

Layers = Sequence[tuple["Tensor", "Tensor"]]
"""Weights (models, out, in) and biases (models, 1, out), the first already without columns that
the predictor is not shown."""


def interval_of_difference(layers: Layers, near: Neighbourhood, rows: Tensor) -> tuple:
    """Ends of logit(x*) - logit(x) over all neighbours x* of each row, by interval arithmetic.

    Parameters
    ----------
    layers : Layers
    near : Neighbourhood
    rows : Tensor, shape (models, rows, width)
        Inside the box.

    Returns
    -------
    lower, upper : Tensor, shape (models, rows)
        They hold for any x*; the pre-activations at x itself are known, which makes the passage
        through a ReLU exact for each unit.
    """
    reach = near.reach()
    low = (near.lower - rows).maximum(-reach)
    high = (near.upper - rows).minimum(reach)
    x = rows
    for depth, (weight, bias) in enumerate(layers):
        z = x @ weight.mT + bias
        up, down = weight.clamp(min=0).mT, weight.clamp(max=0).mT
        low, high = low @ up + high @ down, high @ up + low @ down
        if depth == 0 and near.norm != "infinity":
            ball = near.largest(weight)[:, None]  # (models, 1, units)
            low, high = low.maximum(-ball), high.minimum(ball)
        if depth + 1 < len(layers):
            x = z.clamp(min=0)
            low, high = (z + low).clamp(min=0) - x, (z + high).clamp(min=0) - x
    return low[..., 0], high[..., 0]


def lipschitz_bound(layers: Layers, near: Neighbourhood) -> Tensor:
    """A bound of |logit(x) - logit(x*)| over all neighbours of the box, shape (models,).

    The product of norms |W_L| ... |W_2| |W_1 r|, in the norms of the metric, and a tighter form of
    it: for two inputs a unit gives s (a - b) with s in [0, 1], thus (a - b) / 2 plus at most
    |a - b| / 2. The first half goes on as a linear map, whose products with later layers cancel
    what an absolute value would add up (Combettes and Pesquet, SIAM J. Math. Data Science 2020).
    A unit that is always on or always off in the box is linear as a whole.
    """
    return bound_by_slopes(layers, near, _slopes_in_box(layers, near))


def linear_bound(layers: Layers, near: Neighbourhood, rows: Tensor) -> Tensor:
    """The same around each row, with the slopes that its units can have there, (models, rows)."""
    if len(layers) == 1:
        return bound_by_slopes(layers, near, [])[:, None].expand(rows.shape[:-1])
    return bound_by_slopes(layers, near, _slopes_around(layers, near, rows))


def bound_by_slopes(layers: Layers, near: Neighbourhood, slopes: list) -> Tensor:
    """A bound of the logits' difference, from the least and the largest slope of each unit.

    Parameters
    ----------
    slopes : list of (least, largest)
        One pair a hidden layer, (models, units) or (models, rows, units), in [0, 1].

    Returns
    -------
    Tensor, shape (models,) or (models, rows)

    Notes
    -----
    Sources of difference are the inputs, and in each hidden layer what a unit's unknown slope can
    add. Each is carried on by a signed matrix, and turned to a bound only where it is needed.
    """
    rows = slopes[0][0].dim() - 2 if slopes else 0
    first = layers[0][0]
    sources: list[tuple] = [(first[:, None] if rows else first, None)]
    total = near.largest(sources[0][0])  # |a - b| of each unit, (models, [rows,] units)
    for (least, largest), (weight, _) in zip(slopes, layers[1:], strict=True):
        middle, spread = (least + largest) / 2, (largest - least) / 2
        here = weight[:, None] if rows else weight
        carried = [(here @ (middle[..., None] * matrix), size) for matrix, size in sources]
        sources = [*carried, (here, spread * total)]
        total = sum(
            near.largest(matrix) if size is None else (matrix.abs() @ size[..., None])[..., 0]
            for matrix, size in sources
        )
    return total[..., 0]


def _slopes_in_box(layers: Layers, near: Neighbourhood) -> list:
    """The slopes that each unit can have anywhere in the box, (models, units)."""
    middle, half = (near.lower + near.upper) / 2, (near.upper - near.lower) / 2
    slopes = []
    for weight, bias in layers[:-1]:
        middle, half = middle @ weight.mT + bias, half @ weight.abs().mT
        low, high = middle - half, middle + half
        slopes.append(_slopes(low, high))
        low, high = low.clamp(min=0), high.clamp(min=0)
        middle, half = (low + high) / 2, (high - low) / 2
    return [(least[:, 0], largest[:, 0]) for least, largest in slopes]


def _slopes_around(layers: Layers, near: Neighbourhood, rows: Tensor) -> list:
    """The slopes that each unit can have between a row and its neighbours, (models, rows, units).

    Exact for an interval of the neighbour's pre-activation: relu(z + d) - relu(z) over d.
    """
    reach = near.reach()
    low, high = (near.lower - rows).maximum(-reach), (near.upper - rows).minimum(reach)
    x, slopes = rows, []
    for weight, bias in layers[:-1]:
        z = x @ weight.mT + bias
        up, down = weight.clamp(min=0).mT, weight.clamp(max=0).mT
        low, high = low @ up + high @ down, high @ up + low @ down
        x = z.clamp(min=0)
        ends = [((z + d).clamp(min=0) - x) / (d + 1e-12 * d.sign() + (d == 0)) for d in (low, high)]
        on = (z > 0).to(z.dtype)
        ends = [e.where(d != 0, on) for e, d in zip(ends, (low, high), strict=True)]
        slopes.append((ends[0].minimum(ends[1]).minimum(on), ends[0].maximum(ends[1]).maximum(on)))
        low, high = (z + low).clamp(min=0) - x, (z + high).clamp(min=0) - x
    return slopes


def _slopes(low: Tensor, high: Tensor) -> tuple:
    return (low >= 0).to(low.dtype), (high > 0).to(low.dtype)
