"""How far two people are apart: d(x', x'') = || M (x' - x'') ||_p for a matrix M.

Weighted lp, Mahalanobis, and both after a linear embedding (Benussi et al., IJCAI 2022, section 2)
all have that form, so that whatever bounds one of them bounds all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fairbench.certify.checks import finite

#: A direction counts as free where the metric's largest one is this many times longer.
_FLAT = 1e-12


class Metric:
    """What every metric has: ``matrix``, shape (rows, inputs), and the order ``p``."""

    matrix: np.ndarray
    p: float

    @property
    def inputs(self) -> int:
        """Number of input columns."""
        return self.matrix.shape[1]

    @property
    def diagonal(self) -> bool:
        """Whether each column counts by itself."""
        square = self.matrix.shape[0] == self.matrix.shape[1]
        return square and not (self.matrix - np.diag(np.diag(self.matrix))).any()

    def distance(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """d of pairs of rows, shape (rows,), from two arrays of shape (rows, inputs)."""
        apart = np.atleast_2d(np.asarray(first, float) - np.asarray(second, float))
        return np.linalg.norm(apart @ self.matrix.T, ord=self.p, axis=1)

    def radii(self, epsilon: float) -> np.ndarray:
        """The most that each column can differ at a distance epsilon, shape (inputs,).

        Infinite where a column moves freely. Exact for diagonal matrices and for p = 2; for p = 1
        it is that of the surrounding p = 2 ball, and for infinity that of sqrt(rows) times it.
        """
        if self.diagonal:
            weights = np.abs(np.diag(self.matrix))
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.where(weights > 0, epsilon / weights, np.inf)
        inverse = np.linalg.pinv(self.matrix, rcond=_FLAT)
        null = np.eye(self.inputs) - inverse @ self.matrix
        widen = np.sqrt(len(self.matrix)) if self.p == np.inf else 1.0
        radii = epsilon * widen * np.linalg.norm(inverse, axis=1)
        return np.where(np.abs(null).max(1) > 1e-9, np.inf, radii)


@dataclass(frozen=True, eq=False)
class WeightedLp(Metric):
    """(sum_i theta_i |x'_i - x''_i|^p)^(1/p), and max_i theta_i |x'_i - x''_i| for p infinity.

    Parameters
    ----------
    theta : array, shape (inputs,)
        Weights of 0 or more; a column of weight 0, as a sensitive one, moves freely.
    p : {1, 2, numpy.inf}
    """

    theta: np.ndarray
    p: float = 2

    def __post_init__(self):
        theta = finite(self.theta, "theta", 1)
        if (theta < 0).any():
            column = int(np.flatnonzero(theta < 0)[0])
            raise ValueError(f"theta is {theta[column]} at {column}; weights are 0 or more")
        if self.p not in (1, 2, np.inf):
            raise ValueError(f"p is {self.p}; a metric has p = 1, 2 or infinity")
        object.__setattr__(self, "theta", theta)

    @cached_property
    def matrix(self) -> np.ndarray:
        """Diagonal, shape (inputs, inputs)."""
        return np.diag(self.theta if self.p == np.inf else self.theta ** (1 / self.p))


@dataclass(frozen=True, eq=False)
class Mahalanobis(Metric):
    """sqrt((x' - x'')^T S (x' - x'')).

    Parameters
    ----------
    s : array, shape (inputs, inputs)
        Symmetric and positive semi-definite; in its null space people move freely.
    """

    s: np.ndarray

    p = 2

    def __post_init__(self):
        s = finite(self.s, "s", 2)
        if s.shape[0] != s.shape[1]:
            raise ValueError(f"s has the shape {s.shape}; it is a square matrix")
        size = max(np.abs(s).max(), np.finfo(float).tiny)
        if np.abs(s - s.T).max() > 1e-9 * size:
            raise ValueError("s is not symmetric")
        least = float(np.linalg.eigvalsh(s)[0])
        if least < -1e-9 * size:
            raise ValueError(f"s is not positive semi-definite: it has the eigenvalue {least:.3g}")
        object.__setattr__(self, "s", s)

    @cached_property
    def matrix(self) -> np.ndarray:
        """A square root of S without its null directions, shape (rank, inputs)."""
        values, vectors = np.linalg.eigh(self.s)
        kept = values > _FLAT * max(values[-1], 0)
        return np.sqrt(values[kept])[:, None] * vectors.T[kept]


@dataclass(frozen=True, eq=False)
class Embedded(Metric):
    """A metric after a linear embedding: d(E x', E x'') (Benussi et al., section 2).

    Parameters
    ----------
    embedding : array, shape (features, inputs)
    metric : WeightedLp or Mahalanobis
        Of the features.
    """

    embedding: np.ndarray
    metric: Metric

    def __post_init__(self):
        embedding = finite(self.embedding, "embedding", 2)
        if len(embedding) != self.metric.inputs:
            raise ValueError(
                f"the embedding has {len(embedding)} features, its metric {self.metric.inputs}"
            )
        object.__setattr__(self, "embedding", embedding)

    @property
    def p(self) -> float:
        """Order of the metric of the features."""
        return self.metric.p

    @cached_property
    def matrix(self) -> np.ndarray:
        """Shape (rows, inputs)."""
        return self.metric.matrix @ self.embedding
