"""Whether a discriminator's loss moves against the information that it is said to stand for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.fft import irfft, next_fast_len, rfft

from fairbench.evaluation.bootstrap import FEWEST
from fairbench.evaluation.intervals import t_intervals
from fairbench.evaluation.multiplicity import with_p_values

LATE = 2000
"""Iteration from which the report says that loss and information move oppositely."""

PAIRS = {
    side: (f"{side}_discriminator_loss", tuple(f"information_{name}" for name in names))
    for side, names in {
        "fairness": ("fairness", "smooth", "logistic", "logit"),
        "robustness": ("robustness", "robustness_published"),
    }.items()
}
"""Side -> the discriminator's loss, and the estimates of its information."""

_Z_95 = 1.959964


def correlation(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float, float]:
    """Correlation of two series with a 95 % interval that knows how slowly they move.

    Parameters
    ----------
    x, y : array, shape (n,)

    Returns
    -------
    value, low, high, effective : float
        The interval is Fisher's, with the effective number of independent pairs
        n / (1 + 2 sum_l (1 - l/n) r_x(l) r_y(l)) in place of n (Bartlett), the sum being cut
        where the product of the autocorrelations first ceases to be positive. With three such
        pairs or fewer nothing is known, and the interval is [-1, 1]. NaN for a constant series.
    """
    x, y = (np.asarray(v, float) - np.mean(v) for v in (x, y))
    scale = np.sqrt((x @ x) * (y @ y))
    if not np.isfinite(scale) or scale <= 1e-14:
        return (np.nan,) * 4
    value = float(np.clip(x @ y / scale, -1.0, 1.0))
    effective = _effective_size(x, y)
    if effective <= 3.0:
        return value, -1.0, 1.0, effective
    middle, half = np.arctanh(np.clip(value, -1 + 1e-12, 1 - 1e-12)), _Z_95 / np.sqrt(effective - 3)
    return value, float(np.tanh(middle - half)), float(np.tanh(middle + half)), effective


def _effective_size(x: np.ndarray, y: np.ndarray) -> float:
    n = len(x)
    product = _autocorrelation(x)[1:] * _autocorrelation(y)[1:]
    ends = np.flatnonzero(product <= 0.0)
    # The estimates already carry the factor (n - l) / n once each; one is wanted.
    used = product[: ends[0] if len(ends) else len(product)]
    lags = np.arange(1, len(used) + 1)
    return float(n / (1.0 + 2.0 * np.sum(used / (1.0 - lags / n))))


def _autocorrelation(x: np.ndarray) -> np.ndarray:
    size = next_fast_len(2 * len(x), real=True)
    power = np.abs(rfft(x, size)) ** 2
    covariance = irfft(power, size)[: len(x)]
    return covariance / covariance[0]


def rolling_correlation(
    iteration: np.ndarray, x: np.ndarray, y: np.ndarray, window: int, *, steps: int = 200
) -> pd.DataFrame:
    """`correlation` within windows of `window` iterations, about `steps` of them.

    Returns
    -------
    DataFrame
        ``iteration`` (the middle of the window), ``value``, ``low``, ``high``.
    """
    last = iteration[-1]
    starts = np.unique(np.linspace(iteration[0], max(last - window, iteration[0]), steps).round())
    rows = []
    for start in starts:
        low, high = np.searchsorted(iteration, [start, start + window])
        found = correlation(x[low:high], y[low:high])
        rows.append((start + window / 2, *found[:3]))
    return pd.DataFrame(rows, columns=["iteration", "value", "low", "high"])


def phases(warm_up: int, end: int) -> list[tuple[int, int]]:
    """Warm-up, until iteration `LATE`, and after it, as far as the run goes."""
    edges = sorted({0, min(warm_up, end), min(LATE, end), end})
    return list(zip(edges[:-1], edges[1:], strict=True))


def alignment_table(traces: pd.DataFrame) -> pd.DataFrame:
    """Correlation of each discriminator's loss with each estimate of its information, by phase.

    Parameters
    ----------
    traces : DataFrame
        As from `fairbench.studies.tracking.traces.read_tracks`.

    Returns
    -------
    DataFrame
        ``track``, ``label``, ``lambda_f``, ``lambda_r``, ``side``, ``information`` (a column of
        the traces), ``start`` and ``end`` (iterations), ``runs``, ``correlation``, ``low``,
        ``high``, ``effective``. Rows of one run are of trial 0, with the interval of
        `correlation`; rows of at least six runs hold the mean over initial seeds with its t
        interval. These have ``p`` and ``p_holm``, the family being one track: all sides,
        estimates and phases. A single run has neither, since its interval says nothing of others.
    """
    rows, columns = [], ["track", "label", "lambda_f", "lambda_r"]
    for key, runs in traces.groupby(columns, sort=False):
        names = dict(zip(columns, key, strict=True))
        for side, information, start, end in _comparisons(runs):
            row = names | {"side": side, "information": information, "start": start, "end": end}
            within = runs[(runs["iteration"] >= start) & (runs["iteration"] < end)]
            found = [
                correlation(run[PAIRS[side][0]].to_numpy(), run[information].to_numpy())
                for _, run in within.groupby("trial", sort=True)
            ]
            estimate = ("correlation", "low", "high", "effective")
            rows.append(row | {"runs": 1} | dict(zip(estimate, found[0], strict=True)))
            values = np.array(found)[:, :1]
            n = int(np.isfinite(values).sum())
            if n >= FEWEST:
                (low,), (high,) = t_intervals(values)
                ours = np.nanmean(values), low, high, np.nan
                rows.append(row | {"runs": n} | dict(zip(estimate, ours, strict=True)))
    table = pd.DataFrame(rows)
    if table.empty:
        return table
    how = {"value": "correlation", "n": "runs", "tested": table["runs"] > 1}
    return with_p_values(table, [table["track"]], **how)


def _comparisons(runs: pd.DataFrame) -> Iterator[tuple[str, str, int, int]]:
    for side, (loss, estimates) in PAIRS.items():
        for information in estimates:
            # A column is there for all tracks if one has it; what a run lacks is NaN.
            both = runs.reindex(columns=[loss, information])
            if both.notna().all(axis=None):
                for start, end in phases(int(runs["warm_up"].iloc[0]), int(runs["end"].iloc[0])):
                    yield side, information, start, end
