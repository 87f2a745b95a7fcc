"""Figures 9 and 10: a selected method under label imbalance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from fairbench.evaluation.selection import limit_of
from fairbench.plotting.numbers import means, span
from fairbench.plotting.style import (
    DOUBLE,
    GREY,
    Drawn,
    Look,
    coefficient_looks,
    legend_below,
    letter,
    look,
    method_looks,
    new_figure,
)
from fairbench.studies.imbalance.figures.imbalance_words import (
    METRICS,
    PUBLISHED,
    caption,
)

_CELL = ["group_coefficient", "positive_rate"]
_DASHED = {"linestyle": "--", "linewidth": 0.7, "marker": ".", "markersize": 2.5}
_DOTTED = {"color": GREY, "linestyle": ":", "linewidth": 1.0}
_HOLLOW = {"linestyle": "", "fillstyle": "none", "markersize": 6.5, "markeredgewidth": 0.7}
_DODGE = 0.12
"""Shift between group coefficients, as a share of the step in P(Y = 1): their intervals would
cover one another."""


@look()
def figure_imbalance(
    selected: pd.DataFrame,
    fits: pd.DataFrame,
    limits: pd.DataFrame,
    published_rows: pd.DataFrame,
    comparisons: pd.DataFrame,
    *,
    label: str,
    rivals: Sequence[str] = (),
    published_figure: str = "fig9",
) -> Drawn:
    """Accuracy and disparate impact of a method's selected models against P(Y = 1).

    Parameters
    ----------
    selected, fits, comparisons : DataFrame
        Rows of one study in the tables of selected models, of fits, and of comparisons (joined).
    limits : DataFrame
        ``positive_rate``, ``group_coefficient``, ``disparate_impact``, ``accuracy``.
    published_rows : DataFrame
        ``figure``, ``positive_rate``, ``group_coefficient``, ``accuracy``, ``disparate_impact``.
    label : str
        The method.
    rivals : sequence of str
        Methods that it is compared with, data set by data set: one more row of panels each.
    published_figure : {"fig9", "fig10"}
        Whose means are overlaid.

    Returns
    -------
    Drawn
    """
    rows = selected[selected["label"] == label]
    looks = coefficient_looks(rows["group_coefficient"])
    cells = means(rows, _CELL, METRICS)
    cells["limit"] = _limit_at(cells, limits)
    published = means(published_rows[published_rows["figure"] == published_figure], _CELL, METRICS)
    published = published[published.index.isin(cells.index)]
    figure, panels = new_figure(
        DOUBLE, 3.3 + 1.7 * len(rivals), nrows=1 + len(rivals), ncols=2, sharex=True,
        squeeze=False, height_ratios=[1.6, *[1.0] * len(rivals)],
    )  # fmt: skip
    names = {each: look.name for each, look in method_looks([label, *rivals]).items()}
    for i, column in enumerate(METRICS):
        letter(panels[0, i], i, f"{METRICS[column][0]}, {names[label]}")
        _draw_metric(panels[0, i], cells, published, looks, column)
        _draw_constant(panels[0, i], selected, column)
        _mark_losses(panels[0, i], rows, looks)
    for j, rival in enumerate(rivals, start=1):
        pairs = _paired(selected, label, rival)
        for i, column in enumerate(METRICS):
            versus = f"{names[label]} minus {names[rival]}"
            letter(panels[j, i], 2 * j + i, f"{METRICS[column][0]}, {versus}")
            _draw_difference(panels[j, i], pairs, looks, column)
    for axes in panels[-1]:
        axes.set_xlabel("$P(Y=1)$ (share of rows)")
        rates = sorted(rows["positive_rate"].unique())
        # A dense grid of rates would run its tick labels together.
        axes.set_xticks(rates[:: 1 + len(rates) // 12])
    theirs = PUBLISHED[published_figure] if len(published) else ""
    _legend(figure, cells, looks, theirs, constant=(selected["method"] == "constant").any())
    asked = {"label": label, "rivals": rivals, "published": theirs}
    return Drawn(figure, caption(selected, fits, cells, comparisons, **asked))


def _paired(selected: pd.DataFrame, label: str, rival: str) -> pd.DataFrame:
    """Label minus rival on each data set; NaN where one of them has no model."""
    sides = [
        selected[selected["label"] == side].set_index([*_CELL, "trial"])[list(METRICS)]
        for side in (label, rival)
    ]
    return (sides[0] - sides[1]).reset_index()


def _limit_at(cells: pd.DataFrame, limits: pd.DataFrame) -> np.ndarray:
    """Best possible accuracy at each cell's mean disparate impact; NaN without a limit."""
    found = np.full(len(cells), np.nan)
    for i, ((coefficient, rate), impact) in enumerate(cells["disparate_impact"].items()):
        limit = limit_of(limits, rate, coefficient)
        if len(limit):
            found[i] = np.interp(impact, limit["disparate_impact"], limit["accuracy"])
    return found


