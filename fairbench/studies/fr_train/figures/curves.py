"""Figures 2b and 4: accuracy against disparate impact along a knob, clean and poisoned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from fairbench.evaluation.selection import USABLE
from fairbench.plotting.style import (
    DOUBLE,
    GREY,
    OKABE_ITO,
    Drawn,
    caption_of,
    letter,
    look,
    new_figure,
)

_COLOURS = {"clean": OKABE_ITO["blue"], "poisoned": OKABE_ITO["vermillion"]}
_LIMIT = {"color": GREY, "linestyle": ":", "linewidth": 1.0}


class Panel(NamedTuple):
    """What a panel shows: its title, and the labels drawn on clean and on poisoned data."""

    title: str
    clean: str
    poisoned: Sequence[str]


_PANELS = (
    Panel("label bias correction", "label_bias_correction", ["label_bias_correction"]),
    Panel("adversarial debiasing", "adversarial_debiasing", ["adversarial_debiasing"]),
    Panel("FR-Train, all clean rows", "fr_train", ["fr_train"]),
    Panel("FR-Train, half of them", "fr_train", ["fr_train_half"]),
    Panel("FR-Train, 1 % of them", "fr_train", ["fr_train_hundredth", "fr_train_hundredth_low"]),
    Panel("trimmed rows and thresholds", "group_thresholds", ["trimmed_group_thresholds"]),
)


@look()
def figure_curves(fits: pd.DataFrame, limit: pd.DataFrame) -> Drawn:
    """Draw the trade-offs of figure 4 on the synthetic data, and of what needs no clean row.

    Parameters
    ----------
    fits : DataFrame
        Of `fairbench.studies.fr_train.fits.collected`.
    limit : DataFrame
        Of `fairbench.data.limit.accuracy_limit`.
    """
    mine = synthetic(fits)
    figure, axes = new_figure(DOUBLE, 4.6, nrows=2, ncols=3, sharex=True, sharey=True)
    for position, (panel, axis) in enumerate(zip(_PANELS, axes.flat, strict=True)):
        draw_panel(axis, panel, mine, limit)
        letter(axis, position, panel.title)
    for axis in axes[-1]:
        axis.set_xlabel("disparate impact (test)")
    for axis in axes[:, 0]:
        axis.set_ylabel("accuracy (test)")
    other = mine.loc[mine["method"] == _PANELS[4].poisoned[-1], "lambda_r"]
    legend(figure, lambda_r=other.iloc[0] if len(other) else None)
    seen = (
        "Accuracy against disparate impact on test rows as the knob of a method goes from no "
        "fairness to all of it, on clean and on poisoned labels of FR-Train's synthetic benchmark. "
        "A curve further to the right and up is better; the distance of the two curves is what the "
        "poison does. Dotted: the best that any classifier can have. Panel (f) needs no clean row. "
        "Points outside the panels are not drawn."
    )
    return Drawn(figure, caption_of(seen, details(mine)))


def synthetic(fits: pd.DataFrame) -> pd.DataFrame:
    """The fits of one reading of the synthetic data: the authors' own rows where they are there."""
    mine = fits[(fits["dataset"] == "synthetic") & fits["status"].isin(USABLE)]
    own = mine[mine["data"] == "published"]
    mine = own if len(own) else mine
    return mine[mine["reading"] == mine["reading"].iloc[0]] if len(mine) else mine


def draw_panel(axis: Any, panel: Panel, fits: pd.DataFrame, limit: pd.DataFrame) -> None:
    """One method, clean and poisoned: means over splits along the knob, and their spread."""
    axis.plot(limit["disparate_impact"], limit["accuracy"], **_LIMIT, zorder=1)
    curves = [("clean", panel.clean, "-", "o")]
    styles = [("-", "o"), ("--", "^")]
    curves += [
        ("poisoned", label, *style) for label, style in zip(panel.poisoned, styles, strict=False)
    ]
    for training, label, line, marker in curves:
        here = fits[(fits["method"] == label) & (fits["training_data"] == training)]
        points = here.groupby("knob")[["test_disparate_impact", "test_accuracy"]]
        mean, spread = points.mean(), points.std().fillna(0.0)
        axis.errorbar(
            mean["test_disparate_impact"], mean["test_accuracy"],
            xerr=spread["test_disparate_impact"], yerr=spread["test_accuracy"],
            color=_COLOURS[training], linestyle=line, marker=marker, markersize=3, elinewidth=0.5,
        )  # fmt: skip
    axis.set_xlim(0.3, 1.02)
    axis.set_ylim(0.62, 0.92)


def legend(figure: Any, *, lambda_r: float | None = None) -> None:
    """Clean, poisoned, the weight of robustness of a second curve where one is drawn, the limit."""
    from matplotlib.lines import Line2D

    entries = [
        Line2D([], [], color=c, marker="o", label=f"{t} labels") for t, c in _COLOURS.items()
    ]
    if lambda_r is not None:
        looks = {"color": _COLOURS["poisoned"], "marker": "^", "linestyle": "--"}
        entries.append(Line2D([], [], **looks, label=f"poisoned, $\\lambda_r$ = {lambda_r:g}"))
    entries.append(Line2D([], [], **_LIMIT, label="best possible"))
    figure.legend(handles=entries, loc="outside lower center", ncols=4)


def details(fits: pd.DataFrame) -> str:
    """Settings and counts for the second paragraph of a caption."""
    if fits.empty:
        return "No fit is there."
    data, seeds = fits["data"].iloc[0], fits["split"].nunique()
    return (
        f"Data: {data}, {seeds} {'initial seeds' if data == 'published' else 'draws'}; bars: one "
        f"standard deviation over them. Attack: {_attack(fits)}. Not every method has randomness."
    )


def _attack(fits: pd.DataFrame) -> str:
    named = [attack for attack in fits["attack"].unique() if attack != "none"]
    return ", ".join(named[:1]).replace(",", ", ") or "none"
