"""The picture of the answers: what each method gains over the best simple baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.transforms import blended_transform_factory

from fairbench.evaluation.contrasts import EQUAL_ACCURACY, SELECTED
from fairbench.figures.answers_words import block_title, caption
from fairbench.figures.style import DOUBLE, GREY, Drawn, letter, look, method_looks, new_figure

__all__ = ["figure_answers"]

_ROW = 0.155
"""Height of a row, inches."""

_AXES = {
    SELECTED: "accuracy + disparate impact, difference",
    EQUAL_ACCURACY: "disparate impact, difference",
}
_BLOCK = ["study", "dataset", "poisoning", "scope"]


@look()
def figure_answers(contrasts: pd.DataFrame) -> Drawn:
    """Draw a forest plot of the methods against the best simple baseline.

    Parameters
    ----------
    contrasts : DataFrame
        Of `fairbench.evaluation.contrasts.contrasts`.

    Returns
    -------
    Drawn
        A block for each study and range of P(Y=1), a row for each method; one panel for the
        selected models, one for equal accuracy. A figure of words if nothing was compared.
    """
    if contrasts.empty:
        return _nothing()
    looks = method_looks(contrasts["label"])
    blocks = [block for _, block in contrasts.groupby(_BLOCK, sort=False)]
    rows = sum(block["label"].nunique() + 1.5 for block in blocks)
    figure, panels = new_figure(DOUBLE, 0.95 + _ROW * rows, ncols=2, sharey=True)
    for at, (axes, panel) in enumerate(zip(panels, _AXES, strict=True)):
        letter(axes, at, f"{panel}: higher is better")
        axes.set(xlabel=_AXES[panel], yticks=[], ylim=(rows - 0.6, -1.0))
        axes.spines["left"].set_visible(False)
        axes.axvline(0.0, color="black", linewidth=1.0, zorder=1)
    top = 0.0
    for block in blocks:
        present = [label for label in looks if label in set(block["label"])]
        _block(panels, block, {label: looks[label] for label in present}, top)
        top += len(present) + 1.5
    handles = [
        Line2D([], [], color=each.colour, marker=each.marker, label=each.name)
        for each in looks.values()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return Drawn(figure, caption(contrasts))


def _block(panels: Any, block: pd.DataFrame, looks: dict, top: float) -> None:
    """One block of rows: its title, and in each panel the baseline and the methods."""
    title = block_title(block.iloc[0])
    panels[0].annotate(
        title, (0, top), xycoords=("axes fraction", "data"), xytext=(-88, 0),
        textcoords="offset points", va="center", weight="bold", fontsize=7.5, annotation_clip=False,
    )  # fmt: skip
    for axes, panel in zip(panels, _AXES, strict=True):
        here = block[block["panel"] == panel].set_index("label")
        place = blended_transform_factory(axes.transAxes, axes.transData)
        if len(here):
            name = method_looks(here["baseline"])[here["baseline"].iloc[0]].name
            axes.text(
                0.0, top, f"minus {name}", transform=place, va="center", color=GREY, fontsize=6.5
            )
        for at, (label, shape) in enumerate(looks.items()):
            if label in here.index:
                _row(axes, here.loc[label], shape, top + 1 + at, place)


def _row(axes: Any, row: pd.Series, shape: Any, y: float, place: Any) -> None:
    if np.isfinite([row["low"], row["high"]]).all():
        axes.plot([row["low"], row["high"]], [y, y], color=shape.colour, linewidth=1.4)
    axes.plot(row["difference"], y, color=shape.colour, marker=shape.marker, markersize=4.5)
    words = f"n = {row['n']}"
    if row["no_overlap"]:
        words += f", {row['no_overlap'] / (row['no_overlap'] + row['n']):.0%} apart"
    axes.text(1.0, y, words, transform=place, va="center", ha="right", color=GREY, fontsize=6)


def _nothing() -> Drawn:
    words = "No study has a trained method beside a simple baseline."
    figure, axes = new_figure(DOUBLE, 1.0)
    axes.set_axis_off()
    axes.text(0.5, 0.5, words, ha="center", va="center")
    return Drawn(figure, words)
