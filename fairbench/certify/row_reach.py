"""Who is within epsilon of each of many people: how far a linear function of them can go.

Everything is an array over people. For the bound the neighbourhood may be widened, for the steps of
an attack it may not.
"""

from __future__ import annotations

import numpy as np

from fairbench.certify.domain import Domain
from fairbench.certify.metric import Metric

_WIDEN = 1e-9
_HALVINGS = 30


class RowReach:
    """The neighbours in a domain of people, within epsilon.

    Parameters
    ----------
    rows : array, shape (rows, inputs)
    metric, epsilon, domain
        As for `fairbench.certify.certify`.
    """

    def __init__(self, rows: np.ndarray, metric: Metric, epsilon: float, domain: Domain):
        self.rows, self.metric, self.epsilon, self.domain = rows, metric, epsilon, domain
        self.groups = [np.array(domain.categories(k)) for k in range(len(domain.groups))]
        members = [column for group in domain.groups for column in group]
        self.numbers = np.setdiff1d(np.arange(domain.inputs), members)
        radii = metric.radii(epsilon)
        self.low = np.maximum(domain.lower - rows, -radii)
        self.high = np.minimum(domain.upper - rows, radii)
        whole = list(domain.integer)
        self.low[:, whole] = np.ceil(self.low[:, whole] - _WIDEN)
        self.high[:, whole] = np.floor(self.high[:, whole] + _WIDEN)
        self.low[:, members] = -rows[:, members]
        self.high[:, members] = 1 - rows[:, members]
        self.free = np.abs(metric.matrix).max(0) == 0
        self.scale = np.abs(np.diag(metric.matrix)) if metric.diagonal else None
        columns = self.numbers if metric.diagonal else np.arange(domain.inputs)
        self.columns, self.matrix = columns, metric.matrix[:, columns]
        self.inverse = np.linalg.pinv(self.matrix)

    def part(self, at) -> RowReach:
        """The same for some of the people."""
        return RowReach(self.rows[at], self.metric, self.epsilon, self.domain)

    def most(self, slopes: np.ndarray) -> np.ndarray:
        """A bound of slopes x'' over each one's neighbours, shape (rows, functions).

        From slopes of shape (rows or 1, functions, inputs). The box of the neighbours, or the
        ball's dual norm with what is left over in the box, whichever is less.
        """
        at, chosen = self.numbers, slopes[:, :, self.numbers]
        base = np.einsum("nkd,nd->nk", np.broadcast_to(slopes, (len(self.rows), *slopes.shape[1:])),
                         self.rows)  # fmt: skip
        box = _box(chosen, self.low[:, at], self.high[:, at])
        categories = np.zeros_like(box)
        for index, group in enumerate(self.groups):
            members = slopes[:, :, group]
            own = np.einsum("nkd,nd->nk", np.broadcast_to(
                members, (len(self.rows), *members.shape[1:])), self.rows[:, group])  # fmt: skip
            steps = np.where(self._near(index)[:, None, :], members, -np.inf).max(2) - own
            categories = categories + steps
        own = slopes[:, :, self.columns]
        dual = {1: np.inf, 2: 2, np.inf: 1}[self.metric.p]
        pull = own @ self.inverse
        rest = own - pull @ self.matrix
        ball = self.epsilon * (1 + _WIDEN) * np.linalg.norm(pull, ord=dual, axis=2)
        ball = ball + _box(rest, self.low[:, self.columns], self.high[:, self.columns])
        if self.metric.diagonal:
            far = np.minimum(box, ball) + categories
        else:
            far = np.minimum(box + categories, ball)
        size = np.abs(base) + np.abs(far) + 1
        return base + far + _WIDEN * size

    def _near(self, index: int) -> np.ndarray:
        """Which categories of a group each one's neighbours may have, (rows, categories)."""
        group = self.groups[index]
        if self.scale is None:
            return np.ones((len(self.rows), len(group)), bool)
        own = self.rows[:, group]
        scale = self.scale[group]
        held = (own * scale).sum(1, keepdims=True)
        both = np.stack(np.broadcast_arrays(held, scale[None]), 2)
        apart = np.linalg.norm(both, ord=self.metric.p, axis=2)
        return (own == 1) | (apart <= self.epsilon * (1 + _WIDEN) + 1e-12)

    def furthest(self, slopes: np.ndarray) -> np.ndarray:
        """A neighbour of each where a linear function is large, shape (rows, inputs).

        From slopes of that shape. The largest for diagonal metrics of numbers; categories move only
        where that takes nothing from the others. Whole numbers are not rounded yet.
        """
        step = np.zeros_like(self.rows)
        at = self.numbers
        low, high, slope = self.low[:, at], self.high[:, at], slopes[:, at]
        if self.scale is None:
            step[:, at] = self._mixed(slopes)[:, at]
        elif self.metric.p == np.inf:
            step[:, at] = np.where(slope > 0, high, np.where(slope < 0, low, 0.0))
        elif self.metric.p == 2:
            step[:, at] = _in_ball(slope, self.scale[at], low, high, self.epsilon)
        else:
            step[:, at] = _in_budget(slope, self.scale[at], low, high, self.epsilon)
        for index, group in enumerate(self.groups):
            if self.free[group].all() or (self.scale is not None and self.metric.p == np.inf):
                best = np.where(self._near(index), slopes[:, group], -np.inf).argmax(1)
                step[:, group] = -self.rows[:, group]
                step[np.arange(len(step)), group[best]] += 1
        return self.rows + step

    def _mixed(self, slopes: np.ndarray) -> np.ndarray:
        """A step along the ellipsoid's own direction, shortened to what box and metric allow."""
        step = slopes @ self.inverse @ self.inverse.T
        step[:, ~self.free & np.isin(np.arange(step.shape[1]), self.numbers, invert=True)] = 0
        length = self.metric.distance(step, 0 * step)
        step = step * (self.epsilon / np.maximum(length, 1e-300))[:, None]
        step = np.clip(step, self.low, self.high)
        length = self.metric.distance(step, 0 * step)
        step = step * np.minimum(1, self.epsilon / np.maximum(length, 1e-300))[:, None]
        return np.where(self.free, np.where(slopes > 0, self.high, self.low), step)

    def settled(self, rows: np.ndarray) -> np.ndarray:
        """Neighbours in the domain, from rows near them: whole numbers rounded towards the person.

        Whoever is not within epsilon after that becomes the person.
        """
        at, whole = self.numbers, list(self.domain.integer)
        rows = rows.copy()
        step = rows[:, whole] - self.rows[:, whole]
        rows[:, whole] = self.rows[:, whole] + np.trunc(step * (1 + 1e-12))
        rows[:, at] = np.clip(rows, self.domain.lower, self.domain.upper)[:, at]
        near = self.metric.distance(rows, self.rows) <= self.epsilon * (1 + 1e-9) + 1e-12
        return np.where((near & self.domain.holds(rows))[:, None], rows, self.rows)


