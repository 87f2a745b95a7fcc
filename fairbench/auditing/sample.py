"""A random sample of rows that come one block after another."""

from __future__ import annotations

import numpy as np


class Sample:
    """A uniform sample of at most `limit` rows of a stream, in their order; all if there are few.

    Every row draws a number, and those with the smallest stay: so the sample is uniform wherever
    the stream ends, and twice the limit is in memory at most.
    """

    def __init__(self, limit: int, generator: np.random.Generator):
        self.limit, self._generator, self._held = limit, generator, 0
        self._parts: dict[str, list[np.ndarray]] = {}

    def add(self, part: dict[str, np.ndarray]) -> None:
        """Take a block, arrays of shape (rows, ...)."""
        count = len(next(iter(part.values())))
        for name, array in (part | {"": self._generator.random(count)}).items():
            self._parts.setdefault(name, []).append(array)
        self._held += count
        if self._held > 2 * self.limit:
            self._thin()

    def arrays(self) -> dict[str, np.ndarray]:
        """What was kept."""
        self._thin()
        return {name: parts[0] for name, parts in self._parts.items() if name}

    def _thin(self) -> None:
        whole = {name: np.concatenate(parts) for name, parts in self._parts.items()}
        if self._held > self.limit:
            cut = np.partition(whole[""], self.limit - 1)[self.limit - 1]
            whole = {name: array[whole[""] <= cut] for name, array in whole.items()}
        self._held = len(whole.get("", ()))
        self._parts = {name: [array] for name, array in whole.items()}
