"""Logistic regression to tolerance by Newton's method, with weights and linear equations."""

from __future__ import annotations

import numpy as np

#: Where the Newton decrement, twice what the loss can still fall by, counts as nothing.
_TOLERANCE = 1e-12
_STEPS = 100


def with_intercept(features: np.ndarray) -> np.ndarray:
    """Features in double precision with a column of ones behind them, (rows, width + 1)."""
    return np.c_[features.astype(float), np.ones(len(features))]


def fit_logistic(
    rows: np.ndarray,
    y: np.ndarray,
    *,
    ridge: float,
    weight: np.ndarray | None = None,
    start: np.ndarray | None = None,
    across: np.ndarray | None = None,
) -> np.ndarray:
    """The coefficients with the least mean loss plus ridge / 2 times their squared norm.

    Parameters
    ----------
    rows : array, shape (rows, columns)
        See `with_intercept`; the last column's coefficient is not penalised.
    y : array, shape (rows,)
        Labels 0/1.
    ridge : float
    weight : array, shape (rows,), optional
        Weights of the rows.
    start : array, shape (columns,), optional
        Where to begin.
    across : array, shape (equations, columns), optional
        The solution has the same products with it as `start`: steps are taken at right angles.

    Returns
    -------
    array, shape (columns,)

    Raises
    ------
    ValueError
        If the labels are all of one class, which no finite solution fits best, or no minimum was
        found.
    """
    if len(np.unique(y)) < 2:
        raise ValueError("the training labels are all of one class")
    share = np.full(len(y), 1 / len(y)) if weight is None else weight / weight.sum()
    at = np.zeros(rows.shape[1]) if start is None else np.array(start, float)
    penalty = np.full(len(at), ridge)
    penalty[-1] = 0.0

    def loss(where: np.ndarray) -> float:
        logit = rows @ where
        fit = np.logaddexp(0.0, logit) - y * logit
        return share @ fit + 0.5 * penalty @ where**2

    value = loss(at)
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(rows @ at, -500, 500)))
        gradient = rows.T @ (share * (p - y)) + penalty * at
        curvature = (rows * (share * p * (1 - p))[:, None]).T @ rows + np.diag(penalty)
        step = _newton(curvature, gradient, across)
        decrement = -gradient @ step
        if decrement < _TOLERANCE:
            return at + step
        size = 1.0
        while loss(at + size * step) > value - 1e-4 * size * decrement and size > 1e-10:
            size /= 2
        at = at + size * step
        value = loss(at)
    raise ValueError(f"no minimum of the logistic loss after {_STEPS} steps")


def _newton(curvature: np.ndarray, gradient: np.ndarray, across: np.ndarray | None) -> np.ndarray:
    """The Newton step, at right angles to `across`; the shortest where several are as good."""
    if across is None or not across.any():
        return np.linalg.lstsq(curvature, -gradient, rcond=None)[0]
    width, equations = len(gradient), len(across)
    system = np.zeros((width + equations, width + equations))
    system[:width, :width] = curvature
    system[width:, :width] = across
    system[:width, width:] = across.T
    right = np.r_[-gradient, np.zeros(equations)]
    return np.linalg.lstsq(system, right, rcond=None)[0][:width]
