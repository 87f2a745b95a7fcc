"""Figure 7: accuracy and disparate impact along training, of two methods on equal terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from fairbench.plotting.numbers import sight_phrase
from fairbench.plotting.style import (
    DOUBLE,
    GREY,
    Drawn,
    Look,
    caption_of,
    letter,
    look,
    method_looks,
    new_figure,
)

_MEASURES = {
    "accuracy": "accuracy (share of rows)",
    "disparate_impact": "disparate impact (ratio)",
}
_SINGLE = 3
"""Single runs drawn over the band."""

_BAND = (0.05, 0.95)

_QUOTED = {
    ("mean", "variation_disparate_impact"): ("total variation of test DI after warm-up", ".2f"),
    ("mean", "settled"): ("iteration from which test accuracy and DI have settled", ".0f"),
    ("sd", "final_disparate_impact"): ("sd over seeds of the final DI", ".4f"),
}


@look()
def figure_7(
    traces: pd.DataFrame,
    stability: pd.DataFrame,
    *,
    equal: Sequence[str],
    published: Sequence[str] = (),
) -> Drawn:
    """Test and training measures over the iterations.

    Parameters
    ----------
    traces : DataFrame
        As from `fairbench.studies.tracking.traces.read_tracks`.
    stability : DataFrame
        The table of `fairbench.studies.imbalance.stability.stability_table`.
    equal : pair of str
        Tracks of equal weights, each in a column of its own: the band of its seeds, the median
        and single runs.
    published : sequence of str
        Tracks of which trial 0 is drawn in a last column.

    Returns
    -------
    Drawn
    """
    looks = method_looks(traces["label"])
    runs = {track: rows for track, rows in traces.groupby("track")}
    figure, axes = new_figure(
        DOUBLE, 4.4, nrows=2, ncols=2 + bool(published), sharex=True, sharey="row"
    )
    columns = axes.shape[1]
    for row, (measure, words) in enumerate(_MEASURES.items()):
        for column, track in enumerate(equal):
            _draw_seeds(axes[row, column], runs[track], measure, looks)
            letter(axes[row, column], row * columns + column, _title(runs[track], looks))
        for track in published:
            _draw_run(axes[row, -1], runs[track].query("trial == 0"), measure, looks)
        if published:
            letter(axes[row, -1], (row + 1) * columns - 1, "published settings, one seed")
        axes[row, 0].set_ylabel(words)
    for column in (0, -1) if published else (0,):
        axes[0, column].legend(loc="lower right")
    _finish(axes, traces)
    return Drawn(figure, _caption(traces, stability, equal, published))


def _title(runs: pd.DataFrame, looks: Mapping[str, Look]) -> str:
    first = runs.iloc[0]
    weights = f"$\\lambda_f$={first['lambda_f']:g}, $\\lambda_r$={first['lambda_r']:g}"
    return f"{looks[first['label']].name}, {weights}"


def _draw_seeds(axes: Any, runs: pd.DataFrame, measure: str, looks: Mapping[str, Look]) -> None:
    style = {"color": looks[runs["label"].iloc[0]].colour}
    wide = runs.pivot(index="iteration", columns="trial", values=f"test_{measure}")
    low, median, high = (wide.quantile(q, axis=1) for q in (_BAND[0], 0.5, _BAND[1]))
    band = {"alpha": 0.2, "linewidth": 0, "label": "90 % of seeds"}
    axes.fill_between(wide.index, low, high, **style, **band)
    for trial in wide.columns[:_SINGLE]:
        axes.plot(wide.index, wide[trial], **style, linewidth=0.4, alpha=0.8)
    axes.plot([], [], **style, linewidth=0.4, label="single seeds")
    axes.plot(wide.index, median, **style, linewidth=1.4, label="median, test")
    train = runs.groupby("iteration")[f"train_{measure}"].median()
    dashed = {"color": GREY, "linewidth": 1.0, "linestyle": "--"}
    axes.plot(train.index, train, **dashed, label="median, training")


def _draw_run(axes: Any, run: pd.DataFrame, measure: str, looks: Mapping[str, Look]) -> None:
    style = {"color": looks[run["label"].iloc[0]].colour}
    axes.plot(run["iteration"], run[f"test_{measure}"], **style, label=_title(run, looks))
    dashed = {"linewidth": 0.7, "linestyle": "--", "alpha": 0.7}
    axes.plot(run["iteration"], run[f"train_{measure}"], **style, **dashed)


def _finish(axes: np.ndarray, traces: pd.DataFrame) -> None:
    warm_up = int(traces["warm_up"].iloc[0])
    for panel in axes.flat:
        panel.axvline(warm_up, color=GREY, linewidth=0.6, linestyle=":", zorder=0.5)
        panel.set_xlim(0, traces["end"].max())
        # Tick labels at both ends would run into those of the next panel.
        panel.locator_params(axis="x", nbins=3)
    for panel in axes[-1]:
        panel.set_xlabel("iteration")
    axes[-1, 0].set_ylim(-0.02, 1.02)


def _caption(
    traces: pd.DataFrame, stability: pd.DataFrame, equal: Sequence[str], published: Sequence[str]
) -> str:
    runs = traces[traces["track"] == equal[0]]
    seen = (
        "Accuracy and disparate impact (DI) along training, of "
        f"{runs['trial'].nunique()} initial seeds at equal lambda_f, lambda_r and budget: median "
        "and middle 90 % of the seeds on test rows, single runs (thin)."
    )
    compared = stability[(stability["track"] == equal[1]) & (stability["against"] == equal[0])]
    if len(compared):
        rows = compared.set_index(["statistic", "quantity"])
        said = [
            f"{words} {_estimate(rows.loc[key], form)}" for key, (words, form) in _QUOTED.items()
        ]
        looks, labels = method_looks(traces["label"]), traces.groupby("track")["label"].first()
        first, second = (looks[labels[track]].name for track in equal)
        seen += f" {second} minus {first}, with 95 % intervals: {'; '.join(said)}."
    text = (
        f"Every {runs['every'].iloc[0]} iterations; dashed: median on the training rows with the "
        f"labels trained on; dotted: end of warm-up. Here {sight_phrase(traces)}."
    )
    if published:
        text += " Right: the published pair of settings, which differ in both weights, one seed; "
        text += "dashed on training rows."
    return caption_of(seen, text)


def _estimate(row: pd.Series, form: str) -> str:
    value, low, high = (format(row[name], f"+{form}") for name in ("value", "low", "high"))
    if np.isfinite(row["low"]):
        return f"{value} [{low}, {high}]"
    return f"{value} (no interval from {row['runs']} seed{'' if row['runs'] == 1 else 's'})"
