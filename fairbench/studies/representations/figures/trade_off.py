"""Figures 2 and 4 of Cerrato et al.: trade-offs of chosen models and of their representations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from fairbench.plotting.style import (
    COLUMN,
    DOUBLE,
    GREY,
    Drawn,
    Look,
    legend_below,
    letter,
    look,
    method_looks,
    new_figure,
)
from fairbench.studies.representations.figures.words import budget_words, caption, data_name, header
from fairbench.studies.representations.summary import CELL, TRADE_OFFS, measured


class Row(NamedTuple):
    """One row of panels: a sum of `TRADE_OFFS` and what its two axes are called."""

    quantity: str
    across: str
    up: str


_MODELS = (
    Row("auc+1-gpa", "1 \N{MINUS SIGN} GPA", "AUC"),
    Row("auc+1-audc", "1 \N{MINUS SIGN} AUDC", "AUC"),
)
_REPRESENTATIONS = (
    Row("auc+1-adrg", "1 \N{MINUS SIGN} ADRG of the forest", "AUC"),
    Row("auc+1-probe_auc", "1 \N{MINUS SIGN} AUC of the forest, group", "AUC"),
    Row("label_auc+1-adrg", "1 \N{MINUS SIGN} ADRG of the forest", "AUC of the forest, y"),
)
_FOLD = {"linestyle": "", "markersize": 3, "alpha": 0.45, "markeredgewidth": 0}
_GUESSING = {"adrg": 1.0, "probe_auc": 0.5}
_GUESS = {"color": GREY, "linestyle": "--", "linewidth": 0.7}
_LINE = {"color": GREY, "linestyle": ":", "linewidth": 1.0}
_MEAN = {"linestyle": "", "markersize": 6}
_ENTRIES = [
    ("one outer fold", _FOLD | {"color": GREY, "marker": "o"}),
    ("95 % interval of the mean", {"color": GREY, "linewidth": 0.7}),
    ("as good as the best mean ($L_1$)", _LINE),
]


@look()
def figure_trade_off(folds: pd.DataFrame, summary: pd.DataFrame) -> Drawn:
    """Draw AUC against 1-GPA and 1-AUDC, a column a data set (figure 2).

    Parameters
    ----------
    folds : DataFrame
        The table ``folds.csv``.
    summary : DataFrame
        The table of `fairbench.studies.representations.summary.summary`.

    Returns
    -------
    Drawn
    """
    text = (
        "Chosen models on the test rows of the outer folds. AUC: area under the ROC curve; GPA: "
        "group-dependent pairwise accuracy, a gap; AUDC: area under the discrimination curve"
    )
    return _figure(folds, summary, _MODELS, text)


@look()
def figure_representations(folds: pd.DataFrame, summary: pd.DataFrame) -> Drawn:
    """Draw AUC against what a random forest finds in the representations (figure 4).

    Parameters
    ----------
    folds, summary : DataFrame
        As for `figure_trade_off`.

    Returns
    -------
    Drawn

    Notes
    -----
    The published caption has the bottom row as "model AUC and the RF AUC", its text calls that row
    "informativeness on Y". Both readings are drawn.
    """
    trees = sorted(folds["probe_trees"].dropna().unique())
    text = (
        f"Random forests of {', '.join(f'{n:.0f}' for n in trees)} trees (published: 1,000) on the "
        "representations of the chosen models. ADRG: distance of the forest's accuracy on the "
        "group from the share of the larger group; dashed: a forest that guesses. The published "
        "bottom row compares the model's AUC with the forest's, which the text calls "
        "informativeness on y; the last two rows have both readings"
    )
    return _figure(folds, summary, _REPRESENTATIONS, text)


def _figure(folds: pd.DataFrame, summary: pd.DataFrame, rows: Sequence[Row], text: str) -> Drawn:
    points, cells = measured(folds), summary[CELL].drop_duplicates().to_records(index=False)
    looks, columns = method_looks(summary["label"]), len(cells)
    figure, axes = new_figure(
        max(COLUMN, columns * DOUBLE / 3), 0.9 + 1.9 * len(rows), nrows=len(rows), ncols=columns,
        squeeze=False,
    )  # fmt: skip
    for j, cell in enumerate(cells):
        mine, means = (
            table[(table["dataset"] == cell[0]) & (table["profile"] == cell[1])]
            for table in (points, summary)
        )
        for i, row in enumerate(rows):
            panel = axes[i, j]
            _draw(panel, mine, means.set_index(["label", "quantity"]), looks, row)
            letter(panel, i * columns + j, data_name(*cell) if i == 0 else "")
            panel.set_xlabel(row.across)
            if j == 0:
                panel.set_ylabel(row.up)
    header(figure, budget_words(folds))
    entries = [(each.name, each.style | _MEAN) for each in looks.values()] + _ENTRIES
    entries += [("a forest that guesses", _GUESS)] if rows is _REPRESENTATIONS else []
    legend_below(figure, entries, max(1, min(4, columns + 1)))
    return Drawn(figure, caption(folds, summary, rows[0].quantity, looks, text))


def _draw(
    axes: Any, points: pd.DataFrame, means: pd.DataFrame, looks: Mapping[str, Look], row: Row
) -> None:
    up, across = TRADE_OFFS[row.quantity]
    for label in [label for label in looks if label in means.index]:
        style, mine = looks[label].style, points[points["label"] == label]
        axes.plot(1.0 - mine[across], mine[up], **_FOLD, **style, label=f"{label}, folds")
        x, y = means.loc[(label, across)], means.loc[(label, up)]
        whole = means.loc[(label, row.quantity), "n"] == x["folds"]
        style |= {"fillstyle": "full" if whole else "none", "markersize": 6, "elinewidth": 0.7}
        bars = {"xerr": _ends(x), "yerr": _ends(y)}
        axes.errorbar(1.0 - x["mean"], y["mean"], **bars, **style, label=label, zorder=4)
    if across in _GUESSING:
        axes.axvline(_GUESSING[across], **_GUESS, zorder=1)
    _set_limits(axes, 1.0 - points[across].dropna(), points[up].dropna())
    best = means[means["best"].astype(bool)].reset_index()
    for total in best.loc[best["quantity"] == row.quantity, "mean"]:
        x = np.array(axes.get_xlim())
        axes.plot(
            x, total - x, **_LINE, zorder=1, label="equal trade-off", scalex=False, scaley=False
        )
    _mark_losses(axes, means, looks, row.quantity)


def _ends(row: pd.Series) -> float | None:
    """Half the length of the interval, which is symmetric; None without one."""
    return row["high"] - row["mean"] if np.isfinite(row["high"]) else None


def _set_limits(axes: Any, x: pd.Series, y: pd.Series) -> None:
    """Room for every fold. Intervals of three folds would leave room for little else: cut."""
    axes.locator_params(nbins=5)
    for values, set_limits in ((x, axes.set_xlim), (y, axes.set_ylim)):
        if len(values):
            edge = max(0.12 * (values.max() - values.min()), 0.005)
            set_limits(values.min() - edge, values.max() + edge)


def _mark_losses(axes: Any, means: pd.DataFrame, looks: Mapping[str, Look], quantity: str) -> None:
    """Write below the points which methods lack folds."""
    cells = {label: means.loc[(label, quantity)] for label in looks if label in means.index}
    lossy = {label: cell for label, cell in cells.items() if cell["n"] < cell["folds"]}
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.09 * len(lossy) * (high - low), high)
    for place, (label, cell) in enumerate(lossy.items()):
        axes.text(
            0.02, 0.01 + 0.08 * place, f"{looks[label].name}: {cell['n']} of {cell['folds']} folds",
            color=looks[label].colour, fontsize=6, transform=axes.transAxes, va="bottom",
        )  # fmt: skip
