"""For whom a protected attribute alone decides, in networks that others trained."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from fairbench.plotting.style import DOUBLE, GREY, OKABE_ITO, Drawn, caption_of, look, new_figure

_PARTS = {
    "fair": (OKABE_ITO["blue"], "certified: the attribute never decides"),
    "unfair": (OKABE_ITO["vermillion"], "certified: it does"),
    "undecided": ("#DDDDDD", "undecided"),
}


@look()
def figure_others(table: pd.DataFrame) -> Drawn:
    """Draw the shares of the domain of every question beside what Fairify covered.

    Parameters
    ----------
    table : DataFrame
        Of `fairbench.studies.individual.others.shares.beside_fairify`.
    """
    half = int(np.ceil(len(table) / 2))
    figure, axes = new_figure(DOUBLE, 1.2 + 0.17 * half, ncols=2, sharex=True, squeeze=False)
    for axis, rows in zip(axes[0], (table.iloc[:half], table.iloc[half:]), strict=True):
        _bars(axis, rows)
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    yes, left = int((table["answer"] == "yes").sum()), table["undecided"]
    seen = (
        "For each network and protected attribute, the share of all people of the domain for whom "
        "the attribute alone does not change the decision, for whom it does, and for whom that is "
        f"left open. In {yes} of {len(table)} questions a person is known whom it does (numbers: "
        "their certified share). Crosses: the share that Fairify covered in 30 minutes a network; "
        "rings: questions that it left open."
    )
    small = (
        "AC: Adult, BM: Bank, GC: German credit; networks and domains are Fairify's, inputs whole "
        f"numbers, each person of the domain counts the same. Undecided: {left.min():.2%} to "
        f"{left.max():.1%}, median {left.median():.1%}; {(left <= 0.05).sum()} of {len(table)} "
        f"have at most 5 %. Seconds a question: median {table['seconds'].median():.1f}, largest "
        f"{table['seconds'].max():.0f}; {(table['stopped'] == 'seconds').sum()} searches ended by "
        "the clock, all others by the number of boxes or by themselves."
    )
    return Drawn(figure, caption_of(seen, small))


def _bars(axis: Any, rows: pd.DataFrame) -> None:
    at = np.arange(len(rows))
    start = np.zeros(len(rows))
    for name, (colour, words) in _PARTS.items():
        share = 100 * rows[name].to_numpy(float)
        axis.barh(at, share, left=start, color=colour, height=0.72, label=words)
        start = start + share
    covered = rows["fairify_coverage"].to_numpy(float)
    style = {"color": "black", "linestyle": "", "markersize": 4}
    axis.plot(covered, at, marker="x", label="Fairify: covered", **style)
    asked = rows["fairify_verdict"].to_numpy() == "undecided"
    axis.plot(
        covered[asked], at[asked], marker="o", fillstyle="none", label="Fairify: undecided",
        color="black", linestyle="", markersize=7,
    )  # fmt: skip
    for place, row in zip(at, rows.to_dict("records"), strict=True):
        text = (
            f"{row['unfair']:.2%}"
            if row["unfair"] >= 5e-5
            else "> 0"
            if row["answer"] == "yes"
            else ""
        )
        axis.text(103, place, text, va="center", fontsize=5.5, color=GREY)
    names = [f"{r['network']} ({r['hidden']}), {r['protected']}" for r in rows.to_dict("records")]
    axis.set_yticks(at, names, fontsize=6)
    axis.set_xlim(0, 116)
    axis.set_xticks(range(0, 101, 20))
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlabel("share of the domain (%)")
    axis.grid(False)
