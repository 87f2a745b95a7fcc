"""The caption of figures 9 and 10."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from fairbench.evaluation.comparison import MATCHED
from fairbench.plotting.numbers import quoted, sight_phrase, span, trained_phrase
from fairbench.plotting.style import caption_of, method_looks

METRICS = {
    "accuracy": ("accuracy", "accuracy", "share"),
    "disparate_impact": ("DI", "disparate impact", "ratio"),
}
"""Columns drawn, with their short name, display name and the scale of the axis."""

PUBLISHED = {
    "fig9": "published rows of Fig. 9, means",
    "fig10": "published file behind Fig. 10 (adversarial, wider lambda grid), means",
}

_QUOTED = {"accuracy": "accuracy", "disparate_impact": "DI", MATCHED: "DI at equal accuracy"}


def caption(
    selected: pd.DataFrame,
    fits: pd.DataFrame,
    cells: pd.DataFrame,
    comparisons: pd.DataFrame,
    *,
    label: str,
    rivals: Sequence[str],
    published: str,
) -> str:
    """Write what is shown, and how the methods differ by the tables of comparisons.

    Parameters
    ----------
    selected, fits, comparisons : DataFrame
        Of one study.
    cells : DataFrame
        Means by cell.
    label : str
    rivals : sequence of str
    published : str
        Whose hollow points are drawn; empty without any.
    """
    rows = selected[selected["label"] == label]
    labels = [label, *rivals]
    seen = f"{method_looks([label])[label].name} under label imbalance: accuracy and disparate "
    seen += "impact (DI) of the chosen models. "
    seen += f"Hollow: {published}. " if published else ""
    seen += "Points are means over data sets; coefficients c are shifted sideways."
    seen += "".join(quoted(comparisons, label, rival, _QUOTED) for rival in rivals)
    details = [_shown(rows, cells), _lost(rows), f"{trained_phrase(fits, labels)}."]
    words = sight_phrase(selected[selected["label"].isin(labels)])
    details.append(f"{words[0].upper()}{words[1:]}.")
    return caption_of(seen, " ".join(filter(None, details)))


def _shown(rows: pd.DataFrame, cells: pd.DataFrame) -> str:
    first = rows.iloc[0]
    poisoning = "" if first["poisoning"] == "none" else f", poisoned ({first['poisoning']})"
    bars = "bars: 95 % t intervals of the mean, cut at the ends of the range"
    if (cells["accuracy_n"] < 2).all():
        bars = "one each, so no interval"
    text = (
        f"Test split of data set {first['dataset']!r}{poisoning}; the model of each data set was "
        f"chosen on its selection split. n = {span(cells['accuracy_n'])} data sets a cell, {bars}."
    )
    if cells["limit"].notna().any():
        text += " Dashed: the best accuracy possible at the method's mean disparate impact (DI)."
    return text


def _lost(rows: pd.DataFrame) -> str:
    """What the numbers at the foot of the panels are, where something was lost."""
    lost = int(rows["accuracy"].isna().sum())
    if not lost and not rows["lost"].sum():
        return ""
    return (
        f"{lost} of {len(rows)} data sets lost every fit and are left out of the means. At the "
        "foot: data sets left of those planned, or (with a minus) fits lost where every data set "
        "still has a model; a cell with nothing left is a gap."
    )
