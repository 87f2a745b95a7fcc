"""One space of mixed variables, arranged for the compiled neighbour search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fairbench.information.columns import Columns

SAMPLES_PER_CELL = 8
"""Numeric columns become part of the cells while cells hold this many samples on average."""


@dataclass(frozen=True)
class Space:
    """Samples sorted by cell and, within a cell, along one coordinate; see :mod:`.kernels`.

    Attributes
    ----------
    order : array of shape (n,)
        Sample at each sorted position.
    coords : array of shape (n, d), d >= 1
        Sorted coordinates that are not part of the cell.
    start : array of shape (m + 1,)
        Where each cell begins.
    cells : array of shape (m, p)
        Values of the discrete columns in each cell.
    categorical : array of shape (p,), bool
    discrete_distance : float
        Distance between two different levels of a categorical column.
    """

    order: np.ndarray
    coords: np.ndarray
    start: np.ndarray
    cells: np.ndarray
    categorical: np.ndarray
    discrete_distance: float

    def kth_distances(self, k: int) -> np.ndarray:
        """Distance to the k-th nearest other sample, of shape (n,), in the order of the data."""
        from fairbench.information import kernels

        rho = np.empty(self.order.size)
        rho[self.order] = kernels.kth_distances(*self._arrays(), k)
        return rho

    def counts_within(self, radius: np.ndarray) -> np.ndarray:
        """Number of other samples within ``radius[i]`` of sample i, ties counted, of shape (n,)."""
        from fairbench.information import kernels

        counts = np.empty(self.order.size, dtype=np.int64)
        counts[self.order] = kernels.counts_within(*self._arrays(), radius[self.order])
        return counts

    def _arrays(self) -> tuple:
        return self.coords, self.start, self.cells, self.categorical, self.discrete_distance


def arrange(columns: Columns, discrete_distance: float) -> Space:
    """Sort samples into a :class:`Space`.

    Splitting by the discrete columns first keeps the search short where a tree would degrade: the
    many samples that are equal in them lie in one run, and rare combinations lie together.
    """
    cell, in_cells = _choose_cells(columns)
    coords = columns.values[:, ~in_cells]
    if coords.shape[1] == 0:
        coords = np.zeros((columns.n, 1))
    else:
        # The most spread coordinate leaves the fewest samples within a radius of any sample.
        coords = np.roll(coords, -int(np.argmax(coords.std(axis=0))), axis=1)
    order = np.lexsort((coords[:, 0], cell))
    start = np.concatenate(([0], np.cumsum(np.bincount(cell))))
    return Space(
        order=order,
        coords=np.ascontiguousarray(coords[order]),
        start=start,
        cells=np.ascontiguousarray(columns.values[order[start[:-1]]][:, in_cells]),
        categorical=columns.categorical[in_cells],
        discrete_distance=discrete_distance,
    )


def _choose_cells(columns: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Cell of each sample, of shape (n,), and which columns define the cells, of shape (p,).

    All categorical columns do, for a search along an axis needs an order; numeric ones do if they
    take few values together.
    """
    limit = columns.n // SAMPLES_PER_CELL
    in_cells = columns.categorical.copy()
    cell = np.zeros(columns.n, dtype=np.int64)
    n_cells = 1
    # Categorical columns first, and then numeric ones from the coarsest on.
    for j in np.lexsort((columns.n_levels, ~columns.categorical)):
        if not columns.categorical[j] and columns.n_levels[j] > limit:
            continue
        finer, n_finer = _renumber(cell * columns.n_levels[j] + columns.levels[:, j])
        if columns.categorical[j] or n_finer <= max(limit, n_cells):
            cell, n_cells, in_cells[j] = finer, n_finer, True
    return cell, in_cells


def _renumber(labels: np.ndarray) -> tuple[np.ndarray, int]:
    """Number the labels that occur 0, 1, ... in their order, and say how many there are."""
    if labels.max() > 4 * labels.size:
        occurring, numbers = np.unique(labels, return_inverse=True)
        return numbers, occurring.size
    # A table of all possible labels is several times faster than a sort while it is small.
    occurs = np.bincount(labels) > 0
    return (np.cumsum(occurs) - 1)[labels], int(occurs.sum())
