"""Figure 5 of the seed: ten steps of a simulated gradient, with and without resampling."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from fairbench.plotting.style import DOUBLE, Drawn, caption_of, letter, look, new_figure
from fairbench.studies.individual.boston.answers import WHY_NO_GUARANTEE
from fairbench.studies.individual.boston.unit import gap_of_released
from fairbench.studies.individual.figures.modes import DELTA, MODE_LOOKS

_PANELS = (
    ("released w, b", "released", False),
    ("released w, b, resampled rows", "released", True),
    ("good starts", "good", False),
    ("poor starts", "poor", False),
)


@look()
def figure_descents(descents: pd.DataFrame, *, epsilon: float) -> Drawn:
    """Draw delta along descents, each on the delta that it is drawn by.

    Parameters
    ----------
    descents : DataFrame
        Of `fairbench.studies.individual.boston.experiments.descents`.
    epsilon : float
        The distance.
    """
    figure, axes = new_figure(DOUBLE, 4.2, nrows=2, ncols=2, sharex=True, sharey=True)
    counts = []
    for position, (title, start, tuned) in enumerate(_PANELS):
        axis = axes.flat[position]
        mine = descents[(descents["start"] == start) & (descents["resampled"] == tuned)]
        counts.append(mine["run"].nunique())
        for mode in MODE_LOOKS:
            _paths(axis, mine[mine["descended_on"] == mode], mode)
        letter(axis, position, f"{title} (n = {counts[-1]})")
    for axis in axes[-1]:
        axis.set_xlabel("epoch")
    for axis in axes[:, 0]:
        axis.set_ylabel(DELTA)
        axis.set_ylim(0, 47)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    jumped, low = _jumps(descents)
    seen = (
        "Delta along a simulated gradient of that same delta: thin lines are runs, thick ones the "
        "middle of them at each epoch. On the seed's delta (paper) "
        f"{jumped} of {low} descents that begin low jump to about 45, where a row of a pair "
        f"crosses 5 and lower_sigmoid jumps from nearly 0 to 1. {WHY_NO_GUARANTEE}"
    )
    small = (
        f"Epsilon is {epsilon:g}. Resampled rows: Algorithm 2, of the training rows, one run a "
        "seed. Good and poor starts: random units by the seed's delta, whose values lie near 6 or "
        "near 45."
    )
    return Drawn(figure, caption_of(seen, small))


def _jumps(descents: pd.DataFrame) -> tuple[int, int]:
    """How many descents on the seed's delta begin below its gap, and how many leave that."""
    paths = descents[descents["descended_on"] == "paper"].pivot(
        index=["start", "resampled", "run"], columns="epoch", values="paper"
    )
    low, high = gap_of_released()
    begun = paths[paths[0] <= low]
    return int((begun >= high).any(axis=1).sum()), len(begun)


def _paths(axis: Any, descents: pd.DataFrame, mode: str) -> None:
    shown = MODE_LOOKS[mode]
    paths = descents.pivot(index="run", columns="epoch", values=mode)
    epochs = paths.columns.to_numpy()
    for path in paths.to_numpy():
        axis.plot(epochs, path, color=shown.colour, linewidth=0.4, alpha=0.35)
    middle = np.median(paths.to_numpy(), axis=0)
    axis.plot(
        epochs, middle, color=shown.colour, marker=shown.marker, markersize=3, label=shown.name
    )
