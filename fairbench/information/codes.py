"""Information of binary codes about an attribute, in nats."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def neuron_information(probability: ArrayLike, sensitive: ArrayLike) -> float:
    """Sum over binary neurons of I(T_i; S) = H(T_i) - H(T_i | S), from P(T_i = 1) of each row.

    Parameters
    ----------
    probability : array, shape (rows, units)
    sensitive : array, shape (rows,)
        Group of each row, under any names.

    Returns
    -------
    float
        Nats. It bounds the joint information neither from above nor from below.
    """
    probability, group = np.asarray(probability, float), np.asarray(sensitive)
    members = (group == name for name in np.unique(group))
    conditional = sum(part.mean() * _entropy(probability[part].mean(0)) for part in members)
    return float(np.sum(_entropy(probability.mean(0)) - conditional))


def _entropy(p: np.ndarray) -> np.ndarray:
    q = np.clip(np.stack([p, 1 - p]), 1e-300, 1)
    return -(q * np.log(q)).sum(0)
