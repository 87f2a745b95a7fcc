"""Weights of training rows from a few clean ones, for a linear model: learning to reweight.

Ren, Zeng, Yang and Urtasun (ICML 2018), algorithm 1. A row of a batch weighs as much as a step
along its own gradient would lower the clean rows' loss, and nothing if it would raise it. They
differentiate at weights of 0, where no second backward pass is needed,

    - d clean_loss(theta - rate sum_i e_i grad l_i) / d e_i at e = 0
        = rate <grad l_i(theta), grad clean_loss(theta)>.
"""

from __future__ import annotations

import numpy as np


def meta_weights(errors: np.ndarray, rows: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Weights of a batch that sum to 1, or are all 0 where no row helps.

    Parameters
    ----------
    errors : array, shape (batch,)
        P(y = 1) less y: the derivative of each loss by its logit.
    rows : array, shape (batch, columns)
    slope : array, shape (columns,)
        Gradient of the clean rows' mean loss.
    """
    weight = (errors * (rows @ slope)).clip(min=0)
    total = weight.sum()
    return weight / total if total > 0 else weight


def learn_weights(
    rows: np.ndarray,
    y: np.ndarray,
    clean_rows: np.ndarray,
    clean_y: np.ndarray,
    *,
    seed: int,
    epochs: int,
    batch: int,
    rate: float,
) -> tuple[np.ndarray, np.ndarray]:
    """A linear model trained by steps on reweighted batches, and what rows weighed on the way.

    Parameters
    ----------
    rows, clean_rows : array, shape (rows, columns)
        A column of ones among them.
    y, clean_y : array, shape (rows,)
        Labels 0/1.
    seed : int
        Of the order of the rows.
    epochs, batch : int
    rate : float
        Step of gradient descent.

    Returns
    -------
    coefficients : array, shape (columns,)
    weights : array, shape (rows,)
        Mean over epochs, beside others of their batches; their mean is 1.

    Raises
    ------
    ValueError
        If there are no clean rows, or only of one class.
    """
    if len(np.unique(clean_y)) < 2:
        raise ValueError(f"the {len(clean_y)} clean rows are not of both classes")
    generator = np.random.default_rng([seed, 0x52])
    at, weights = np.zeros(rows.shape[1]), np.zeros(len(y))
    for _ in range(epochs):
        for part in np.array_split(generator.permutation(len(y)), max(1, round(len(y) / batch))):
            slope = clean_rows.T @ _errors(clean_rows, clean_y, at) / len(clean_y)
            errors = _errors(rows[part], y[part], at)
            weight = meta_weights(errors, rows[part], slope)
            at = at - rate * rows[part].T @ (weight * errors)
            weights[part] += weight * len(part)
    if not weights.any():
        raise ValueError("no training row helps with the clean rows")
    return at, weights / weights.mean()


def _errors(rows: np.ndarray, y: np.ndarray, at: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(rows @ at, -500, 500))) - y
