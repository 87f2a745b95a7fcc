"""The words and numbers of the figures of the representations study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fairbench.plotting.numbers import sight_phrase, span
from fairbench.plotting.style import Look, caption_of
from fairbench.studies.representations.claims import DATASETS, PUBLISHED_TRIALS
from fairbench.studies.representations.summary import (
    TRADE_OFFS,
    DataSet,
    Estimate,
    data_sets,
    lost_words,
)

_LONGEST_PROFILE = 26
_LETTERS_AN_INCH = 17
_MEASURES = {"auc": "AUC", "label_auc": "forest's AUC on y", "gpa": "GPA", "audc": "AUDC"}
_MEASURES |= {"adrg": "ADRG", "probe_auc": "forest's AUC on the group"}


def data_name(dataset: str, profile: str) -> str:
    """Display name of a data set with its profile, which a panel has room for if it is short."""
    name = DATASETS.get(dataset, dataset.capitalize())
    words = profile.replace("_", " ")
    return f"{name}, {words}" if len(words) <= _LONGEST_PROFILE else name


def header(figure: Figure, words: str) -> None:
    """Write a line above the panels, or several where the figure is narrow."""
    text = fill(words, int(_LETTERS_AN_INCH * figure.get_figwidth()))
    figure.suptitle(text, fontsize=7, x=0.01, ha="left")


def budget_words(folds: pd.DataFrame) -> str:
    """Folds and search budget, as they stand on the figure."""
    counts = [data.folds for data in data_sets(folds)]
    trials = span(folds["trials"])
    return (
        f"n = {span(counts)} outer folds; settings chosen by {trials} search trials a method, data "
        f"set and fold (published: {PUBLISHED_TRIALS})"
    )


def caption(
    folds: pd.DataFrame,
    summary: pd.DataFrame,
    sums: Sequence[str],
    looks: Mapping[str, Look],
    begins: str,
) -> str:
    """Write what is drawn and who is best by how much, from the numbers.

    Parameters
    ----------
    folds, summary : DataFrame
        As for the figures.
    sums : sequence of str
        The sums of `fairbench.studies.representations.summary.TRADE_OFFS`, one a row of panels.
    looks : mapping of str to Look
    begins : str
        What is drawn, in its first words.
    """
    seen = (
        f"{begins}. The top right corner is ideal. Faint: one outer fold each; large: their mean."
    )
    seen += f" {_leaders(folds, sums[0], looks)}"  # of the first row; the details have all
    text = (
        "Bars: the 95 % interval of the mean, cut at the panel's edge "
        "(Nadeau and Bengio's t interval, which allows for the training rows that folds share) "
        "in both directions; hollow: a method that lost folds. Dotted: "
        "points as far from (1, 1) in the L1 norm as the best mean of all folds. "
        f"{budget_words(folds)}. In this study {sight_phrase(folds)}. {_draw_words(folds, looks)}"
    )
    for data in data_sets(folds):
        parts = [_best_words(data, quantity, looks) for quantity in sums]
        name = DATASETS.get(data.dataset, data.dataset)
        text += f" {name}, {data.profile}: {'; '.join(parts)}."
    return caption_of(seen, f"{text} {_lost_words(summary)}")


def _leaders(folds: pd.DataFrame, quantity: str, looks: Mapping[str, Look]) -> str:
    """The method with the largest sum on each data set."""
    large, small = (_MEASURES[name] for name in TRADE_OFFS[quantity])
    parts = []
    for data in data_sets(folds):
        best = data.best(quantity)
        name = "no method with every fold" if best is None else looks[best].name
        value = "" if best is None else f" {data.mean(best, quantity).value:.3f}"
        parts.append(f"{DATASETS.get(data.dataset, data.dataset)} {name}{value}")
    return f"{large} + (1 - {small}) is largest for: {', '.join(parts)}."


def _draw_words(folds: pd.DataFrame, looks: Mapping[str, Look]) -> str:
    """What predictions and forests rest on, where networks are stochastic."""
    many = folds[folds["draws"] > 1]
    if many.empty:
        return "Every prediction is of one draw."
    listed = ", ".join(looks[label].name for label in sorted(many["label"].unique()))
    return (
        f"Predictions of {listed} are means over {span(many['draws'])} draws, and forests see the "
        "mean representation of the same draws (the tables have both for 1 and 10 draws)."
    )


def _best_words(data: DataSet, quantity: str, looks: Mapping[str, Look]) -> str:
    large, small = (_MEASURES[name] for name in TRADE_OFFS[quantity])
    best, second, lead = data.lead(quantity)
    if best is None:
        return f"{large} + (1 - {small}), no method with every fold"
    value = data.mean(best, quantity).value
    text = f"{large} + (1 - {small}) is largest for {looks[best].name}, {value:.3f}"
    if second is None:
        return text
    return f"{text}, minus {looks[second].name} {_shown(lead)}"


def _shown(difference: Estimate) -> str:
    """Write a difference with its interval and what it shows."""
    if not np.isfinite(difference.low):
        return f"{difference.value:+.3f} (no interval, n = {difference.n})"
    between = difference.low <= 0.0 <= difference.high
    words = "no difference shown" if between else "a difference is shown"
    low, high = (f"{end:+.3f}" for end in (difference.low, difference.high))
    return f"{difference.value:+.3f} [{low}, {high}] ({words})"


def _lost_words(summary: pd.DataFrame) -> str:
    rows = summary[summary["quantity"] == "auc"]
    searched, gone = rows["searched"].sum(), rows["search_lost"].sum()
    return f"Lost: {lost_words(summary)}, and {gone} of {searched} search trials."
