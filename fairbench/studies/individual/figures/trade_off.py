"""Accuracy and certified delta along lambda, of each data set."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from fairbench.plotting.style import DOUBLE, GREY, Drawn, caption_of, letter, look, new_figure
from fairbench.studies.individual.figures.network_looks import looks_of

#: Accuracy beside the outermost means.
_ROOM = 0.03


@look()
def figure_trade_off(summary: pd.DataFrame, *, epsilon: float) -> Drawn:
    """Draw means over divisions of the rows with their intervals.

    Parameters
    ----------
    summary : DataFrame
        Of `fairbench.studies.individual.networks.gathered.summary`.
    epsilon : float
        The distance.
    """
    mine = summary[np.isclose(summary["epsilon"], epsilon)]
    mine = mine[(mine["engine"] == "branch_and_bound") & ~mine["timed"].astype(bool)]
    sets, looks = list(dict.fromkeys(mine["data"])), looks_of(mine["label"])
    rows = int(np.ceil(len(sets) / 2))
    figure, axes = new_figure(DOUBLE, 0.9 + 2.2 * rows, nrows=rows, ncols=2, squeeze=False)
    for position, (data, axis) in enumerate(zip(sets, axes.flat, strict=False)):
        here = mine[mine["data"] == data]
        for label, shown in looks.items():
            _curve(axis, here[here["label"] == label], shown)
        axis.axvline(here["majority"].mean(), color=GREY, linestyle=":", linewidth=0.8)
        axis.set_ylim(0, 1.03)
        trivial, best = here["majority"].mean(), here["test_accuracy"].max()
        axis.set_xlim(trivial - max(_ROOM, (best - trivial) / 4), best + _ROOM)
        axis.set_xlabel("accuracy (test)")
        letter(axis, position, data.replace("_", " "))
    for axis in axes.flat[len(sets) :]:
        axis.set_visible(False)
    for axis in axes[:, 0]:
        axis.set_ylabel(r"certified $\delta$ (probability)")
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4)
    seen = (
        "Certified delta, the most that the predicted probabilities of two possible people within "
        f"epsilon = {epsilon:g} differ, against accuracy: further right and down is better. A "
        "curve goes from little to much weight on fairness. Methods that are fair to groups are "
        "beside those that are trained to treat neighbours alike, and logistic regression. "
        "Dotted: the accuracy of one answer for everybody; what is far worse is off the panel."
    )
    least, most = mine["n"].min(), mine["n"].max()
    small = (
        f"Means and 95 % intervals over n = {least if least == most else f'{least} to {most}'} "
        "divisions of the rows, widened for the rows that they share and cut off at the panels. "
        "Distance: the largest difference of any input but the group, inputs from 0 to 1. Upper "
        f"ends of brackets; {mine['closed'].sum()} of {mine['n'].sum()} are closed."
    )
    return Drawn(figure, caption_of(seen, small))


def _curve(axis: Any, rows: pd.DataFrame, shown: Any) -> None:
    rows = rows.sort_values("lambda_f")
    bars = {}
    for name, key in (("test_accuracy", "xerr"), ("upper", "yerr")):
        low, high = rows[f"{name}_low"], rows[f"{name}_high"]
        bars[key] = ((high - low) / 2).fillna(0.0).to_numpy()
    axis.errorbar(
        rows["test_accuracy"], rows["upper"], **bars, color=shown.colour, marker=shown.marker,
        markersize=4, elinewidth=0.5, linewidth=0.8, label=shown.name,
    )  # fmt: skip
