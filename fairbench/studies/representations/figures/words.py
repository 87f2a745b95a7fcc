"""The words and numbers of the figures of the representations study."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

import pandas as pd
from matplotlib.figure import Figure

from fairbench.plotting.numbers import sight_phrase, span
from fairbench.plotting.style import Look, caption_of
from fairbench.studies.representations.claims import DATASETS, PUBLISHED_TRIALS
from fairbench.studies.representations.summary import data_sets, lost_words

_LONGEST_PROFILE = 26
_LETTERS_AN_INCH = 17


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
    return (
        f"n = {span(counts)} outer folds; settings chosen by {span(folds['trials'])} search trials "
        f"a method, data set and fold (published: {PUBLISHED_TRIALS})"
    )


def caption(
    folds: pd.DataFrame,
    summary: pd.DataFrame,
    quantity: str,
    looks: Mapping[str, Look],
    begins: str,
) -> str:
    """Write what is drawn and who is best.

    Parameters
    ----------
    folds, summary : DataFrame
        As for the figures.
    quantity : str
        The sum of `fairbench.studies.representations.summary.TRADE_OFFS` in the first row of
        panels.
    looks : mapping of str to Look
    begins : str
        What is drawn, in its first words.
    """
    best = []
    for data in data_sets(folds):
        label = data.best(quantity)
        told = f"{looks[label].name} {data.mean(label, quantity).value:.3f}" if label else "nobody"
        best.append(f"{DATASETS.get(data.dataset, data.dataset)} {told}")
    seen = (
        f"{begins}. The top right corner is ideal. Faint: one outer fold each; large: their mean. "
        f"The sum of both axes of the first row is largest for: {', '.join(best)}."
    )
    text = (
        "Bars: the 95 % interval of the mean (Nadeau and Bengio's t interval, which allows for the "
        "training rows that folds share), cut at the panel's edge; hollow: a method that lost "
        "folds. Dotted: points as far from (1, 1) in the L1 norm as the best mean of all folds. "
        f"{budget_words(folds)}. In this study {sight_phrase(folds)}. {_draw_words(folds, looks)} "
        f"Lost: {lost_words(summary)}."
    )
    return caption_of(seen, text)


def _draw_words(folds: pd.DataFrame, looks: Mapping[str, Look]) -> str:
    """What predictions and forests rest on, where networks are stochastic."""
    many = folds[folds["draws"] > 1]
    if many.empty:
        return "Every prediction is of one draw."
    listed = ", ".join(looks[label].name for label in sorted(many["label"].unique()))
    return (
        f"Predictions of {listed} are means over {span(many['draws'])} draws, and forests see the "
        "mean representation of the same draws."
    )
