"""Rankings without a data set, a method, a part of the criterion: made to turn, and made not to."""

import pandas as pd
import pytest
from scipy.stats import kendalltau

from fairbench.evaluation.many.stability import rank_stability

from . import made

PARTS = ["accuracy", "disparate_impact"]


def omission(table, what, name):
    rows = table[(table["left_out"] == what) & (table["name"] == name)]
    return rows.set_index("label")


def values(accuracy, impact):
    """One trial of each method on data sets d0, d1, ...."""
    rows = [
        {"data": f"d{d}", "method": m, "trial": 0, "accuracy": a, "disparate_impact": i}
        for m in accuracy
        for d, (a, i) in enumerate(zip(accuracy[m], impact[m], strict=True))
    ]
    return made.values_of(pd.DataFrame(rows))


def test_a_clear_order_survives_every_omission():
    steady = values({"a": [0.9] * 4, "b": [0.8] * 4, "c": [0.7] * 4}, {m: [0.5] * 4 for m in "abc"})
    table = rank_stability(steady, ["accuracy"])
    assert (table["tau"] == 1).all() and table["winner"].all()
    assert set(table["left_out"]) == {"nothing", "data set", "method"}
    counts = table.groupby("left_out").size().to_dict()
    assert counts == {"nothing": 3, "data set": 12, "method": 6}
    assert omission(table, "data set", "d1")["data_sets"].unique() == [3]


def test_a_part_of_the_criterion_can_carry_a_ranking():
    table = rank_stability(
        values(
            {"a": [0.9, 0.9], "b": [0.8, 0.8], "c": [0.7, 0.7]},
            {"a": [0.1, 0.1], "b": [0.5, 0.5], "c": [0.9, 0.9]},
        ),
        PARTS,
    )
    full = omission(table, "nothing", "")
    assert full["rank"].to_dict() == {"c": 1, "b": 2, "a": 3}
    by_accuracy = omission(table, "part of the criterion", "disparate_impact")
    assert by_accuracy["place"].to_dict() == {"a": 1, "b": 2, "c": 3}
    assert by_accuracy["tau"].unique() == [-1] and not by_accuracy["winner"].any()
    assert omission(table, "part of the criterion", "accuracy")["winner"].all()


def test_a_rival_can_turn_two_others_and_is_found():
    # a beats b on three data sets of five, but b has c between itself and a wherever it wins.
    table = rank_stability(
        values(
            {"a": [3, 3, 3, 1, 1], "b": [2, 2, 2, 3, 3], "c": [1, 1, 1, 2, 2]},
            {m: [0.5] * 5 for m in "abc"},
        ),
        ["accuracy"],
    )
    full, without = omission(table, "nothing", ""), omission(table, "method", "c")
    assert full["rank"].to_dict() == pytest.approx({"b": 1.6, "a": 1.8, "c": 2.6})
    assert without["rank"].to_dict() == pytest.approx({"a": 1.4, "b": 1.6})
    assert without["tau"].unique() == [-1] and not without["winner"].any()
    # Without the winner, the second of all is to be the first.
    assert omission(table, "method", "b")["winner"].all()


def test_tau_is_scipys_over_the_common_methods():
    drawn = made.values_of(made.drawn(methods=7, data_sets=6, gap=0.003))
    table = rank_stability(drawn, PARTS)
    full = omission(table, "nothing", "")["rank"]
    for _, rows in table.groupby(["left_out", "name"]):
        ranks = rows.set_index("label")["rank"]
        wanted = kendalltau(full[ranks.index], ranks).statistic
        assert rows["tau"].unique() == pytest.approx([wanted])
    assert table["tau"].min() < 1


def test_one_data_set_and_ties_everywhere_leave_nothing_to_say():
    alone = rank_stability(values({m: [0.8] for m in "abc"}, {m: [0.5] for m in "abc"}), PARTS)
    assert "data set" not in set(alone["left_out"])
    assert (alone["rank"].isin([2, 1.5])).all() and (alone["place"] == 1).all()
    assert alone["tau"].isna().all()
