"""Means, intervals and the words for them, shared by the figures of fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from fairbench.evaluation import bootstrap
from fairbench.evaluation.comparison import turned
from fairbench.plotting.style import method_looks


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


def quoted(comparisons: pd.DataFrame, label: str, rival: str, names: Mapping[str, str]) -> str:
    """Say what the tables of comparisons have of two labels over all cells, as label minus rival.

    Parameters
    ----------
    comparisons : DataFrame
        Rows of one study: ``label_a``, ``label_b``, ``quantity``, ``scope``, ``difference``, a - b,
        ``low``, ``high`` (bootstrap interval), ``n``.
    label, rival : str
        In either order in the table.
    names : mapping
        Quantities to be said, and what they are called.

    Returns
    -------
    str
        A sentence such as `` FR-Train minus naive MI, mean [95 % interval]: DI +0.010 [+0.004,
        +0.016] (higher, n = 10).`` with a space before it; empty where nothing is compared.
    """
    here = comparisons[(comparisons["scope"] == "all") & (comparisons["n"] > 0)]
    rows = turned(here, rival)
    rows = rows[rows["label"] == label].set_index("quantity").to_dict("index")
    parts = [f"{name} {_difference(rows[key])}" for key, name in names.items() if key in rows]
    if not parts:
        return ""
    looks = method_looks([label, rival])
    pair = f"{looks[label].name} minus {looks[rival].name}"
    return f" {pair}, mean [95 % interval]: {', '.join(parts)}."


def _difference(row: Mapping) -> str:
    mean, low, high, n = (row[name] for name in ("difference", "low", "high", "n"))
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


def trained_phrase(fits: pd.DataFrame, labels: Iterable[str]) -> str:
    """Say with which weights each label was trained, and what was lost of its fits."""
    parts = []
    for label, look in method_looks(labels).items():
        rows = fits[fits["label"] == label]
        told = ", ".join(f"{name} {_listed(rows[name])}" for name in ("lambda_f", "lambda_r"))
        parts.append(f"{look.name}: {told}, {_lost(rows['status'])}")
    return "; ".join(parts)


def _listed(values: pd.Series) -> str:
    """The values of a grid, of a long one the ends."""
    grid = [f"{value:g}" for value in sorted(values.unique())]
    return f"{grid[0]} to {grid[-1]} ({len(grid)} values)" if len(grid) > 15 else "/".join(grid)


def _lost(status: pd.Series) -> str:
    counts = status[status != "ok"].value_counts().sort_index()
    listed = ", ".join(f"{count} {name}" for name, count in counts.items())
    return f"{len(status):,} fits, of which {listed}" if listed else f"all {len(status):,} fits ok"
