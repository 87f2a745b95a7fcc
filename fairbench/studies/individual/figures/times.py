"""Time of a certificate against the size of the network, by search and by a solver."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.plotting.style import DOUBLE, OKABE_ITO, Drawn, caption_of, letter, look, new_figure

_ENGINES = {
    "branch_and_bound": (OKABE_ITO["blue"], "o", "branch and bound"),
    "milp": (OKABE_ITO["vermillion"], "s", "twin MILP (HiGHS)"),
}


@look()
def figure_times(certificates: pd.DataFrame, *, epsilon: float) -> Drawn:
    """Draw seconds by size, a panel a data set; hollow where the bracket is left open.

    Parameters
    ----------
    certificates : DataFrame
        Of `fairbench.studies.individual.networks.gathered.gathered`.
    epsilon : float
        The distance.
    """
    mine = certificates[certificates["timed"].astype(bool)]
    mine = mine[np.isclose(mine["epsilon"], epsilon)]
    sets, sizes = (list(dict.fromkeys(mine[name])) for name in ("data", "hidden"))
    panels = {"ncols": max(1, len(sets)), "sharey": True, "squeeze": False}
    figure, axes = new_figure(DOUBLE, 2.7, **panels)
    for position, (data, axis) in enumerate(zip(sets, axes[0], strict=False)):
        for shift, (engine, (colour, marker, name)) in enumerate(_ENGINES.items()):
            here = mine[(mine["data"] == data) & (mine["engine"] == engine)]
            here = here.drop_duplicates("hidden").set_index("hidden").reindex(sizes)
            at = np.arange(len(sizes)) + 0.15 * (shift - 0.5)
            closed = (here["state"] == "closed").to_numpy()
            seconds = here["seconds"].to_numpy(float)
            style = {"color": colour, "marker": marker, "linestyle": "", "markersize": 4}
            axis.plot(at[closed], seconds[closed], label=name, **style)
            axis.plot(at[~closed], seconds[~closed], fillstyle="none", **style)
        axis.set_yscale("log")
        axis.set_xlim(-0.6, len(sizes) - 0.4)
        axis.set_xticks(range(len(sizes)), sizes, rotation=60, ha="right")
        axis.set_xlabel("hidden units")
        letter(axis, position, data.replace("_", " "))
    axes[0][0].set_ylabel("seconds")
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    wide = mine.assign(gap=(mine["upper"] - mine["lower"]) / mine["lower"])
    told = ", ".join(
        f"{name} {(rows['state'] == 'closed').sum()} of {len(rows)} closed, median gap "
        f"{rows['gap'].median():.1%}"
        for (_, _, name), (_, rows) in zip(
            _ENGINES.values(), wide.groupby("engine", sort=True), strict=False
        )
    )
    seen = (
        f"Seconds until the bracket of delta within epsilon = {epsilon:g} is closed to a relative "
        "gap, against the hidden units of plain networks, by the branch and bound and by a twin "
        "mixed-integer program. Hollow: the limit of seconds, one for both, came first, and the "
        "bracket is left open."
    )
    return Drawn(figure, caption_of(seen, f"{told}. One network a point; one thread each."))
