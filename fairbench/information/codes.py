"""Information of binary codes about an attribute, in nats."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def neuron_information(probability: ArrayLike, sensitive: ArrayLike) -> float:
    """Sum over binary neurons of I(T_i; S) = H(T_i) - H(T_i | S), from P(T_i = 1) of each row.

    Parameters
    ----------
    probability : array, shape (rows, units)
    sensitive : array of 0/1, shape (rows,)

    Returns
    -------
    float
        Nats. It bounds the joint information neither from above nor from below.
    """
    probability, group = np.asarray(probability, float), np.asarray(sensitive) == 1
    conditional = sum(
        part.mean() * _entropy(probability[part].mean(0)) for part in (group, ~group) if part.any()
    )
    return float(np.sum(_entropy(probability.mean(0)) - conditional))


def code_information(code: ArrayLike, sensitive: ArrayLike) -> float:
    """I(T; S) of a binary layer from counts of its codes, with the correction of Miller and Madow.

    Parameters
    ----------
    code : array of 0/1, shape (rows, units)
    sensitive : array of 0/1, shape (rows,)

    Returns
    -------
    float
        Nats, at least 0. Biased towards H(S) where most codes occur once.
    """
    code, group = np.asarray(code) > 0.5, (np.asarray(sensitive) == 1).astype(np.int64)
    packed = np.ascontiguousarray(np.packbits(code, axis=1))
    rows = packed.view(np.dtype((np.void, packed.shape[1])))[:, 0]
    symbols = np.unique(rows, return_inverse=True)[1].reshape(-1)
    return max(0.0, _corrected(symbols) + _corrected(group) - _corrected(2 * symbols + group))


def _corrected(symbols: np.ndarray) -> float:
    """Plug-in entropy plus (symbols seen - 1) / (2 rows)."""
    count = np.unique(symbols, return_counts=True)[1]
    share = count / count.sum()
    return float(-(share * np.log(share)).sum() + (len(count) - 1) / (2 * count.sum()))


def _entropy(p: np.ndarray) -> np.ndarray:
    q = np.clip(np.stack([p, 1 - p]), 1e-300, 1)
    return -(q * np.log(q)).sum(0)
