"""Figures 3 and 6: what mutual information says of disparate impact, and the soft decision."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import expit

from fairbench.plotting.style import (
    COLUMN,
    DOUBLE,
    GREY,
    OKABE_ITO,
    Drawn,
    caption_of,
    letter,
    look,
    new_figure,
)
from fairbench.studies.imbalance.figures.rates import (
    binary_entropy,
    disparate_impact,
    information,
    largest_information,
    largest_information_at,
    positive_share,
)

_SMALL = 0.01
"""Mutual information, in nats, that the caption of figure 3 calls small."""

_RARE = 0.1
"""P(Yhat = 1) whose own envelope is drawn: the report's most imbalanced case."""


@look()
def figure_3(triples: pd.DataFrame) -> Drawn:
    """Mutual information against disparate impact and against the bound H(Yhat).

    Parameters
    ----------
    triples : DataFrame
        ``share_1`` = P(Z = 1), ``rate_0`` and ``rate_1`` = P(Yhat = 1 | Z), one decision a row.

    Returns
    -------
    Drawn
    """
    triple = [triples[name].to_numpy(dtype=float) for name in ("share_1", "rate_0", "rate_1")]
    table = pd.DataFrame(
        {
            "positive": positive_share(*triple),
            "information": information(*triple),
            "impact": disparate_impact(*triple[1:]),
        }
    )
    table["entropy"] = binary_entropy(table["positive"])
    figure, (left, right) = new_figure(DOUBLE, 2.9, ncols=2, sharey=True)
    grid, black = np.linspace(0.0, 1.0, 401), {"color": OKABE_ITO["black"]}
    rare = {"color": OKABE_ITO["vermillion"], "linestyle": "--", "zorder": 4}
    words = f"largest at $P(\\hat{{Y}}=1)$ = {_RARE:g}"
    left.plot(grid, largest_information(grid), **black, label="largest possible")
    left.plot(grid, largest_information_at(grid, _RARE), **rare, label=words)
    right.plot([0, math.log(2)], [0, math.log(2)], **black, label="$I = H$, eq. 20")
    dots = {"cmap": "viridis", "vmin": 0.0, "vmax": 1.0, "s": 5, "linewidths": 0, "zorder": 3}
    for axes, column, corner in ((left, "impact", "right"), (right, "entropy", "left")):
        points = axes.scatter(table[column], table["information"], c=table["positive"], **dots)
        axes.legend(loc=f"upper {corner}")
    left.set(xlabel="disparate impact (ratio)", ylabel="$I(Z;\\hat{Y})$ (nats)")
    right.set(xlabel="$H(\\hat{Y})$ (nats)", ylim=(-0.01, 0.75))
    letter(left, 0, "information and disparate impact")
    letter(right, 1, "information and its bound")
    figure.colorbar(points, ax=[left, right], label="$P(\\hat{Y}=1)$ (share)", pad=0.02)
    return Drawn(figure, _caption_3(table))


def _caption_3(table: pd.DataFrame) -> str:
    small = table.loc[table["information"] < _SMALL, "impact"]
    caps = largest_information([0.8])[0], largest_information_at([0.8], _RARE)[0]
    seen = (
        "Mutual information of the group Z and the decision, for "
        f"{len(table):,} random decisions, against their disparate impact (DI) in (a) and its "
        f"bound in (b). {len(small)} have less than {_SMALL:g} nats and a DI down to "
        f"{small.min():.2f}: no small value of the information by itself secures a high DI, though "
        f"a DI of 0.8 caps it at {caps[0]:.4f} nats, and at {caps[1]:.4f} when {_RARE:g} of the "
        "decisions are positive."
    )
    details = (
        "P(Z=1) and the two groups' positive rates are drawn uniformly. DI is the smaller positive "
        "rate over the larger (the published figure mixed in the rates of negative decisions). (a) "
        "Black: the largest information at DI = d, log(1 + (1 - d) d^(d/(1-d))) nats; dashed: when "
        f"a share of {_RARE:g} of the decisions is positive. (b) The bound I <= H(Yhat), eq. 20. "
        "Every value is exact, so there are no error bars."
    )
    return caption_of(seen, details)


def window(slope: float, share: float = 0.1) -> float:
    """Half the width of the window in which sigmoid(a x) is steep.

    Parameters
    ----------
    slope : float
        The factor a.
    share : float
        The least slope that counts, as a share of the largest one (a / 4, at 0).

    Returns
    -------
    float
        The slope is a s (1 - s) with s = sigmoid(a x), so 4 s (1 - s) = share gives
        2 artanh(sqrt(1 - share)) / a.
    """
    return 2.0 * math.atanh(math.sqrt(1.0 - share)) / slope


@look()
def figure_6(slopes: Sequence[float] = (5, 20)) -> Drawn:
    """Sigmoids that stand in for the step function, with the window in which they learn.

    Parameters
    ----------
    slopes : sequence of float
        Factors a of sigmoid(a x).

    Returns
    -------
    Drawn
    """
    figure, axes = new_figure(COLUMN, 2.6)
    x = np.linspace(-1.0, 1.0, 801)
    axes.plot([-1, 0, 0, 1], [0, 0, 1, 1], color=GREY, linewidth=0.8, label="step function")
    colours = [OKABE_ITO[name] for name in ("vermillion", "blue", "green", "purple", "orange")]
    for i, slope in enumerate(slopes):
        colour, half = colours[i % len(colours)], window(slope)
        axes.plot(x, expit(slope * x), color=colour, label=f"$a$ = {slope:g}")
        height = 1.1 + 0.1 * i
        axes.plot([-half, half], [height] * 2, color=colour, marker="|", markersize=7)
        axes.annotate(
            f"$\\pm${half:.2f}", (min(half, 1.0), height), (4, 0), textcoords="offset points",
            va="center", color=colour, fontsize=7, annotation_clip=False,
        )  # fmt: skip
    axes.plot([], [], color=GREY, marker="|", markersize=7, label="slope > 10 % of largest")
    axes.set(
        xlabel="logit $x$ (no unit)",
        ylabel="sigmoid($a\\,x$) (probability)",
        xlim=(-1.05, 1.05),
        xticks=np.linspace(-1.0, 1.0, 5),
        yticks=np.linspace(0.0, 1.0, 6),
    )
    axes.legend(loc="lower right", bbox_to_anchor=(1.02, 0.06), numpoints=2)
    halves = ", ".join(f"|x| < {window(slope):.3f} at a = {slope:g}" for slope in slopes)
    seen = (
        "The sigmoid that replaces the step function in the mutual-information losses, "
        f"sigmoid(a x) for a = {' and '.join(f'{slope:g}' for slope in slopes)}. The "
        "bars above mark the window in which the slope exceeds 10 % of its "
        f"largest value a/4: {halves}. Outside it a row hardly moves the loss."
    )
    details = "Computed; nothing is estimated. The published figure marks the window |x| < 0.25, "
    details += 'and labels its curve for a = 5 as "a = 1".'
    return Drawn(figure, caption_of(seen, details))
