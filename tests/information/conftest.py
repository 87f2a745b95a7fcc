"""What several tests of the estimators compare with."""

import numpy as np
import pytest
from scipy.special import digamma


def _distances(columns, discrete_distance):
    """Maximum-norm distances of shape (n, n); string columns are categorical."""
    n = len(columns[0])
    largest = np.zeros((n, n))
    for column in columns:
        if column.dtype.kind == "U":
            distance = discrete_distance * (column[:, None] != column[None, :])
        else:
            distance = np.abs(column[:, None].astype(float) - column[None, :])
        largest = np.maximum(largest, distance)
    return largest


def _dense_cmi(x, y, z, k, discrete_distance=1.0):
    """The unclipped estimate from lists of columns; `z` may be empty."""
    d_x, d_y = _distances(x, discrete_distance), _distances(y, discrete_distance)
    d_z = _distances(z, discrete_distance) if z else np.zeros_like(d_x)
    joint = np.maximum(np.maximum(d_x, d_y), d_z)
    n = len(joint)
    others = ~np.eye(n, dtype=bool)
    rho = np.sort(joint[others].reshape(n, n - 1), axis=1)[:, k - 1 : k]

    def psi(distance):
        return digamma(((distance <= rho) & others).sum(axis=1))

    if not z:
        return float(np.mean(psi(joint) + digamma(n) - psi(d_x) - psi(d_y)))
    return float(
        np.mean(psi(joint) - psi(np.maximum(d_x, d_z)) - psi(np.maximum(d_y, d_z)) + psi(d_z))
    )


@pytest.fixture(scope="session")
def dense_cmi():
    """The nearest-neighbour estimator in its plainest dense form."""
    return _dense_cmi
