"""Figure 8: accuracy against disparate impact, along each method's lambda."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from fairbench.evaluation.selection import CELL, limit_of
from fairbench.plotting.numbers import means, usable
from fairbench.plotting.style import (
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
from fairbench.studies.imbalance.figures.trade_off_words import (
    MAIN,
    METRICS,
    Panel,
    caption,
    first_words,
)

_LIMIT = "limit of the law (nobody can pass)"
_ACCEPT_ALL = "as good as accepting all (accuracy + DI)"
_HOLLOW = {"linestyle": "", "fillstyle": "none", "markersize": 6.5, "markeredgewidth": 0.7}
_FAINT = {"linewidth": 0.7, "markersize": 3, "alpha": 0.55}
_DOT = {"linestyle": "", "marker": ".", "markersize": 3}
_DOTTED = {"color": GREY, "linestyle": ":", "linewidth": 1.0}


@look()
def figure_8(
    fits: pd.DataFrame,
    limits: pd.DataFrame,
    published: pd.DataFrame,
    comparisons: pd.DataFrame,
    *,
    panels: Sequence[Mapping[str, Any]],
) -> Drawn:
    """Trade-off curves on the test split, one panel a study.

    Parameters
    ----------
    fits : DataFrame
        The table of fits.
    limits : DataFrame
        ``positive_rate``, ``group_coefficient``, ``disparate_impact``, ``accuracy``. A cell that is
        not in it has no limit drawn.
    published : DataFrame
        ``data`` (clean or poisoned), ``method``, ``lambda_f``, ``lambda_r``, ``accuracy``,
        ``disparate_impact``.
    comparisons : DataFrame
        The tables of comparisons of all studies.
    panels : sequence of mapping
        For each panel ``study``, ``title`` and optionally ``lambda_r``, which chooses among the
        fits: ``{label: value}``. A label that is not named keeps all its fits.

    Returns
    -------
    Drawn
        The labels of `MAIN` have error bars and the points of trial 0; the study's other labels
        are drawn faintly.

    Raises
    ------
    ValueError
        A study has no fits here or more than one cell, which would be averaged silently.
    """
    contents = [_panel(fits, limits, published, comparisons, asked) for asked in panels]
    looks = method_looks(label for content in contents for label in content.curves)
    # Accuracies of one law can be compared; real data sets each have a range of their own.
    lawful = all(content.rows["positive_rate"].notna().all() for content in contents)
    shared = {"sharex": True, "sharey": lawful}
    figure, axes = new_figure(DOUBLE, 3.5, ncols=len(contents), **shared, squeeze=False)
    for i, content in enumerate(contents):
        letter(axes[0, i], i, content.title)
        axes[0, i].set_xlabel("disparate impact (ratio)")
        _draw(axes[0, i], content, looks)
    axes[0, 0].set_ylabel("accuracy (share of test rows)")
    _draw_limits(axes[0], contents)
    _draw_accept_all(axes[0], contents)
    _legend(figure, looks, contents)
    return Drawn(figure, caption(contents, looks))


def _panel(
    fits: pd.DataFrame,
    limits: pd.DataFrame,
    published: pd.DataFrame,
    comparisons: pd.DataFrame,
    asked: Mapping[str, Any],
) -> Panel:
    rows = fits[fits["study"] == asked["study"]].rename(
        columns={f"test_{name}": name for name in METRICS}
    )
    cells = rows[CELL].drop_duplicates()
    if len(cells) != 1:
        raise ValueError(
            f"figure 8 draws one cell a panel; study {asked['study']!r} has {len(cells)}"
        )
    wanted = rows["label"].map(asked.get("lambda_r", {})).astype(float)
    rows = rows[wanted.isna() | np.isclose(rows["lambda_r"], wanted)].reset_index(drop=True)
    # A lambda that lost every fit stays in its curve, as a gap.
    rows.loc[~rows.index.isin(usable(rows).index), METRICS] = np.nan
    cell = cells.iloc[0]
    data = "clean" if cell["poisoning"] == "none" else "poisoned"
    # Of real data, which have no P(Y=1), these points say nothing.
    mine = (published["data"] == data) & pd.notna(cell["positive_rate"])
    # Two answers are no curve; where accepting all lies is drawn by itself.
    constant = rows["method"] == "constant"
    accepted = rows.loc[constant & (rows["disparate_impact"] == 1), "accuracy"]
    rows = rows[~constant]
    return Panel(
        title=asked["title"],
        rows=rows,
        curves={
            label: means(group, ["lambda_r", "lambda_f"], METRICS)
            for label, group in rows.groupby("label")
        },
        accept_all=float(accepted.mean()),
        published=published[mine],
        limit=limit_of(limits, cell["positive_rate"], cell["group_coefficient"]),
        comparisons=comparisons[comparisons["study"] == asked["study"]],
    )


def _draw(axes: Any, content: Panel, looks: Mapping[str, Look]) -> None:
    for label, curve in content.curves.items():
        x, y = curve["disparate_impact"], curve["accuracy"]
        shared = looks[label].style | {"label": label}
        if label not in MAIN:
            axes.plot(x, y, **shared, **_FAINT)
            continue
        bars = {"xerr": curve["disparate_impact_sd"], "yerr": curve["accuracy_sd"]}
        axes.errorbar(x, y, **bars, **shared, elinewidth=0.6, zorder=4)
        first = content.rows.query("label == @label and trial == 0")
        dots = {"color": looks[label].colour, "label": f"{label}, trial 0", "zorder": 5}
        axes.plot(first["disparate_impact"], first["accuracy"], **_DOT, **dots)
    for method, points in content.published.groupby("method"):
        style = {**method_looks([method]), **looks}[method].style
        style |= _HOLLOW | {"label": f"{method}, published", "zorder": 3}
        axes.plot(points["disparate_impact"], points["accuracy"], **style)


def _draw_limits(axes: Sequence[Any], contents: Sequence[Panel]) -> None:
    """Add the limits, which span every disparate impact, without widening the panels to them."""
    left = max(axes[0].get_xlim()[0], -0.03)
    for panel, content in zip(axes, contents, strict=True):
        low, high = panel.get_ylim()
        x, y = content.limit["disparate_impact"], content.limit["accuracy"]
        panel.plot(x, y, color=GREY, linewidth=2.0, zorder=1, label="limit")
        panel.set_ylim(low, max(high, y[x >= left].max() + 0.005) if len(y) else high)
    axes[0].set_xlim(left, 1.02)


def _draw_accept_all(axes: Sequence[Any], contents: Sequence[Panel]) -> None:
    """Add what accepting all scores: its point, and the line of that accuracy + DI from there.

    The point itself is often far below all methods, and no panel is widened to it.
    """
    for panel, content in zip(axes, contents, strict=True):
        x, y = panel.get_xlim(), panel.get_ylim()
        if np.isfinite(content.accept_all):
            impact = np.array([1.0, 0.0])
            accuracy = content.accept_all + 1.0 - impact
            panel.plot(impact, accuracy, **_DOTTED, marker="1", zorder=1, label="accept all")
            panel.set(xlim=x, ylim=y)


def _legend(figure: Any, looks: Mapping[str, Look], contents: Sequence[Panel]) -> None:
    entries = [
        (look.name, look.style | ({} if label in MAIN else _FAINT)) for label, look in looks.items()
    ]
    if any(len(content.published) for content in contents):
        entries.append(("published point", _HOLLOW | {"color": GREY, "marker": "o"}))
    entries.append((first_words(contents), _DOT | {"color": GREY}))
    if any(len(content.limit) for content in contents):
        entries.append((_LIMIT, {"color": GREY, "linewidth": 2.0}))
    if any(np.isfinite(content.accept_all) for content in contents):
        entries.append((_ACCEPT_ALL, _DOTTED))
    legend_below(figure, entries, 3)
