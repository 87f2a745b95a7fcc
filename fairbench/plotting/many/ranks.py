"""Critical-difference diagrams: average ranks, and which methods cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import scikit_posthocs

from fairbench.evaluation.many.quantities import CRITERION
from fairbench.plotting.many.words import data_sets, gaps, names_of, number, title_of, too_few
from fairbench.plotting.numbers import span
from fairbench.plotting.style import (
    DOUBLE,
    Drawn,
    caption_of,
    letter,
    look,
    method_looks,
    new_figure,
)

_ROW = 0.17
"""Inches of a method's line."""


@look()
def figure_ranks(
    ranks: pd.DataFrame, pairs: pd.DataFrame, *, title: str, parts: Sequence[str]
) -> Drawn:
    """Draw a diagram for each quantity of a study.

    Parameters
    ----------
    ranks, pairs : DataFrame
        Of `fairbench.evaluation.many.tables.compared`, rows of one study.
    title : str
        What the study is.
    parts : sequence of str
        Quantities that the criterion is the sum of.
    """
    quantities = list(dict.fromkeys(ranks["quantity"]))
    if len(parts) == 1:  # which is the criterion
        quantities.remove(CRITERION)
    count = ranks["label"].nunique()
    height = (0.75 + _ROW * (count / 2 + 2 + count / 5)) * len(quantities)
    figure, axes = new_figure(DOUBLE, height, nrows=len(quantities), squeeze=False)
    for position, (quantity, axis) in enumerate(zip(quantities, axes[:, 0], strict=True)):
        mine = ranks[ranks["quantity"] == quantity]
        tests = pairs[pairs["quantity"] == quantity]
        _diagram(axis, mine, tests)
        letter(axis, position, _heading(mine, tests, title_of(quantity, parts)))
    seen = (
        f"{title}: average ranks of {count} methods over data sets, 1 being the best. "
        "Methods under one bar cannot be told apart by pairwise Wilcoxon tests with Holm's "
        "correction; dots on a bar are the methods that it joins. An average rank depends on which "
        "rivals take part: the matrix of pairs beside this figure does not."
    )
    few = too_few(pairs[pairs["quantity"] == CRITERION])
    details = (
        f"n = {span(ranks['ranked'])} data sets have a value of every ranked method. Each is one "
        "block: its trials are averaged first. Equal values share their ranks. Holm's family is "
        f"all pairs of methods on one quantity. {gaps(ranks)} {few}"
    )
    return Drawn(figure, caption_of(seen, details))


def _heading(mine: pd.DataFrame, pairs: pd.DataFrame, words: str) -> str:
    n, p = int(mine["ranked"].iloc[0]), mine["friedman"].iloc[0]
    told = f"Friedman's p = {number(p)}" if pd.notna(p) else "too few for Friedman's test"
    few = pairs["data_sets"].max() < pairs["needed"].iloc[0]
    least = f", undecided below {pairs['needed'].iloc[0]}" if few else ""
    return f"{words}: n = {data_sets(n)}{least}; {told}"


def _diagram(axis, mine: pd.DataFrame, pairs: pd.DataFrame) -> None:
    known = mine.dropna(subset="rank")
    if len(known) < 2:
        axis.set_axis_off()
        axis.text(0.5, 0.5, "no data set on which two methods have a value", ha="center")
        return
    labels, looks = list(known["label"]), method_looks(known["label"])
    names = names_of(labels)
    together = pd.DataFrame(1.0, index=labels, columns=labels)
    for row in pairs.to_dict("records"):
        if row["label_a"] in names and row["label_b"] in names and pd.notna(row["p_holm"]):
            together.loc[row["label_a"], row["label_b"]] = row["p_holm"]
            together.loc[row["label_b"], row["label_a"]] = row["p_holm"]
    together = together.rename(index=names, columns=names)
    axis.grid(False)
    drawn = scikit_posthocs.critical_difference_diagram(
        pd.Series(known["rank"].to_numpy(), index=[names[label] for label in labels]),
        together,
        ax=axis,
        label_fmt_left="{label}  {rank:.2f} ",
        label_fmt_right=" {rank:.2f}  {label}",
        label_props={"size": 7},
        color_palette={names[label]: looks[label].colour for label in labels},
        marker_props={"s": 14},
        elbow_props={"linewidth": 0.9},
        crossbar_props={"marker": "o", "markersize": 2.5, "linewidth": 1.5, "color": "#444444"},
        text_h_margin=0.03 * max(len(labels) - 1, 1),
    )
    for words in drawn["labels"]:
        words.set_color("black")  # yellow cannot be read
    axis.set_xlim(
        min(1.0, known["rank"].min()) - 0.05 * len(labels),
        max(float(len(labels)), known["rank"].max()) + 0.05 * len(labels),
    )
    axis.spines["top"].set_visible(True)
    axis.spines["top"].set_bounds(1, len(labels))
    axis.set_xticks(range(1, len(labels) + 1))
    axis.tick_params(axis="x", labelsize=6, length=2)
