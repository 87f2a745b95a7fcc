"""What the figures of many methods show is what the tables say, and it can be read."""

import importlib.util
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fairbench.evaluation.many.quantities import DISTANCE, SHORTFALL, VOLUME
from fairbench.evaluation.many.tables import compared
from fairbench.plotting.many.matrix import figure_matrix
from fairbench.plotting.many.ranks import figure_ranks
from fairbench.plotting.many.regret import figure_regret
from fairbench.plotting.many.stability import figure_stability

_MADE = Path(__file__).parents[2] / "evaluation" / "many" / "made.py"
_SPEC = importlib.util.spec_from_file_location("made_values", _MADE)
made = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(made)

PARTS = ["accuracy", "disparate_impact"]
LABELS = (
    "constant logistic_regression group_thresholds adversarial fr_train naive_mi normalized_mi "
    "group_thresholds_selection naive_mi_published_settings adversarial_debiasing "
    "rml_fairness_constraints trimmed_fr_train"
).split()


def tables(methods, data_sets, lost=()):
    table = made.drawn(methods=methods, data_sets=data_sets, trials=2, seed=methods, gap=0.004)
    table["method"] = [LABELS[int(name[1:])] for name in table["method"]]
    for label, data in lost:
        here = (table["method"] == label) & (table["data"] == data)
        table.loc[here, PARTS] = np.nan
    values = made.values_of(table)
    values[DISTANCE] = 0.9 - values["accuracy"]
    values[SHORTFALL] = 1.8 - values["criterion"]
    values[VOLUME] = values["criterion"] - 0.9
    return {"values": values} | compared(values, PARTS, seed=1, draws=500)


def figures(found, *names):
    told, pair = {"title": "Made values"}, (found["ranks"], found["pairs"])
    drawn = {
        "ranks": lambda: figure_ranks(*pair, **told, parts=PARTS),
        "matrix": lambda: figure_matrix(*pair, **told),
        "regret": lambda: figure_regret(found["values"], found["regret"], **told),
        "stability": lambda: figure_stability(found["rank_stability"], **told, parts=PARTS),
    }
    return {name: drawn[name]() for name in names or drawn}


@pytest.fixture(scope="module")
def six():
    found = tables(6, 8, lost=[("logistic_regression", "d1")])
    return found, figures(found)


def texts(figure):
    return [text.get_text() for axis in figure.axes for text in axis.texts]


def shown(figure):
    """Every text that is seen, and its place; slanted ones have no box that is theirs."""
    figure.draw_without_rendering()
    artists = [text for legend in figure.legends for text in legend.get_texts()]
    for axes in figure.axes:
        artists += [*axes.texts, axes._left_title]
        for side, axis in enumerate((axes.xaxis, axes.yaxis)):
            if axis.get_visible():
                low, high = sorted(axis.get_view_interval())
                ticks = axis.get_ticklabels()
                artists += [x for x in ticks if low <= x.get_position()[side] <= high]
                artists.append(axis.label)
    drawn = [a for a in artists if a.get_visible() and a.get_text() and a.get_rotation() in (0, 90)]
    return [(a.get_text(), a.get_window_extent()) for a in drawn]


@pytest.mark.parametrize("count", [3, 6, 12])
def test_no_text_lies_on_another_or_outside(count, six):
    # A cell of the matrix is as large whatever their number.
    names = ["ranks", "regret", "stability"] + ["matrix"] * (count < 12)
    drawn = six[1] if count == 6 else figures(tables(count, 4), *names)
    for name in names:
        figure = drawn[name].figure
        boxes, whole = shown(figure), figure.bbox.padded(1)
        for text, box in boxes:
            assert whole.x0 <= box.x0 and box.x1 <= whole.x1, (name, text)
            assert whole.y0 <= box.y0 and box.y1 <= whole.y1, (name, text)
        for (one, a), (two, b) in combinations(boxes, 2):
            assert not a.shrunk(0.9, 0.8).overlaps(b.shrunk(0.9, 0.8)), (name, one, two)


def test_captions_are_short_and_say_what_was_lost(six):
    for name, drawn in six[1].items():
        seen, details = drawn.caption.split("\n\n")
        assert 15 < len(seen.split()) <= 120, name
        assert "n = " in details
    for name in ("ranks", "matrix"):
        said = six[1][name].caption
        assert "1 data set left out of the ranks" in said
        assert "trials without a value: logistic regression 2." in said
    assert "logistic regression 1" in six[1]["regret"].caption


