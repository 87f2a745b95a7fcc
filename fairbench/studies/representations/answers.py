"""What the representations study says, in a few lines computed from its tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.evaluation.verdict_words import what_holds
from fairbench.studies.representations.claims import DATASETS, PUBLISHED_TRIALS
from fairbench.studies.representations.gamma_sweep import QUANTITIES
from fairbench.studies.representations.summary import (
    CELL,
    ESTIMATION_ERROR,
    DataSet,
    Estimate,
    data_sets,
    lost_words,
)

_SUMS = {"auc+1-gpa": "AUC and 1-GPA", "auc+1-audc": "AUC and 1-AUDC"}


def answers(
    folds: pd.DataFrame, summary: pd.DataFrame, correlations: pd.DataFrame, verdicts: pd.DataFrame
) -> str:
    """Answer the questions of Cerrato et al. from the numbers.

    Parameters
    ----------
    folds, summary, correlations, verdicts : DataFrame
        ``folds.csv`` and the tables made from it and from the sweep.

    Returns
    -------
    str
        A Markdown list: the best trade-offs, what gamma steers, what a forest finds in the
        representations, whether the sum bounds the joint information, what was lost, and what was
        published and comes out. Intervals are those of the tables.
    """
    sets = list(data_sets(folds))
    lines = [line for data in sets for line in _best(data)]
    lines += [_steered(rows) for _, rows in correlations.groupby(CELL, sort=True)]
    lines += [_hidden(data) for data in sets] + [_bound(summary), _lost(summary, correlations)]
    return "\n".join(f"- {line}" for line in lines) + "\n" + what_holds(verdicts)


def shown(difference: Estimate) -> str:
    """Write a difference with its interval and what it shows."""
    if not np.isfinite(difference.low):
        return f"{difference.value:+.3f} (no interval, n = {difference.n})"
    between = difference.low <= 0.0 <= difference.high
    words = "no difference shown" if between else "a difference is shown"
    low, high = (f"{end:+.3f}" for end in (difference.low, difference.high))
    return f"{difference.value:+.3f} [{low}, {high}] ({words})"


def _name(data: DataSet) -> str:
    return f"{DATASETS.get(data.dataset, data.dataset)} ({data.profile})"


def _best(data: DataSet) -> list[str]:
    lines = []
    for quantity, words in _SUMS.items():
        head = f"**Best trade-off of {words}, {_name(data)}?**"
        best, second, lead = data.lead(quantity)
        if best is None:
            lines.append(f"{head} No method has a value in every fold.")
            continue
        text = f"{head} {best}, {data.mean(best, quantity).value:.3f}"
        if second is not None:
            text += f"; over {second} {shown(lead)}"
        budget = f"{data.folds} outer folds, {data.trials} search trials"
        lines.append(f"{text}; {budget} (published: {PUBLISHED_TRIALS}).")
    return lines


def _steered(rows: pd.DataFrame) -> str:
    parts = []
    for label, group in rows.groupby("label", sort=True):
        values = group.set_index("quantity").loc[list(QUANTITIES)]
        if values["pearson"].isna().all():
            continue
        numbers = ", ".join(
            f"{row['pearson']:+.2f}" + _interval(row["low"], row["high"])
            for _, row in values.iterrows()
        )
        parts.append(f"{label} {numbers} (n = {values['n'].iloc[0]} of {values['fits'].iloc[0]})")
    name = DATASETS.get(rows["dataset"].iloc[0], rows["dataset"].iloc[0])
    found = "; ".join(parts) or "no fits"
    return f"**Does gamma steer, {name}?** Its correlations with 1-GPA and with AUC: {found}."


def _interval(low: float, high: float) -> str:
    return f" [{low:+.2f}, {high:+.2f}]" if np.isfinite(low) else ""


def _hidden(data: DataSet) -> str:
    parts = []
    for label in sorted(data.rows["label"].unique()):
        area, distance = (data.mean(label, name) for name in ("probe_auc", "adrg"))
        one, ten = (data.mean(label, f"probe_auc_{draws}").value for draws in (1, 10))
        if area.n:
            drawn = f" (AUC from 1 draw {one:.3f}, from 10 {ten:.3f})" if one != ten else ""
            parts.append(f"{label} {area.value:.3f} / {distance.value:.3f}{drawn}")
    trees = data.rows["probe_trees"].min()
    head = f"**Do the representations hide the group, {_name(data)}?**"
    return f"{head} AUC / ADRG of a forest ({trees:.0f} trees): {'; '.join(parts) or 'unknown'}."


def _bound(summary: pd.DataFrame) -> str:
    rows = summary[(summary["quantity"] == "joint_exceeds_sum") & (summary["n"] > 0)]
    above = round(float((rows["mean"] * rows["n"]).sum()))
    where = [
        f"{row['dataset']} / {row['label']} {round(row['mean'] * row['n'])} of {row['n']}"
        for row in rows[rows["mean"] > 0].to_dict("records")
    ]
    head = "**Does the sum over neurons bound the joint information?** The joint is the larger, by"
    detail = f" ({', '.join(where)})" if where else ""
    counted = f"more than {ESTIMATION_ERROR} nats, in {above} of {rows['n'].sum()} chosen models"
    return f"{head} {counted}{detail}."


def _lost(summary: pd.DataFrame, correlations: pd.DataFrame) -> str:
    rows = summary[summary["quantity"] == "auc"]
    sweep = correlations[correlations["quantity"] == QUANTITIES[0]]
    text = f"**What was lost?** {lost_words(summary)}"
    text += f", {rows['search_lost'].sum()} of {rows['searched'].sum()} search trials, "
    text += f"{sweep['lost'].sum()} of {sweep['fits'].sum()} fits of the sweep. The smallest mean "
    return text + f"rests on {rows['n'].min()} folds."
