"""The printed tables as a picture: what was printed, and what came out on each reading."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.plotting.style import DOUBLE, OKABE_ITO, Drawn, caption_of, letter, look, new_figure

_TABLES = (1, 2, 3)
_COLOURS = [OKABE_ITO[name] for name in ("blue", "orange", "green", "purple")]


@look()
def figure_printed(held: pd.DataFrame, *, target: float) -> Drawn:
    """Draw accuracy on poisoned data of tables 1 to 3, printed and ours.

    Parameters
    ----------
    held : DataFrame
        Of `fairbench.studies.fr_train.verdicts.cells`.
    target : float
        Disparate impact near which fits were chosen.
    """
    mine = held[held["table"].isin(_TABLES) & (held["training_data"] == "poisoned")]
    sets = list(dict.fromkeys(mine["dataset"]))
    figure, axes = new_figure(DOUBLE, 4.0, ncols=max(1, len(sets)), sharey=True, squeeze=False)
    methods = list(dict.fromkeys(mine["method"]))[::-1]
    for position, (dataset, axis) in enumerate(zip(sets, axes[0], strict=False)):
        here = mine[mine["dataset"] == dataset]
        readings = list(dict.fromkeys(here["reading"]))
        for number, reading in enumerate(readings):
            rows = here[here["reading"] == reading].set_index("method").reindex(methods)
            at = np.arange(len(methods)) + 0.5 * (number + 1) / (len(readings) + 1) - 0.25
            half = (rows["accuracy_high"] - rows["accuracy_low"]) / 2
            axis.errorbar(
                rows["accuracy"], at, xerr=half, fmt="o", markersize=3, elinewidth=0.8,
                color=_COLOURS[number % len(_COLOURS)], label=reading.replace("_", " "),
            )  # fmt: skip
        printed = here.drop_duplicates("method").set_index("method").reindex(methods)
        places = np.arange(len(methods))
        axis.plot(printed["published_accuracy"], places, "kx", markersize=5, label="printed")
        axis.set_yticks(places, methods)
        axis.set_xlabel("accuracy (test)")
        axis.legend(fontsize=6, loc="upper center", bbox_to_anchor=(0.45, -0.14), ncols=2)
        letter(axis, position, dataset)
    n = int(mine["n"].max()) if len(mine) else 0
    seen = (
        "Accuracy on test rows after training on poisoned data, as printed in tables 1 to 3 "
        "(crosses) and as it came out here on each reading of the paper's data (dots). Fits are "
        f"chosen near a disparate impact of {target:g} on validation rows; logistic regression "
        "(LR) and RML have no knob. A missing dot: no fit, or fewer than two."
    )
    small = f"Bars: 95 % intervals over up to {n} splits, widened for the rows that splits share."
    return Drawn(figure, caption_of(seen, small))
