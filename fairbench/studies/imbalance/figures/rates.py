"""Mutual information and disparate impact of a decision's two positive rates, exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr


def binary_entropy(share: ArrayLike) -> np.ndarray:
    """Entropy in nats of a binary variable that is 1 with this probability."""
    share = np.asarray(share, dtype=float)
    return entr(share) + entr(1.0 - share)


def positive_share(share_1: ArrayLike, rate_0: ArrayLike, rate_1: ArrayLike) -> np.ndarray:
    """P(Yhat = 1) from P(Z = 1), P(Yhat = 1 | Z = 0) and P(Yhat = 1 | Z = 1)."""
    share_1, rate_0, rate_1 = (np.asarray(v, dtype=float) for v in (share_1, rate_0, rate_1))
    return (1.0 - share_1) * rate_0 + share_1 * rate_1


def information(share_1: ArrayLike, rate_0: ArrayLike, rate_1: ArrayLike) -> np.ndarray:
    """I(Z; Yhat) in nats, from P(Z = 1) and the two groups' positive rates."""
    share_1 = np.asarray(share_1, dtype=float)
    within = (1.0 - share_1) * binary_entropy(rate_0) + share_1 * binary_entropy(rate_1)
    return np.maximum(binary_entropy(positive_share(share_1, rate_0, rate_1)) - within, 0.0)


def disparate_impact(rate_0: ArrayLike, rate_1: ArrayLike) -> np.ndarray:
    """Smaller over larger positive rate; 0 where both are 0, as everywhere in the package."""
    smaller, larger = np.minimum(rate_0, rate_1), np.maximum(rate_0, rate_1)
    return np.divide(smaller, larger, out=np.zeros_like(larger, dtype=float), where=larger > 0.0)


def largest_information(impact: ArrayLike) -> np.ndarray:
    r"""Largest I(Z; Yhat) in nats that a decision of this disparate impact can have.

    .. math:: \max I = \log\left(1 + (1 - d)\, d^{d / (1 - d)}\right)

    Parameters
    ----------
    impact : array
        Disparate impacts d, 0 to 1.

    Returns
    -------
    array
        log 2 at d = 0, falling to 0 at d = 1.

    Notes
    -----
    The rates are (d r, r) for some r. A decision with these rates is one with the rates (d, 1)
    whose positive outcomes are then kept with probability r, independently of Z. Such processing
    cannot raise the information, so r = 1 is best. With the rates (d, 1) the map from Z to Yhat is
    a Z-channel with crossover probability d; its largest information over P(Z) is the channel's
    capacity, the formula above. Which of the groups has the larger rate makes no difference.
    """
    d = np.asarray(impact, dtype=float)
    gap = 1.0 - d
    exponent = np.divide(d, gap, out=np.zeros_like(d), where=gap > 0.0)
    return np.log1p(gap * d**exponent)


def largest_information_at(impact: ArrayLike, positive: float, *, steps: int = 2001) -> np.ndarray:
    """`largest_information` among the decisions that are positive with a given probability.

    Parameters
    ----------
    impact : array, shape (n,)
        Disparate impacts, 0 to 1.
    positive : float
        P(Yhat = 1).
    steps : int
        Larger rates r that are tried. At the rates (d r, r) the share of the group with the larger
        rate follows from P(Yhat = 1), so that r alone is searched.

    Returns
    -------
    array, shape (n,)
    """
    d = np.asarray(impact, dtype=float)[:, None]
    largest = np.where(d > positive, positive / np.maximum(d, positive), 1.0)
    r = positive + (largest - positive) * np.linspace(0.0, 1.0, steps)
    gap = np.where(d < 1.0, 1.0 - d, 1.0)
    share = np.clip((positive / r - d) / gap, 0.0, 1.0)
    found = information(share, d * r, r)
    return np.where(d[:, 0] < 1.0, found.max(axis=1), 0.0)
