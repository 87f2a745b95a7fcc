"""The search behind `fairbench.certify.protected`: a pool of boxes for the compiled loops."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from fairbench.certify.people import People

_FIRST, _MOST = 1 << 10, 1 << 20
_POINTS = 4096
#: Shares of numbers too large to be added exactly are lowered by this much of themselves.
_TOLERANCE = 1e-12
_STRIDE = 0.1
"""Seconds between two looks at the clock."""


class Search:
    """A search that can be stopped at any box.

    Parameters
    ----------
    network : tuple of array
        From `fairbench.certify.people.kernel_network`.
    people : People
    """

    def __init__(self, network: tuple[np.ndarray, ...], people: People):
        from fairbench.certify import halfspace_kernel, protected_kernel, relaxation_kernel

        self._kernel = protected_kernel
        self._network, self._people = network, people
        columns, values = len(people.free), len(network[2])
        self._buffers = (
            relaxation_kernel.arrays(network[0], values),
            halfspace_kernel.scratch(columns, max(columns, 1)),
            tuple(np.zeros(columns) for _ in range(3)),
        )
        self._pool = _pool(_FIRST, columns)
        self.total = float(halfspace_kernel.measure(people.lower, people.upper, people.kind))
        self._same = values == 1
        self._entered = False

    def run(self, seconds: float, boxes: int | None, undecided: float) -> None:
        """Search until the time, the boxes or what is undecided are used up."""
        if self._same:  # the network does not see the attribute
            self._sums[self._kernel.FAIR] = self.total
            return
        self._kernel.search(self._network, self._people.kind, self._pool, self._buffers, 0)
        people = self._people
        self._kernel.enter(
            self._network, people.kind, self._pool, self._buffers, people.lower, people.upper
        )
        start, steps = time.perf_counter(), 8
        while self._counts[self._kernel.OPEN]:
            left = steps if boxes is None else min(steps, (boxes - self.boxes) // 2)
            if left < 1 or self._open_share() <= undecided:
                return
            self._make_room()
            before = time.perf_counter()
            self._kernel.search(self._network, people.kind, self._pool, self._buffers, left)
            now = time.perf_counter()
            if now - start >= seconds:
                return
            steps = (
                int(np.clip(steps * _STRIDE / max(now - before, 1e-6), steps / 2, steps * 2)) or 1
            )

    @property
    def _counts(self) -> np.ndarray:
        return self._pool[6]

    @property
    def _sums(self) -> np.ndarray:
        return self._pool[7]

    @property
    def boxes(self) -> int:
        """Boxes that were bounded."""
        return int(self._counts[self._kernel.DONE])

    @property
    def unfair_box(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The first box that holds a person whose class depends on the attribute."""
        return tuple(self._pool[9]) if self._counts[self._kernel.FOUND] else None

    def _held(self) -> np.ndarray:
        """Places of the open boxes."""
        return self._pool[5][: self._counts[self._kernel.OPEN]]

    def _open_share(self) -> float:
        return float(self._pool[2][self._held()].sum() + self._left()) / self.total

    def _left(self) -> float:
        """What closed boxes leave undecided for good."""
        return float(self._sums[self._kernel.UNDECIDED])

    def _make_room(self) -> None:
        """Twice the places if the pool is half full; at the most, boxes with little left go."""
        size, held = len(self._pool[5]), self._held()
        if 2 * len(held) < size:
            return
        if size < _MOST:
            self._pool = _grown(self._pool, len(held))
            return
        if len(held) > 0.9 * size:
            self._drop_least(held)

    def _drop_least(self, held: np.ndarray) -> None:
        """Close half of the open boxes, those with least left, as they are."""
        keys, found, heap = self._pool[2], self._pool[3], self._pool[5]
        order = held[np.argsort(-keys[held], kind="stable")]
        kept, gone = order[: len(order) // 2], order[len(order) // 2 :]
        self._sums[:2] += found[gone].sum(0)
        self._sums[self._kernel.UNDECIDED] += keys[gone].sum()
        heap[: len(order)] = order  # a sorted array is a heap
        self._counts[self._kernel.OPEN] = len(kept)

    def points(self) -> Iterator[np.ndarray]:
        """People for whom rounding errors of the bounds leave the class open."""
        yield from self._pool[8][: self._counts[self._kernel.POINTS]]

    def decide(self, unfair: bool) -> None:
        """Count one of the points."""
        self._sums[self._kernel.UNFAIR if unfair else self._kernel.FAIR] += 1

    def shares(self) -> tuple[float, float, bool]:
        """Share of people certified fair and unfair, and whether all are decided."""
        fair, unfair = self._sums[:2] + self._pool[3][self._held()].sum(0)
        complete = not len(self._held()) and self._left() == 0
        exact = self.total < 2**53 and (self._people.kind != 1).all()
        lowered = 1.0 if exact or complete else 1 - _TOLERANCE
        return float(fair / self.total * lowered), float(unfair / self.total * lowered), complete


def _pool(size: int, columns: int) -> tuple[np.ndarray, ...]:
    """Arrays as `fairbench.certify.protected_kernel` takes them, with room for so many boxes."""
    return (
        np.zeros((size, columns)),
        np.zeros((size, columns)),
        np.zeros(size),
        np.zeros((size, 2)),
        np.zeros(size, np.int64),
        np.arange(size),
        np.zeros(4, np.int64),
        np.zeros(3),
        np.zeros((_POINTS, columns)),
        np.zeros((2, columns)),
    )


def _grown(pool: tuple[np.ndarray, ...], held: int) -> tuple[np.ndarray, ...]:
    """The same pool with twice the places."""
    size, columns = pool[0].shape
    larger = _pool(2 * size, columns)
    for old, new in zip(pool[:6], larger[:6], strict=True):
        new[: len(old)] = old
    return (*larger[:6], *pool[6:])
