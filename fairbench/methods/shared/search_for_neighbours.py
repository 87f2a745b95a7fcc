"""The search for neighbours with unlike outputs, for stacked networks: lower ends of a certificate.

It imports torch, as it needs slopes in the inputs; methods import it where they train.
"""

from __future__ import annotations

import torch
from torch import Tensor

from fairbench.methods.shared.neighbourhood import Neighbourhood

#: Share of the pairs kept whose mean is the loss, and share that starts anew in every iteration.
_WORST, _NEW = 1 / 16, 1 / 4
#: A step of a pair's place, in ranges of the box.
_STEP = 0.1


def farthest_neighbours(
    network, near: Neighbourhood, rows: Tensor, logit: Tensor, *, steps: int
) -> Tensor:
    """A neighbour x* of each row with a large |f(x) - f(x*)|, shape (models, rows, width).

    Parameters
    ----------
    network : callable
        Logits (models, rows) of (models, rows, width).
    near : Neighbourhood
    rows : Tensor, shape (models, rows, width)
        Inside the box.
    logit : Tensor, shape (models, rows)
        Of the rows.
    steps : int
        Upwards and downwards, each from the row or from the row with its free columns at their
        other ends, whichever is better. The first goes to the farthest point along the slope and is
        exact for a linear network. The others go ever shorter ways to that along the slope
        where they are (Frank and Wolfe): such steps stay in the ball and in the box for any norm.
    """
    count = rows.shape[1]
    both, here = torch.cat([rows, rows], 1).detach(), logit.detach().sigmoid()
    sign = torch.cat([torch.ones_like(here), -torch.ones_like(here)], 1)
    here = torch.cat([here, here], 1)
    with torch.no_grad():
        turned = near.turned(both)
        gain = sign * (network(turned).sigmoid() - here)
    at = best = torch.where((gain > 0)[..., None], turned, both)
    gain = gain.clamp(min=0)
    for step in range(steps):
        slope = sign[..., None] * _slope(network, at)
        with torch.no_grad():
            at = at + 2 / (step + 2) * (near.farthest(both, slope) - at)
            found = sign * (network(at).sigmoid() - here)
        better = found > gain
        best, gain = torch.where(better[..., None], at, best), found.maximum(gain)
    upwards = gain[:, :count] >= gain[:, count:]
    return torch.where(upwards[..., None], best[:, :count], best[:, count:])


def worst_pairs(network, near: Neighbourhood, rows: Tensor, *, steps: int, pairs: int) -> Tensor:
    """The mean difference of the worst pairs of neighbours that were found so far, (models,).

    Parameters
    ----------
    network : StackedReLU
        Its ``pairs``, (models, pairs, width) twice, are where the search goes on: first inputs, and
        what the second ones add before they are cut off at the box. Its ``starts`` draws the first.
    near : Neighbourhood
    rows : Tensor, shape (models, rows, width)
        New pairs start from these.
    """
    if network.pairs is None:
        place = network.starts.uniform(pairs, rows.shape[-1], dtype=rows.dtype)
        place = near.lower + place * (near.upper - near.lower)
        network.pairs = place, torch.zeros_like(place)
    place, apart = _with_new(*network.pairs, rows.detach(), max(1, int(_NEW * pairs)))
    size, lower, upper = near.upper - near.lower, near.lower, near.upper
    for _ in range(steps):
        by_place, by_apart = _slopes_of_pairs(network, near, place, apart)
        with torch.no_grad():
            place = (place + _STEP * size * by_place.sign()).clamp(min=lower, max=upper)
            # The whole way: most worst pairs are at the corners of each other's ball.
            apart = near.step(apart, by_apart)
    gap = _gap(network, near, place, apart)
    order = gap.detach().argsort(-1, descending=True)
    index = order[..., None].expand_as(place)
    network.pairs = place.gather(1, index), apart.gather(1, index)
    return gap.gather(1, order[:, : max(1, int(_WORST * pairs))]).mean(-1)


def _with_new(place: Tensor, apart: Tensor, rows: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The pairs with the last of them, the least apart, replaced by rows."""
    count = min(count, rows.shape[1])
    place = torch.cat([place[:, :-count], rows[:, :count]], 1)
    return place, torch.cat([apart[:, :-count], torch.zeros_like(rows[:, :count])], 1)


def _gap(network, near: Neighbourhood, place: Tensor, apart: Tensor) -> Tensor:
    """f of the second inputs minus f of the first, (models, pairs)."""
    second = (place + apart).clamp(min=near.lower, max=near.upper)
    return network(second).sigmoid() - network(place).sigmoid()


def _slopes_of_pairs(network, near: Neighbourhood, place: Tensor, apart: Tensor):
    place, apart = place.detach().requires_grad_(), apart.detach().requires_grad_()
    with torch.enable_grad():
        return torch.autograd.grad(_gap(network, near, place, apart).sum(), (place, apart))


def _slope(network, rows: Tensor) -> Tensor:
    """The slope of each row's logit in its columns; also where a loss is only looked at."""
    rows = rows.detach().requires_grad_()
    with torch.enable_grad():
        return torch.autograd.grad(network(rows).sum(), rows)[0]
