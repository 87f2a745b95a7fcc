"""What gamma does: accuracy without the bias, and what the layer knows about the colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from fairbench.evaluation.intervals import estimate
from fairbench.evaluation.selection import USABLE
from fairbench.plotting.style import (
    DOUBLE,
    GREY,
    Drawn,
    caption_of,
    legend_below,
    letter,
    look,
    method_looks,
    new_figure,
)
from fairbench.studies.biased_mnist.figures.words import ends
from fairbench.studies.biased_mnist.gathered import TEST

#: Quantity -> what its axis is called, from the top.
_ROWS = {
    TEST: "accuracy, unbiased",
    "information_found": "I(T; colour), nats",
    "probe_accuracy": "forest finds colour",
}
#: The estimate that BinaryMI makes small, beside what is found in held-out rows.
_ESTIMATE = {"fillstyle": "none", "linestyle": ":", "linewidth": 0.8}


@look()
def figure_gamma(fits: pd.DataFrame, budget: Mapping) -> Drawn:
    """Draw the methods with several values of gamma, a column a correlation.

    Parameters
    ----------
    fits : DataFrame
        A row a fit, see `fairbench.studies.biased_mnist.fits.trained`.
    budget : mapping
        ``epochs``, ``rows`` and ``network``.
    """
    several = fits.groupby("label")["lambda_f"].transform("nunique") > 1
    rows = fits[several & fits["status"].isin(USABLE)]
    rates = rows.groupby("label")["generator_rate"].transform("first")
    rows = rows[rows["generator_rate"] == rates]
    correlations, looks = sorted(set(fits["correlation"])), method_looks(rows["label"])
    shape = {"nrows": len(_ROWS), "ncols": len(correlations), "sharex": True, "sharey": "row"}
    figure, axes = new_figure(DOUBLE, 5.2, **shape, squeeze=False)
    for i, (quantity, words) in enumerate(_ROWS.items()):
        for j, correlation in enumerate(correlations):
            panel, here = axes[i, j], rows[rows["correlation"] == correlation]
            for label, style in looks.items():
                mine = here[here["label"] == label]
                _curve(panel, mine, quantity, style)
                if quantity == "information_found":
                    _curve(panel, mine, "information_joint", style, **_ESTIMATE)
            title = f"$\\rho$ = {correlation:g}" if i == 0 else ""
            letter(panel, i * len(correlations) + j, title)
        axes[i, 0].set_ylabel(words)
    for panel in axes[-1]:
        panel.set_xlabel(r"$\gamma$")
    entries = [(each.name, each.style) for each in looks.values()]
    entries.append(("estimate for the code", {"color": GREY, "marker": "o"} | _ESTIMATE))
    legend_below(figure, entries, 4)
    seen = (
        "Top: accuracy on test images whose colour says nothing, against gamma, the weight of the "
        "invariance term. Middle: nats about the colour that a logistic regression finds in "
        "held-out rows of the layer (of binary ones in one draw), at most log 10 = 2.30; what is "
        "found is there. Dotted: the estimate for the whole code, which BinaryMI makes small in "
        "training. Bottom: how often a forest finds the colour in the layer, .1 being a guess."
    )
    small = (
        "Means and 95 % t intervals over draws. Layer and forest are looked at on unbiased test "
        "images, where the digit says nothing of the colour: all of it is the colour's own. "
        f"{budget['epochs']} epochs of {budget['rows']:,} images, network {budget['network']}."
    )
    return Drawn(figure, caption_of(seen, small))


def _curve(panel: Any, mine: pd.DataFrame, quantity: str, style: Any, **more: Any) -> None:
    names = ("mean", "low", "high", "n")
    found = {
        gamma: dict(zip(names, estimate(group[quantity].to_numpy(float)), strict=True))
        for gamma, group in mine.groupby("lambda_f", sort=True)
    }
    table = pd.DataFrame.from_dict(found, orient="index", columns=names).dropna(subset=["mean"])
    if len(table):
        bars = {} if more else {"yerr": ends(table), "elinewidth": 0.6}
        panel.errorbar(table.index, table["mean"], **bars, **style.style, **more)
