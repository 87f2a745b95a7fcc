"""Figure 7: accuracy and disparate impact along training, of two methods on equal terms."""

from __future__ import annotations

from collections.abc import Sequence
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

_QUANTITIES = {
    ("mean", "variation_disparate_impact"): ("total variation of test DI after warm-up", ".2f"),
    ("mean", "spread_disparate_impact"): ("sd of test DI within a run after warm-up", ".3f"),
    ("mean", "settled"): ("iteration from which test accuracy and DI stay within 0.02", ".0f"),
    ("sd", "final_disparate_impact"): ("sd over seeds of the final DI", ".4f"),
    ("sd", "final_accuracy"): ("sd over seeds of the final accuracy", ".4f"),
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
    labels = traces.drop_duplicates("track").set_index("track")["label"]
    looks = method_looks(labels)
    figure, axes = new_figure(
        *(DOUBLE, 4.4),
        nrows=2,
        ncols=2 + bool(published),
        sharex=True,
        sharey="row",
        squeeze=False,
    )
    for column, track in enumerate(equal):
        runs = traces[traces["track"] == track]
        for row, measure in enumerate(_MEASURES):
            _draw_seeds(axes[row, column], runs, measure, looks[labels[track]])
            letter(axes[row, column], row * axes.shape[1] + column, _title(runs, looks))
    axes[0, 0].legend(loc="lower right")
    if published:
        for row, measure in enumerate(_MEASURES):
            here = axes[row, -1]
            for track in published:
                runs = traces[(traces["track"] == track) & (traces["trial"] == 0)]
                _draw_run(here, runs, measure, looks[labels[track]])
            letter(here, row * axes.shape[1] + axes.shape[1] - 1, "published settings, one seed")
        axes[0, -1].legend(loc="lower right")
    for row, words in enumerate(_MEASURES.values()):
        axes[row, 0].set_ylabel(words)
    _finish(axes, traces)
    return Drawn(figure, _caption(traces, stability, equal, published, looks))


def _title(runs: pd.DataFrame, looks: dict[str, Look]) -> str:
    first = runs.iloc[0]
    weights = f"$\\lambda_f$={first['lambda_f']:g}, $\\lambda_r$={first['lambda_r']:g}"
    return f"{looks[first['label']].name}, {weights}"


def _draw_seeds(axes: Any, runs: pd.DataFrame, measure: str, style: Look) -> None:
    wide = runs.pivot(index="iteration", columns="trial", values=f"test_{measure}")
    low, median, high = (wide.quantile(q, axis=1) for q in (_BAND[0], 0.5, _BAND[1]))
    axes.fill_between(
        wide.index, low, high, color=style.colour, alpha=0.2, linewidth=0, label="90 % of seeds"
    )
    for trial in wide.columns[:_SINGLE]:
        axes.plot(wide.index, wide[trial], color=style.colour, linewidth=0.4, alpha=0.8)
    axes.plot([], [], color=style.colour, linewidth=0.4, label="single seeds")
    axes.plot(wide.index, median, color=style.colour, linewidth=1.4, label="median, test")
    train = runs.pivot(index="iteration", columns="trial", values=f"train_{measure}").median(axis=1)
    axes.plot(
        train.index, train, color=GREY, linewidth=1.0, linestyle="--", label="median, training"
    )


def _draw_run(axes: Any, run: pd.DataFrame, measure: str, style: Look) -> None:
    first = run.iloc[0]
    label = f"{style.name}, $\\lambda_f$={first['lambda_f']:g}, $\\lambda_r$={first['lambda_r']:g}"
    iteration = run["iteration"]
    axes.plot(iteration, run[f"test_{measure}"], color=style.colour, label=label)
    axes.plot(
        *(iteration, run[f"train_{measure}"]),
        color=style.colour,
        linewidth=0.7,
        linestyle="--",
        alpha=0.7,
    )


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
    traces: pd.DataFrame,
    stability: pd.DataFrame,
    equal: Sequence[str],
    published: Sequence[str],
    looks: dict[str, Look],
) -> str:
    runs = traces[traces["track"] == equal[0]]
    names = [looks[traces.loc[traces["track"] == t, "label"].iloc[0]].name for t in equal]
    first, *others = _stability_words(stability, equal, names)
    seen = (
        "Accuracy and disparate impact (DI) along training, of "
        f"{runs['trial'].nunique()} initial seeds at equal lambda_f, lambda_r and budget: median "
        "and middle 90 % of the seeds on test rows, single runs (thin). "
        f"{first}."
    )
    text = (
        f"Every {runs['every'].iloc[0]} iterations; dashed: median on the training rows with the "
        f"labels trained on; dotted: end of warm-up. Here {sight_phrase(traces)}. "
    )
    if published:
        text += "Right: the published pair of settings, which differ in both weights, one seed; "
        text += "dashed on training rows. "
        ends = []
        for track in published:
            run = traces[(traces["track"] == track) & (traces["trial"] == 0)]
            last = run.iloc[-1]
            ends.append(
                f"{looks[last['label']].name} {last['test_accuracy']:.3f} / "
                f"{last['test_disparate_impact']:.3f}"
            )
        text += f"Final test accuracy / DI there: {', '.join(ends)}. "
    text += f"Means over seeds unless said, with bootstrap 95 % intervals. {'; '.join(others)}."
    return caption_of(seen, text)


def _stability_words(
    stability: pd.DataFrame, equal: Sequence[str], names: Sequence[str]
) -> list[str]:
    """Each statistic of both methods and their difference."""
    parts = []
    for (statistic, quantity), (words, form) in _QUANTITIES.items():
        here = stability[
            (stability["statistic"] == statistic) & (stability["quantity"] == quantity)
        ]
        values = []
        for track, against, name in (
            (equal[0], "", names[0]),
            (equal[1], "", names[1]),
            (equal[1], equal[0], "difference"),
        ):
            rows = here[(here["track"] == track) & (here["against"].fillna("") == against)]
            values += [f"{name} {_estimate(row, form)}" for row in rows.to_dict("records")]
        parts.append(f"{words}: {', '.join(values)}")
    return parts


def _estimate(row: dict, form: str) -> str:
    sign = "+" if row["against"] == row["against"] and row["against"] else ""
    value = format(row["value"], sign + form)
    if not np.isfinite(row["low"]):
        return f"{value} (no interval from {row['runs']} seed)"
    return f"{value} [{row['low']:{sign}{form}}, {row['high']:{sign}{form}}]"
