"""The numbers and the caption of figure 8."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fairbench.evaluation.coinciding import coinciding
from fairbench.plotting.numbers import grid_phrase, lost_phrase, sight_phrase, usable, verdict
from fairbench.plotting.style import Look, caption_of

METRICS = ["accuracy", "disparate_impact"]
MAIN = ("fr_train", "naive_mi")
"""The labels that figure 8 compares."""


@dataclass(frozen=True)
class Panel:
    """What one panel of figure 8 shows.

    Attributes
    ----------
    title : str
    rows : DataFrame
        The fits, with the test metrics as ``accuracy`` and ``disparate_impact``, NaN where lost.
    curves : dict of DataFrame
        By label, the means over trials by ascending lambda (`fairbench.plotting.numbers.means`).
    accept_all : float
        Mean test accuracy of accepting everybody, from the rows of `constant`; NaN without them.
    published, limit : DataFrame
        The published points and the limit of the panel's cell; either may be empty.
    """

    title: str
    rows: pd.DataFrame
    curves: dict[str, pd.DataFrame]
    accept_all: float
    published: pd.DataFrame
    limit: pd.DataFrame


def caption(panels: Sequence[Panel], looks: Mapping[str, Look]) -> str:
    """Write what is shown and what it answers, from the numbers."""
    seen = (
        "Accuracy against disparate impact (DI) on the test split, one point a lambda_f. "
        "Large markers: mean over the trials, with one standard deviation of the trials in "
        f"both directions; dots: {first_words(panels)}; "
        f"{'hollow: published points; ' if any(len(panel.published) for panel in panels) else ''}"
        "faint: the study's other methods, means only."
    )
    seen += "".join(_gap_words(panel, looks) for panel in panels)
    text = ""
    if any(np.isfinite(panel.accept_all) for panel in panels):
        text += " Dotted: accuracy + DI as of accepting everybody; what lies below loses to that."
    if any(panel.rows["positive_rate"].isna().any() for panel in panels):
        text += " Each panel has its own range of accuracy."
    limited = [panel for panel in panels if len(panel.limit)]
    if limited:
        typical = float(pd.concat(p.rows["accuracy"] for p in limited).mean())
        error = np.sqrt(typical * (1.0 - typical) / 1000)
        text += (
            " Grey: the best accuracy possible at each DI for the law of the data. It holds for "
            f"the law, not for the rows drawn: on 1,000 test rows an accuracy of {typical:.2f} has "
            f"a standard error of {error:.3f}, and points can lie above the limit by such noise."
        )
    words = [text, *(_panel_words(panel, looks) for panel in panels)]
    return caption_of(seen, " ".join(words))


def _gap_words(panel: Panel, looks: Mapping[str, Look]) -> str:
    """How the two methods compare in a panel at equal disparate impact."""
    if not all(label in panel.curves for label in MAIN):
        return ""
    names = f"{looks[MAIN[1]].name} minus {looks[MAIN[0]].name}"
    gap = verdict(matched_gaps(panel.rows, MAIN))
    return f" {panel.title}: accuracy of {names} at equal DI: {gap}."


def first_words(panels: Sequence[Panel]) -> str:
    """Say what trial 0 is: on the published benchmark it has the published seed."""
    published = any((panel.rows["dataset"] == "published").any() for panel in panels)
    return "trial 0, the published seed" if published else "trial 0"


def _unit(rows: pd.DataFrame) -> str:
    """What the trials of a panel are."""
    if (rows["dataset"] == "published").all():
        return "torch seeds"
    return "divisions of the rows" if rows["positive_rate"].isna().all() else "data sets"


def _panel_words(panel: Panel, looks: Mapping[str, Look]) -> str:
    rows, parts = panel.rows, []
    trials = rows["trial"].nunique()
    parts.append(f"n = {trials} {_unit(rows)}" if trials > 1 else "one trial, so no error bars")
    parts.append(sight_phrase(rows))
    for label in MAIN:
        if label not in panel.curves:
            parts.append(f"{label} is not in this study")
            continue
        parts.append(f"{looks[label].name}: {grid_phrase(rows, label)}, {lost_phrase(rows, label)}")
    text = f"{panel.title}: {'; '.join(parts)}. {_agreement(panel, looks)}".rstrip()
    text += _one_line(panel, looks)
    if all(label in panel.curves for label in MAIN):
        text += (
            " The difference at equal DI is averaged over the range of DI that both methods "
            "reach: mean [95 % t interval]."
        )
    if len(panel.limit):
        every = pd.concat(panel.curves.values()).dropna(subset=METRICS)
        bound = np.interp(
            every["disparate_impact"], panel.limit["disparate_impact"], panel.limit["accuracy"]
        )
        above = int((every["accuracy"] > bound).sum())
        text += f" {above} of {len(every)} means lie above the limit."
    return text


def _one_line(panel: Panel, looks: Mapping[str, Look]) -> str:
    """Name the labels that draw one line, and why."""
    rows = panel.rows.rename(columns={name: f"test_{name}" for name in METRICS})
    text = ""
    for pair in coinciding(rows).to_dict("records"):
        names = f"{looks[pair['label_a']].name} and {looks[pair['label_b']].name}"
        text += f" {names} draw one line (mean distance {pair['accuracy']:.4f} in accuracy, "
        text += f"{pair['disparate_impact']:.4f} in DI)"
        text += f": {pair['reason']}." if pair["reason"] else "."
    return text


def _agreement(panel: Panel, looks: Mapping[str, Look]) -> str:
    """How far trial 0 of each label is from its method's published points of the same lambdas."""
    if panel.published.empty:
        return ""
    key = dict.fromkeys(["lambda_f", "lambda_r"], 6)
    trial_0 = panel.rows[panel.rows["trial"] == 0].round(key).dropna(subset=METRICS)
    parts = []
    for label, look in looks.items():
        ours = trial_0[trial_0["label"] == label]
        points = panel.published[panel.published["method"].isin(ours["method"])].round(key)
        both = points.merge(ours, on=list(key), suffixes=("_published", ""))
        if len(both):
            gap = {name: (both[name] - both[f"{name}_published"]).abs().max() for name in METRICS}
            parts.append(
                f"{look.name} {gap['accuracy']:.3f} / {gap['disparate_impact']:.3f} "
                f"({len(both)} of {len(points)} points)"
            )
    if not parts:
        return "No published point has a fit of the same lambdas here."
    return f"Largest difference of trial 0 from the published accuracy / DI: {'; '.join(parts)}."


def matched_gaps(rows: pd.DataFrame, labels: tuple[str, str]) -> np.ndarray:
    """Compare two methods' accuracy at equal disparate impact.

    Parameters
    ----------
    rows : DataFrame
        ``label``, ``trial``, ``status``, ``accuracy``, ``disparate_impact``.
    labels : pair of str

    Returns
    -------
    array
        For each trial, accuracy of the second label minus that of the first, averaged over the
        disparate impacts that both reach, each joining its points by straight lines. A trial in
        which their ranges do not meet gives none.
    """
    gaps = []
    for _, trial in usable(rows).groupby("trial"):
        curves = [
            trial[trial["label"] == label].sort_values("disparate_impact")[METRICS[::-1]].to_numpy()
            for label in labels
        ]
        if min(map(len, curves)) == 0:
            continue
        low, high = max(curve[0, 0] for curve in curves), min(curve[-1, 0] for curve in curves)
        if low < high:
            grid = np.linspace(low, high, 101)
            values = [np.interp(grid, *curve.T) for curve in curves]
            gaps.append(float(np.mean(values[1] - values[0])))
    return np.array(gaps)
