"""Conditional mutual information along a training run, where one variable changes a little."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from fairbench.information.columns import Columns, encode
from fairbench.information.knn import (
    check_distance,
    check_neighbours,
    check_sizes,
    digamma_table,
)


class ConditionalTracker:
    r"""Value of :math:`I(\hat Y; V \mid Z)` while only :math:`\hat Y` changes.

    ``update(yhat)`` equals ``knn_cmi(yhat, v, conditioning, k=k, clip=False)``. Two facts of the
    maximum norm make it fast: no joint distance is below the distance in the conditioning space,
    so a search through neighbours sorted by the latter can stop early; and a changed sample j
    touches the term of sample i only if j lies within :math:`\rho_i` of i in that space.

    Parameters
    ----------
    v : array of shape (n,) or (n, p), or pandas Series or DataFrame
        The fixed variable, for example whether a row is real or generated.
    conditioning : the same
        The fixed variables that are conditioned on, side by side.
    k : int
        Number of neighbours, 1 to n - 1.
    discrete_distance : float
        Distance between two different values of a categorical column.

    Raises
    ------
    ValueError
        For inputs that :func:`fairbench.information.knn_cmi` refuses too.

    Notes
    -----
    Keeps all neighbours of every sample: 12 n^2 bytes, 48 MB for n = 2000. Trackers made one after
    the other of one conditioning share them, as those of many runs on one data set do.
    """

    def __init__(
        self,
        v: Any,
        conditioning: Any,
        *,
        k: int,
        discrete_distance: float = 1.0,
    ) -> None:
        fixed = {"v": encode(v, "v"), "conditioning": encode(conditioning, "conditioning")}
        self._n = check_sizes(fixed)
        self._k = check_neighbours(k, self._n)
        check_distance(discrete_distance)
        self._discrete_distance = float(discrete_distance)
        self._v = fixed["v"]
        self._psi = digamma_table(self._n)
        given = fixed["conditioning"]
        self._neighbours, self._distances = _sorted_neighbours(
            given.values.tobytes(), given.categorical.tobytes(), self._discrete_distance
        )
        self._rho = np.full(self._n, np.inf)
        self._terms = np.empty(self._n)
        self._last: Columns | None = None
        self._value = np.nan

    def update(self, yhat: Any) -> float:
        """Return the unclipped estimate, in nats, for the current `yhat`.

        Parameters
        ----------
        yhat : array of shape (n,) or (n, p), or pandas Series or DataFrame
            The variable that changes. Numbers, of any coding, are ``|a - b|`` apart.

        Raises
        ------
        ValueError
            If `yhat` has another number of samples than the fixed variables, or is refused by
            :func:`fairbench.information.knn_cmi`.
        """
        current = encode(yhat, "yhat")
        check_sizes({"yhat": current, "v": self._v})
        changed = self._changed_since_last(current)
        if changed.size:
            self._refresh(current, changed)
            self._last = current
            self._value = float(self._terms.mean())
        return self._value

    def _changed_since_last(self, current: Columns) -> np.ndarray:
        """Samples whose value differs from the one of the last update, of shape (m,)."""
        last = self._last
        if last is None or not np.array_equal(last.categorical, current.categorical):
            return np.arange(self._n)
        return np.flatnonzero((last.values != current.values).any(axis=1))

    def _refresh(self, current: Columns, changed: np.ndarray) -> None:
        """Compute the terms again that the changed samples touch."""
        from fairbench.information import tracker_kernels

        stale = tracker_kernels.touched(self._neighbours, self._distances, self._rho, changed)
        tracker_kernels.refresh_terms(
            stale,
            self._neighbours,
            self._distances,
            (current.values, current.categorical),
            (self._v.values, self._v.categorical),
            self._discrete_distance,
            self._k,
            self._psi,
            self._rho,
            self._terms,
        )


@lru_cache(maxsize=1)
def _sorted_neighbours(
    values: bytes, categorical: bytes, discrete_distance: float
) -> tuple[np.ndarray, np.ndarray]:
    """Other samples by distance in the conditioning space: indices, distances, (n, n - 1).

    By the bytes of its columns: trackers of one conditioning share what is kept.
    """
    from fairbench.information import tracker_kernels

    categorical = np.frombuffer(categorical, bool)
    values = np.frombuffer(values).reshape(-1, len(categorical))
    n = len(values)
    neighbours = np.empty((n, n - 1), dtype=np.int32)
    distances = np.empty((n, n - 1))
    for i in range(n):
        row = tracker_kernels.distances_from(values, categorical, discrete_distance, i)
        # Positions from i on are one sample further, for i itself is left out.
        order = np.argsort(np.delete(row, i), kind="stable")
        neighbours[i] = order + (order >= i)
        distances[i] = row[neighbours[i]]
    neighbours.flags.writeable = distances.flags.writeable = False
    return neighbours, distances
