"""The numbers and the caption of figure 8."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fairbench.evaluation.coinciding import coinciding
from fairbench.evaluation.comparison import MATCHED
from fairbench.plotting.numbers import quoted, sight_phrase, trained_phrase
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
    published, limit, comparisons : DataFrame
        The published points, the limit of the panel's cell, and the study's rows of the tables of
        comparisons; each may be empty.
    """

    title: str
    rows: pd.DataFrame
    curves: dict[str, pd.DataFrame]
    accept_all: float
    published: pd.DataFrame
    limit: pd.DataFrame
    comparisons: pd.DataFrame


def caption(panels: Sequence[Panel], looks: Mapping[str, Look]) -> str:
    """Write what is shown, and how the two methods differ by the tables of comparisons."""
    seen = (
        "Accuracy against disparate impact (DI) on the test split, one point a lambda_f. "
        "Large markers: mean over the trials, with one standard deviation of the trials in "
        f"both directions; dots: {first_words(panels)}; "
        f"{'hollow: published points; ' if any(len(panel.published) for panel in panels) else ''}"
        "faint: the study's other methods, means only."
    )
    for panel in panels:
        said = quoted(panel.comparisons, *MAIN[::-1], {MATCHED: "DI at equal accuracy"})
        seen += said and f" {panel.title}:{said}"
    text = []
    if any(np.isfinite(panel.accept_all) for panel in panels):
        text.append("Dotted: accuracy + DI as of accepting everybody; what lies below loses to it.")
    if any(panel.rows["positive_rate"].isna().any() for panel in panels):
        text.append("Each panel has its own range of accuracy.")
    if any(len(panel.limit) for panel in panels):
        text.append(
            "Grey: the best accuracy possible at each DI for the law of the data; points can lie "
            "above it by the noise of a test split."
        )
    return caption_of(seen, " ".join([*text, *(_panel_words(panel, looks) for panel in panels)]))


def first_words(panels: Sequence[Panel]) -> str:
    """Say what trial 0 is: on the published benchmark it has the published seed."""
    published = any((panel.rows["dataset"] == "published").any() for panel in panels)
    return "trial 0, the published seed" if published else "trial 0"


def _panel_words(panel: Panel, looks: Mapping[str, Look]) -> str:
    rows, trials = panel.rows, panel.rows["trial"].nunique()
    unit = "divisions of the rows" if rows["positive_rate"].isna().all() else "data sets"
    unit = "torch seeds" if (rows["dataset"] == "published").all() else unit
    parts = [f"n = {trials} {unit}" if trials > 1 else "one trial, so no error bars"]
    parts.append(sight_phrase(rows))
    parts += [f"{label} is not in this study" for label in MAIN if label not in panel.curves]
    parts.append(trained_phrase(rows, [label for label in MAIN if label in panel.curves]))
    text = f"{panel.title}: {'; '.join(filter(None, parts))}."
    # Equal numbers under two names want a word.
    for pair in coinciding(rows.rename(columns={m: f"test_{m}" for m in METRICS})).itertuples():
        text += f" {looks[pair.label_a].name} and {looks[pair.label_b].name} draw one line (mean"
        text += f" distance {pair.accuracy:.4f} in accuracy, {pair.disparate_impact:.4f} in DI)"
        text += f": {pair.reason}." if pair.reason else "."
    return text
