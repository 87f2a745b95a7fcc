"""Nearest-neighbour (conditional) mutual information of mixed variables.

The estimator is the one of O. C. Mesner and C. R. Shalizi, "Conditional Mutual Information
Estimation for Mixed, Discrete and Continuous Data", arXiv:1912.03387. This is an implementation of
its formulas; the tests hold it against values of the authors' own package.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from scipy.special import digamma

from fairbench.information.columns import Columns, encode, join


def knn_cmi(
    x: Any,
    y: Any,
    z: Any = None,
    *,
    k: int,
    discrete_distance: float = 1.0,
    clip: bool = True,
) -> float:
    r"""Estimate :math:`I(X;Y \mid Z)`, or :math:`I(X;Y)` without `z`, from nearest neighbours.

    Let :math:`\rho_i` be the maximum-norm distance of sample i to its k-th nearest other sample in
    the joint space, :math:`\tilde k_i` the number of other samples at distance at most
    :math:`\rho_i` there (more than k where there are ties), and :math:`n_{xz,i}, n_{yz,i}, n_{z,i}`
    and so on the numbers of other samples within the same distance in the sub-spaces. Then

    .. math::
        \hat I(X;Y \mid Z) &= \frac1n \sum_i \psi(\tilde k_i) - \psi(n_{xz,i}) - \psi(n_{yz,i})
                              + \psi(n_{z,i}) \\
        \hat I(X;Y) &= \frac1n \sum_i \psi(\tilde k_i) + \psi(n) - \psi(n_{x,i}) - \psi(n_{y,i})

    A variable may have several columns. Two values of a numeric column are ``|a - b|`` apart, two
    different values of a categorical one `discrete_distance`. Integer and floating columns are
    numeric; booleans, strings, pandas categories and all object columns are categorical.

    Parameters
    ----------
    x, y : array of shape (n,) or (n, p), or pandas Series or DataFrame
        The two variables. Rows are matched by position, not by a pandas index.
    z : the same, optional
        What to condition on.
    k : int
        Number of neighbours, 1 to n - 1.
    discrete_distance : float
        Distance between two different values of a categorical column.
    clip : bool
        Return 0 for a negative estimate; the true quantity is never negative.

    Returns
    -------
    float
        The estimate in nats. It is exactly 0 if `x` or `y` is constant; for :math:`I(X;Y)` the
        bare formula would give 1/(n-1).

    Raises
    ------
    ValueError
        If an input is empty or holds missing or infinite values, the numbers of samples differ, or
        `k` or `discrete_distance` is not allowed.

    Notes
    -----
    By a k-d tree. Memory is linear in n. Time is nearly so for a few continuous columns, at worst
    quadratic (many continuous columns, many equal values, or as many levels as samples).
    """
    groups = {"x": encode(x, "x"), "y": encode(y, "y")}
    if z is not None:
        groups["z"] = encode(z, "z")
    n = check_sizes(groups)
    k = check_neighbours(k, n)
    check_distance(discrete_distance)
    if groups["x"].is_constant() or groups["y"].is_constant():
        return 0.0
    value = _estimate(groups, k, float(discrete_distance))
    return max(value, 0.0) if clip else value


def check_sizes(groups: dict[str, Columns]) -> int:
    """Return the number of samples, or raise ValueError if the variables differ in it."""
    sizes = {name: columns.n for name, columns in groups.items()}
    if len(set(sizes.values())) > 1:
        given = ", ".join(f"{name}: {size}" for name, size in sizes.items())
        raise ValueError(f"all variables must have the same number of samples, got {given}")
    return next(iter(sizes.values()))


def check_neighbours(k: int, n: int) -> int:
    """Return `k` as an int, or raise ValueError if n samples do not have so many neighbours."""
    try:
        whole = operator.index(k)
    except TypeError:
        raise ValueError(f"k must be a whole number, got {k!r}") from None
    if not 1 <= whole < n:
        raise ValueError(f"k must be between 1 and n - 1 = {n - 1} for n = {n} samples, got {k}")
    return whole


def check_distance(discrete_distance: float) -> None:
    """Raise ValueError if this cannot be the distance between two levels."""
    if not 0 < discrete_distance < np.inf:
        raise ValueError(
            f"discrete_distance must be positive and finite, got {discrete_distance!r}"
        )


def digamma_table(n: int) -> np.ndarray:
    """Return psi(0..n), of shape (n + 1,); entry 0 is a placeholder, for no count is below k."""
    return np.concatenate(([np.nan], digamma(np.arange(1, n + 1))))


def _estimate(groups: dict[str, Columns], k: int, discrete_distance: float) -> float:
    from scipy.spatial import cKDTree  # late: who imports the package may not need it

    psi = digamma_table(groups["x"].n)

    def points(*names: str) -> np.ndarray:
        return _coordinates(join(*(groups[name] for name in names)), discrete_distance)

    def psi_within(at: np.ndarray) -> np.ndarray:
        """Of the numbers of other samples within rho of each, ties counted."""
        found = cKDTree(at).query_ball_point(at, rho, p=np.inf, return_length=True)
        return psi[found - 1]

    joint = points(*groups)
    # The sample itself is the nearest.
    rho = cKDTree(joint).query(joint, k=[k + 1], p=np.inf)[0][:, 0]
    if "z" in groups:
        apart = psi_within(points("x", "z")), psi_within(points("y", "z"))
        terms = psi_within(joint) - apart[0] - apart[1] + psi_within(points("z"))
    else:
        terms = psi_within(joint) + psi[-1] - psi_within(points("x")) - psi_within(points("y"))
    return float(terms.mean())


def _coordinates(columns: Columns, discrete_distance: float) -> np.ndarray:
    """Points whose maximum norm is that of the columns: of a categorical one 0 or the distance."""
    parts = []
    for values, categorical in zip(columns.values.T, columns.categorical, strict=True):
        if categorical:
            level = np.unique(values)[1:]  # a column for each but the first
            parts.append(discrete_distance * (values[:, None] == level))
        else:
            parts.append(values[:, None])
    return np.hstack([*parts, np.zeros((columns.n, 1))])
