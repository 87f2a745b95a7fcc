"""Means, intervals and the words for them, shared by the figures of fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy.stats import t

__all__ = ["difference", "grid_phrase", "lost_phrase", "means", "span", "usable", "verdict"]


def usable(fits: pd.DataFrame) -> pd.DataFrame:
    """Rows that carry metrics: every status but ``diverged``, ``error`` and ``lost``."""
    return fits[~fits["status"].isin(["diverged", "error", "lost"])]


def means(frame: pd.DataFrame, by: Sequence[str], columns: Iterable[str]) -> pd.DataFrame:
    """Summarise columns over the rows of each group, leaving out what is missing.

    Parameters
    ----------
    frame : DataFrame
    by : sequence of str
        Grouping columns.
    columns : iterable of str

    Returns
    -------
    DataFrame
        Index `by`; for each column ``<column>`` (mean; NaN where nothing is left),
        ``<column>_n``, ``<column>_sd`` and ``<column>_half``, half the 95 % t interval of the
        mean. The last two are NaN where fewer than two values are left.
    """
    grouped, parts = frame.groupby(list(by), sort=True), {}
    for column in columns:
        values = grouped[column]
        n, sd = values.count(), values.std()
        parts |= {column: values.mean(), f"{column}_n": n, f"{column}_sd": sd}
        parts[f"{column}_half"] = sd / np.sqrt(n) * t.ppf(0.975, np.maximum(n - 1, 1))
    return pd.DataFrame(parts)


def difference(values: pd.Series | np.ndarray) -> tuple[float, float, float, int]:
    """Mean of paired differences with its 95 % t interval (NaN below two) and their number."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    row = means(pd.DataFrame({"all": 0, "d": values}), ["all"], ["d"])
    if row.empty:
        return float("nan"), float("nan"), float("nan"), 0
    mean, half = float(row["d"].iloc[0]), float(row["d_half"].iloc[0])
    return mean, mean - half, mean + half, len(values)


def verdict(values: pd.Series | np.ndarray, *, digits: int = 3) -> str:
    """Say a mean paired difference, its interval and what it shows, e.g. ``+0.010 [...] (higher)``.

    ``higher`` and ``lower`` need an interval that leaves out 0.
    """
    mean, low, high, n = difference(values)
    if n == 0:
        return "no pair"
    if n == 1:
        return f"{mean:+.{digits}f} (one pair, no interval)"
    word = "higher" if low > 0.0 else "lower" if high < 0.0 else "no difference shown"
    return f"{mean:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}] ({word}, n = {n})"


def span(counts: Iterable[int]) -> str:
    """Write counts as one number or as a range."""
    counts = [int(count) for count in counts]
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def grid_phrase(fits: pd.DataFrame, label: str) -> str:
    """Write the lambda_f and lambda_r that a label was trained with."""
    rows = fits[fits["label"] == label]
    listed = {
        name: ", ".join(f"{value:g}" for value in sorted(rows[name].unique()))
        for name in ("lambda_f", "lambda_r")
    }
    return f"lambda_f {listed['lambda_f']}; lambda_r {listed['lambda_r']}"


def lost_phrase(fits: pd.DataFrame, label: str) -> str:
    """Count the fits of a label that are not ok, by status."""
    status = fits.loc[fits["label"] == label, "status"]
    counts = status[status != "ok"].value_counts().sort_index()
    if counts.empty:
        return f"all {len(status):,} fits ok"
    listed = ", ".join(f"{count} {name}" for name, count in counts.items())
    return f"{len(status):,} fits, of which {listed}"
