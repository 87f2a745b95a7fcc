"""Figure 4: what the synthetic data look like."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fairbench.plotting.style import (
    DOUBLE,
    OKABE_ITO,
    Drawn,
    caption_of,
    legend_below,
    letter,
    look,
    new_figure,
)

_COLOURS = np.array([OKABE_ITO["orange"], OKABE_ITO["blue"]])
_MARKERS = ("o", "+")


@look()
def figure_4(frames: Mapping[tuple[float, float], pd.DataFrame]) -> Drawn:
    """Scatter the features of some cells, with their labels and groups.

    Parameters
    ----------
    frames : mapping
        By (positive_rate, group_coefficient), a frame with ``x1``, ``x2``, ``y`` (0/1 or -1/+1),
        ``sensitive`` (0/1) and ``cut`` (whether c p exceeds 1 in this row).

    Returns
    -------
    Drawn
    """
    figure, panels = new_figure(
        DOUBLE, 3.1, ncols=len(frames), sharex=True, sharey=True, squeeze=False
    )
    for i, ((positive_rate, coefficient), frame) in enumerate(frames.items()):
        axes, label = panels[0, i], frame["y"].to_numpy() > 0
        for group, marker in enumerate(_MARKERS):
            rows = frame["sensitive"].to_numpy() == group
            axes.scatter(
                frame["x1"][rows], frame["x2"][rows], c=_COLOURS[label[rows].astype(int)],
                marker=marker, s=3 if marker == "o" else 8, linewidths=0.0 if group == 0 else 0.5,
                alpha=0.7,
            )  # fmt: skip
        shares = f"y = 1: {_percent(label)}, z = 1: {_percent(frame['sensitive'] == 1)}"
        cut = f"cut: {_percent(frame['cut'])}" if frame["cut"].any() else "none cut"
        cell = f"$P(Y=1)$ = {positive_rate:g}, $c$ = {coefficient:g}"
        letter(axes, i, f"{cell}\n{shares}\n$n$ = {len(frame):,}, {cut}")
        axes.set(xlabel="$x_1$ (no unit)", ylabel="$x_2$ (no unit)" if i == 0 else "")
        axes.set_aspect("equal")
    # Larger than in the panels.
    shapes = [(label, group) for label in (0, 1) for group in (0, 1)]
    style = {"linestyle": "", "markersize": 5}
    entries = [
        (f"y = {y}, z = {z}", style | {"color": _COLOURS[y], "marker": _MARKERS[z]})
        for y, z in shapes
    ]
    legend_below(figure, entries, 4)
    seen = (
        "The synthetic data, first two features. Colour: label y; marker: sensitive group z. A "
        "row's group is 1 with probability min(1, c p), p read from the features. So a larger c "
        'puts more rows into group 1, until c p exceeds 1: in these rows, "cut", c no longer '
        "changes anything."
    )
    details = "The counts over the panels are of the rows shown; nothing is estimated."
    return Drawn(figure, caption_of(seen, details))


def _percent(chosen: np.ndarray | pd.Series) -> str:
    return f"{100 * float(np.mean(chosen)):.1f} %"
