"""The numbers and the caption of figures 9 and 10."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from fairbench.plotting.numbers import grid_phrase, lost_phrase, quoted, sight_phrase, span, verdict
from fairbench.plotting.style import caption_of, method_looks

CELL = ["group_coefficient", "positive_rate"]
METRICS = {
    "accuracy": ("accuracy", "accuracy", "share"),
    "disparate_impact": ("DI", "disparate impact", "ratio"),
}
"""Columns drawn, with their short name, display name and the scale of the axis."""

_QUANTITIES = {
    "accuracy": "accuracy",
    "disparate_impact": "DI",
    "distance_to_limit": "distance to the limit at its own DI",
    "disparate_impact_at_equal_accuracy": "DI at equal accuracy along the frontiers",
}
_SCOPES = {"all": "all cells", "P(Y=1)<=0.3": "P(Y=1) <= 0.3"}
"""Quantities and scopes of the tables of comparisons, in the caption's words."""

PUBLISHED = {
    "fig9": "published rows of Fig. 9, means",
    "fig10": "published file behind Fig. 10 (adversarial, wider lambda grid), means",
}


def paired(selected: pd.DataFrame, label: str, rival: str) -> pd.DataFrame:
    """Differences between two methods on the same data sets.

    Parameters
    ----------
    selected : DataFrame
        Selected models of one study.
    label, rival : str

    Returns
    -------
    DataFrame
        One row for each data set: the cell, ``trial``, and label minus rival of ``accuracy``,
        ``disparate_impact`` and ``distance_to_limit``; NaN where one of them has no model.
    """
    key, values = [*CELL, "trial"], [*METRICS, "distance_to_limit"]
    sides = [selected[selected["label"] == side].set_index(key)[values] for side in (label, rival)]
    return (sides[0] - sides[1]).reset_index()


def caption(
    selected: pd.DataFrame,
    fits: pd.DataFrame,
    cells: pd.DataFrame,
    published: pd.DataFrame,
    comparisons: pd.DataFrame,
    *,
    label: str,
    rivals: Sequence[str],
    begins: str,
) -> str:
    """Write what is shown and what it answers, from the numbers.

    Parameters
    ----------
    selected, fits : DataFrame
        Of one study.
    cells, published : DataFrame
        Means by cell, ours and the published ones.
    comparisons : DataFrame
        Of the same study; may be empty (see `figure_imbalance`).
    label : str
    rivals : sequence of str
    begins : str
        What is drawn, in its first words.

    Returns
    -------
    str
    """
    rows = selected[selected["label"] == label]
    answers = [_answer(rows, cells)]
    for rival in reversed(rivals):
        answers = [*_comparison(selected, fits, comparisons, label, rival), *answers]
    parts = [_shown(rows, cells), _tried(rows, fits, label), _sight(selected, [label, *rivals])]
    if len(published):
        parts.append(_distance(cells, published))
    means = "Points are means over data sets; coefficients c are shifted sideways."
    return caption_of(f"{begins} {means} {answers[0]}", " ".join(parts + answers[1:]))


def _shown(rows: pd.DataFrame, cells: pd.DataFrame) -> str:
    first = rows.iloc[0]
    poisoning = "" if first["poisoning"] == "none" else f", poisoned ({first['poisoning']})"
    text = (
        f"Test split of data set {first['dataset']!r}{poisoning}; the model of each data set was "
        f"chosen on its selection split. Points: means over n = {span(cells['accuracy_n'])} data "
        "sets a cell, "
    )
    single = (cells["accuracy_n"] < 2).all()
    text += "one each, so no interval. " if single else "bars: 95 % t intervals of the mean"
    if not single:
        # Symmetric about 0.5, the same question at both ends.
        reach = pd.concat((cells[name] - 0.5).abs() + cells[f"{name}_half"] for name in METRICS)
        beyond = reach.max() > 0.52
        text += ", cut where they leave the range from 0 to 1. " if beyond else ". "
    text = text.rstrip()
    if cells["limit"].notna().any():
        text += (
            " Dashed: the best accuracy possible for the law of the data at the method's mean "
            "disparate impact (DI)."
        )
    lost = int(rows["accuracy"].isna().sum())
    if lost or rows["lost"].sum():
        text += (
            f" {lost} of {len(rows)} data sets lost every fit and are left out of the means. At "
            "the foot: data sets left of those planned, or (with a minus) fits lost where every "
            "data set still has a model; a cell with nothing left is a gap."
        )
    return text


def _tried(rows: pd.DataFrame, fits: pd.DataFrame, label: str) -> str:
    text = ""
    if (fits["label"] == label).any():
        text = f"Trained: {grid_phrase(fits, label)}; {lost_phrase(fits, label)}. "
    edge = rows.loc[rows["accuracy"].notna(), ["at_grid_edge", "grid_edge"]]
    at = edge.loc[edge["at_grid_edge"].astype(bool), "grid_edge"]
    low, high = int((at == "low").sum()), int((at == "high").sum())
    return (
        f"{text}The chosen lambda_f is at an edge of the grid in {len(at)} of {len(edge)} data "
        f"sets ({low} low, {high} high)."
    )


