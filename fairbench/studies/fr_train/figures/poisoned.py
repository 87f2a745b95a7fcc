"""Figure 2: the poisoned data, and the trade-off of fairness constraints on them."""

from __future__ import annotations

import pandas as pd

from fairbench.plotting.style import DOUBLE, OKABE_ITO, Drawn, caption_of, letter, look, new_figure
from fairbench.studies.fr_train.figures.curves import (
    Panel,
    details,
    draw_panel,
    legend,
    synthetic,
)

_SHOWN = 500
_COLOURS = {0: OKABE_ITO["vermillion"], 1: OKABE_ITO["blue"]}
_MARKERS = {0: "x", 1: "o"}


@look()
def figure_poisoned(data: pd.DataFrame, fits: pd.DataFrame, limit: pd.DataFrame) -> Drawn:
    """Draw training rows with their labels as trained on, and fairness constraints beside them.

    Parameters
    ----------
    data : DataFrame
        A poisoned data set with two features.
    fits, limit : DataFrame
        As for `figure_curves`.
    """
    rows = data[(data["trial"] == data["trial"].min()) & (data["split"] == "train")]
    figure, (left, right) = new_figure(DOUBLE, 3.2, ncols=2)
    x, y = [name for name in rows.columns if name.startswith("x")][:2]
    some = rows.iloc[:_SHOWN]
    for group, marker in _MARKERS.items():
        for label, colour in _COLOURS.items():
            here = some[(some["sensitive"] == group) & (some["y"] == label)]
            words = f"group {group}, y = {label}"
            left.plot(here[x], here[y], marker, color=colour, markersize=3, alpha=0.7, label=words)
    flipped = some[some["y"] != some["y_clean"]]
    left.plot(
        flipped[x], flipped[y], "o", fillstyle="none", markersize=6, color="black",
        markeredgewidth=0.7, linestyle="", label="flipped",
    )  # fmt: skip
    left.set_xlabel("$x_1$")
    left.set_ylabel("$x_2$")
    left.legend(fontsize=6)
    letter(left, 0, "poisoned training rows")
    mine = synthetic(fits)
    draw_panel(right, Panel("", "fairness_constraints", ["fairness_constraints"]), mine, limit)
    right.set_xlabel("disparate impact (test)")
    right.set_ylabel("accuracy (test)")
    letter(right, 1, "fairness constraints")
    legend(figure)
    count, total = int((rows["y"] != rows["y_clean"]).sum()), len(rows)
    seen = (
        "(a) Training rows of the synthetic benchmark with the labels that methods are shown. "
        "Rings are flipped: rows of one group which a logistic regression gets right with most "
        "confidence. (b) Accuracy against disparate impact on test rows as fairness constraints "
        "tighten, with clean and with these labels; the distance of the curves is what the poison "
        "does. Dotted: the best that any classifier "
        "can have; a small test split can lie above it."
    )
    shown = f"{count} of {total:,} rows are flipped; the first {len(some)} rows are drawn. "
    return Drawn(figure, caption_of(seen, shown + details(mine)))
