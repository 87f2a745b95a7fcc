"""Two methods on the same data sets: Wilcoxon's signed-rank test, and Benavoli's Bayesian one."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata, wilcoxon

from fairbench.base.randomness import stream
from fairbench.evaluation.intervals import LEVEL

DRAWS = 20_000
"""Draws of the posterior: a probability of one half is good to 0.004."""

PRIOR = 0.5
"""Weight of the prior's one pseudo data set without a difference (Benavoli et al., 2017)."""

_EXACT = 50
_DIGITS = 12


def signed_rank_test(differences: np.ndarray) -> tuple[float, int]:
    """Wilcoxon's signed-rank test, exact up to 50 data sets, with ties or without.

    Parameters
    ----------
    differences : array of float, shape (data sets,)

    Returns
    -------
    p : float
        Two-sided; NaN without a data set, 1 where nothing differs.
    side : int
        1 or -1: the sign with the larger sum of ranks, which need not be that of the mean; or 0.

    Notes
    -----
    Differences of 0 are ranked with the others and their ranks dropped (Pratt, 1959): that two
    methods are equal on a data set is no reason to trust the rest of them more. The p value is the
    share of all choices of signs, given the ranks, whose sum is at least as far from its middle.
    """
    d = np.round(np.asarray(differences, float), _DIGITS)
    if not len(d):
        return float("nan"), 0
    if not d.any():
        return 1.0, 0
    # Twice the ranks: those of ties are whole numbers and a half.
    doubled = np.round(2 * rankdata(np.abs(d))).astype(int)[d != 0]
    beyond = doubled[d[d != 0] > 0].sum() - doubled.sum() / 2
    side = int(np.sign(beyond))
    if len(d) > _EXACT:
        return float(wilcoxon(d, zero_method="pratt", method="asymptotic").pvalue), side
    chances = _chances(doubled)
    far = np.abs(np.arange(len(chances)) - doubled.sum() / 2) >= abs(beyond)
    return float(min(chances[far].sum(), 1.0)), side


def _chances(ranks: np.ndarray) -> np.ndarray:
    """Of every sum of ranks, each of which counts or not by a fair coin."""
    chances = np.ones(1)
    for rank in ranks:
        longer = np.zeros(len(chances) + rank)
        longer[: len(chances)] += chances / 2
        longer[rank:] += chances / 2
        chances = longer
    return chances


def least_p(data_sets: int) -> float:
    """Smallest p value that so many data sets can give: all differences of one sign."""
    return min(2.0 ** (1 - data_sets), 1.0)


def needed(tests: int) -> int:
    """Fewest data sets with which Holm's correction can reject any of so many tests."""
    n = 1
    while tests * least_p(n) > LEVEL:
        n += 1
    return n


def posterior(
    differences: np.ndarray, rope: float, *, seed: int, draws: int = DRAWS
) -> tuple[float, float, float]:
    """Probabilities that a difference on another data set is below, within and above the rope.

    Parameters
    ----------
    differences : array of float, shape (data sets,)
    rope : float
        Half the region of practical equivalence.
    seed, draws : int
        Draws for equally many data sets are the same, whatever is compared.

    Returns
    -------
    below, within, above : float
        Each the share of draws in which it is the likeliest of the three. NaN without a data set.

    Notes
    -----
    The Bayesian signed-rank test of Benavoli et al. (ICML 2014; JMLR 2017): the unknown law of the
    differences is a Dirichlet process, whose draws weight the data sets and one pseudo data set at
    0. The statistic is where the mean of two differences, drawn by these weights, lies.
    """
    d = np.asarray(differences, float)
    if not len(d):
        return (float("nan"),) * 3
    d = np.append(d, 0.0)
    sums = np.round(d[:, None] + d, _DIGITS)
    shape = np.append(np.ones(len(d) - 1), PRIOR)
    weights = stream(seed, "evaluation", "signed_rank", len(d)).dirichlet(shape, size=draws)
    mass = [_mass(weights, _above(side * sums, 2 * rope)) for side in (-1, 1)]
    likeliest = np.argmax([mass[0], 1 - mass[0] - mass[1], mass[1]], axis=0)
    below, within, above = np.bincount(likeliest, minlength=3) / draws
    return float(below), float(within), float(above)


def _above(sums: np.ndarray, end: float) -> np.ndarray:
    """1 where a sum lies beyond the end, a half where it lies on it."""
    end = round(end, _DIGITS)
    return (sums > end) + 0.5 * (sums == end)


def _mass(weights: np.ndarray, beyond: np.ndarray) -> np.ndarray:
    """Chance, under each draw's weights, that a pair lies beyond."""
    return np.einsum("di,ij,dj->d", weights, beyond, weights, optimize=True)
