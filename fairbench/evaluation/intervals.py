"""Intervals that are honest for three to ten data sets, and their p values.

Everything here has a closed form. A mean of n values has Student's interval. Any other smooth
statistic has the jackknife's: each data set left out once, and t again.

Simulated coverage of the nominal 95 % at n = 3, 6 and 10 (tests): 95 % for normal values, 94 % for
differences of disparate impact; for disparate impact itself, where its likeliest value is the
largest possible, exp(-|normal|), 92.5, 93 and 93.5 %. Few values do not show their skewness.

Of five random divisions of the same 1,000 rows, with their overlap: 96 % for accuracy and 88 % for
disparate impact; without it, 84 and 71 %.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

LEVEL = 0.05


class Estimate(NamedTuple):
    """A mean, its 95 % interval (NaN for fewer than two values), and how many values it is of."""

    value: float
    low: float
    high: float
    n: int


def estimate(values: np.ndarray, *, overlap: float = 0.0) -> Estimate:
    """The mean of the values that are there, NaN being none, with the interval of `t_intervals`."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    if not len(values):
        return Estimate(np.nan, np.nan, np.nan, 0)
    low, high = t_intervals(values[:, None], overlap=overlap)
    return Estimate(float(values.mean()), float(low[0]), float(high[0]), len(values))


def t_intervals(values: np.ndarray, *, overlap: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Student's 95 % intervals of the means of columns, NaN being no value.

    Parameters
    ----------
    values : array of float, shape (data sets, quantities)
    overlap : float
        Test rows for one training row, where data sets are divisions of the same rows: the
        variance of their mean is then about s^2 (1 / n + overlap) and not s^2 / n (Nadeau and
        Bengio, Machine Learning, 2003). 0 for data sets that share nothing.

    Returns
    -------
    low, high : array, shape (quantities,)
        NaN for a quantity with fewer than two values.
    """
    valid = np.isfinite(values)
    n = valid.sum(axis=0)
    there = np.where(n > 0, n, 1)
    mean = np.where(valid, values, 0.0).sum(axis=0) / there
    squares = np.where(valid, values - mean, 0.0) ** 2
    free = np.maximum(n - 1, 1)
    square = squares.sum(axis=0) / free
    variance = square / there + square * overlap
    half = stdtrit(free, 1 - LEVEL / 2) * np.sqrt(variance)
    half = np.where(n > 1, half, np.nan)
    return mean - half, mean + half


def jackknife_interval(value: float, left_out: list[np.ndarray]) -> tuple[float, float]:
    """95 % interval of a smooth statistic of one or several independent cells.

    Parameters
    ----------
    value : float
        The statistic of all data sets.
    left_out : list of arrays, shape (data sets of a cell,)
        For each cell, the statistic without each of its data sets in turn; at least two each.

    Returns
    -------
    low, high : float
        The variance is the sum over cells of (n - 1) / n times the squares about the cell's mean,
        with as many degrees of freedom as data sets less cells. For a mean these are Student's
        interval and its stratified form. NaN where the statistic is.
    """
    variance = sum((len(v) - 1) / len(v) * ((v - v.mean()) ** 2).sum() for v in left_out)
    free = sum(len(v) - 1 for v in left_out)
    half = float(stdtrit(free, 1 - LEVEL / 2) * np.sqrt(variance))
    return value - half, value + half


def p_values(
    value: np.ndarray, low: np.ndarray, high: np.ndarray, n: np.ndarray, at: float = 0.0
) -> np.ndarray:
    """Two-sided p values that agree with 95 % intervals: below 0.05 where `at` lies outside.

    Parameters
    ----------
    value, low, high : array of float
        Estimates and their intervals.
    n : array of int
        Data sets (or clusters) behind each; a t distribution with n - 1 degrees of freedom.
    at : float
        The value that is tested.

    Returns
    -------
    array of float
        The level at which the end of the interval towards `at` would reach it. For Student's
        intervals this is the t test. NaN without an interval.

    Notes
    -----
    The distance to `at` is measured in half widths of the interval on that side, so that a
    bootstrap interval, longer on one side, has its p value too.
    """
    value, low, high = (np.asarray(v, dtype=float) for v in (value, low, high))
    free = np.maximum(np.asarray(n) - 1, 1)
    half = np.where(value > at, value - low, high - value)
    distance = np.abs(value - at)
    with np.errstate(divide="ignore", invalid="ignore"):
        # An interval without width decides wholly; a value that lies on `at` not at all.
        ratio = np.where(distance > 0.0, distance / half, 0.0)
    p = 2.0 * stdtr(free, -ratio * stdtrit(free, 1 - LEVEL / 2))
    return np.where(np.isfinite(low) & np.isfinite(high), p, np.nan)
