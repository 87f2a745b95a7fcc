"""Plug-in entropies and mutual information of discrete variables, in nats."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

DEFAULT_EPS = 1e-10
"""Added inside the logarithms of the smooth estimate; the report's ``0.1^{10}``."""


def entropy(x: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    r"""Plug-in entropy of a discrete variable.

    .. math:: H(X) = -\sum_x \hat p(x) \log \hat p(x)

    Parameters
    ----------
    x : array of shape (n,) or (n, p)
        Observed symbols; the rows of a matrix are taken as joint symbols.
    weights : array of shape (n,), optional
        Non-negative weights of the observations, scaled here to sum to one. Default: equal.

    Returns
    -------
    float
        Entropy in nats, at least 0.

    Raises
    ------
    ValueError
        If the input is empty or not one- or two-dimensional, or the weights do not fit it.
    """
    codes, n_symbols = _symbol_codes(x, "x")
    mass = np.bincount(codes, _normalised_weights(weights, codes.size), minlength=n_symbols)
    return _entropy_of(mass)


def mutual_information(x: ArrayLike, y: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    r"""Plug-in mutual information of two discrete variables.

    .. math:: I(X;Y) = \sum_{x,y} \hat p(x,y) \log \frac{\hat p(x,y)}{\hat p(x)\,\hat p(y)}

    Parameters
    ----------
    x, y : array of shape (n,) or (n, p)
        Observed symbols; the rows of a matrix are taken as joint symbols.
    weights : array of shape (n,), optional
        Non-negative weights of the observations, scaled here to sum to one. Default: equal.

    Returns
    -------
    float
        Mutual information in nats, at least 0.

    Raises
    ------
    ValueError
        If the sizes differ, an input is empty or of the wrong dimension, or the weights do not fit.
    """
    x_codes, n_x = _symbol_codes(x, "x")
    y_codes, n_y = _symbol_codes(y, "y")
    if x_codes.size != y_codes.size:
        raise ValueError(
            f"x and y must have the same number of samples, got {x_codes.size} and {y_codes.size}"
        )
    # Only the observed pairs are tabulated: a full n_x by n_y table could be huge.
    pairs, pair_of = np.unique(x_codes * n_y + y_codes, return_inverse=True)
    mass = _normalised_weights(weights, x_codes.size)
    joint = np.bincount(pair_of, mass, minlength=pairs.size)
    p_x = np.bincount(x_codes, mass, minlength=n_x)[pairs // n_y]
    p_y = np.bincount(y_codes, mass, minlength=n_y)[pairs % n_y]
    seen = joint > 0
    terms = joint[seen] * np.log(joint[seen] / (p_x[seen] * p_y[seen]))
    return max(float(terms.sum()), 0.0)


def smooth_mutual_information(
    q: ArrayLike,
    sensitive: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    eps: float = DEFAULT_EPS,
) -> float:
    r"""Mutual information of a soft binary decision and a sensitive attribute.

    Algorithm 1 ("naive smooth mutual information") of the FR-Train report. With weights summing to
    one, the K by 2 table has :math:`p_{k,1} = \sum_i w_i 1[s_i = k] q_i` and what is missing to the
    shares of the K groups; then

    .. math:: I = H(S) - H(S \mid \hat Y), \qquad
              H(S \mid \hat Y) = -\sum_{s,y} p_{s,y} \log\left(p_{s \mid y} + \epsilon\right).

    It equals :func:`mutual_information` when every ``q`` is 0 or 1, up to ``eps``.

    Parameters
    ----------
    q : array of shape (n,)
        Probability that the decision is 1, for example ``sigmoid(20 * logit)``.
    sensitive : array of shape (n,)
        Groups, 0 to K - 1.
    weights : array of shape (n,), optional
        Non-negative weights of the observations, scaled here to sum to one. Default: equal.
    eps : float
        Added to every probability inside a logarithm.

    Returns
    -------
    float
        Mutual information in nats; may be below 0 by about ``eps``.

    Raises
    ------
    ValueError
        If the shapes differ, a probability is outside [0, 1], the sensitive attribute holds other
        values than 0, 1, 2, ..., the weights do not fit, or ``eps`` is negative.
    """
    q = np.asarray(q, dtype=float)
    sensitive = np.asarray(sensitive, dtype=float)
    _check_smooth_inputs(q, sensitive, eps)
    w = _normalised_weights(weights, q.size)
    member = sensitive[:, None] == np.arange(sensitive.max() + 1)
    p_s, accepted = w @ member, (w * q) @ member
    joint = np.stack([p_s - accepted, accepted], axis=1)  # (groups, decisions)
    p_y = joint.sum(0)
    # A decision that never occurs has no conditional distribution and no mass in the sum.
    conditional = np.divide(joint, p_y, out=np.zeros(joint.shape), where=p_y > 0)
    return float(np.sum(joint * _safe_log(conditional, eps)) - np.sum(p_s * _safe_log(p_s, eps)))


def _symbol_codes(x: ArrayLike, name: str) -> tuple[np.ndarray, int]:
    """Number the distinct symbols of `x`: integer codes of shape (n,), and how many there are."""
    x = np.asarray(x)
    if x.ndim not in (1, 2) or x.size == 0:
        raise ValueError(f"{name} must be a non-empty array of 1 or 2 dimensions, got {x.shape}")
    symbols, codes = np.unique(x, return_inverse=True, axis=0 if x.ndim == 2 else None)
    return codes.reshape(-1), len(symbols)


def _normalised_weights(weights: ArrayLike | None, n: int) -> np.ndarray:
    """Weights of shape (n,) that sum to one; equal ones when none are given."""
    if weights is None:
        return np.full(n, 1.0 / n)
    weights = np.asarray(weights, dtype=float)
    if weights.shape != (n,):
        raise ValueError(f"weights must have shape ({n},), got {weights.shape}")
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
        raise ValueError("weights must be finite, non-negative and not all zero")
    return weights / weights.sum()


def _check_smooth_inputs(q: np.ndarray, sensitive: np.ndarray, eps: float) -> None:
    if q.ndim != 1 or q.size == 0 or q.shape != sensitive.shape:
        raise ValueError(
            "q and sensitive must be non-empty vectors of the same size, "
            f"got shapes {q.shape} and {sensitive.shape}"
        )
    # Negated, so that NaN fails the test too.
    if not ((q >= 0) & (q <= 1)).all():
        raise ValueError(f"q must hold probabilities in [0, 1], got {q.min()} to {q.max()}")
    if not ((sensitive >= 0) & (sensitive == np.round(sensitive))).all():
        given = np.unique(sensitive)[:5]
        raise ValueError(f"sensitive must hold group numbers, 0, 1, 2, ..., got {given}")
    if not eps >= 0:
        raise ValueError(f"eps must be at least 0, got {eps}")


def _safe_log(p: np.ndarray, eps: float) -> np.ndarray:
    """``log(p + eps)``, with 0 where that argument is not positive, by ``0 log 0 = 0``."""
    shifted = p + eps
    return np.log(shifted, out=np.zeros_like(shifted), where=shifted > 0)


def _entropy_of(mass: np.ndarray) -> float:
    mass = mass[mass > 0]
    return max(float(-np.sum(mass * np.log(mass))), 0.0)
