"""Means, spread and intervals per cell and label, with what was lost beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.evaluation.intervals import t_intervals
from fairbench.evaluation.selection import CELL

QUANTITIES = ("accuracy", "disparate_impact", "distance_to_limit")


def cell_summary(selected: pd.DataFrame, fits: pd.DataFrame) -> pd.DataFrame:
    """Summarise the selected models of each cell and label over its data sets.

    Parameters
    ----------
    selected, fits : DataFrame
        The tables of the contract; their rows may come in any order.

    Returns
    -------
    DataFrame
        One row per study, dataset, positive_rate, group_coefficient, poisoning and label, sorted.
        ``sees_sensitive``: whether the predictor is shown the sensitive attribute.
        ``n`` data sets with a result and ``lost`` ones without; ``n_disparate_impact`` of the
        former whose disparate impact is defined (neither group empty). ``fits``, and of these
        ``diverged``, ``error`` (both lost) and ``degenerate`` (kept). ``edge_rate`` and
        ``edge_rate_high``: share of the ``n`` that chose either end, and the upper end, of a
        grid of lambda_f. For accuracy, disparate_impact and distance_to_limit (test split): the
        mean under the bare name, ``_sd`` (ddof = 1), and ``_low``, ``_high``, Student's 95 %
        interval of the mean over trials. In dataset ``published`` trials differ by their initial
        seed alone, so that the interval speaks of training and not of data; those of real data
        divide the same rows anew, so that it speaks of division and training.

    Notes
    -----
    Means are over the data sets that have a value, ``n`` or ``n_disparate_impact``: compare these
    with ``n + lost`` before comparing means.
    """
    keys = [*CELL, "label"]
    selected = selected.sort_values([*keys, "trial"], kind="stable")
    rows = [
        {**dict(zip(keys, key, strict=True)), **_describe(group)}
        for key, group in selected.groupby(keys, sort=True, dropna=False)
    ]
    summary = pd.DataFrame(rows, columns=None if rows else keys)
    return summary.merge(_fit_counts(fits, keys), on=keys, how="left", validate="one_to_one")


def _describe(group: pd.DataFrame) -> dict[str, object]:
    values = group[list(QUANTITIES)].to_numpy(float)
    there = group["status"] != "lost"
    n = int(there.sum())
    described = ("method", "variant", "budget", "sees_sensitive")
    row: dict[str, object] = {name: group[name].iloc[0] for name in described}
    row |= {"n": n, "lost": len(group) - n}
    row["n_disparate_impact"] = int(group["disparate_impact"].notna().sum())
    edge = group.loc[there]
    row["edge_rate"] = float(edge["at_grid_edge"].mean()) if n else np.nan
    row["edge_rate_high"] = float((edge["grid_edge"] == "high").mean()) if n else np.nan
    low, high = t_intervals(values)
    for i, name in enumerate(QUANTITIES):
        column = group[name].astype(float)
        row |= {name: column.mean(), f"{name}_sd": column.std(ddof=1)}
        row |= {f"{name}_low": low[i], f"{name}_high": high[i]}
    return row


def _fit_counts(fits: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    statuses = {name: fits["status"] == name for name in ("diverged", "error", "degenerate")}
    counted = fits[keys].assign(fits=1, **statuses)
    return counted.groupby(keys, dropna=False).sum().astype(int).reset_index()
