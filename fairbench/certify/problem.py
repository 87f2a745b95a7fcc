"""What is asked: the largest |f(x') - f(x'')| of two inputs of a domain within epsilon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fairbench.certify.domain import Domain
from fairbench.certify.metric import Metric
from fairbench.certify.network import Network


@dataclass(frozen=True, eq=False)
class Problem:
    """max f(x') - f(x'') over x' in ``first``, x'' in ``second``, d(x', x'') <= epsilon.

    Over all pairs of one domain both domains are the same, and the maximum is that of the absolute
    difference too, as a pair may be turned round (eq. 3 of Benussi et al., IJCAI 2022). Around one
    person ``first`` is a single point.

    Raises
    ------
    ValueError
        If the numbers of inputs differ, or epsilon is below 0 or not a number.
    """

    network: Network
    epsilon: float
    metric: Metric
    first: Domain
    second: Domain

    def __post_init__(self):
        if not self.epsilon >= 0 or np.isinf(self.epsilon):
            raise ValueError(f"epsilon is {self.epsilon}; a distance is a number of 0 or more")
        counts = {"network": self.network.inputs, "metric": self.metric.inputs}
        counts |= {"domain": self.first.inputs, "second domain": self.second.inputs}
        for name, count in counts.items():
            if count != self.network.inputs:
                raise ValueError(
                    f"the network has {self.network.inputs} inputs, the {name} {count}"
                )
        if self.first.groups != self.second.groups or self.first.integer != self.second.integer:
            raise ValueError("both people need the same integer columns and one-hot groups")

    def value(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """f(x') - f(x'') of pairs, shape (rows,), from shape (rows, inputs)."""
        return self.network(first) - self.network(second)

    def allows(self, first: np.ndarray, second: np.ndarray, tolerance: float = 1e-9) -> np.ndarray:
        """Which pairs are in the domains and within epsilon, shape (rows,).

        The tolerance is that of the distance, relative; the domains are held exactly.
        """
        near = self.metric.distance(first, second) <= self.epsilon * (1 + tolerance) + 1e-12
        return near & self.first.holds(first) & self.second.holds(second)
