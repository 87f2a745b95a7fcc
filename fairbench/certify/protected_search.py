"""The search behind `fairbench.certify.protected`: a pool of boxes for the compiled loops."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from fairbench.certify.people import People

_FIRST = 1 << 10
#: Bytes that open boxes may take.
_MEMORY = 1 << 30
#: When no more boxes fit, one in so many of them is closed as it is, those with least left.
_DROPPED = 8
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
        from fairbench.certify import box_kernel, halfspace_kernel, pool_kernel, relaxation_kernel
        from fairbench.certify.compiling import first_alone

        self._kernel, self._first_alone = pool_kernel, first_alone
        self._network, self._people = network, people
        columns, values = len(people.free), len(network[2])
        self._buffers = (
            relaxation_kernel.arrays(network[0], values),
            halfspace_kernel.scratch(columns, max(columns, 1)),
            tuple(np.zeros(columns) for _ in range(3)),
        )
        self._pool = _pool(_FIRST, columns, _precision(people))
        self.total = float(box_kernel.measure(people.lower, people.upper, people.kind))
        self._same = values == 1

    def run(self, seconds: float, boxes: int | None, undecided: float) -> None:
        """Search until the time, the boxes or what may be undecided are used up."""
        if self._same:  # the network does not see the attribute
            self._sums[self._kernel.FAIR] = self.total
            return
        with self._first_alone("protected"):
            self._step(0)  # compiles
        people = self._people
        start, steps = time.perf_counter(), 8
        self._kernel.enter(
            self._network, people.kind, self._pool, self._buffers, people.lower, people.upper
        )
        while self._counts[self._kernel.OPEN] and self._open_share() > undecided:
            left = steps if boxes is None else min(steps, (boxes - self.boxes) // 2)
            if left < 1:
                return
            before = time.perf_counter()
            self._step(left)
            now = time.perf_counter()
            if now - start >= seconds:
                return
            pace = _STRIDE / max(now - before, 1e-6)
            steps = max(int(steps * min(max(pace, 0.5), 2)), 1)

    def _step(self, steps: int) -> None:
        self._make_room(steps)
        self._kernel.search(self._network, self._people.kind, self._pool, self._buffers, steps)

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
        lower, upper = self._pool[9]
        return (lower, upper) if self._counts[self._kernel.FOUND] else None

    def _held(self) -> np.ndarray:
        """Places of the open boxes."""
        return self._pool[5][: self._counts[self._kernel.OPEN]]

    def _open_share(self) -> float:
        return (float(self._pool[2][self._held()].sum()) + self._left()) / self.total

    def _left(self) -> float:
        """What closed boxes leave undecided for good."""
        return float(self._sums[self._kernel.UNDECIDED])

    def _make_room(self, steps: int) -> None:
        """Twice the places if so many steps need them; at the most, boxes with little left go."""
        size, held = len(self._pool[5]), self._held()
        if len(held) + steps + 1 < size:
            return
        if 2 * sum(array.nbytes for array in self._pool[:6]) <= _MEMORY:
            self._pool = _grown(self._pool)
        else:
            self._drop_least(held)

    def _drop_least(self, held: np.ndarray) -> None:
        """Close some of the open boxes, those with least left, as they are."""
        keys, found, heap = self._pool[2], self._pool[3], self._pool[5]
        order = held[np.argsort(-keys[held])]
        kept = len(order) - len(order) // _DROPPED
        gone = order[kept:]
        self._sums[:2] += found[gone].sum(0)
        self._sums[self._kernel.UNDECIDED] += keys[gone].sum()
        heap[: len(order)] = order  # a sorted array is a heap
        self._counts[self._kernel.OPEN] = kept

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


def _pool(size: int, columns: int, kind: type) -> tuple[np.ndarray, ...]:
    """Arrays as `fairbench.certify.pool_kernel` takes them, with room for so many boxes."""
    return (
        np.zeros((size, columns), kind),
        np.zeros((size, columns), kind),
        np.zeros(size),
        np.zeros((size, 2)),
        np.zeros(size, np.int64),
        np.arange(size),
        np.zeros(4, np.int64),
        np.zeros(3),
        np.zeros((_POINTS, columns)),
        np.zeros((2, columns)),
    )


def _grown(pool: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    """The same pool with twice the places."""
    size, columns = pool[0].shape
    larger = _pool(2 * size, columns, pool[0].dtype)
    for old, new in zip(pool[:6], larger[:6], strict=True):
        new[: len(old)] = old
    return (*larger[:6], *pool[6:])


def _precision(people: People) -> type:
    """What holds the ends of all boxes exactly: single precision does for whole numbers."""
    largest = np.abs([people.lower, people.upper]).max(initial=0)
    return np.float64 if (people.kind == 1).any() or largest >= 2**24 else np.float32
