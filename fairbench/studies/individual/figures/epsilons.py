"""Certified delta against epsilon, and what pairs of rows show of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.plotting.style import DOUBLE, Drawn, caption_of, letter, look, new_figure
from fairbench.studies.individual.figures.network_looks import looks_of


@look()
def figure_epsilons(summary: pd.DataFrame, *, epsilon: float) -> Drawn:
    """Draw the methods that have a curve.

    Parameters
    ----------
    summary : DataFrame
        Of `fairbench.studies.individual.networks.gathered.summary`.
    epsilon : float
        The distance of the other figures, marked.
    """
    mine = summary[summary["engine"] == "branch_and_bound"]
    sizes = mine.groupby(["data", "label", "lambda_f"])["epsilon"].transform("size")
    mine = mine[sizes > 1]
    sets, looks = list(dict.fromkeys(mine["data"])), looks_of(mine["label"])
    rows = max(1, int(np.ceil(len(sets) / 2)))
    panels = {"nrows": rows, "ncols": 2, "squeeze": False, "sharex": True, "sharey": True}
    figure, axes = new_figure(DOUBLE, 0.9 + 2.1 * rows, **panels)
    for position, (data, axis) in enumerate(zip(sets, axes.flat, strict=False)):
        for label, shown in looks.items():
            here = mine[(mine["data"] == data) & (mine["label"] == label)].sort_values("epsilon")
            x, colour = here["epsilon"], shown.colour
            half = ((here["upper_high"] - here["upper_low"]) / 2).fillna(0.0)
            axis.errorbar(
                x, here["upper"], yerr=half, color=colour, marker=shown.marker, markersize=4,
                elinewidth=0.6, label=shown.name,
            )  # fmt: skip
            axis.fill_between(x, here["lower"], here["upper"], color=colour, alpha=0.2, linewidth=0)
            axis.plot(x, here["empirical"], color=colour, linestyle=":", linewidth=1.0)
        axis.axvline(epsilon, color="black", linewidth=0.5, linestyle="--")
        axis.set_ylim(0, 1.03)
        letter(axis, position, data.replace("_", " "))
    for axis in axes.flat[len(sets) :]:
        axis.set_visible(False)
    for axis in axes[-1]:
        axis.set_xlabel(r"$\varepsilon$ (inputs from 0 to 1)")
    for axis in axes[:, 0]:
        axis.set_ylabel(r"$\delta$ (probability)")
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4)
    seen = (
        "The most that predicted probabilities of two people within epsilon differ, of networks "
        "with two hidden layers: certified upper ends (solid), down to what a pair that was found "
        "has (shaded), and what pairs of rows show (dotted). What rows show is no guarantee: new "
        "people need not be like them. Dashed: the epsilon of the other figures."
    )
    knobs = mine.groupby("label", sort=False)["lambda_f"].first()
    told = ", ".join(f"{looks[label].name} {value:g}" for label, value in knobs.items())
    small = (
        f"Means and 95 % intervals over n = {mine['n'].min() if len(mine) else 0} divisions. "
        f"Weight of fairness: {told}. {mine['closed'].sum()} of {mine['n'].sum()} brackets are "
        "closed."
    )
    return Drawn(figure, caption_of(seen, small))
