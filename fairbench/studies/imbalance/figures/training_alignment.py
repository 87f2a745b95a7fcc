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
        The run has neither a fairness nor a robustness discriminator, or is not a single one.
    """
    if run["track"].nunique() != 1 or not run["iteration"].is_unique:
        raise ValueError("figure 5 draws a single run")
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
    axes.axhline(
        _prior(run, side),
        *(0, 1),
        color=OKABE_ITO["black"],
        linewidth=0.8,
        linestyle="--",
        label=f"knowing nothing: {prior}",
    )
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
        rolling = rolling_correlation(
            iteration, run[loss].to_numpy(), run[column].to_numpy(), window
        )
        middle = rolling["iteration"]
        axes.fill_between(
            middle, rolling["low"], rolling["high"], color=series.colour, alpha=0.12, linewidth=0
        )
        axes.plot(middle, rolling["value"], color=series.colour, label=series.name)
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
    if "fairness" in sides:
        seen += f" {_last_words(run)}"
    text = (
        f"The run has lambda_f = {first['lambda_f']:g}, lambda_r = {first['lambda_r']:g} and "
        f"initial seed {first['initial_seed']:.0f}; recorded {_often(first)}; {sight_phrase(run)}. "
        f"Dotted lines: end of warm-up, and iteration {LATE}. "
        "Middle: linear up to 0.02, then logarithmic. "
    )
    if "fairness" in sides:
        text += _fairness_words()
    if "robustness" in sides:
        text += _robustness_words(run)
    text += (
        f"Bottom: correlation of loss and information in windows of {window} iterations, with the "
        "95 % interval of Fisher's z for the effective number of independent points (series that "
        "move this slowly have few); colours as above. "
    )
    return caption_of(seen, text + _phase_words(table))


def _often(first: pd.Series) -> str:
    return "every iteration" if first["every"] == 1 else f"every {first['every']} iterations"


def _last_words(run: pd.DataFrame) -> str:
    last = run.iloc[-1]
    said = _prior(run, "fairness") - last["fairness_discriminator_loss"]
    return (
        f"At the last iteration D_F's own loss says {said:.4f} nats (red), the best discriminator "
        f"of its kind {last['information_logistic']:.4f} (orange), of any kind "
        f"{last['information_logit']:.4f} (green); the hard decision holds "
        f"{last['information_fairness']:.4f} (blue)."
    )


def _fairness_words() -> str:
    return (
        "By Theorem 3, H(Z) minus the cross-entropy of the best discriminator is the information "
        "in what it is shown. Blue: plug-in I(Z; Yhat) of the hard decision, where the best "
        "discriminator is known exactly. Green: of the logit, by the best discriminator that is "
        "constant in bins of equally many rows, less the bias of the bins (Miller and Madow). "
        "Orange: by the best sigmoid(a logit + c), which is all that D_F can be. Red: what D_F's "
        "own loss says. Red to orange is what D_F has not learnt yet, orange to green what its "
        "kind cannot say. "
    )


def _robustness_words(run: pd.DataFrame) -> str:
    columns = _available(run, PAIRS["robustness"][1])
    values = "; ".join(
        f"{_ESTIMATES[c].name} {run[c].iloc[0]:.4f} at first, {run[c].iloc[-1]:.4f} at last"
        for c in columns
    )
    return (
        "Robustness side: nearest-neighbour estimates by the chain rule of eq. 21, with the clean "
        "rows' labels coded as the predictions are, 0/1, or as published (0/1 for predictions, "
        "-1/+1 for labels, one term conditioned on its own variable), where the coding itself "
        f"gives rows away: {values} (nats). D_R's loss weighs clean and training rows equally, "
        "the information counts them as they are, so their levels do not compare. "
    )


def _phase_words(table: pd.DataFrame) -> str:
    parts = []
    for side, group in table[table["information"].isin(_ESTIMATES)].groupby("side", sort=False):
        for information, rows in group.groupby("information", sort=False):
            if not _ESTIMATES[information].correlated:
                continue
            words = [
                f"{row['correlation']:+.2f} [{row['low']:+.2f}, {row['high']:+.2f}] in "
                f"{row['start']}-{row['end']} ({_basis(row['runs'])})"
                for row in rows.sort_values(["runs", "start"]).to_dict("records")
                if np.isfinite(row["correlation"])
            ]
            name = _ESTIMATES[information].name
            parts.append(f"{side}, {name}: {'; '.join(words)}")
    return f"Correlations by phase, with 95 % intervals: {'. '.join(parts)}."


def _basis(runs: int) -> str:
    return "this run" if runs == 1 else f"mean of {runs} seeds"
