"""The report's imbalance data, drawn again exactly as its generator drew them, only faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairbench.data.law import (
    CLASS_COVARIANCE,
    CLASS_MEAN,
    PUBLISHED_ROTATION,
    group_probability,
)

if TYPE_CHECKING:
    import pandas as pd


def imbalance_seed(positive_rate: float, group_coefficient: float, trial: int) -> int:
    """Give the seed of the report's rule, ``int(trial + 100 p + 1000 c)``.

    The sum is taken in floating point in this order and cut, as the report did. On its grid (p and
    c in steps of 0.1) the seeds of trials 0 to 9 are distinct; off it they can coincide.

    Raises
    ------
    ValueError
        The trial is not an integer from 0 to 9: trial 10 would be trial 0 of the next rate.
    """
    if trial not in range(10):
        raise ValueError(
            f"the imbalance data have trials 0 to 9, not {trial}: the seed of a later one is that "
            "of another cell; use the data set 'independent' for more trials"
        )
    return int(trial + 100 * positive_rate + 1000 * group_coefficient)


def imbalance_draw(
    positive_rate: float,
    group_coefficient: float,
    trial: int,
    *,
    rows: int = 4000,
    rotation: float = PUBLISHED_ROTATION,
) -> pd.DataFrame:
    """Draw one data set of the report's imbalance experiment.

    Parameters
    ----------
    positive_rate : float
        P(Y = 1), strictly between 0 and 1.
    group_coefficient : float
        The factor c on the group probability, cut to 1 (see `fairbench.data.law`).
    trial : int
        0 to 9; chooses the seed (see `imbalance_seed`).
    rows : int
        How many of the sequence's first rows to draw. The report drew 7,000 and used 4,000.
    rotation : float
        Degrees of the group's rotation. Features and labels do not depend on it.

    Returns
    -------
    DataFrame
        ``x1``, ``x2`` (float64), ``y`` (int8, released coding -1/+1) and ``sensitive`` (int8, 0/1).

    Notes
    -----
    Each row took from one legacy stream: a uniform for the label, a bivariate normal of its class
    and a uniform for the group. No draw depends on a density, so that the densities are computed
    afterwards for all rows at once.
    """
    import pandas as pd

    generator = np.random.RandomState(imbalance_seed(positive_rate, group_coefficient, trial))
    uniform, normal = generator.random_sample, generator.standard_normal
    factors = [_factor(covariance) for covariance in CLASS_COVARIANCE]
    x, y, u = np.empty((rows, 2)), np.empty(rows, dtype=np.int8), np.empty(rows)
    for i in range(rows):
        label = 0 if uniform() < 1 - positive_rate else 1
        # One product a row and not one for all: the same call as numpy's, with its rounding.
        x[i] = np.dot(normal((1, 2)), factors[label])[0]
        y[i] = label
        u[i] = uniform()
    x += CLASS_MEAN[y]
    probability = group_probability(x, group_coefficient=group_coefficient, rotation=rotation)
    return pd.DataFrame(
        {
            "x1": x[:, 0],
            "x2": x[:, 1],
            "y": 2 * y - 1,
            "sensitive": (u < probability).astype(np.int8),
        }
    )


def _factor(covariance: np.ndarray) -> np.ndarray:
    """Matrix that legacy ``multivariate_normal`` multiplies standard normals with."""
    _, singular_values, v = np.linalg.svd(covariance)
    return np.sqrt(singular_values)[:, None] * v