def _box(slopes, low, high) -> np.ndarray:
    """max of slopes d over boxes, (rows, functions)."""
    middle, half = (low + high) / 2, (high - low) / 2
    shape = (len(low), *slopes.shape[1:])
    return np.einsum("nkd,nd->nk", np.broadcast_to(slopes, shape), middle) + np.einsum(
        "nkd,nd->nk", np.broadcast_to(np.abs(slopes), shape), half
    )


def _in_ball(slope, scale, low, high, epsilon) -> np.ndarray:
    """The largest slope d with ||scale d||_2 <= epsilon in a box: its length found by halving."""
    with np.errstate(divide="ignore", invalid="ignore"):
        direction = np.where(slope == 0, 0.0, slope / scale**2)
    free = np.where(slope > 0, high, np.where(slope < 0, low, 0.0))
    held = scale > 0
    direction = np.where(held, direction, 0.0)
    length = np.linalg.norm(scale * direction, axis=1, keepdims=True)
    direction = direction * epsilon / np.maximum(length, 1e-300)
    near, far = np.ones((len(slope), 1)), np.full((len(slope), 1), 1e6)
    for _ in range(_HALVINGS):
        middle = np.sqrt(near * far)
        size = np.linalg.norm(scale * np.clip(middle * direction, low, high), axis=1, keepdims=True)
        near, far = np.where(size <= epsilon, middle, near), np.where(size <= epsilon, far, middle)
    return np.where(held, np.clip(near * direction, low, high), free)


def _in_budget(slope, scale, low, high, epsilon) -> np.ndarray:
    """The largest slope d with sum scale |d| <= epsilon in a box: the best columns first."""
    end = np.where(slope > 0, high, np.where(slope < 0, low, 0.0))
    cost = scale * np.abs(end)
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(scale > 0, np.abs(slope) / scale, np.inf)
    order = np.argsort(-worth, axis=1, kind="stable")
    cost = np.take_along_axis(cost, order, 1)
    before = np.cumsum(cost, 1) - cost
    share = np.clip((epsilon - before) / np.maximum(cost, 1e-300), 0, 1)
    step = np.take_along_axis(end, order, 1) * share
    found = np.empty_like(step)
    np.put_along_axis(found, order, step, 1)
    return found
