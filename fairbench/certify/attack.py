"""Pairs with a large difference, by projected gradient ascent from many starts."""

from __future__ import annotations

from itertools import product

import numpy as np

from fairbench.certify.problem import Problem
from fairbench.certify.projection import Projection


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
        self.ball = Projection(problem)
        self.groups = [list(group) for group in problem.first.groups]
        self.numbers, self.whole = self.ball.numbers, self.ball.whole

    def best(self, starts: int, steps: int) -> tuple[np.ndarray, np.ndarray, float]:
        """The best pair from so many starts: x', x'', f(x') - f(x'')."""
        first, second = self.ascend(*self.starts(starts), steps)
        for size in (0.2, 0.05, 0.01):
            few = np.argsort(-self._value(first, second), kind="stable")[:16]
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
        few = np.argsort(-self._value(first, second), kind="stable")[:4]
        return self.ascend(*self.switch(first[few], second[few]), 20, 0.02)

    def pick(self, first, second) -> tuple[np.ndarray, np.ndarray, float]:
        """The best of these pairs that is allowed; a person and itself if none is."""
        value = self._value(first, second)
        if value.max() == -np.inf:
            first = self._drawn(self.problem.first, 1)
            first[:, self.whole] = np.round(first[:, self.whole])
            second = first
            value = self._value(first, second)
        at = int(value.argmax())
        return first[at], second[at], float(value[at])

    def _value(self, first, second) -> np.ndarray:
        """f(x') - f(x'') of pairs, minus infinity of those that are not allowed."""
        allowed = self.problem.allows(first, second)
        return np.where(allowed, self.problem.value(first, second), -np.inf)

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
        return self.ball.project(first, second)

    def _equalise(self, first, second, group, rows) -> None:
        one_fixed = (self.ball.share[group] == 0).all()  # x' is a given person
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

    def ascend(self, first, second, steps: int, largest=0.5):
        """Ascent from allowed pairs with a falling step; the best of each path."""
        best_first, best_second = self.ball.project(first, second)
        value = self._value(best_first, best_second)
        first, second = best_first.copy(), best_second.copy()
        # Half of the paths go by sign, half by size; of each, half go as far apart as they can.
        drawn = self.random.random((3, len(first), 1))
        sign, bold = drawn[:2] < 0.5
        plain = sign | (drawn[2] < 0.3)  # the others go by the metric
        reach = np.minimum(self.ball.radii, self.ball.span)
        for step in range(steps):
            size = largest * 0.9 ** (step * 60 / steps)
            up, down = self._gradient(first), self._gradient(second)
            whole = np.where(bold, 1.0, size)
            place = _direction((up - down) * self.ball.span, sign) * self.ball.span
            apart = _direction((up + down) * reach, sign) * reach
            if not self.ball.single:
                apart = np.where(plain, apart, self.ball.furthest(up + down))
            for rows, way in ((first, 1.0), (second, -1.0)):
                rows[:, self.numbers] += (size * place + whole * way * apart)[:, self.numbers]
            first, second = self.ball.project(first, second)
            now = self._value(first, second)
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
            value = self._value(*many).reshape(len(first), -1)
            at = value.argmax(1) + np.arange(len(first)) * len(choices)
            better = value.max(1) > self._value(first, second)
            first = np.where(better[:, None], many[0][at], first)
            second = np.where(better[:, None], many[1][at], second)
        return first, second


def _direction(gradient: np.ndarray, sign: np.ndarray) -> np.ndarray:
    """A gradient with largest entry 1, or its sign, row by row."""
    largest = np.abs(gradient).max(1, keepdims=True)
    return np.where(sign, np.sign(gradient), gradient / np.maximum(largest, 1e-300))
