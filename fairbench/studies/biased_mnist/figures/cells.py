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
    looks, count, shown = method_looks(cells["label"]), len(COLOURS), None
    maps = {key: mine for key, mine in cells.groupby(["correlation", "label"], sort=False)}
    blocks = [
        [key for key in maps if key[0] == correlation]
        for correlation in dict.fromkeys(c for c, _ in maps)
    ]
    lines = [block[k : k + _ACROSS] for block in blocks for k in range(0, len(block), _ACROSS)]
    shape = {"nrows": max(1, len(lines)), "ncols": _ACROSS, "squeeze": False}
    figure, axes = new_figure(DOUBLE, 0.5 + 1.35 * len(lines), **shape)
    for panel in axes.flat:
        panel.set(xticks=[], yticks=[], visible=False)
        panel.grid(False)
    for across, line in zip(axes, lines, strict=False):
        for panel, key in zip(across, line, strict=False):
            table, mine = np.full((count, count), np.nan), maps[key]
            table[mine["digit"], mine["colour"]] = mine["accuracy"]
            shown = panel.imshow(table, vmin=0, vmax=1, cmap="viridis")
            panel.set_title(looks[key[1]].name, fontsize=6)
            panel.set_visible(True)
        across[0].set_ylabel(f"$\\rho$ = {line[0][0]:g}", fontsize=7)
    if shown is not None:
        figure.colorbar(shown, ax=axes, label="accuracy", shrink=0.6)
    figure.supxlabel("colour, 0 at the left", fontsize=8)
    figure.supylabel("digit, 0 at the top", fontsize=8)
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
