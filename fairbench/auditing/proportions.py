r"""Intervals of rates, of areas under a ROC curve, and of the largest gap between groups.

A rate has Wilson's interval, an area the one of Newcombe (Statistics in Medicine, 2006, method 5)
that is built in the same way. Both hold for few rows and at 0 and 1, where a bootstrap has no
width. From the limits of two of them follow those of their difference (Newcombe, Statistics in
Medicine, 1998, method 10) and of their ratio (Donner and Zou, Statistical Methods in Medical
Research, 2012).

The largest gap of several groups is a maximum. Where the groups are alike it is 0, and the gap of a
sample never is: a bootstrap of it lies above 0 throughout and never covers the truth. So every
pair's signed difference gets its interval, all of them together at 95 % (the studentized range, as
in Tukey's test), and the largest gap lies between the largest of their lower ends and the largest
of their upper ends. Coverage is simulated in `tests/auditing`.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri
from scipy.stats import studentized_range

from fairbench.evaluation.intervals import LEVEL

#: Halvings that find the end of an interval.
_HALVINGS = 60


class Limits(NamedTuple):
    """Values and the ends of their 95 % intervals: numbers or arrays, NaN where there is none."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, chosen) -> Limits:
        """Some of them: by number, numbers or a mask."""
        return Limits(*(part[chosen] for part in self))


def normal_quantile(level: float = LEVEL) -> float:
    """z of a two-sided interval."""
    return float(ndtri(1 - level / 2))


@cache
def range_quantile(groups: int, level: float = LEVEL) -> float:
    """z at which the intervals of all pairs of so many groups hold together (Tukey-Kramer)."""
    if groups == 2:
        return normal_quantile(level)
    return float(studentized_range.ppf(1 - level, groups, np.inf)) / np.sqrt(2)


def wilson(successes: np.ndarray, totals: np.ndarray, z: float) -> Limits:
    """Rates with Wilson's interval (JASA, 1927).

    Parameters
    ----------
    successes, totals : array of int, shape (groups,)
    z : float
        Normal quantile of the level.

    Returns
    -------
    Limits
        NaN for a group without rows.
    """
    n, x = np.asarray(totals, float), np.asarray(successes, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = x / n
        middle = (x + z**2 / 2) / (n + z**2)
        half = z * np.sqrt(x * (n - x) / n + z**2 / 4) / (n + z**2)
    low = np.where(x == 0, 0.0, np.maximum(middle - half, 0))
    high = np.where(x == n, 1.0, np.minimum(middle + half, 1))
    none = n == 0
    return Limits(rate, np.where(none, np.nan, low), np.where(none, np.nan, high))


def area_limits(area: np.ndarray, positives: np.ndarray, negatives: np.ndarray, z: float) -> Limits:
    """Areas under ROC curves with Newcombe's interval (2006, method 5).

    Parameters
    ----------
    area : array, shape (groups,)
    positives, negatives : array of int, shape (groups,)
        Rows of each label behind it.
    z : float

    Returns
    -------
    Limits
        The areas t with (t - area)^2 <= z^2 V(t), V the variance of Hanley and McNeil (Radiology,
        1982) with the number of both labels evened out.
    """
    area, m, n = (np.asarray(each, float) for each in (area, positives, negatives))
    there = np.isfinite(area) & (m > 0) & (n > 0)
    ends = []
    for end in (0.0, 1.0):
        inner, outer = np.where(there, area, 0.5), np.full(len(area), end)
        for _ in range(_HALVINGS):
            middle = (inner + outer) / 2
            inside = (middle - area) ** 2 <= z**2 * _area_variance(middle, m, n)
            inner, outer = np.where(inside, middle, inner), np.where(inside, outer, middle)
        # An end that is itself inside, or as near as doubles come to it.
        ends.append(np.where(there, outer, np.nan))
    return Limits(np.where(there, area, np.nan), *ends)


def _area_variance(t: np.ndarray, m: np.ndarray, n: np.ndarray) -> np.ndarray:
    even = (m + n) / 2 - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        return t * (1 - t) * (1 + even * ((1 - t) / (2 - t) + t / (1 + t))) / (m * n)


def difference(one: Limits, other: Limits) -> Limits:
    """One less the other, from the ends of both; arrays that broadcast, or numbers."""
    value = one.value - other.value
    low = value - np.hypot(one.value - one.low, other.high - other.value)
    return Limits(value, low, value + np.hypot(one.high - one.value, other.value - other.low))


def ratio(one: Limits, other: Limits) -> Limits:
    """One over the other, both at least 0; the upper end is infinite where the other may be 0."""
    (a, a_low, a_high), (b, b_low, b_high) = one, other
    product, a_near = a * b, a_low * (2 * a - a_low)
    b_near = b_low * (2 * b - b_low)
    with np.errstate(divide="ignore", invalid="ignore"):
        # The quadratic's other root, by their product: nothing cancels, and b may be 0.
        root = np.sqrt(np.maximum(product**2 - a_near * b_high * (2 * b - b_high), 0))
        low = np.where(a_low == 0, 0.0, a_near / (product + root))
        root = np.sqrt(np.maximum(product**2 - a_high * (2 * a - a_high) * b_near, 0))
        high = np.where(b_low == 0, np.inf, (product + root) / b_near)
        value = a / b
    none = np.isnan(product)
    return Limits(value, np.where(none, np.nan, low), np.where(none, np.nan, high))


def largest_gap(limits: Limits) -> Limits:
    """The largest difference of two groups.

    Parameters
    ----------
    limits : Limits
        Of the groups, at the level of `range_quantile`.

    Returns
    -------
    Limits
        Of numbers. At least 0; NaN if a group has none.
    """
    value, low, high = (part[_apart(limits)].max() for part in difference(*_facing(limits)))
    return Limits(float(value), float(max(low, 0.0)), float(high))


def smallest_ratio(limits: Limits, all_zero: float) -> Limits:
    """The smallest rate over the largest, 0 to 1; `all_zero` where no group has any."""
    if np.isnan(limits.value).any():
        return Limits(np.nan, np.nan, np.nan)
    largest = float(limits.value.max())
    value = float(limits.value.min()) / largest if largest > 0 else all_zero
    pairs = ratio(*_facing(limits))
    low, high = (float(end[_apart(limits)].min()) for end in pairs[1:])
    return Limits(value, min(low, value), max(min(high, 1.0), value))


def _facing(limits: Limits) -> tuple[Limits, Limits]:
    """Every group as a row and as a column."""
    return Limits(*(v[:, None] for v in limits)), Limits(*(v[None, :] for v in limits))


def _apart(limits: Limits) -> np.ndarray:
    """Pairs of two groups, which are all but those of a group with itself."""
    return ~np.eye(len(limits.value), dtype=bool)