def _sight(selected: pd.DataFrame, labels: Sequence[str]) -> str:
    """Which of the methods of the figure are shown the sensitive attribute."""
    words = sight_phrase(selected[selected["label"].isin(labels)])
    return f"{words[0].upper()}{words[1:]}."


def _distance(cells: pd.DataFrame, published: pd.DataFrame) -> str:
    both = cells.join(published[list(METRICS)].add_suffix("_published"), how="inner")
    both = both.dropna(subset=list(METRICS))
    gap = {name: (both[name] - both[f"{name}_published"]).abs().mean() for name in METRICS}
    return (
        f"The published means (n = {span(published['accuracy_n'])} data sets a cell) differ from "
        f"ours by {gap['accuracy']:.3f} in accuracy and {gap['disparate_impact']:.3f} in DI, on "
        f"average over {len(both)} cell{'s' if len(both) != 1 else ''}."
    )


def _answer(rows: pd.DataFrame, cells: pd.DataFrame) -> str:
    """Level and scatter at the smallest and the largest P(Y = 1), and by c."""
    known = cells.dropna(subset=list(METRICS))
    if known.empty:
        return "No data set has a model."
    by_rate = known.groupby("positive_rate").mean()
    levels = [_level(by_rate, rate) for rate in sorted({by_rate.index[0], by_rate.index[-1]})]
    lowest = by_rate["accuracy"].idxmin()
    text = (
        f"Accuracy / DI: {', '.join(levels)}; the lowest accuracy is "
        f"{by_rate['accuracy'].min():.3f}, at P(Y=1) = {lowest:g}"
    )
    by_c = known.groupby("group_coefficient")[list(METRICS)].mean()
    if len(by_c) > 1:
        spread = by_c.max() - by_c.min()
        text += (
            f"; the means of the c's differ by up to {spread['accuracy']:.3f} / "
            f"{spread['disparate_impact']:.3f}"
        )
    distance = rows["distance_to_limit"].mean()
    if pd.notna(distance):
        text += f". On average the accuracy is {distance:.3f} below the limit at its own DI"
    return f"{text}."


def _level(by_rate: pd.DataFrame, rate: float) -> str:
    at = by_rate.loc[rate]
    text = f"{at['accuracy']:.3f} / {at['disparate_impact']:.3f}"
    if pd.notna(at["accuracy_sd"]):
        text += f" (sd {at['accuracy_sd']:.3f} / {at['disparate_impact_sd']:.3f})"
    return f"{text} at P(Y=1) = {rate:g}"


def _comparison(
    selected: pd.DataFrame, fits: pd.DataFrame, comparisons: pd.DataFrame, label: str, rival: str
) -> list[str]:
    """The comparison over all cells, and what else there is to say of it."""
    names = [method_looks([side])[side].name for side in (label, rival)]
    pairs = paired(selected, label, rival)
    if pairs["accuracy"].isna().all():
        return [f"{names[1]} has no model on the same data sets, so nothing is compared with it."]
    grids = [grid_phrase(fits, side) for side in (label, rival)]
    same = "on the same lambdas" if grids[0] == grids[1] else f"trained with {grids[1]}"
    kind, answers = "bootstrap", _quoted_answers(comparisons, label, rival)
    if not answers:
        kind, answers = "t", _own_answers(pairs)
    return [
        f"{names[0]} minus {names[1]} ({same}), paired by data set, mean [95 % {kind} interval]: "
        f"{answers[0]}. A lower distance to the limit is better, whatever the DI chosen.",
        *(f"The same for {answer}." for answer in answers[1:]),
    ]


def _quoted_answers(comparisons: pd.DataFrame, label: str, rival: str) -> list[str]:
    """The answers of the tables of comparisons; empty if they do not compare the two."""
    answers = []
    for scope, where in _SCOPES.items() if len(comparisons) else ():
        said = {
            name: quoted(comparisons, label, rival, quantity=quantity, scope=scope)
            for quantity, name in _QUANTITIES.items()
        }
        listed = [f"{name} {phrase}" for name, phrase in said.items() if phrase]
        answers += [f"{where}: {', '.join(listed)}"] if listed else []
    return answers


def _own_answers(pairs: pd.DataFrame) -> list[str]:
    lowest = pairs["positive_rate"].min()
    answers = []
    for where, chosen in (
        ("all cells", pairs),
        (f"P(Y=1) = {lowest:g}", pairs[pairs["positive_rate"] == lowest]),
    ):
        listed = [
            f"{name} {verdict(chosen[quantity])}"
            for quantity, name in _QUANTITIES.items()
            if quantity in chosen and chosen[quantity].notna().any()
        ]
        answers.append(f"{where}: {', '.join(listed) or 'no pair'}")
    return answers
