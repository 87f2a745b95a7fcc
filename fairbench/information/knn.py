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
from fairbench.information.space import arrange


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
    Memory is linear in n. Time is about linear in n for a few continuous columns, and quadratic at
    worst (many continuous columns, or categorical columns of as many levels as samples).
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
    n = groups["x"].n
    psi = digamma_table(n)
    joint = arrange(join(*groups.values()), discrete_distance)
    rho = joint.kth_distances(k)

    def psi_within(*names: str) -> np.ndarray:
        space = arrange(join(*(groups[name] for name in names)), discrete_distance)
        return psi[space.counts_within(rho)]

    terms = psi[joint.counts_within(rho)]
    if "z" in groups:
        terms = terms - psi_within("x", "z") - psi_within("y", "z") + psi_within("z")
    else:
        terms = terms + psi[n] - psi_within("x") - psi_within("y")
    return float(terms.mean())
