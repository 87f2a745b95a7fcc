"""The picture of the answers: what each method gains over the best simple baseline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.transforms import blended_transform_factory

from fairbench.evaluation.contrasts import (
    BETTER,
    EQUAL_ACCURACY,
    SELECTED,
    UNDECIDED,
    UNKNOWN,
    WORSE,
    outcome,
)
from fairbench.evaluation.selection import PLACE
from fairbench.plotting.style import (
    DOUBLE,
    GREY,
    Drawn,
    Look,
    caption_of,
    handles,
    letter,
    look,
    method_looks,
    new_figure,
)

_ROW = 0.15
"""Height of a row, inches."""
_GAP = 1.0
"""Space between two blocks, rows."""
_AXES = {SELECTED: "accuracy + DI", EQUAL_ACCURACY: "DI"}
_BLOCK = [*PLACE, "scope"]


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
    rows = sum(block["label"].nunique() + _GAP for block in blocks)
    figure, panels = new_figure(DOUBLE, 0.95 + _ROW * rows, ncols=2, sharey=True)
    top = 0.0
    several = contrasts.loc[contrasts["panel"] == SELECTED, "baseline"].nunique() > 1
    for at, block in enumerate(blocks):
        present = {label: looks[label] for label in looks if label in set(block["label"])}
        title = _title(block, with_baseline=several)
        _block(panels, block, present, top, title=title, shaded=at % 2 == 0)
        top += len(present) + _GAP
    for at, (axes, panel) in enumerate(zip(panels, _AXES, strict=True)):
        _frame(axes, contrasts[contrasts["panel"] == panel], rows)
        letter(axes, at, panel)
    entries = handles((each.name, each.style) for each in looks.values())
    figure.legend(handles=entries, loc="outside upper center", ncols=len(entries))
    return Drawn(figure, _caption(contrasts))


def _frame(axes: Any, rows: pd.DataFrame, height: float) -> None:
    """The zero line, and on which side of it a method is better."""
    axes.axvline(0.0, color="black", linewidth=1.0, zorder=1)
    axes.spines["left"].set_visible(False)
    axes.set(yticks=[], ylim=(height - 0.5 - _GAP / 2, -0.5 - _GAP / 2))
    # Both sides of the line are to be seen, wherever the intervals lie.
    low, high = axes.get_xlim()
    room = 0.12 * (high - low)
    axes.set_xlim(min(low, -room), max(high, room))
    names = [_name(label) for label in rows["baseline"].unique()]
    minus = f"minus {names[0]}" if len(names) == 1 else "minus the baseline named at the left"
    panel = rows["panel"].iloc[0] if len(rows) else EQUAL_ACCURACY
    axes.set_xlabel(f"{_AXES[panel]}, {minus}\n← worse        better →")


def _block(
    panels: Any,
    block: pd.DataFrame,
    looks: Mapping[str, Look],
    top: float,
    *,
    title: str,
    shaded: bool,
) -> None:
    """One block of rows: its title at the left, and in each panel the methods."""
    middle, bottom = top + (len(looks) - 1) / 2, top + len(looks) - 1
    panels[0].annotate(
        title, (0, middle), xycoords=("axes fraction", "data"), xytext=(-6, 0),
        textcoords="offset points", va="center", ha="right", fontsize=7.5, annotation_clip=False,
    )  # fmt: skip
    for axes, panel in zip(panels, _AXES, strict=True):
        if shaded:
            edge = 0.5 + _GAP / 2
            axes.axhspan(top - edge, bottom + edge, color="#F4F4F4", linewidth=0, zorder=0)
        here = block[block["panel"] == panel].set_index("label")
        for at, (label, shape) in enumerate(looks.items()):
            if label in here.index:
                _row(axes, here.loc[label], shape, top + at)


def _row(axes: Any, row: pd.Series, shape: Look, y: float) -> None:
    """A difference with its interval; hollow where no difference is shown."""
    shown = outcome(row) in (BETTER, WORSE)
    if np.isfinite([row["low"], row["high"]]).all():
        axes.plot([row["low"], row["high"]], [y, y], color=shape.colour, linewidth=1.4)
    axes.plot(
        row["difference"], y, color=shape.colour, marker=shape.marker, markersize=4.5,
        markerfacecolor=shape.colour if shown else "white",
    )  # fmt: skip
    words = f"n = {row['n']}"
    if row["no_overlap"]:
        words += f", {row['no_overlap'] / (row['no_overlap'] + row['n']):.0%} apart"
    place = blended_transform_factory(axes.transAxes, axes.transData)
    axes.text(1.02, y, words, transform=place, va="center", color=GREY, fontsize=6)


def _nothing() -> Drawn:
    words = "No study has a trained method beside a simple baseline."
    figure, axes = new_figure(DOUBLE, 1.0)
    axes.set_axis_off()
    axes.text(0.5, 0.5, words, ha="center", va="center")
    seen = f"{words} So there is nothing to compare here, and the picture is empty."
    how = "It compares methods with group thresholds, logistic regression and one answer for all."
    return Drawn(figure, caption_of(seen, how))


def _name(label: str) -> str:
    """Display name of a method."""
    return method_looks([label])[label].name


def _title(block: pd.DataFrame, *, with_baseline: bool) -> str:
    """Labels, range of P(Y=1) or data set, and the baseline of panel (a) where blocks differ."""
    row = block.iloc[0]
    labels = "clean labels" if row["poisoning"] == "none" else "poisoned labels"
    where = row["dataset"] if row["scope"] == "all" else row["scope"]
    against = block.loc[block["panel"] == SELECTED, "baseline"].unique()
    lines = [labels, where.replace("<=", " ≤ ").replace(">=", " ≥ ")]
    if with_baseline:
        lines += [f"(a) minus {_name(label)}" for label in against]
    return "\n".join(lines)


def _caption(contrasts: pd.DataFrame) -> str:
    """Say what is seen and count what the intervals show; then, in smaller print, of what."""
    seen = [
        "What each method gains over the best simple baseline: right of the line it is better.",
        "Hollow markers show no difference.",
        _counted(contrasts, SELECTED),
        _counted(contrasts, EQUAL_ACCURACY),
    ]
    how = [
        "Lines are 95 % intervals over n data sets. The baseline is the simple method (group "
        "thresholds, logistic regression or one answer for everybody) with the largest accuracy + "
        "disparate impact (DI) on the selection rows of the same data sets; at equal accuracy it "
        "is group thresholds, the only one with a curve.",
        '"Apart" is the share of data sets whose two curves share no accuracy; they are not in n.',
    ]
    return f"{' '.join(seen)}\n\n{' '.join(how)}"


def _counted(contrasts: pd.DataFrame, panel: str) -> str:
    rows = contrasts[contrasts["panel"] == panel]
    counts = pd.Series([outcome(row) for _, row in rows.iterrows()], dtype=str).value_counts()
    found = [
        f"{counts[word]} {word}" for word in (BETTER, WORSE, UNKNOWN, UNDECIDED) if word in counts
    ]
    return f"{panel[0].upper()}{panel[1:]}: {', '.join(found) or 'nothing compared'}."
