"""Accuracy of every digit on every colour, a map for each method."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fairbench.data.biased_mnist import COLOURS
from fairbench.plotting.style import DOUBLE, Drawn, caption_of, look, method_looks, new_figure

_ACROSS = 6


@look()
def figure_cells(cells: pd.DataFrame, budget: Mapping) -> Drawn:
    """Draw a map a method and correlation: digits down, colours across.

    Parameters
    ----------
    cells : DataFrame
        Of `fairbench.studies.biased_mnist.gathered.cell_means`.
    budget : mapping
        ``epochs``, ``rows`` and ``network``.
    """
    maps = list(cells.groupby(["correlation", "label"], sort=False))
    down = max(1, -(-len(maps) // _ACROSS))
    shape = {"nrows": down, "ncols": _ACROSS, "squeeze": False}
    figure, axes = new_figure(DOUBLE, 0.5 + 1.35 * down, **shape)
    looks, count, shown = method_looks(cells["label"]), len(COLOURS), None
    for panel in axes.flat[len(maps) :]:
        panel.set_visible(False)
    for ((correlation, label), mine), panel in zip(maps, axes.flat, strict=False):
        table = np.full((count, count), np.nan)
        table[mine["digit"], mine["colour"]] = mine["accuracy"]
        shown = panel.imshow(table, vmin=0, vmax=1, cmap="viridis")
        panel.set_title(f"{looks[label].name}\n$\\rho$ = {correlation:g}", fontsize=6)
        panel.set(xticks=[], yticks=[])
        panel.grid(False)
    if shown is not None:
        figure.colorbar(shown, ax=axes, label="accuracy", shrink=0.6)
    figure.supxlabel("colour, 0 to 9", fontsize=8)
    figure.supylabel("digit, 9 to 0", fontsize=8)
    seen = (
        "Accuracy of every digit (down) on every colour (across) among unbiased test images. The "
        "diagonal is a digit on its own colour. A network that sees colours alone has a bright "
        "diagonal and a dark rest; one that sees digits is bright everywhere."
    )
    small = (
        f"{budget['epochs']} epochs of {budget['rows']:,} images, network {budget['network']}; "
        "settings chosen by biased rows, rows of all draws together."
    )
    return Drawn(figure, caption_of(seen, small))
