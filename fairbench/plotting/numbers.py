"""Means, intervals and the words for them, shared by the figures of fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from fairbench.evaluation import bootstrap
from fairbench.evaluation.comparison import between


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
        parts[f"{column}_half"] = sd / np.sqrt(n) * stdtrit(np.maximum(n - 1, 1), 0.975)
    return pd.DataFrame(parts)


def verdict(values: pd.Series | np.ndarray) -> str:
    """Say a mean paired difference, its 95 % t interval and what it shows.

    Parameters
    ----------
    values : array
        Differences; missing ones are left out.

    Returns
    -------
    str
        E.g. ``+0.010 [+0.004, +0.016] (higher, n = 10)``.
    """
    row = means(pd.DataFrame({"all": 0, "d": np.asarray(values, dtype=float)}), ["all"], ["d"])
    if row.empty or row["d_n"].iloc[0] == 0:
        return "no pair"
    mean, half, n = row[["d", "d_half", "d_n"]].iloc[0]
    return _difference_phrase(mean, mean - half, mean + half, int(n))


def quoted(
    comparisons: pd.DataFrame, label: str, rival: str, *, quantity: str, scope: str
) -> str | None:
    """Say a row of the comparison tables in the words of `verdict`, as label minus rival.

    Parameters
    ----------
    comparisons : DataFrame
        Rows of one study: ``label_a``, ``label_b``, ``quantity``, ``scope``, ``difference``, a - b,
        ``low``, ``high`` (bootstrap interval), ``n``.
    label, rival : str
        In either order in the table.
    quantity, scope : str

    Returns
    -------
    str or None
        None where the table does not compare them.
    """
    row = between(comparisons, label, rival, quantity=quantity, scope=scope)
    if row is None or not row["n"]:
        return None
    return _difference_phrase(row["difference"], row["low"], row["high"], row["n"])


def _difference_phrase(mean: float, low: float, high: float, n: int) -> str:
    if not np.isfinite([low, high]).all():
        return f"{mean:+.3f} (no interval, n = {n})"
    word = bootstrap.verdict(low, high, n, "higher", "lower")
    return f"{mean:+.3f} [{low:+.3f}, {high:+.3f}] ({word}, n = {n})"


def span(counts: Iterable[int]) -> str:
    """Write counts as one number or as a range."""
    counts = [int(count) for count in counts]
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def sight_phrase(rows: pd.DataFrame) -> str:
    """Say which labels' predictors are shown the sensitive attribute (``sees_sensitive``)."""
    sees = rows.groupby("label")["sees_sensitive"].first().astype(bool)
    shown, blind = (", ".join(sorted(sees.index[sees == kind])) for kind in (True, False))
    if not blind:
        return "every method sees the sensitive attribute"
    if not shown:
        return "no method's predictor sees the sensitive attribute"
    return f"the sensitive attribute is shown to the predictors of {shown}, not of {blind}"


def grid_phrase(fits: pd.DataFrame, label: str) -> str:
    """Write the lambda_f and lambda_r that a label was trained with, long grids by their ends."""
    rows = fits[fits["label"] == label]
    listed = {}
    for name in ("lambda_f", "lambda_r"):
        values = [f"{value:g}" for value in sorted(rows[name].unique())]
        many = f"{values[0]} to {values[-1]} ({len(values)} values)" if len(values) > 15 else ""
        listed[name] = many or ", ".join(values)
    return f"lambda_f {listed['lambda_f']}; lambda_r {listed['lambda_r']}"


def lost_phrase(fits: pd.DataFrame, label: str) -> str:
    """Count the fits of a label that are not ok, by status."""
    status = fits.loc[fits["label"] == label, "status"]
    counts = status[status != "ok"].value_counts().sort_index()
    if counts.empty:
        return f"all {len(status):,} fits ok"
    listed = ", ".join(f"{count} {name}" for name, count in counts.items())
    return f"{len(status):,} fits, of which {listed}"
