"""Profiles of what methods miss to the limit, and their worst tenth of data sets."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from matplotlib.ticker import NullLocator

from fairbench.evaluation.many.quantities import DISTANCE, SHORTFALL
from fairbench.evaluation.many.regret import profile
from fairbench.evaluation.many.values import block_means
from fairbench.plotting.many.words import names_of
from fairbench.plotting.style import (
    DOUBLE,
    GREY,
    Drawn,
    caption_of,
    handles,
    letter,
    look,
    method_looks,
    new_figure,
)

_PANELS = {
    DISTANCE: ("to the best at the same disparate impact", "accuracy missing (share of rows)"),
    SHORTFALL: ("to the largest sum", "accuracy + disparate impact missing"),
}
_LINEAR = 0.1
"""Up to which the axis is linear: one answer for everybody misses ten times what the others do."""
_TICKS = (0, 0.02, 0.05, 0.1, 0.2, 0.5, 1)


@look()
def figure_regret(values: pd.DataFrame, regret: pd.DataFrame, *, title: str) -> Drawn:
    """Draw the profile of each regret above, and mean and worst decile below.

    Parameters
    ----------
    values : DataFrame
        Of `fairbench.evaluation.many.tables.gathered`, rows of one study.
    regret : DataFrame
        Of `fairbench.evaluation.many.tables.compared`, the same.
    title : str
        What the study is.
    """
    looks = method_looks(regret["label"])
    below = 0.4 + 0.17 * len(looks)
    panels = {"nrows": 2, "ncols": len(_PANELS), "squeeze": False, "sharex": "col"}
    share = {"height_ratios": [2.1, below]}
    figure, axes = new_figure(DOUBLE, 2.3 + below, **panels, gridspec_kw=share)
    for position, (quantity, (words, unit)) in enumerate(_PANELS.items()):
        upper, lower = axes[:, position]
        mine = regret[regret["quantity"] == quantity].set_index("label")
        if len(mine):
            _profiles(upper, block_means(values, quantity), looks)
            order = _order(regret)
            _worst(lower, mine.loc[order], looks, names=position == 0)
        lower.set_xlabel(unit)
        letter(upper, position, words)
    axes[0, 0].set_ylabel("share of data sets")
    dots = [
        ("mean over data sets", {"color": GREY, "marker": "|", "linestyle": "", "markersize": 7}),
        ("worst decile", {"color": GREY, "marker": "o", "linestyle": ""}),
    ]
    figure.legend(handles=handles(dots), loc="outside lower center", ncols=2)
    return Drawn(figure, _caption(regret, title))


def _order(regret: pd.DataFrame) -> list[str]:
    """Labels by the worst decile of what they miss to the largest sum."""
    mine = regret[regret["quantity"] == SHORTFALL]
    return list(mine.sort_values(["worst_decile", "mean"], na_position="last")["label"])


def _caption(regret: pd.DataFrame, title: str) -> str:
    n = int(regret["data_sets"].max()) if len(regret) else 0
    lost = regret[regret["lost"] > 0].drop_duplicates("label").set_index("label")["lost"]
    gone = ", ".join(f"{name} {lost[label]}" for label, name in names_of(lost.index).items())
    seen = (
        f"{title}: how much each method misses to the best that any classifier could do on the "
        f"same law. Above: the share of the {n} data sets on which no more than so much is "
        "missing; a curve further left is better, and what it does at the top is how bad it gets. "
        "Below, by method: the mean, and the mean over the worst tenth of data sets, which a mean "
        "over all hides."
    )
    details = (
        f"n = {n} data sets, trials averaged first. A data set all of whose fits were lost counts "
        "as within no regret: its method's curve ends below 1, and it has no worst decile"
        f"{f' ({gone})' if gone else ''}. Values below 0 are noise of the test rows. The axis "
        f"is linear up to {_LINEAR:g} and logarithmic beyond. With ten data "
        "sets or fewer the worst decile is the worst one."
    )
    return caption_of(seen, details)


def _profiles(axis, means: pd.DataFrame, looks: dict) -> None:
    dashes = dashes_of(looks)
    for label, found in looks.items():
        if label not in means:
            continue
        steps, shares = profile(means[label].to_numpy(float))
        if not len(steps):
            continue
        line = {"color": found.colour, "linestyle": dashes[label]}
        axis.step(np.append(steps[0], steps), np.append(0, shares), where="post", **line)
        axis.plot(steps[-1], shares[-1], **found.style, linestyle="")
    axis.set_ylim(0, 1.04)
    axis.set_xscale("symlog", linthresh=_LINEAR, linscale=1.5)
    axis.set_xticks(_TICKS, [f"{tick:g}" for tick in _TICKS])
    axis.xaxis.set_minor_locator(NullLocator())
    known = means.to_numpy(float)
    axis.set_xlim(min(0.0, np.nanmin(known)), 1.1 * max(0.0, np.nanmax(known)))


def dashes_of(looks: dict) -> dict[str, str]:
    """Line styles by label: of several lines of one colour the second is dashed, ...."""
    styles, seen = ("-", "--", ":", "-."), Counter()
    found = {}
    for label, each in looks.items():
        found[label] = styles[seen[each.colour] % len(styles)]
        seen[each.colour] += 1
    return found


def _worst(axis, mine: pd.DataFrame, looks: dict, *, names: bool) -> None:
    at, dashes = np.arange(len(mine)), dashes_of(looks)
    for k, (label, row) in zip(at, mine.iterrows(), strict=True):
        style = looks[label].style
        line = {"color": style["color"], "linestyle": dashes[label], "linewidth": 0.8}
        axis.plot([row["mean"], row["worst_decile"]], [k, k], **line)
        axis.plot(row["mean"], k, marker="|", markersize=7, color=style["color"])
        axis.plot(row["worst_decile"], k, **style, linestyle="")
        if not np.isfinite(row["worst_decile"]):
            axis.annotate("lost", (row["mean"], k), (5, 0), textcoords="offset points", size=6,
                          va="center", color=GREY)  # fmt: skip
    axis.set_ylim(len(mine) - 0.4, -0.6)
    axis.set_yticks(at, names_of(mine.index).values() if names else [""] * len(mine))
    axis.tick_params(axis="y", length=0)
