"""Pictures of an audit: groups side by side, the trade-off, and calibration."""

from __future__ import annotations

import io
import warnings
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fairbench.auditing.proportions import normal_quantile, wilson
from fairbench.auditing.result import Found
from fairbench.plotting.style import DOUBLE, GREY, OKABE_ITO, look, new_figure

#: Measures of the first picture, and what they are called there.
SHOWN = {
    "positive_rate": "positive rate",
    "true_positive_rate": "true\npositive rate",
    "false_positive_rate": "false\npositive rate",
    "positive_predictive_value": "positive\npredictive value",
    "auc": "AUC",
}
#: Groups of a picture; of more, the largest.
MOST_GROUPS = 24
_MOST_LINES = 4
#: How far below the limit and the decisions a trade-off is drawn.
_BELOW = 0.06
_PARTS = ("groups", "ranking")
_COLOURS = [OKABE_ITO[name] for name in ("blue", "vermillion", "green", "purple", "orange", "sky")]
_MARKERS = "osD^vP"


def png(figure: Figure) -> bytes:
    """A picture as a PNG file of 200 dots to the inch."""
    buffer = io.BytesIO()
    with look(), warnings.catch_warnings():
        # A name may be written in letters that the font lacks: they are shown as boxes.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(buffer, format="png", metadata={"Software": None}, dpi=200)
    return buffer.getvalue()


def in_picture(name: str, width: int = 34) -> str:
    """A name from the data, on one line and without what matplotlib takes for formulas."""
    name = " ".join(name.split())
    name = name if len(name) <= width else f"{name[: width - 3].rstrip()}..."
    return name.replace("$", r"\$")


@look()
def of_groups(measures: pd.DataFrame, attributes: list[str]) -> Figure:
    """Measures of the groups with their intervals; a line is that of all rows."""
    own = measures[measures["attribute"].isin(attributes) & measures["part"].isin(_PARTS)]
    own = own[own["against"] == ""]
    shown = [name for name in SHOWN if (own["measure"] == name).any()]
    sizes = own[own["measure"] == "positive_rate"]
    sizes = sizes.loc[sizes["rows"].nlargest(MOST_GROUPS).index.sort_values()]
    places = _places(sizes, attributes)
    tall = 0.9 + 0.2 * (max(places.values()) + 1)
    figure, panels = new_figure(DOUBLE, tall, ncols=len(shown), sharey=True, squeeze=False)
    for axes, measure in zip(panels[0], shown, strict=True):
        rows = own[(own["measure"] == measure) & (own["group"] != "")]
        _points(axes, rows, places, attributes)
        whole = measures[(measures["attribute"] == "") & (measures["measure"] == measure)]
        for value in whole["value"].dropna():
            axes.axvline(value, color=GREY, linewidth=0.8, zorder=0)
        axes.set(title=SHOWN[measure], xlim=(-0.02, 1.02), xticks=[0, 0.5, 1])
        axes.grid(axis="y", visible=False)
    names = [f"{in_picture(row.group)} ({row.rows:,})" for row in sizes.itertuples()]
    panels[0][0].set_yticks([places[row.attribute, row.group] for row in sizes.itertuples()], names)
    panels[0][0].invert_yaxis()
    return figure


def _places(sizes: pd.DataFrame, attributes: list[str]) -> dict[tuple[str, str], float]:
    """Where each group stands, with a gap between attributes."""
    places, place = {}, 0.0
    for attribute in attributes:
        for group in sizes.loc[sizes["attribute"] == attribute, "group"]:
            places[attribute, group] = place
            place += 1
        place += 0.6
    return places


def _points(axes, rows: pd.DataFrame, places: dict, attributes: list[str]) -> None:
    for attribute, colour in zip(attributes, cycle(_COLOURS), strict=False):
        here = [
            (places[attribute, row.group], row.value, row.low, row.high)
            for row in rows[rows["attribute"] == attribute].itertuples()
            if (attribute, row.group) in places
        ]
        if here:
            at, value, low, high = np.array(here).T
            axes.hlines(at, low, high, color=colour, linewidth=1.2)
            axes.plot(value, at, "o", color=colour, markersize=3.5)


@look()
def of_curves(audit: Found, attributes: list[str]) -> Figure:
    """Accuracy against disparate impact of group thresholds, with the decisions on it."""
    figure, panels = new_figure(
        min(DOUBLE, 3.3 * len(attributes)), 3.2, ncols=len(attributes), squeeze=False
    )
    for axes, attribute in zip(panels[0], attributes, strict=True):
        points = audit.curve[audit.curve["attribute"] == attribute].drop_duplicates("point")
        line = audit.limit[audit.limit["attribute"] == attribute]
        at = points["held_out_disparate_impact"], points["held_out_accuracy"]
        style = {"color": OKABE_ITO["purple"], "markersize": 3, "linewidth": 0.9}
        axes.plot(line["disparate_impact"], line["accuracy"], label="drawn thresholds", **style)
        axes.plot(*at, "o", label="thresholds from other rows", **style)
        measures, thresholds = audit.measures, audit.thresholds
        of = (measures["attribute"] == attribute) & (measures["measure"] == "disparate_impact")
        own = thresholds[thresholds["attribute"] == attribute].iloc[0]
        _decisions(axes, measures[of].iloc[0], own["accuracy"])
        axes.set(title=in_picture(attribute), xlabel="disparate impact", ylabel="accuracy")
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(bottom=min(line["accuracy"].min(), own["accuracy"]) - _BELOW)
    # Beside the axes: no place in them is sure to be free of the decisions' intervals.
    figure.legend(*panels[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _decisions(axes, impact: pd.Series, accuracy: float) -> None:
    rows = np.array([impact["rows"]])
    ends = wilson(accuracy * rows, rows, normal_quantile())
    axes.errorbar(
        impact["value"],
        accuracy,
        xerr=[[impact["value"] - impact["low"]], [impact["high"] - impact["value"]]],
        yerr=[accuracy - ends.low, ends.high - accuracy],
        fmt="D",
        color=OKABE_ITO["black"],
        markersize=4,
        linewidth=0.8,
        label="the decisions",
    )


@look()
def of_calibration(
    found: pd.DataFrame, attributes: list[str], *, smallest: int, probability: bool
) -> Figure:
    """The share with label 1 at each score, of the largest groups that are compared."""
    figure, panels = new_figure(
        min(DOUBLE, 3.3 * len(attributes)), 3.2, ncols=len(attributes), squeeze=False
    )
    for axes, attribute in zip(panels[0], attributes, strict=True):
        own = found[found["attribute"] == attribute]
        sizes = own.groupby("group", sort=False)["rows"].sum().nlargest(_MOST_LINES)
        groups = sizes.index[sizes >= smallest]
        for group, colour, marker in zip(groups, _COLOURS, _MARKERS, strict=False):
            rows = own[own["group"] == group]
            axes.plot(rows["score"], rows["rate"], marker + "-", color=colour, markersize=3,
                      linewidth=0.8, label=in_picture(group, 24))  # fmt: skip
            axes.vlines(rows["score"], rows["low"], rows["high"], color=colour, linewidth=0.6)
        if probability:
            axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, zorder=0)
        axes.set(title=in_picture(attribute), xlabel="score", ylabel="share with label 1")
        if len(groups):
            axes.legend(loc="upper left")
    return figure
