"""The law that all the synthetic data follow: two normal classes and a group that leans on one.

Given the label, the two features are normal; given the features, a point belongs to the sensitive
group 1 with a probability read from the features rotated by an angle. The law is that of Zafar et
al. (AISTATS 2017), which the FR-Train authors and the report took over.
"""

from __future__ import annotations

import math

import numpy as np

PUBLISHED_ROTATION = -45.0
"""Degrees by which the published data turn the features before reading off the group.

The FR-Train paper and the report print +45 degrees. The released data do not follow it: over their
7,400 rows the log-likelihood of the group given the features is -3075 at -45 degrees and -10578 at
+45 (a true law expects -3074), and the released generator turns by -45.
"""

CLASS_MEAN = np.array([[-2.0, -2.0], [2.0, 2.0]])
"""Means of (x1, x2) of the label 0 (released coding: -1) and the label 1 (+1)."""

CLASS_COVARIANCE = np.array([[[10.0, 1.0], [1.0, 3.0]], [[5.0, 1.0], [1.0, 5.0]]])
"""Covariances of (x1, x2) of the label 0 (released coding: -1) and the label 1 (+1)."""


def _log_density(x: np.ndarray, label: int) -> np.ndarray:
    """Log density of the class without the constant -log(2 pi), from the 2x2 inverse at hand."""
    (a, b), (_, d) = CLASS_COVARIANCE[label]
    determinant = a * d - b * b
    u, v = x[..., 0] - CLASS_MEAN[label, 0], x[..., 1] - CLASS_MEAN[label, 1]
    distance = (d * u * u - 2.0 * b * u * v + a * v * v) / determinant
    return -0.5 * (distance + math.log(determinant))


def log_density_ratio(x: np.ndarray) -> np.ndarray:
    """Log of the density of class 1 over that of class 0.

    Parameters
    ----------
    x : array, shape (..., 2)
        Features x1, x2.

    Returns
    -------
    array, shape (...)
    """
    x = np.asarray(x, dtype=float)
    return _log_density(x, 1) - _log_density(x, 0)


def _sigmoid(t: np.ndarray) -> np.ndarray:
    # Through logaddexp neither tail overflows nor is rounded to exactly 0.
    return np.exp(-np.logaddexp(0.0, -t))


def group_probability(
    x: np.ndarray, *, group_coefficient: float = 1.0, rotation: float = PUBLISHED_ROTATION
) -> np.ndarray:
    """Probability of the sensitive group 1 given the features.

    Parameters
    ----------
    x : array, shape (..., 2)
        Features x1, x2.
    group_coefficient : float
        The factor c of the report; products above 1 are cut to 1, as drawing ``u < c p`` did.
    rotation : float
        Degrees by which x is turned (counter-clockwise) first, see `PUBLISHED_ROTATION`.

    Returns
    -------
    array, shape (...)
        min(1, c p) with p = N1(x') / (N1(x') + N0(x')), where N1 and N0 are the class densities
        and x' is the turned x.
    """
    x = np.asarray(x, dtype=float)
    angle = math.radians(rotation)
    cos, sin = math.cos(angle), math.sin(angle)
    turned = np.stack(
        [x[..., 0] * cos - x[..., 1] * sin, x[..., 0] * sin + x[..., 1] * cos], axis=-1
    )
    return np.minimum(1.0, group_coefficient * _sigmoid(log_density_ratio(turned)))


def posterior(x: np.ndarray, *, positive_rate: float) -> np.ndarray:
    """Probability of the label 1 given the features.

    Parameters
    ----------
    x : array, shape (..., 2)
        Features x1, x2.
    positive_rate : float
        P(Y = 1), strictly between 0 and 1.

    Returns
    -------
    array, shape (...)
        P(Y = 1 | x). The group is drawn from the features alone, so that it is independent of the
        label given them, and this is P(Y = 1 | x, z) as well: once x is known, the group tells
        nothing more about the label.
    """
    prior = math.log(positive_rate) - math.log1p(-positive_rate)
    return _sigmoid(prior + log_density_ratio(x))