def test_the_diagram_has_the_ranks_and_joins_what_holm_does_not_part():
    table = made.drawn(methods=3, data_sets=12, gap=0.0)
    table.loc[table["method"] == "m02", "accuracy"] += 0.2
    values = made.values_of(table)
    found = compared(values, PARTS, seed=1, draws=500)
    axis = figure_ranks(found["ranks"], found["pairs"], title="t", parts=PARTS).figure.axes[0]
    ranks = found["ranks"].query("quantity == 'accuracy'").set_index("label")["rank"]
    for label, rank in ranks.items():
        assert any(
            label in text.get_text() and f"{rank:.2f}" in text.get_text() for text in axis.texts
        )
    (bar,) = [line for line in axis.get_lines() if line.get_marker() == "o"]
    assert sorted(bar.get_xdata()) == sorted(ranks[["m00", "m01"]])


def test_the_matrix_has_the_numbers_of_the_pairs(six):
    found, drawn = six
    axis = drawn["matrix"].figure.axes[0]
    order = [label.get_text() for label in axis.get_yticklabels()]
    assert order == [t.get_text().replace("\n", " ") for t in axis.get_xticklabels()]
    at = {name: k for k, name in enumerate(order)}
    cells = {}
    for text in axis.texts:
        x, y = text.get_position()
        cells.setdefault((int(y), int(x)), []).append(text.get_text())
    assert len(cells) == 30
    pair = found["pairs"].query("quantity == 'accuracy'").set_index(["label_a", "label_b"])
    row = pair.loc[("fr_train", "naive_mi")]
    a, b = at["FR-Train"], at["naive MI"]
    sign, wins = (1, "a_better b_better") if a > b else (-1, "b_better a_better")
    first, last = wins.split()
    numbers = cells[max(a, b), min(a, b)]
    assert float(numbers[0]) == pytest.approx(sign * row["difference"], abs=5e-4)
    assert numbers[1] == f"{row[first]} / {row['equal']} / {row[last]}"
    chances = ["chance_a", "chance_same", "chance_b"][:: 1 if a < b else -1]
    wanted = " / ".join(f"{100 * row[name]:.0f}" for name in chances)
    assert cells[min(a, b), max(a, b)] == [f"{wanted} %"]


def test_so_few_data_sets_are_called_undecided():
    drawn = figures(tables(3, 3), "ranks", "matrix")
    titles = [axis._left_title.get_text() for axis in drawn["ranks"].figure.axes]
    assert all("n = 3 data sets, undecided below 7;" in title for title in titles)
    assert "3 data sets give a p value of 0.25 at best, and 7 are needed" in drawn["matrix"].caption


def test_everything_lost_is_still_drawn():
    every = [(label, f"d{k}") for label in LABELS[:3] for k in range(2)]
    found = tables(3, 2, lost=every)
    assert found["values"]["accuracy"].isna().all()
    drawn = figures(found)
    assert "no value" in texts(drawn["matrix"].figure)
    assert any("no data set" in text for text in texts(drawn["ranks"].figure))
    for each in drawn.values():
        each.figure.draw_without_rendering()


def test_two_labels_of_one_display_name_are_told_apart(six):
    drawn = figures(tables(10, 4), "stability")["stability"].figure.axes[0]
    names = [label.get_text() for label in drawn.get_yticklabels()]
    assert len(set(names)) == 10 and {"adversarial", "adversarial_debiasing"} <= set(names)


def test_the_profile_of_a_method_that_lost_a_data_set_ends_below_one(six):
    upper = six[1]["regret"].figure.axes[0]
    tops = sorted(line.get_ydata()[-1] for line in upper.get_lines() if len(line.get_ydata()) > 1)
    assert tops == pytest.approx([7 / 8, 1, 1, 1, 1, 1])
    lower = six[1]["regret"].figure.axes[2]
    assert [text.get_text() for text in lower.texts] == ["lost"]


def test_ranks_without_a_rival_are_on_the_scale_of_all():
    means = pd.DataFrame({"a": [0.9, 0.9], "b": [0.8, 0.8], "c": [0.7, 0.7], "d": [0.6, 0.6]})
    found = compared(made.of_means(means), ["accuracy"], seed=1, draws=100)["rank_stability"]
    axis = figure_stability(found, title="t", parts=["accuracy"]).figure.axes[0]
    last = [
        line for line in axis.get_lines() if len(line.get_xdata()) == 2 and line.get_ydata()[0] > 3
    ]
    assert [list(line.get_xdata()) for line in last] == [[4, 4]]


def test_a_criterion_of_one_part_is_drawn_once():
    table = made.drawn(methods=3, data_sets=8).assign(method=lambda t: t["method"].str.upper())
    about = {"data_set": ["data"], "label": "method", "trial": ["trial"]}
    values = made.to_values(
        table, study="made", where={}, **about, quantities={"accuracy": "accuracy"}
    )
    found, told = compared(values, ["accuracy"], seed=1, draws=100), {"title": "Made"}
    drawn = figure_ranks(found["ranks"], found["pairs"], **told, parts=["accuracy"])
    assert len(drawn.figure.axes) == 1
    drawn = figure_stability(found["rank_stability"], **told, parts=["accuracy"])
    assert "without one data set or method." in drawn.caption
    assert "criterion" not in drawn.caption
