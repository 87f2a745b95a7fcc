"""Figure 2 of the seed: delta against epsilon, for random units and for one that predicts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.plotting.style import DOUBLE, Drawn, caption_of, letter, look, new_figure
from fairbench.studies.individual.boston.answers import WHY_NO_GUARANTEE
from fairbench.studies.individual.figures.modes import DELTA, MODE_LOOKS

#: The released unit, the fitted one, and as many random ones as the seed shows.
_SHOWN = 5


@look()
def figure_curves(curves: pd.DataFrame, *, epsilon: float) -> Drawn:
    """Draw delta of each unit by the three modes.

    Parameters
    ----------
    curves : DataFrame
        Of `fairbench.studies.individual.boston.experiments.curves`.
    epsilon : float
        The distance of the other experiments, marked.
    """
    units = list(dict.fromkeys(curves["unit"]))[:_SHOWN]
    columns = 3
    rows = int(np.ceil(len(units) / columns))
    figure, axes = new_figure(
        DOUBLE, 0.6 + 1.9 * rows, nrows=rows, ncols=columns, sharex=True, sharey=True, squeeze=False
    )
    for position, (unit, axis) in enumerate(zip(units, axes.flat, strict=False)):
        mine = curves[curves["unit"] == unit]
        for mode, shown in MODE_LOOKS.items():
            axis.plot(
                mine["epsilon"], mine[mode], color=shown.colour, marker=shown.marker, markersize=3,
                label=shown.name,
            )  # fmt: skip
        axis.axvline(epsilon, color="black", linestyle=":", linewidth=0.6)
        letter(axis, position, _title(unit))
    for axis in axes.flat[len(units) :]:
        axis.set_visible(False)
    for axis in axes.flat[max(0, len(units) - columns) : len(units)]:
        axis.set_xlabel(r"$\varepsilon$ (weighted $\ell_2$)")
        axis.tick_params(labelbottom=True)
    for axis in axes[:, 0]:
        axis.set_ylabel(DELTA)
        axis.set_ylim(0, 47)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return Drawn(figure, _caption(curves, units, epsilon))


def _title(unit: str) -> str:
    names = {"released": "released w, b", "fitted": "fitted to the prices"}
    return names.get(unit, unit.replace("draw_", "random draw "))


def _caption(curves: pd.DataFrame, units: list[str], epsilon: float) -> str:
    near = (curves["epsilon"] - epsilon).abs()
    here = curves[near == near.min()].set_index("unit")
    random = here.loc[here.index.str.startswith("draw_"), "certified"]
    seen = (
        "The largest difference in the price that the unit 5 + 45 sigmoid(wx + b) predicts for two "
        "people of Boston within epsilon, measured in three ways. Column B moves freely. "
        f"{WHY_NO_GUARANTEE} The certified curve is the maximum itself. At epsilon = "
        f"{here['epsilon'].iloc[0]:g} it is {random.median():.1f} for the middle random unit and "
        f"{here.loc['fitted', 'certified']:.1f} for one that predicts, at which the seed never "
        "looks."
    )
    pairs = curves.groupby("epsilon")["pairs"].first()
    told = ", ".join(f"{value:g}: {count:,}" for value, count in pairs.items())
    rmse = here.loc[units, "rmse"]
    errors = ", ".join(f"{_title(unit)} {value:.1f}" for unit, value in rmse.items())
    small = (
        f"Rows are standardised; pairs of them within epsilon: {told}. Root mean square error in "
        f"thousand dollars: {errors}. Dotted: the epsilon of the other experiments, {epsilon:g}. "
        f"n = {len(random)} random units, of which the first are drawn."
    )
    return caption_of(seen, small)
