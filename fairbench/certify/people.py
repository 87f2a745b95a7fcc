"""The people of a domain and what a protected attribute may be for each of them.

What the compiled search of `fairbench.certify.protected_kernel` takes: columns that are free, one
after the other with one-hot groups together, and all else in the first layer's biases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from fairbench.certify.checks import columns
from fairbench.certify.domain import Domain
from fairbench.certify.network import Network

#: Most combinations of protected values.
MOST_VALUES = 256
_INTEGER, _CONTINUOUS, _GROUP = 0, 1, 2  # as in the kernel, which is heavy to import


@dataclass(frozen=True, eq=False)
class People:
    """A domain taken apart into people and protected values.

    Attributes
    ----------
    domain : Domain
    protected : tuple of int
    values : array, shape (values, protected)
        All combinations that the protected columns may take.
    free : array of int, shape (free,)
        The other columns that are not fixed; groups stand together.
    lower, upper, kind : array, shape (free,)
        The box of all people as the kernel has it.
    """

    domain: Domain
    protected: tuple[int, ...]
    values: np.ndarray
    free: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    kind: np.ndarray

    @classmethod
    def of(cls, domain: Domain, protected: Sequence[int]) -> People:
        """Take a domain apart.

        Raises
        ------
        ValueError
            If protected columns are none, out of range, continuous, a part of a one-hot group, or
            have too many combinations.
        """
        protected = columns(protected, "protected", domain.inputs)
        if not protected:
            raise ValueError("protected names no column")
        values = _values(domain, protected)
        free, lower, upper, kind = [], [], [], []
        grouped = {member for group in domain.groups for member in group}
        for column in range(domain.inputs):
            if column in grouped or column in protected:
                continue
            if domain.lower[column] < domain.upper[column]:
                free.append(column)
                lower.append(domain.lower[column])
                upper.append(domain.upper[column])
                kind.append(_INTEGER if column in domain.integer else _CONTINUOUS)
        for index, group in enumerate(domain.groups):
            if group[0] in protected:
                continue
            may = domain.categories(index)
            free += group
            upper += [float(member in may) for member in group]
            lower += [float([member] == may) for member in group]
            kind += [_GROUP + index] * len(group)
        return cls(
            domain,
            protected,
            values,
            np.array(free, int),
            np.array(lower, float),
            np.array(upper, float),
            np.array(kind, np.int64),
        )

    def row(self, person: np.ndarray, value: np.ndarray | None = None) -> np.ndarray:
        """Inputs of people with one protected value, shape (..., inputs), from (..., free)."""
        person = np.asarray(person, float)
        rows = np.broadcast_to(self.domain.lower, (*person.shape[:-1], self.domain.inputs)).copy()
        rows[..., self.free] = person
        if value is not None:
            rows[..., list(self.protected)] = value
        return rows

    def draw(
        self, count: int, rng: np.random.Generator, box: tuple[np.ndarray, np.ndarray] | None = None
    ) -> np.ndarray:
        """People drawn uniformly, of all or of a box of the kernel, shape (count, free)."""
        lower, upper = (self.lower, self.upper) if box is None else box
        drawn = np.empty((count, len(lower)))
        for i, kind in enumerate(self.kind):
            if kind == _INTEGER:
                drawn[:, i] = rng.integers(int(lower[i]), int(upper[i]) + 1, count)
            elif kind == _CONTINUOUS:
                drawn[:, i] = rng.uniform(lower[i], upper[i], count)
        for group in np.unique(self.kind[self.kind >= _GROUP]):
            members = np.flatnonzero(self.kind == group)
            chosen = rng.choice(members[upper[members] > 0], count)
            drawn[:, members] = members == chosen[:, None]
        return drawn

    def moves(self, person: np.ndarray, rng: np.random.Generator, most: int = 16) -> np.ndarray:
        """People that differ from one in one column or group, shape (moves, free)."""
        moved = [person]
        for i, kind in enumerate(self.kind):
            if kind >= _GROUP:
                if self.upper[i] > 0:
                    other = np.where(self.kind == kind, 0.0, person)
                    other[i] = 1.0
                    moved.append(other)
                continue
            ends = np.linspace(self.lower[i], self.upper[i], most)
            near = person[i] + np.array([-3, -2, -1, 1, 2, 3])
            spots = np.clip(np.concatenate([ends, near]), self.lower[i], self.upper[i])
            for spot in np.unique(np.round(spots) if kind == _INTEGER else spots):
                other = person.copy()
                other[i] = spot
                moved.append(other)
        return np.array(moved)


def _values(domain: Domain, protected: tuple[int, ...]) -> np.ndarray:
    """All combinations of protected values, shape (values, protected)."""
    choices: list[list[dict[int, float]]] = []
    for index, group in enumerate(domain.groups):
        inside = [column for column in protected if column in group]
        if inside and len(inside) < len(group):
            raise ValueError(
                f"protected names {inside} of groups[{index}] {list(group)}; a one-hot group is"
                " protected as a whole or not at all"
            )
        if inside:
            may = domain.categories(index)
            choices.append([{c: float(c == one) for c in group} for one in may])
    grouped = {column for group in domain.groups for column in group}
    for column in protected:
        if column in grouped:
            continue
        low, high = domain.lower[column], domain.upper[column]
        if low < high and column not in domain.integer:
            raise ValueError(
                f"protected column {column} is continuous, from {low} to {high}; its values are"
                " gone through one by one: make it an integer column"
            )
        if high - low >= MOST_VALUES:
            raise ValueError(_too_many(int(high - low) + 1))
        choices.append(
            [{column: v} for v in np.arange(low, high + 1)] if low < high else [{column: low}]
        )
    count = int(np.prod([len(choice) for choice in choices], dtype=float))
    if count > MOST_VALUES:
        raise ValueError(_too_many(count))
    combined = [{k: v for part in parts for k, v in part.items()} for parts in product(*choices)]
    return np.array([[one[column] for column in protected] for one in combined])


def _too_many(count: int) -> str:
    return (
        f"the protected columns have {count} combinations; at most {MOST_VALUES} are gone through"
    )


def kernel_network(network: Network, people: People, threshold: float) -> tuple[np.ndarray, ...]:
    """Sizes, weights, biases and margins as `fairbench.certify.relaxation_kernel` takes them.

    Protected values with the same first-layer biases are one and the same to the network, and are
    kept once. The margins are four times a bound of all rounding errors on the way to a unit: a
    sum of n products of which none is larger than m is wrong by at most n m 2^-53 to first order,
    and the sums of absolute values bound every term of every line, as slopes are at most 1.
    """
    sizes = np.array([len(people.free), *(len(bias) for bias in network.biases)], np.int64)
    layers, widest = len(network.weights), max(int(sizes.max()), 1)
    shifted = network.weights[0][:, list(people.protected)] @ people.values.T
    rest = people.domain.lower.copy()
    rest[people.free] = 0.0
    rest[list(people.protected)] = 0.0
    shifted = np.unique(
        (shifted + (network.weights[0] @ rest + network.biases[0])[:, None]).T, axis=0
    )
    weights = np.zeros((layers, widest, widest))
    biases = np.zeros((len(shifted), layers, widest))
    margins = np.zeros((layers, widest))
    size = np.maximum(np.abs(people.domain.lower), np.abs(people.domain.upper))
    unit = 4 * np.finfo(float).eps * float((np.append(network.inputs, sizes[1:]) + 16).sum())
    for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        units = len(bias)
        taken = weight[:, people.free] if layer == 0 else weight
        weights[layer, :units, : taken.shape[1]] = taken
        biases[:, layer, :units] = shifted if layer == 0 else bias
        size = np.abs(weight) @ size + np.abs(bias)
        if layer == layers - 1:
            biases[:, layer, :units] -= threshold
            size = size + abs(threshold)
        margins[layer, :units] = unit * size
    return sizes, weights, biases, margins
