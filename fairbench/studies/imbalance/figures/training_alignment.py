"""Figure 5: discriminator losses beside the information that they are said to stand for."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from fairbench.plotting.numbers import sight_phrase
from fairbench.plotting.style import (
    DOUBLE,
    GREY,
    OKABE_ITO,
    Drawn,
    caption_of,
    letter,
    look,
    method_looks,
    new_figure,
)
from fairbench.studies.imbalance.alignment import LATE, PAIRS, rolling_correlation


class Series(NamedTuple):
    """How one estimate of the information is drawn."""

    name: str
    colour: str
    correlated: bool


_ESTIMATES = {
    "information_fairness": Series("decision", OKABE_ITO["blue"], True),
    "information_logit": Series("logit, best of all", OKABE_ITO["green"], True),
    "information_logistic": Series("logit, $D_F$'s kind", OKABE_ITO["orange"], False),
    "information_robustness": Series("labels 0/1 throughout", OKABE_ITO["blue"], True),
    "information_robustness_published": Series("published coding", OKABE_ITO["purple"], True),
}
_SIDES = {
    "fairness": ("$D_F$", "$I(Z;\\hat{Y})$ (nats)", "$H(Z)$"),
    "robustness": ("$D_R$", "$I(V;X,Z,\\hat{Y})$ (nats)", "ln 2"),
}
_LOSS = OKABE_ITO["vermillion"]


@look()
def figure_5(run: pd.DataFrame, table: pd.DataFrame, *, window: int) -> Drawn:
    """Losses, information and their rolling correlation along one run.

    Parameters
    ----------
    run : DataFrame
        The trace of one run, as from `fairbench.studies.tracking.traces.read_tracks`.
    table : DataFrame
        Rows of `fairbench.studies.imbalance.alignment.alignment_table` of this run, and of the same
        setting over many seeds where there are any.
    window : int
        Iterations of the rolling correlation.

    Returns
    -------
    Drawn

    Raises
    ------
    ValueError
        The run has neither a fairness nor a robustness discriminator.
    """
    sides = [side for side, (loss, _) in PAIRS.items() if loss in run and run[loss].notna().all()]
    if not sides:
        raise ValueError(f"the run {run['track'].iloc[0]} has no discriminator")
    # The last record is of the end, after the last iteration: it has no loss in training.
    run = run[run["iteration"] < run["end"]]
    figure, axes = new_figure(DOUBLE, 5.6, nrows=3, ncols=len(sides), sharex=True, squeeze=False)
    for column, side in enumerate(sides):
        _draw_loss(axes[0, column], run, side)
        _draw_information(axes[1, column], run, side)
        _draw_correlation(axes[2, column], run, side, min(window, int(run["end"].iloc[0]) // 2))
        for row, what in enumerate(("loss", "information", "correlation of loss and information")):
            letter(axes[row, column], row * len(sides) + column, f"{what}, {side}")
            for at in _milestones(run):
                axes[row, column].axvline(at, color=GREY, linewidth=0.6, linestyle=":", zorder=0.5)
        axes[2, column].set_xlabel("iteration")
    return Drawn(figure, _caption(run, table, sides, window))


def _milestones(run: pd.DataFrame) -> list[int]:
    end = int(run["end"].iloc[0])
    return [at for at in (int(run["warm_up"].iloc[0]), LATE) if 0 < at < end]


def _prior(run: pd.DataFrame, side: str) -> float:
    """Loss of a discriminator that knows nothing."""
    return float(run["entropy_sensitive"].iloc[0]) if side == "fairness" else math.log(2)


def _draw_loss(axes: Any, run: pd.DataFrame, side: str) -> None:
    name, _, prior = _SIDES[side]
    dashed = {"color": OKABE_ITO["black"], "linewidth": 0.8, "linestyle": "--"}
    axes.axhline(_prior(run, side), **dashed, label=f"knowing nothing: {prior}")
    axes.plot(run["iteration"], run[PAIRS[side][0]], color=_LOSS, label=f"loss of {name}")
    axes.set_ylabel(f"cross-entropy of {name} (nats)")
    axes.legend()


def _draw_information(axes: Any, run: pd.DataFrame, side: str) -> None:
    loss, estimates = PAIRS[side]
    name, axis, prior = _SIDES[side]
    for column in _available(run, estimates):
        series = _ESTIMATES[column]
        axes.plot(run["iteration"], run[column], color=series.colour, label=series.name)
    said = _prior(run, side) - run[loss]
    axes.plot(run["iteration"], said, color=_LOSS, label=f"{prior} $-$ loss of {name}")
    # The start of the game dwarfs everything after it, and what a loss says can be negative.
    axes.set_yscale("symlog", linthresh=0.02, linscale=1.0)
    axes.set_yticks([-0.02, 0, 0.01, 0.02, 0.05, 0.1, 0.2])
    axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.set_ylabel(axis)
    axes.set_ylim(-0.05, 8.0)  # room for the legend above the start of the game
    axes.legend(loc="upper right", ncols=2, columnspacing=0.8, handlelength=1.2, fontsize=6.5)


def _draw_correlation(axes: Any, run: pd.DataFrame, side: str, window: int) -> None:
    loss, estimates = PAIRS[side]
    iteration = run["iteration"].to_numpy()
    axes.axhline(0.0, color=OKABE_ITO["black"], linewidth=0.6)
    for column in _available(run, estimates):
        series = _ESTIMATES[column]
        if not series.correlated:
            continue
        both = run[loss].to_numpy(), run[column].to_numpy()
        middle, value, low, high = rolling_correlation(iteration, *both, window).to_numpy().T
        axes.fill_between(middle, low, high, color=series.colour, alpha=0.12, linewidth=0)
        axes.plot(middle, value, color=series.colour, label=series.name)
    end = run["end"].iloc[0]
    if end > LATE:
        axes.plot([LATE, end], [-1.1] * 2, color=GREY, linewidth=2, solid_capstyle="butt")
        axes.text((LATE + end) / 2, -1.16, "claimed: below 0", ha="center", va="top", fontsize=7)
    axes.set(ylim=(-1.4, 1.08), yticks=np.linspace(-1, 1, 5), ylabel="correlation (no unit)")


def _available(run: pd.DataFrame, estimates: tuple[str, ...]) -> list[str]:
    return [c for c in estimates if c in _ESTIMATES and c in run and run[c].notna().all()]


def _caption(run: pd.DataFrame, table: pd.DataFrame, sides: list[str], window: int) -> str:
    first = run.iloc[0]
    name = method_looks([first["label"]])[first["label"]].name
    seen = (
        f"One run of {name}. Top: the discriminators' losses; dashed, the loss of one that knows "
        "nothing. Middle: the information that the losses stand for. Bottom: how loss and "
        "information correlate in windows; a loss that measures the information is at -1."
    )
    text = (
        f"lambda_f = {first['lambda_f']:g}, lambda_r = {first['lambda_r']:g}, initial seed "
        f"{first['initial_seed']:.0f}, every {first['every']} iterations; {sight_phrase(run)}. "
        f"Dotted: end of warm-up, and iteration {LATE}. Middle: linear up to 0.02, then "
        f"logarithmic. {' '.join(_WORDS[side] for side in sides)} Bottom: windows of {window} "
        "iterations with the 95 % interval of Fisher's z for the effective number of independent "
        f"points.{_late_words(table)}"
    )
    return caption_of(seen, text)


_WORDS = {
    "fairness": "Fairness: H(Z) minus the cross-entropy of the best discriminator is the "
    "information in what it is shown (Theorem 3). Blue: the hard decision; green: the logit, in "
    "bins of equally many rows, less their bias; orange: the best sigmoid(a logit + c), which is "
    "all that D_F can be; red: what D_F's own loss says.",
    "robustness": "Robustness: nearest-neighbour estimates by the chain rule of eq. 21, with the "
    "clean rows' labels 0/1 or in the published coding. D_R's loss weighs clean and training rows "
    "equally, the information as they are, so their levels do not compare.",
}


def _late_words(table: pd.DataFrame) -> str:
    """Correlations in the last phase, of this run and over seeds."""
    parts = []
    for row in table[table["start"] == table["start"].max()].to_dict("records"):
        series = _ESTIMATES.get(row["information"])
        if series and series.correlated and np.isfinite(row["correlation"]):
            of = "this run" if row["runs"] == 1 else f"mean of {row['runs']} seeds"
            interval = f"{row['correlation']:+.2f} [{row['low']:+.2f}, {row['high']:+.2f}]"
            parts.append(f"{row['side']}, {series.name} {interval} ({of})")
    return f" From iteration {table['start'].max()} on: {'; '.join(parts)}." if parts else ""
