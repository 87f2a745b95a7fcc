"""The multi-comparison matrix: what every two methods do against each other, and no third one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle

from fairbench.evaluation.intervals import LEVEL
from fairbench.evaluation.many.quantities import CRITERION, QUANTITIES, VOLUME, Quantity
from fairbench.plotting.many.words import gaps, names_of, number, ordered, too_few
from fairbench.plotting.numbers import span
from fairbench.plotting.style import DOUBLE, OKABE_ITO, Drawn, caption_of, letter, look, new_figure

_FULL = 5
"""Regions of practical equivalence that a difference of full colour is as large as."""
_WIDE, _HIGH = 0.62, 0.4
"""Inches of a cell."""
_ROW, _SAME, _COLUMN = OKABE_ITO["blue"], "#C8C8C8", OKABE_ITO["orange"]
_SCALE = LinearSegmentedColormap.from_list("rows", ["#F3C77B", "#FFFFFF", "#8DBFE0"])


@look()
def figure_matrix(ranks: pd.DataFrame, pairs: pd.DataFrame, *, title: str) -> Drawn:
    """Draw a matrix for each quantity that was measured.

    Parameters
    ----------
    ranks, pairs : DataFrame
        Of `fairbench.evaluation.many.tables.compared`, rows of one study.
    title : str
        What the study is.
    """
    measured = [
        name for name in dict.fromkeys(pairs["quantity"]) if name not in (CRITERION, VOLUME)
    ]
    labels = ordered(ranks)
    size = (
        max(1.9 + _WIDE * len(labels), DOUBLE),
        (1.15 + _HIGH * len(labels)) * len(measured) + 0.35,
    )
    figure, axes = new_figure(*size, nrows=len(measured), squeeze=False)
    for position, (quantity, axis) in enumerate(zip(measured, axes[:, 0], strict=True)):
        mine = pairs[pairs["quantity"] == quantity]
        _frame(axis, labels)
        _cells(axis, labels, mine, QUANTITIES[quantity])
        told = QUANTITIES[quantity]
        better = "" if told.sign > 0 else ", less is better"
        words = f"{told.title} ({told.unit}{better}), practically equal within {told.rope:g}"
        letter(axis, position, words)
    entries = [
        Rectangle((0, 0), 1, 1, color=colour, label=words)
        for colour, words in (
            (_ROW, "row practically better"),
            (_SAME, "practically equal"),
            (_COLUMN, "column practically better"),
        )
    ]
    figure.legend(handles=entries, loc="outside lower center", ncols=3)
    seen = (
        f"{title}: every row's method against every column's. Below the diagonal: mean of row "
        "less column over data sets; on how many the row is better, equal, worse; and Wilcoxon's "
        f"p, bold up to {LEVEL:g}. Above it: the chance that, on another data set, the row is "
        "better by more than a difference that matters in use, that neither is, or the column. "
        "A cell is made from its two methods alone: no method that is added or left out changes it."
    )
    n = span(pairs["data_sets"])
    details = (
        f"n = {n} data sets a cell, trials averaged first over those that both methods have. The p "
        "values here are of one test each, uncorrected; Holm's, over all pairs, are in pairs.csv. "
        "Chances: Bayesian signed-rank test, prior of weight 0.5 on no difference. Colours are "
        f"full at {_FULL} times the practical equivalence. Methods are in the order of average "
        f"rank. {gaps(ranks)} {too_few(pairs)}"
    )
    return Drawn(figure, caption_of(seen, details))


def _frame(axis, labels: Sequence[str]) -> None:
    count, names = len(labels), list(names_of(labels).values())
    axis.set_xlim(0, count)
    axis.set_ylim(count, 0)
    axis.set_xticks(np.arange(count) + 0.5, [_broken(name) for name in names], rotation=35)
    for tick in axis.get_xticklabels():
        tick.set(ha="left", rotation_mode="anchor")
    axis.set_yticks(np.arange(count) + 0.5, names)
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    axis.grid(False)
    for side in axis.spines.values():
        side.set_visible(False)
    for k in range(count):
        axis.add_patch(Rectangle((k, k), 1, 1, facecolor="#EFEFEF", edgecolor="white"))


def _broken(name: str) -> str:
    """A long name on two lines, broken near its middle."""
    gaps = [k for k, character in enumerate(name) if character == " "]
    if len(name) <= 16 or not gaps:
        return name
    at = min(gaps, key=lambda k: abs(k - len(name) / 2))
    return f"{name[:at]}\n{name[at + 1 :]}"


def _cells(axis, labels: Sequence[str], pairs: pd.DataFrame, told: Quantity) -> None:
    at = {label: k for k, label in enumerate(labels)}
    # By what matters in use, and not by the largest difference: a cell is its two methods' alone.
    shade = Normalize(-_FULL * told.rope, _FULL * told.rope, clip=True)
    for row in pairs.to_dict("records"):
        a, b = at[row["label_a"]], at[row["label_b"]]
        low, high = (row, _turned(row)) if a > b else (_turned(row), row)
        colour = _SCALE(shade(np.nan_to_num(told.sign * low["difference"])))
        _numbers(axis, min(a, b), max(a, b), low, colour)
        _chances(axis, max(a, b), min(a, b), high)


def _turned(row: dict) -> dict:
    """The same pair, B's way round."""
    swapped = {"difference": -row["difference"]}
    for first, second in (("a_better", "b_better"), ("chance_a", "chance_b")):
        swapped |= {first: row[second], second: row[first]}
    return row | swapped


def _numbers(axis, x: int, y: int, row: dict, colour) -> None:
    axis.add_patch(Rectangle((x, y), 1, 1, facecolor=colour, edgecolor="white"))
    if not row["data_sets"]:
        axis.text(x + 0.5, y + 0.5, "no value", ha="center", va="center", size=5.5, color="#777777")
        return
    clear = row["p"] <= LEVEL
    difference = f"{row['difference']:+.3f}"
    if float(difference) == 0:
        difference = "0.000"
    lines = [
        (0.22, difference, 6.5),
        (0.52, f"{row['a_better']} / {row['equal']} / {row['b_better']}", 5.5),
        (0.8, f"p = {number(row['p'])}", 5.5),
    ]
    for down, words, size in lines:
        weight = "bold" if clear and down != 0.52 else "normal"
        axis.text(x + 0.5, y + down, words, ha="center", va="center", size=size, weight=weight)


def _chances(axis, x: int, y: int, row: dict) -> None:
    shares = [row["chance_a"], row["chance_same"], row["chance_b"]]
    if not np.isfinite(shares).all():
        axis.text(x + 0.5, y + 0.5, "no value", ha="center", va="center", size=5.5, color="#777777")
        return
    left = x + 0.06
    for share, colour in zip(shares, (_ROW, _SAME, _COLUMN), strict=True):
        width = 0.88 * share
        axis.add_patch(Rectangle((left, y + 0.58), width, 0.26, color=colour, linewidth=0))
        left += width
    words = " / ".join(f"{100 * share:.0f}" for share in shares)
    axis.text(x + 0.5, y + 0.32, f"{words} %", ha="center", va="center", size=5.5)
