"""Laws of binary layers whose joint information is known at any width.

Rows depend on a few hidden normal numbers. A code's likelihood is an integral over these. For one
or two a grid gives it to more digits than any test needs, and only the codes are drawn; for more
it is a mean over many drawn points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


@dataclass(frozen=True)
class Law:
    """A layer of `units` units whose rows depend on `hidden` normal numbers u.

    The group is 1 with a log-odds of ``strength`` times the rule, plus that of `prior`: u_1
    (``linear``), u_1^2 - 0.7 (``square``, which single units hardly see) or u_1 u_2 (``product``,
    the exclusive or of two signs). `sharpness` goes from diffuse (0.05) to nearly certain (3).
    """

    units: int
    rule: str = "linear"
    strength: float = 2.0
    sharpness: float = 1.0
    hidden: int = 1
    prior: float = 0.5

    def activation(self, u):
        """P(T_i = 1) of rows with hidden numbers `u`, shape (rows, units)."""
        generator = np.random.default_rng(self.units)
        weight = generator.normal(size=(self.hidden, self.units))
        bias = 0.7 * generator.normal(size=self.units)
        return _sigmoid(6 * np.tanh(self.sharpness * (u @ weight + bias)))

    def chance(self, u):
        """P(S = 1 | u), shape (rows,)."""
        rules = {"linear": u[:, 0], "square": u[:, 0] ** 2 - 0.7, "product": u[:, 0] * u[:, -1]}
        return _sigmoid(self.strength * rules[self.rule] + np.log(self.prior / (1 - self.prior)))

    def rows(self, count, generator):
        """Activations (count, units) and groups 0/1 (count,)."""
        u = generator.normal(size=(count, self.hidden))
        return self.activation(u), (generator.random(count) < self.chance(u)).astype(int)

    def batches(self, count, rows, seed=9):
        """Activations, codes and groups of `count` batches, the first axis."""
        generator = np.random.default_rng(seed)
        drawn = [self.rows(rows, generator) for _ in range(count)]
        p, groups = (np.stack(part) for part in zip(*drawn, strict=True))
        return p, (generator.random(p.shape) < p).astype(float), groups.astype(float)

    def _grid(self):
        """Hidden numbers (points, hidden) and their weights, which sum to 1."""
        if self.hidden > 2:
            points = np.random.default_rng(2).normal(size=(30_000, self.hidden))
            return points, np.full(len(points), 1 / len(points))
        line = np.linspace(-5, 5, 801) if self.hidden == 1 else np.linspace(-4.2, 4.2, 127)
        points = np.stack([a.ravel() for a in np.meshgrid(*[line] * self.hidden)], axis=1)
        weight = np.exp(-(points**2).sum(1) / 2)
        return points, weight / weight.sum()

    @cache  # noqa: B019  (a frozen law has one value)
    def bits(self, codes=4000):
        """I(T; S) in bits: exact P(S | code), over `codes` drawn codes (error about 0.006)."""
        generator = np.random.default_rng(1)
        p, _ = self.rows(codes, generator)
        drawn = generator.random(p.shape) < p
        points, weight = self._grid()
        at = np.clip(self.activation(points), 1e-12, 1 - 1e-12)
        odds, zero, chance = np.log(at / (1 - at)), np.log1p(-at).sum(1), self.chance(points)
        lost = 0.0
        for part in np.array_split(drawn, -(-codes // 500)):
            fit = part @ odds.T + zero
            posterior = np.exp(fit - fit.max(1, keepdims=True)) * weight
            lost += entropy_bits((posterior @ chance) / posterior.sum(1)).sum() / codes
        return float(entropy_bits(weight @ chance) - lost)


def entropy_bits(p):
    """Entropy of Bernoulli(p) in bits."""
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return -(p * np.log2(p) + (1 - p) * np.log2(1 - p))
