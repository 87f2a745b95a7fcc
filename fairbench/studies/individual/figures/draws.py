"""Figure 3 of the seed: delta of twenty random units, and of a hundred more sets of twenty."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.plotting.style import DOUBLE, Drawn, caption_of, letter, look, new_figure
from fairbench.studies.individual.boston.answers import WHY_NO_GUARANTEE
from fairbench.studies.individual.figures.modes import DELTA, MODE_LOOKS


@look()
def figure_draws(draws: pd.DataFrame, *, epsilon: float) -> Drawn:
    """Draw the first set in descending order, and where the other sets lie.

    Parameters
    ----------
    draws : DataFrame
        Of `fairbench.studies.individual.boston.experiments.draws`.
    epsilon : float
        The distance.
    """
    figure, axes = new_figure(DOUBLE, 2.7, ncols=len(MODE_LOOKS), sharey=True)
    count, sets = draws["draw"].nunique(), draws["set"].nunique()
    rank = np.arange(1, count + 1)
    for position, (mode, axis) in enumerate(zip(MODE_LOOKS, axes, strict=True)):
        shown = MODE_LOOKS[mode]
        values = draws.pivot(index="set", columns="draw", values=mode).to_numpy()
        ordered = -np.sort(-values, axis=1)
        low, high = np.quantile(ordered, [0.025, 0.975], axis=0)
        axis.fill_between(rank, low, high, color=shown.colour, alpha=0.2, linewidth=0)
        axis.plot(rank, ordered[0], color=shown.colour, marker=shown.marker, markersize=3)
        for height in (10, 40):
            axis.axhline(height, color="black", linestyle=":", linewidth=0.8)
        axis.set_xlabel("random unit, by its delta")
        axis.set_xticks([1, *range(5, count + 1, 5)])
        letter(axis, position, mode)
    axes[0].set_ylabel(DELTA)
    axes[0].set_ylim(0, 47)
    seen = (
        f"Delta of {count} units with random weights within epsilon = {epsilon:g}, in descending "
        f"order: one set (markers), and the middle 95 % of {sets} sets at each place (bands). "
        "Dotted: the seed says that its smallest is close to 10 and its largest more than 40. "
        f"{WHY_NO_GUARANTEE}"
    )
    small = (
        "Weights are independent and standard normal, the law of the released code; the seed's "
        "text names none. Prices go from 5 to 50."
    )
    return Drawn(figure, caption_of(seen, small))
