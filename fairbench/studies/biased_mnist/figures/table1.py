"""Accuracy without the bias of every method, beside Table 1 of Cerrato et al."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from fairbench.plotting.style import (
    DOUBLE,
    GREY,
    OKABE_ITO,
    Drawn,
    caption_of,
    legend_below,
    letter,
    look,
    method_looks,
    new_figure,
)
from fairbench.studies.biased_mnist import published
from fairbench.studies.biased_mnist.figures.words import budget_words, ends
from fairbench.studies.biased_mnist.gathered import BIASED, TEST, UNBIASED

_STYLES = {
    BIASED: {"color": OKABE_ITO["blue"], "marker": "o", "linestyle": ""},
    UNBIASED: {"color": OKABE_ITO["orange"], "marker": "o", "linestyle": "", "fillstyle": "none"},
}
_PRINTED = {"color": OKABE_ITO["black"], "marker": "|", "linestyle": "", "markersize": 8}
_GUESSING = 0.1


@look()
def figure_table1(summary: pd.DataFrame, budget: Mapping) -> Drawn:
    """Draw means with intervals, a panel a correlation.

    Parameters
    ----------
    summary : DataFrame
        Of `fairbench.studies.biased_mnist.gathered.summary`.
    budget : mapping
        ``epochs``, ``rows`` and ``network``.
    """
    rows = summary[summary["quantity"] == TEST]
    correlations, labels = sorted(set(rows["correlation"])), list(dict.fromkeys(rows["label"]))
    height = 1.2 + 0.21 * len(labels)
    shape = {"ncols": len(correlations), "sharey": True, "squeeze": False}
    figure, axes = new_figure(DOUBLE, height, **shape)
    for position, (correlation, panel) in enumerate(zip(correlations, axes[0], strict=True)):
        mine = rows[rows["correlation"] == correlation]
        _panel(panel, mine, labels, _printed(mine, correlation))
        letter(panel, position, f"$\\rho$ = {correlation:g}")
    looks = method_looks(labels)
    axes[0, 0].set_yticks(range(len(labels)), [looks[label].name for label in labels])
    axes[0, 0].invert_yaxis()
    figure.suptitle(budget_words(budget, rows, "n"), fontsize=7, x=0.01, ha="left")
    entries = [("chosen by biased rows", _STYLES[BIASED])]
    entries += [("chosen by unbiased rows (a leak)", _STYLES[UNBIASED]), ("published", _PRINTED)]
    legend_below(figure, entries, 3)
    seen = (
        "Accuracy on test images whose colour says nothing, higher is better; dotted: guessing. "
        "Blue: settings chosen by validation rows with the bias of the training rows, as a user "
        "has them. Orange: chosen by rows without the bias, which nobody has who needs these "
        "methods. Bars: the printed Table 1."
    )
    small = (
        "Means and 95 % t intervals over draws of images, colours and initial weights, for the "
        f"same test images. {budget_words(budget, rows, 'n')}. Group DRO and the adversary "
        "are told the colours of the training rows, as BinaryBernoulli and BinaryMI are."
    )
    return Drawn(figure, caption_of(seen, small))


def _panel(panel: Any, mine: pd.DataFrame, labels: list[str], printed: Mapping) -> None:
    for shift, (choice, style) in zip((-0.12, 0.12), _STYLES.items(), strict=True):
        here = mine[mine["chosen_by"] == choice]
        places = [labels.index(label) + shift for label in here["label"]]
        panel.errorbar(here["mean"], places, xerr=ends(here), elinewidth=0.7, **style)
    panel.plot(list(printed.values()), [labels.index(label) for label in printed], **_PRINTED)
    panel.axvline(_GUESSING, color=GREY, linestyle=":", linewidth=0.8)
    panel.set_xlim(0, 1)
    panel.set_xlabel("accuracy, unbiased test images")


def _printed(mine: pd.DataFrame, correlation: float) -> dict[str, float]:
    """What was published for each label of a method that is shown the colours."""
    table = published.accuracies()
    here = table[np.isclose(table["correlation"], correlation)].set_index("method")["accuracy"]
    seeing = mine[mine["sees_sensitive"].astype(bool) & mine["method"].isin(here.index)]
    return {row.label: here[row.method] for row in seeing.itertuples()}
