"""What methods miss to the best that any classifier could do: profiles, and the worst tenth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.evaluation.many.quantities import REGRETS
from fairbench.evaluation.many.values import block_means
from fairbench.evaluation.selection import limit_of

WORST = 0.1
"""Share of data sets that the worst decile is about."""


def sum_to_limit(values: pd.DataFrame, limits: pd.DataFrame) -> np.ndarray:
    """What is missing to the largest accuracy + disparate impact on the limit of the law.

    Parameters
    ----------
    values : DataFrame
        ``positive_rate`` and ``group_coefficient`` (of the law), ``accuracy`` and
        ``disparate_impact``.
    limits : DataFrame
        Tables of `fairbench.data.limit.accuracy_limit` with the law beside them.

    Returns
    -------
    array of float, shape (rows,)
        NaN where no limit is known. Below 0 by the noise of the test rows alone.
    """
    best = np.full(len(values), np.nan)
    for law, rows in values.groupby(["positive_rate", "group_coefficient"]).indices.items():
        limit = limit_of(limits, *law)
        if len(limit):
            # Accuracy is linear between the points, so the largest sum is at one of them.
            best[rows] = (limit["accuracy"] + limit["disparate_impact"]).max()
    return best - (values["accuracy"] + values["disparate_impact"]).to_numpy(float)


def profile(regrets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of data sets on which no more than so much is missing.

    Parameters
    ----------
    regrets : array of float, shape (data sets,)
        NaN where all fits were lost: such a data set is within no regret, and the profile ends
        below 1.

    Returns
    -------
    regret, share : array, shape (data sets with a value,)
        The steps of the profile, ascending.
    """
    steps = np.sort(regrets[np.isfinite(regrets)])
    return steps, np.arange(1, len(steps) + 1) / max(len(regrets), 1)


def worst_decile(regrets: np.ndarray) -> float:
    """Mean regret over the worst tenth of data sets, a data set at the edge by its part.

    Returns
    -------
    float
        With ten data sets or fewer that of the worst one. NaN if a data set has no value, as
        nobody knows how bad that one is.
    """
    if not len(regrets) or not np.isfinite(regrets).all():
        return float("nan")
    ordered, wanted = np.sort(regrets)[::-1], max(WORST * len(regrets), 1.0)
    weights = np.clip(wanted - np.arange(len(ordered)), 0.0, 1.0)
    return float(weights @ ordered / wanted)


def regret_table(values: pd.DataFrame) -> pd.DataFrame:
    """Describe the regret of every method of a study over its data sets.

    Parameters
    ----------
    values : DataFrame
        Of `fairbench.evaluation.many.values.test_values`, one study, with columns of `REGRETS`.

    Returns
    -------
    DataFrame
        ``quantity``, ``label``, ``data_sets``, of these ``lost`` (no trial has a value), and
        ``mean``, ``median``, ``worst_decile`` and ``worst`` of the means over trials. No rows
        where no limit is known.
    """
    rows = []
    for quantity in REGRETS:
        if values.get(quantity, pd.Series(dtype=float)).notna().any():
            means = block_means(values, quantity)
            for label in means:
                ran = values.loc[values["label"] == label, "data_set"].unique()
                rows.append({"quantity": quantity, "label": label} | _told(means.loc[ran, label]))
    columns = ["quantity", "label", "data_sets", "lost", "mean", "median", "worst_decile", "worst"]
    return pd.DataFrame(rows, columns=columns)


def _told(means: pd.Series) -> dict:
    told = {"data_sets": len(means), "lost": int(means.isna().sum())}
    told |= {"mean": means.mean(), "median": means.median()}
    return told | {"worst_decile": worst_decile(means.to_numpy(float)), "worst": means.max()}
