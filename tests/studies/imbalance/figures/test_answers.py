"""The picture of the answers shows what the contrasts say."""

import pandas as pd
import pytest

from fairbench.evaluation.contrasts import EQUAL_ACCURACY, SELECTED
from fairbench.plotting.style import method_looks
from fairbench.studies.imbalance.figures.answers import figure_answers


def contrast(label, difference, panel=SELECTED, scope="P(Y=1)<=0.3", **other):
    row = {"study": "s", "dataset": "independent", "poisoning": "none", "scope": scope}
    row |= {"panel": panel, "label": label, "baseline": "group_thresholds", "no_overlap": 0}
    row |= {"difference": difference, "low": difference - 0.02, "high": difference + 0.02, "n": 9}
    return row | other


@pytest.fixture
def drawn():
    rows = [
        contrast("fr_train", 0.05),
        contrast("naive_mi", -0.01),
        contrast("fr_train", -0.3, EQUAL_ACCURACY, n=6, no_overlap=2),
        contrast("fr_train", 0.1, scope="all", dataset="mine", poisoning="random"),
    ]
    return figure_answers(pd.DataFrame(rows))


def markers(axes):
    return {
        (line.get_color(), round(float(line.get_xdata()[0]), 3)): line.get_markerfacecolor()
        for line in axes.lines
        if line.get_marker() not in ("None", None, "")
    }


def test_each_difference_stands_at_its_value_in_its_panel(drawn):
    left, right = drawn.figure.axes
    blue = method_looks(["fr_train"])["fr_train"].colour
    assert {value for colour, value in markers(left) if colour == blue} == {0.05, 0.1}
    assert {value for colour, value in markers(right)} == {-0.3}
    assert left.get_xlim()[0] < 0 < left.get_xlim()[1] and right.get_xlim()[1] > 0


def test_a_marker_is_hollow_where_no_difference_is_shown(drawn):
    faces = {value: face for (_, value), face in markers(drawn.figure.axes[0]).items()}
    assert faces[-0.01] == "white" and faces[0.05] != "white"


def test_data_sets_and_overlap_are_on_the_plot_and_the_words_are_counted(drawn):
    words = {text.get_text() for axes in drawn.figure.axes for text in axes.texts}
    assert {"n = 9", "n = 6, 25% apart"} <= words
    assert "clean labels\nP(Y=1) ≤ 0.3" in words and "poisoned labels\nmine" in words
    assert "As selected: 2 better, 1 no difference shown." in drawn.caption
    assert "At equal accuracy: 1 worse." in drawn.caption


def test_baselines_that_differ_are_named_beside_their_blocks():
    rows = [contrast("fr_train", 0.1), contrast("fr_train", 0.1, scope="all", baseline="constant")]
    words = {text.get_text() for text in figure_answers(pd.DataFrame(rows)).figure.axes[0].texts}
    assert any(text.endswith("(a) minus accept all or refuse all") for text in words)


def test_nothing_to_compare_is_said():
    drawn = figure_answers(pd.DataFrame([contrast("fr_train", 0.1)]).iloc[:0])
    assert drawn.caption.startswith("No study has")
