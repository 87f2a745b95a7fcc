"""Figures 9 and 10: a selected method under label imbalance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from fairbench.evaluation.selection import PLACE, at_place, limit_of
from fairbench.plotting.numbers import means, span
from fairbench.plotting.style import (
    DOUBLE,
    GREY,
    Drawn,
    Look,
    coefficient_looks,
    letter,
    look,
    method_looks,
    new_figure,
)
from fairbench.studies.imbalance.figures.imbalance_words import (
    CELL,
    METRICS,
    PUBLISHED,
    caption,
    paired,
)

_DASHED = {"linestyle": "--", "linewidth": 0.7, "marker": ".", "markersize": 2.5}
_DOTTED = {"color": GREY, "linestyle": ":", "linewidth": 1.0}
_DODGE = 0.12
"""Shift between group coefficients, as a share of the step in P(Y = 1): their intervals would
cover one another."""


@look()
def figure_imbalance(
    selected: pd.DataFrame,
    fits: pd.DataFrame,
    limits: pd.DataFrame,
    published_rows: pd.DataFrame,
    *,
    label: str,
    rivals: Sequence[str] = (),
    published_figure: str = "fig9",
    comparisons: pd.DataFrame | None = None,
) -> Drawn:
    """Accuracy and disparate impact of a method's selected models against P(Y = 1).

    Parameters
    ----------
    selected : DataFrame
        The table of selected models.
    fits : DataFrame
        The table of fits: what was tried and what was lost.
    limits : DataFrame
        ``positive_rate``, ``group_coefficient``, ``disparate_impact``, ``accuracy``.
    published_rows : DataFrame
        ``figure``, ``positive_rate``, ``group_coefficient``, ``accuracy``, ``disparate_impact``.
    label : str
        The method.
    rivals : sequence of str
        Methods that it is compared with, data set by data set: one more row of panels each. One
        that is not in the study is left out, and the caption says so.
    published_figure : {"fig9", "fig10"}
        Whose means are overlaid.
    comparisons : DataFrame, optional
        The tables of comparisons of all studies, joined. The caption then quotes their answers
        (bootstrap intervals); where they do not compare the two methods, as in unequal grids, or
        are not given, it says the paired differences with t intervals.

    Returns
    -------
    Drawn

    Raises
    ------
    ValueError
        The label has no selected models, or those of more than one study, which would be mixed.
    """
    chosen = _one_study(selected, label)
    rows = chosen[chosen["label"] == label]
    present = [rival for rival in rivals if (chosen["label"] == rival).any()]
    looks = coefficient_looks(rows["group_coefficient"])
    cells = means(rows, CELL, [*METRICS, "distance_to_limit"])
    cells["limit"] = _limit_at(cells, limits)
    published = means(published_rows[published_rows["figure"] == published_figure], CELL, METRICS)
    published = published[published.index.isin(cells.index)]
    figure, panels = new_figure(
        DOUBLE, 3.3 + 1.7 * len(present), nrows=1 + len(present), ncols=2, sharex=True,
        squeeze=False, height_ratios=[1.6, *[1.0] * len(present)],
    )  # fmt: skip
    name = method_looks([label])[label].name
    for i, column in enumerate(METRICS):
        letter(panels[0, i], i, f"{METRICS[column][0]}, {name}")
        _draw_metric(panels[0, i], cells, published, looks, column)
        _draw_constant(panels[0, i], chosen, column)
        _mark_losses(panels[0, i], rows, looks)
    for j, rival in enumerate(present, start=1):
        pairs = paired(chosen, label, rival)
        for i, column in enumerate(METRICS):
            versus = f"{name} minus {method_looks([rival])[rival].name}"
            letter(panels[j, i], 2 * j + i, f"{METRICS[column][0]}, {versus}")
            _draw_difference(panels[j, i], pairs, looks, column)
    for axes in panels[-1]:
        axes.set_xlabel("$P(Y=1)$ (share of rows)")
        rates = sorted(rows["positive_rate"].unique())
        # A dense grid of rates would run its tick labels together.
        axes.set_xticks(rates[:: 1 + len(rates) // 12])
    constant = (chosen["method"] == "constant").any()
    _legend(figure, cells, looks, published_figure if len(published) else None, constant)
    place = tuple(rows[PLACE].iloc[0])
    tried = at_place(fits, place)
    known = pd.DataFrame() if comparisons is None else at_place(comparisons, place)
    shown = f" Hollow: {PUBLISHED[published_figure]}." if len(published) else ""
    begins = f"{name} under label imbalance.{shown}"
    asked = {"label": label, "rivals": rivals, "begins": begins}
    return Drawn(figure, caption(chosen, tried, cells, published, known, **asked))


def _one_study(selected: pd.DataFrame, label: str) -> pd.DataFrame:
    """Rows of the one study that has the label."""
    studies = selected.loc[selected["label"] == label, PLACE].drop_duplicates()
    if len(studies) != 1:
        found = "; ".join(", ".join(map(str, study)) for study in studies.itertuples(index=False))
        raise ValueError(
            f"the figure draws one study, data set and poisoning; {label!r} has "
            f"{len(studies)} ({found or 'no selected model'})"
        )
    return selected.merge(studies, on=PLACE)


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


def _draw_metric(
    axes: Any,
    cells: pd.DataFrame,
    published: pd.DataFrame,
    looks: dict[float, Look],
    column: str,
) -> None:
    for coefficient, (colour, marker, name) in looks.items():
        cell = cells.loc[coefficient]
        shift = _shift(cells, looks, coefficient)
        x = cell.index + shift
        axes.errorbar(
            x, cell[column], yerr=cell[f"{column}_half"], color=colour, marker=marker, label=name,
            elinewidth=0.8, capsize=1.5, zorder=4,
        )  # fmt: skip
        if column == "accuracy":
            axes.plot(x, cell["limit"], **_DASHED, color=colour, label=f"limit, {name}")
        if coefficient in published.index:
            past = published.loc[coefficient]
            axes.plot(
                past.index + shift, past[column], color=colour, marker=marker, linestyle="",
                fillstyle="none", markersize=6.5, markeredgewidth=0.7, label=f"published, {name}",
                zorder=3,
            )  # fmt: skip
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
    cells = means(pairs, CELL, [column])
    axes.axhline(0.0, color=GREY, linewidth=0.8)
    for coefficient in [c for c in looks if c in cells.index]:
        colour, marker, name = looks[coefficient]
        cell = cells.loc[coefficient]
        x = cell.index + _shift(cells, looks, coefficient)
        axes.errorbar(
            x, cell[column], yerr=cell[f"{column}_half"], color=colour, marker=marker, label=name,
            linewidth=0.6, elinewidth=0.8, capsize=1.5,
        )  # fmt: skip
    axes.set_ylabel(f"difference ({METRICS[column][2]})")


def _mark_losses(axes: Any, rows: pd.DataFrame, looks: dict[float, Look]) -> None:
    """Write at the foot of the panel what each cell lost, one line a group coefficient."""
    lossy = rows.groupby(CELL).agg(
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
    figure: Any,
    cells: pd.DataFrame,
    looks: dict[float, Look],
    published_figure: str | None,
    constant: bool,
) -> None:
    entries = []
    for coefficient, (colour, marker, name) in looks.items():
        n = span(cells.loc[coefficient, "accuracy_n"])
        entries.append(Line2D([], [], color=colour, marker=marker, label=f"{name} (n = {n})"))
    if cells["limit"].notna().any():
        name = "limit of the law at the mean DI"
        entries.append(Line2D([], [], color=GREY, **_DASHED, label=name))
    if constant:
        entries.append(Line2D([], [], **_DOTTED, label="one answer for all (accept all)"))
    if published_figure:
        entries.append(
            Line2D(
                [],
                [],
                color=GREY,
                marker="o",
                linestyle="",
                fillstyle="none",
                markersize=6,
                markeredgewidth=0.7,
                label=PUBLISHED[published_figure],
            )  # fmt: skip
        )
    figure.legend(handles=entries, loc="outside lower center", ncols=3)
