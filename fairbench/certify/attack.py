"""Pairs with a large difference, by projected gradient ascent from many starts."""

from __future__ import annotations

from itertools import product

import numpy as np

from fairbench.certify.problem import Problem

#: Halvings when a pair is pulled together until the metric allows it.
_HALVINGS = 25
#: Least squares that are solved one after another, for p other than 2.
_REWEIGHTED = 12


class Attack:
    """Looks for pairs. Each pair returned is allowed, so that its value is a lower bound.

    Numbers move along gradients; categories of one-hot groups are drawn, and switched one group at
    a time where that is better.

    Parameters
    ----------
    problem : Problem
    seed : int
        Of the starts.
    """

    def __init__(self, problem: Problem, seed: int = 0):
        self.problem, self.random = problem, np.random.default_rng(seed)
        first, second = problem.first, problem.second
        self.groups = [list(group) for group in first.groups]
        members = [member for group in self.groups for member in group]
        self.numbers = np.setdiff1d(np.arange(first.inputs), members)
        self.whole = np.array(first.integer, int)
        self.smooth = np.setdiff1d(self.numbers, self.whole)
        self.span = np.maximum(first.upper, second.upper) - np.minimum(first.lower, second.lower)
        fixed = [domain.lower == domain.upper for domain in (first, second)]
        self.share = np.where(fixed[0], 0.0, np.where(fixed[1], 1.0, 0.5))
        self.radii = problem.metric.radii(problem.epsilon)
        self.single = problem.metric.p == np.inf and problem.metric.diagonal

    def best(self, starts: int, steps: int) -> tuple[np.ndarray, np.ndarray, float]:
        """The best pair from so many starts: x', x'', f(x') - f(x'')."""
        first, second = self.ascend(*self.starts(starts), steps)
        for size in (0.2, 0.05, 0.01):
            few = np.argsort(-self.problem.value(first, second), kind="stable")[:16]
            first, second = self.switch(first[few], second[few])
            copies = [np.tile(rows, (4, 1)) for rows in (first, second)]
            first, second = self.ascend(*copies, steps, size)
        return self.pick(first, second)

    def near(self, first, second) -> tuple[np.ndarray, np.ndarray]:
        """Allowed pairs near mixed ones of shape (pairs, inputs): the likeliest categories."""
        for rows in (first, second):
            for index, group in enumerate(self.groups):
                domain = self.problem.first if rows is first else self.problem.second
                sets = domain.categories(index)
                chosen = np.array(sets)[rows[:, sets].argmax(1)]
                rows[:, group] = 0
                rows[np.arange(len(rows)), chosen] = 1
        far = self._group_distance(first, second) > self.problem.epsilon * (1 + 1e-12)
        for group in self.groups:
            if np.abs(self.problem.metric.matrix[:, group]).max() > 0:
                self._equalise(first, second, group, far)
        first, second = self.ascend(first, second, 20, 0.02)
        few = np.argsort(-self.problem.value(first, second), kind="stable")[:4]
        return self.ascend(*self.switch(first[few], second[few]), 20, 0.02)

    def pick(self, first, second) -> tuple[np.ndarray, np.ndarray, float]:
        """The best of these pairs that is allowed; a person and itself if none is."""
        allowed = self.problem.allows(first, second)
        if not allowed.any():
            first = self._drawn(self.problem.first, 1)
            first[:, self.whole] = np.round(first[:, self.whole])
            second = first
            allowed = self.problem.allows(first, second)
        value = np.where(allowed, self.problem.value(first, second), -np.inf)
        at = int(value.argmax())
        return first[at], second[at], float(value[at])

    def starts(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Random allowed pairs, two arrays of shape (count, inputs)."""
        first, second = (self._drawn(d, count) for d in (self.problem.first, self.problem.second))
        metric, near = self.problem.metric, self.problem.epsilon * (1 + 1e-12)
        free = np.abs(metric.matrix).max(0) == 0
        same = self.random.random(count) < 0.5
        for group in self.groups:
            if not free[group].all():
                apart = np.zeros_like(first)
                apart[:, group] = first[:, group] - second[:, group]
                equal = same | (metric.distance(apart, 0 * apart) > near)
                self._equalise(first, second, group, equal)
        far = self._group_distance(first, second) > near
        for group in self.groups:
            if not free[group].all():
                self._equalise(first, second, group, far)
        return self.project(first, second)

    def _equalise(self, first, second, group, rows) -> None:
        one_fixed = (self.share[group] == 0).all()  # x' is a given person
        target, source = (second, first) if one_fixed else (first, second)
        target[np.ix_(rows, group)] = source[np.ix_(rows, group)]

    def _group_distance(self, first, second) -> np.ndarray:
        apart = first - second
        apart[:, self.numbers] = 0
        return self.problem.metric.distance(apart, 0 * apart)

    def _drawn(self, domain, count: int) -> np.ndarray:
        ends = self.random.random((count, domain.inputs))
        ends = np.where(self.random.random(ends.shape) < 0.5, ends, np.round(ends))
        rows = domain.lower + ends * (domain.upper - domain.lower)
        for index, group in enumerate(self.groups):
            rows[:, group] = 0
            rows[np.arange(count), self.random.choice(domain.categories(index), count)] = 1
        return rows

    def project(self, first, second) -> tuple[np.ndarray, np.ndarray]:
        """Numbers clipped to the domain, pulled together into the ball, whole where due."""
        problem, at = self.problem, self.numbers
        first, second = first.copy(), second.copy()
        first[:, at] = np.clip(first, problem.first.lower, problem.first.upper)[:, at]
        second[:, at] = np.clip(second, problem.second.lower, problem.second.upper)[:, at]
        apart = first - second
        kept = apart.copy()
        kept[:, at] = np.clip(apart, -self.radii, self.radii)[:, at]
        if problem.metric.diagonal and not self.single:
            kept = self._into_ball(kept, self.numbers)
        kept[:, self.whole] = np.trunc(kept[:, self.whole] * (1 + 1e-12))
        if not problem.metric.diagonal:
            kept = self._into_ball(kept, self.smooth)
        move = (apart - kept)[:, at]
        first[:, at] -= self.share[at] * move
        second[:, at] += (1 - self.share[at]) * move
        second[:, self.whole] = np.round(second[:, self.whole])
        first[:, self.whole] = second[:, self.whole] + kept[:, self.whole]
        first[:, at] = np.clip(first, problem.first.lower, problem.first.upper)[:, at]
        second[:, at] = np.clip(second, problem.second.lower, problem.second.upper)[:, at]
        return first, second

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

    def ascend(self, first, second, steps: int, largest=0.5):
        """Ascent from allowed pairs with a falling step; the best of each path."""
        best_first, best_second = self.project(first, second)
        value = self.problem.value(best_first, best_second)
        first, second = best_first.copy(), best_second.copy()
        sign = self.random.random((len(first), 1)) < 0.5  # half of the paths by sign, half by size
        bold = (
            self.random.random((len(first), 1)) < 0.5
        )  # of each, half go as far apart as they can
        reach = np.minimum(self.radii, self.span)
        for step in range(steps):
            size = largest * 0.9 ** (step * 60 / steps)
            up, down = self._gradient(first), self._gradient(second)
            whole = np.where(bold, 1.0, size)
            place = _direction((up - down) * self.span, sign) * self.span
            apart = _direction((up + down) * reach, sign) * reach
            for rows, way in ((first, 1.0), (second, -1.0)):
                rows[:, self.numbers] += (size * place + whole * way * apart)[:, self.numbers]
            first, second = self.project(first, second)
            now = self.problem.value(first, second)
            better = now > value
            value[better] = now[better]
            best_first[better], best_second[better] = first[better], second[better]
        return best_first, best_second

    def _gradient(self, rows) -> np.ndarray:
        """Gradient of f up to its scale, shape (rows, inputs)."""
        network, active, masks = self.problem.network, rows, []
        for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
            before = active @ weight.T + bias
            masks.append(before > 0)
            active = np.maximum(before, 0)
        back = np.repeat(network.weights[-1], len(rows), 0)
        if network.output == "sigmoid":
            back = back / np.cosh(np.clip(network.logit(rows)[:, None] / 2, -300, 300)) ** 2
        for weight, mask in zip(reversed(network.weights[:-1]), reversed(masks), strict=True):
            back = (back * mask) @ weight
        return back

    def switch(self, first, second) -> tuple[np.ndarray, np.ndarray]:
        """Of each pair and group the best allowed pair of categories, one group after another."""
        for index, group in enumerate(self.groups):
            sets = [d.categories(index) for d in (self.problem.first, self.problem.second)]
            choices = list(product(*sets))
            many = [np.repeat(rows, len(choices), 0) for rows in (first, second)]
            for rows, chosen in zip(many, zip(*choices, strict=True), strict=True):
                rows[:, group] = 0
                rows[np.arange(len(rows)), np.tile(chosen, len(first))] = 1
            value = self.problem.value(*many)
            value[~self.problem.allows(*many)] = -np.inf
            value = value.reshape(len(first), -1)
            at = value.argmax(1) + np.arange(len(first)) * len(choices)
            better = value.max(1) > self.problem.value(first, second)
            first = np.where(better[:, None], many[0][at], first)
            second = np.where(better[:, None], many[1][at], second)
        return first, second


def _direction(gradient: np.ndarray, sign: np.ndarray) -> np.ndarray:
    """A gradient with largest entry 1, or its sign, row by row."""
    largest = np.abs(gradient).max(1, keepdims=True)
    return np.where(sign, np.sign(gradient), gradient / np.maximum(largest, 1e-300))