def _shift(cells: pd.DataFrame, looks: dict[float, Look], coefficient: float) -> float:
    rates = cells.index.unique("positive_rate").sort_values()
    step = min([0.1, *np.diff(rates)])
    return _DODGE * step * (list(looks).index(coefficient) - (len(looks) - 1) / 2)


def _draw_cells(
    axes: Any, cells: pd.DataFrame, looks: dict[float, Look], column: str, **style: float
) -> None:
    """Means of the cells with their intervals, a line for each group coefficient."""
    for coefficient in [c for c in looks if c in cells.index]:
        cell, (colour, marker, name) = cells.loc[coefficient], looks[coefficient]
        axes.errorbar(
            cell.index + _shift(cells, looks, coefficient), cell[column],
            yerr=cell[f"{column}_half"], color=colour, marker=marker, label=name,
            elinewidth=0.8, capsize=1.5, **style,
        )  # fmt: skip


def _draw_metric(
    axes: Any,
    cells: pd.DataFrame,
    published: pd.DataFrame,
    looks: dict[float, Look],
    column: str,
) -> None:
    _draw_cells(axes, cells, looks, column, zorder=4)
    for coefficient, shape in looks.items():
        cell, shift = cells.loc[coefficient], _shift(cells, looks, coefficient)
        if column == "accuracy":
            limit = {"color": shape.colour, "label": f"limit, {shape.name}"}
            axes.plot(cell.index + shift, cell["limit"], **_DASHED, **limit)
        if coefficient in published.index:
            past = published.loc[coefficient][column]
            style = _HOLLOW | shape.style | {"label": f"published, {shape.name}", "zorder": 3}
            axes.plot(past.index + shift, past, **style)
    low, high = axes.get_ylim()
    # The interval of a few data sets can leave the range that the metric has.
    axes.set_ylim(max(low, -0.02), min(high, 1.02))
    _, name, scale = METRICS[column]
    axes.set_ylabel(f"{name} ({scale})")


def _draw_constant(axes: Any, chosen: pd.DataFrame, column: str) -> None:
    """Add what one answer for all scores; no panel is widened to where no method is."""
    rows = chosen[chosen["method"] == "constant"]
    if rows.empty:
        return
    low, high = axes.get_ylim()
    mean = rows.groupby("positive_rate")[column].mean()
    axes.plot(mean.index, mean, **_DOTTED, zorder=1, label="constant")
    axes.set_ylim(low, max(high, 1.02) if column == "disparate_impact" else high)


def _draw_difference(axes: Any, pairs: pd.DataFrame, looks: dict[float, Look], column: str) -> None:
    axes.axhline(0.0, color=GREY, linewidth=0.8)
    _draw_cells(axes, means(pairs, _CELL, [column]), looks, column, linewidth=0.6)
    axes.set_ylabel(f"difference ({METRICS[column][2]})")


def _mark_losses(axes: Any, rows: pd.DataFrame, looks: dict[float, Look]) -> None:
    """Write at the foot of the panel what each cell lost, one line a group coefficient."""
    lossy = rows.groupby(_CELL).agg(
        kept=("accuracy", "count"), planned=("accuracy", "size"), lost=("lost", "sum")
    )
    lossy = lossy[(lossy["kept"] < lossy["planned"]) | (lossy["lost"] > 0)]
    if lossy.empty:
        return
    coefficients = [c for c in looks if c in lossy.index]
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.07 * len(coefficients) * (high - low), high)
    for (coefficient, rate), cell in lossy.iterrows():
        gone = cell["kept"] < cell["planned"]
        axes.text(
            rate, 0.01 + 0.06 * coefficients.index(coefficient),
            f"{cell['kept']}/{cell['planned']}" if gone else f"\N{MINUS SIGN}{cell['lost']}",
            color=looks[coefficient].colour, fontsize=6, ha="center", va="bottom",
            transform=axes.get_xaxis_transform(),
        )  # fmt: skip


def _legend(
    figure: Any, cells: pd.DataFrame, looks: dict[float, Look], published: str, *, constant: bool
) -> None:
    entries = [
        (f"{look.name} (n = {span(cells.loc[coefficient, 'accuracy_n'])})", look.style)
        for coefficient, look in looks.items()
    ]
    if cells["limit"].notna().any():
        entries.append(("limit of the law at the mean DI", _DASHED | {"color": GREY}))
    if constant:
        entries.append(("one answer for all (accept all)", _DOTTED))
    if published:
        entries.append((published, _HOLLOW | {"color": GREY, "marker": "o", "markersize": 6}))
    legend_below(figure, entries, 3)
