"""What a ranking owes to single data sets, rivals and parts of the criterion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fairbench.evaluation.many.quantities import QUANTITIES, criterion_title
from fairbench.evaluation.many.stability import DATA_SET, FULL, METHOD, PART
from fairbench.plotting.many.words import names_of
from fairbench.plotting.style import (
    DOUBLE,
    OKABE_ITO,
    Drawn,
    caption_of,
    handles,
    look,
    new_figure,
)  # fmt: skip

_BARS = {DATA_SET: (OKABE_ITO["sky"], -0.16), METHOD: (OKABE_ITO["orange"], 0.16)}
_MARKERS = "^vDs"


@look()
def figure_stability(table: pd.DataFrame, *, title: str, parts: Sequence[str]) -> Drawn:
    """Draw the average rank of each method, and where it goes under each sort of omission.

    Parameters
    ----------
    table : DataFrame
        Of `fairbench.evaluation.many.stability.rank_stability`, rows of one study.
    title : str
        What the study is.
    parts : sequence of str
        Quantities that the criterion is the sum of.
    """
    full = table[table["left_out"] == FULL].sort_values(["rank", "label"])
    labels, count = list(full["label"]), len(full)
    figure, axis = new_figure(DOUBLE, 1.1 + 0.27 * max(count, 2))
    scaled = table.assign(rank=_on_one_scale(table, count))
    for k, label in enumerate(labels):
        mine = scaled[scaled["label"] == label]
        for what, (colour, shift) in _BARS.items():
            ranks = mine.loc[mine["left_out"] == what, "rank"]
            if len(ranks):
                ends = [ranks.min(), ranks.max()]
                axis.plot(
                    ends, [k + shift] * 2, color=colour, linewidth=3.5, solid_capstyle="round"
                )
        for part, marker in zip(parts, _MARKERS, strict=False):
            one = mine[(mine["left_out"] == PART) & (mine["name"] == part)]["rank"]
            axis.plot(one, [k] * len(one), marker, color=OKABE_ITO["purple"], markersize=4.5)
        axis.plot(mine.loc[mine["left_out"] == FULL, "rank"], k, "|", color="black", markersize=13,
                  markeredgewidth=1.5)  # fmt: skip
    axis.set_yticks(np.arange(count), list(names_of(labels).values()))
    axis.set_ylim(count - 0.4, -0.6)
    axis.set_xlim(0.8, count + 0.2)
    axis.set_xlabel(f"average rank by {criterion_title(parts)} (1 = best)")
    axis.tick_params(axis="y", length=0)
    figure.legend(handles=handles(_entries(table, parts)), loc="outside lower center", ncols=3)
    n = int(full["data_sets"].iloc[0]) if count else 0
    seen = (
        f"{title}: the average rank of each method (black), and the ranks that it has without one "
        f"{_listed(_omissions(table)['left_out'].unique())}. A short bar is a place that does not "
        f"depend on the choice of what was compared. {_survives(table)}"
    )
    details = (
        f"{count} methods on n = {n} data sets. Kendall's tau to the full ranking, mean and "
        f"smallest: {_taus(table)}. Ranks without a rival are stretched to the scale of all."
    )
    if len(parts) > 1:
        details += (
            " Fits are those selected by the whole criterion: to leave a part out changes what "
            "they are ranked by, and not which they are."
        )
    return Drawn(figure, caption_of(seen, details))


def _on_one_scale(table: pd.DataFrame, count: int) -> pd.Series:
    fewer = (table["methods"] - 1).clip(lower=1)
    return 1 + (table["rank"] - 1) * max(count - 1, 1) / fewer


def _entries(table: pd.DataFrame, parts: Sequence[str]) -> list[tuple[str, dict]]:
    found, entries = set(table["left_out"]), []
    entries.append(("all", {"color": "black", "marker": "|", "linestyle": "", "markersize": 9}))
    for what, (colour, _) in _BARS.items():
        if what in found:
            entries.append((f"without one {what}", {"color": colour, "linewidth": 3.5}))
    for part, marker in zip(parts, _MARKERS, strict=False):
        if PART in found:
            style = {"color": OKABE_ITO["purple"], "marker": marker, "linestyle": ""}
            entries.append((f"without {QUANTITIES[part].title}", style))
    return entries


def _omissions(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["left_out"] != FULL].drop_duplicates(["left_out", "name"])


def _listed(words: Sequence[str]) -> str:
    *first, last = words if len(words) else ["of what was compared"]
    return f"{', '.join(first)} or {last}" if first else last


def _survives(table: pd.DataFrame) -> str:
    parts = []
    for what, rows in _omissions(table).groupby("left_out", sort=False):
        parts.append(f"{int(rows['winner'].sum())} of {len(rows)} ({what})")
    return f"The first stays first in {', '.join(parts)} omissions." if parts else ""


def _taus(table: pd.DataFrame) -> str:
    parts = []
    for what, rows in _omissions(table).groupby("left_out", sort=False):
        tau = rows["tau"].dropna()
        told = f"{tau.mean():.2f} and {tau.min():.2f}" if len(tau) else "none"
        parts.append(f"{told} without one {what}")
    return ", ".join(parts) or "nothing to leave out"
