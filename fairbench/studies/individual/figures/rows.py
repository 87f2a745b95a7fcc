"""What pairs of rows show of the difference that two possible people can have."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.plotting.style import COLUMN, OKABE_ITO, Drawn, caption_of, look, new_figure
from fairbench.studies.individual.networks.compared import at_one_distance

_STYLES = [("blue", "o"), ("orange", "s"), ("green", "D"), ("purple", "^"), ("vermillion", "v")]


@look()
def figure_rows(certificates: pd.DataFrame, *, epsilon: float) -> Drawn:
    """Draw every network: empirical against certified delta.

    Parameters
    ----------
    certificates : DataFrame
        Of `fairbench.studies.individual.networks.gathered.gathered`.
    epsilon : float
        The distance.
    """
    mine = at_one_distance(certificates)
    mine = mine[np.isclose(mine["epsilon"], epsilon)]
    figure, axis = new_figure(COLUMN + 0.4, 3.0)
    counts = []
    for number, (data, here) in enumerate(mine.groupby("data", sort=False)):
        colour, marker = _STYLES[number % len(_STYLES)]
        middle, half = (here["lower"] + here["upper"]) / 2, (here["upper"] - here["lower"]) / 2
        axis.errorbar(
            here["empirical"], middle, yerr=half, fmt=marker, color=OKABE_ITO[colour],
            markersize=3, elinewidth=0.6, alpha=0.7, label=data.replace("_", " "),
        )  # fmt: skip
        pairs = here["pairs"]
        counts.append(f"{data.replace('_', ' ')} {pairs.min():,} to {pairs.max():,}")
    axis.plot([0, 1], [0, 1], color="black", linewidth=0.6, linestyle=":")
    axis.set_xlim(-0.02, 1.02)
    axis.set_ylim(0, 1.03)
    axis.set_xlabel(r"$\delta$ over pairs of rows")
    axis.set_ylabel(r"$\delta$ over all people (bracket)")
    axis.legend(loc="lower right", fontsize=6)
    seen = (
        f"Each network's largest difference within epsilon = {epsilon:g}: over pairs of rows, "
        "which is what can be computed without a certifier, and over all possible people, as a "
        "certified bracket. On the dotted line both would be the same; the distance to it is "
        "what rows hide."
    )
    small = f"n = {len(mine)} networks. Pairs of rows within epsilon: {', '.join(counts)}."
    return Drawn(figure, caption_of(seen, small))
