"""Pairs moved to the nearest that are allowed, many at a time."""

from __future__ import annotations

import numpy as np

from fairbench.certify.problem import Problem

#: Halvings when a pair is pulled together until the metric allows it.
_HALVINGS = 25
#: Least squares that are solved one after another, for p other than 2.
_REWEIGHTED = 12
#: Times that a pair is moved into the ball and back into the domain, for metrics of many columns.
_ALTERNATED = 8


class Projection:
    """Moves the numbers of pairs until they are in their domains and within epsilon.

    One-hot groups stay as they are; with them some pairs may remain too far apart.
    """

    def __init__(self, problem: Problem):
        self.problem = problem
        first, second = problem.first, problem.second
        members = [member for group in first.groups for member in group]
        self.numbers = np.setdiff1d(np.arange(first.inputs), members)
        self.whole = np.array(first.integer, int)
        self.smooth = np.setdiff1d(self.numbers, self.whole)
        self.span = np.maximum(first.upper, second.upper) - np.minimum(first.lower, second.lower)
        fixed = [domain.lower == domain.upper for domain in (first, second)]
        self.share = np.where(fixed[0], 0.0, np.where(fixed[1], 1.0, 0.5))
        self.radii = problem.metric.radii(problem.epsilon)
        self.back = np.linalg.pinv(problem.metric.matrix[:, self.smooth]).T
        self.single = problem.metric.p == np.inf and problem.metric.diagonal

    def project(self, first, second) -> tuple[np.ndarray, np.ndarray]:
        """Numbers clipped to the domain, pulled together into the ball, whole where due."""
        first, second = self._clipped(first.copy(), second.copy())
        apart = first - second
        kept = apart.copy()
        kept[:, self.numbers] = np.clip(apart, -self.radii, self.radii)[:, self.numbers]
        if self.problem.metric.diagonal and not self.single:
            kept = self._into_ball(kept, self.numbers)
        kept[:, self.whole] = np.trunc(kept[:, self.whole] * (1 + 1e-12))
        if self.problem.metric.diagonal:
            return self._moved(first, second, kept)
        some = slice(
            0, None, 2
        )  # every second pair takes the short way: each finds what others miss
        for _ in range(_ALTERNATED):
            first[some], second[some] = self._moved(
                first[some], second[some], self._nearest(kept[some])
            )
            kept[some] = first[some] - second[some]
        return self._moved(first, second, self._into_ball(kept, self.smooth))

    def _clipped(self, first, second) -> tuple[np.ndarray, np.ndarray]:
        for rows, domain in ((first, self.problem.first), (second, self.problem.second)):
            rows[:, self.numbers] = np.clip(rows, domain.lower, domain.upper)[:, self.numbers]
        return first, second

    def _moved(self, first, second, kept) -> tuple[np.ndarray, np.ndarray]:
        """Both moved so that they differ by this, and clipped to the domain."""
        at = self.numbers
        move = (first - second - kept)[:, at]
        first[:, at] -= self.share[at] * move
        second[:, at] += (1 - self.share[at]) * move
        second[:, self.whole] = np.round(second[:, self.whole])
        first[:, self.whole] = second[:, self.whole] + kept[:, self.whole]
        return self._clipped(first, second)

    def _nearest(self, apart) -> np.ndarray:
        """The nearest differences, of columns that are not whole, about as far as epsilon."""
        metric, columns = self.problem.metric, self.smooth
        length = metric.distance(apart, 0 * apart)
        share = np.minimum(1, self.problem.epsilon / np.maximum(length, 1e-300))
        target = (share[:, None] - 1) * (apart @ metric.matrix.T)
        found = apart.copy()
        found[:, columns] += target @ self.back
        return found

    def _into_ball(self, apart, columns) -> np.ndarray:
        """Move what these columns differ by until all is within epsilon, by halving.

        They move towards what makes up best for the other columns; where that is not enough, whole
        numbers become equal.
        """
        metric, near = self.problem.metric, self.problem.epsilon * (1 + 1e-12)
        apart, zero = apart.copy(), np.zeros_like(apart)
        best = self._made_up(apart, columns)
        stuck = metric.distance(best, zero) > near
        apart[np.ix_(stuck, self.whole)] = 0
        best = self._made_up(apart, columns)
        low, high = np.zeros(len(apart)), np.ones(len(apart))
        low[metric.distance(apart, zero) <= near] = 1
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            inside = metric.distance(best + middle[:, None] * (apart - best), zero) <= near
            low, high = np.where(inside, middle, low), np.where(inside, high, middle)
        return best + low[:, None] * (apart - best)

    def _made_up(self, apart, columns) -> np.ndarray:
        """The differences of these columns that bring the others nearest.

        By least squares, reweighted for p 1 (by 1 over what is left) and infinity (Lawson's way).
        """
        metric, best = self.problem.metric, apart.copy()
        best[:, columns] = 0
        others = best @ metric.matrix.T  # (pairs, rows of the metric)
        if metric.diagonal or not others.any() or not len(columns):
            return best
        own, weights = metric.matrix[:, columns], np.ones_like(others)
        ridge = 1e-12 * (1 + np.square(own).sum()) * np.eye(len(columns))
        for _ in range(1 if metric.p == 2 else _REWEIGHTED):
            weighted = weights[:, None] * own.T  # (pairs, columns, rows)
            right = weighted @ others[:, :, None]
            move = -np.linalg.solve(weighted @ own + ridge, right)[:, :, 0]
            left = np.maximum(np.abs(others + move @ own.T), 1e-9)
            weights = 1 / left if metric.p == 1 else weights * left
            weights /= weights.max(1, keepdims=True)
        best[:, columns] = move
        return best

    def furthest(self, gradient) -> np.ndarray:
        """Differences of columns that are not whole where these gradients gain most in the ball."""
        metric, apart = self.problem.metric, np.zeros_like(gradient)
        if not len(self.smooth):
            return apart
        own = gradient[:, self.smooth]
        pull = own @ self.back.T  # (pairs, rows of the metric)
        if metric.p == 1:
            best = np.abs(pull).max(1, keepdims=True)
            way = np.where(np.abs(pull) == best, np.sign(pull), 0.0)
        elif metric.p == 2:
            way = pull / np.maximum(np.linalg.norm(pull, axis=1, keepdims=True), 1e-300)
        else:
            way = np.sign(pull)
        free = own - pull @ metric.matrix[:, self.smooth]
        free[np.abs(free) < 1e-9 * np.abs(own).max(1, keepdims=True)] = 0
        apart[:, self.smooth] = self.problem.epsilon * way @ self.back
        apart[:, self.smooth] += np.sign(free) * self.span[self.smooth]
        return apart
