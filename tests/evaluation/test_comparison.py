"""Paired and matched comparisons whose answers are known by hand."""

import numpy as np
import pandas as pd
import pytest

from fairbench.evaluation.comparison import matched_comparisons, paired_comparisons
from fairbench.evaluation.frontier import matched_difference, pareto_frontier
from fairbench.evaluation.scopes import FEW_POSITIVES, MANY_POSITIVES, MIXED
from fairbench.evaluation.selection import select

from .tables import fit, table

FAST = {"resamples": 1000}


def frontier(*points):
    return tuple(np.array(points, dtype=float).T)


def study(trials=8, rates=(0.1, 0.5), label_b="b", gain=0.125):
    """Label a has `gain` more disparate impact than label b on every data set."""
    generator = np.random.default_rng(1)
    rows = []
    for rate in rates:
        for trial in range(trials):
            accuracy, impact = 0.25 + generator.random(2) / 2
            for label, more in (("a", gain), (label_b, 0.0)):
                for i in range(2):
                    row = fit(accuracy - i / 8, impact + more + i / 4, label=label, trial=trial)
                    rows.append(row | {"positive_rate": rate, "lambda_f": i / 2})
    return rows


def paired(rows, **options):
    fits = table(rows)
    return paired_comparisons(select(fits, criteria={}), fits, **FAST, **options)


def of(frame, quantity, scope):
    (row,) = frame[(frame["quantity"] == quantity) & (frame["scope"] == scope)].to_dict("records")
    return row


def test_the_frontier_drops_dominated_repeated_and_undefined_models():
    accuracy = np.array([0.5, 0.8, 0.8, 0.6, 0.8, 0.9, 0.7])
    impact = np.array([0.9, 0.4, 0.5, 0.5, 0.5, np.nan, 0.6])
    assert pareto_frontier(accuracy, impact).tolist() == [0, 6, 2]
    assert pareto_frontier(accuracy[5:6], impact[5:6]).tolist() == []


def test_the_matched_difference_is_the_area_between_the_frontiers():
    # Parallel lines 0.2 apart, over unequal ranges with other knots.
    a = frontier((0.5, 1.0), (0.6, 0.9), (0.9, 0.6))
    b = frontier((0.6, 0.7), (1.0, 0.3))
    assert matched_difference(a, b) == pytest.approx(0.2)
    assert matched_difference(b, a) == pytest.approx(-0.2)
    # A tent over a line: the mean height of a triangle is half its height.
    a = frontier((0.0, 1.0), (0.5, 0.8), (1.0, 0.0))
    b = frontier((0.0, 1.0), (1.0, 0.0))
    assert matched_difference(a, b) == pytest.approx(0.15)


def test_frontiers_that_share_one_accuracy_or_none():
    line = frontier((0.4, 0.8), (0.6, 0.4))
    assert matched_difference(line, frontier((0.5, 0.1))) == pytest.approx(0.5)
    assert np.isnan(matched_difference(line, frontier((0.7, 0.1))))
    assert np.isnan(matched_difference(line, (np.array([]), np.array([]))))


def test_a_constant_gain_is_found_in_every_scope():
    frame = paired(study())
    cells = {"P(Y=1)=0.1, c=1", "P(Y=1)=0.5, c=1"}
    assert set(frame["scope"]) == {*cells, FEW_POSITIVES, MIXED, "all"}
    for scope, n in (("P(Y=1)=0.1, c=1", 8), (FEW_POSITIVES, 8), ("all", 16)):
        row = of(frame, "disparate_impact", scope)
        assert (row["label_a"], row["label_b"], row["n"], row["missing"]) == ("a", "b", n, 0)
        assert [row[x] for x in ("difference", "low", "high")] == pytest.approx([0.125] * 3)
        assert row["verdict"] == "A higher"
        assert of(frame, "accuracy", scope)["verdict"] == "no difference shown"
    assert of(paired(study(gain=-0.125)), "disparate_impact", "all")["verdict"] == "B higher"


def test_pairs_without_a_result_are_counted_as_missing():
    rows = [row for row in study() if (row["label"], row["trial"]) != ("b", 0)]
    for row in rows:
        if row["label"] == "a" and row["trial"] == 1:
            row |= {"status": "error"}
    row = of(paired(rows), "accuracy", "all")
    assert (row["n"], row["missing"]) == (12, 4)
    row = of(matched_comparisons(table(rows), **FAST), "disparate_impact_at_equal_accuracy", "all")
    assert (row["n"], row["missing"], row["no_overlap"]) == (12, 4, 0)


def test_only_equal_grids_and_budgets_are_paired_but_thresholds_with_all():
    rows = study(trials=1)
    assert len(paired([row | {"budget": row["label"]} for row in rows])) == 0
    assert len(paired(rows[1:])) == 20, "another data set still has the whole grid"
    uneven = [row for row in rows if row["label"] == "a" or row["lambda_f"] > 0]
    assert len(paired(uneven)) == 0
    assert not matched_comparisons(table(uneven), **FAST)["equal_grid"].any()
    free = [row | ({"method": "group_thresholds"} if row["label"] == "b" else {}) for row in uneven]
    assert len(paired(free)) == 20
    # The rival without a grid comes second, whatever its name.
    renamed = [row | {"label": {"a": "z", "b": "b"}[row["label"]]} for row in free]
    assert set(paired(renamed)["label_a"]) == {"z"}


def test_matched_comparison_of_shifted_frontiers():
    # Slope -2 and a gain of 1/8 at equal accuracy, on every data set.
    frame = matched_comparisons(table(study()), **FAST)
    row = of(frame, "disparate_impact_at_equal_accuracy", FEW_POSITIVES)
    assert (row["n"], row["missing"], row["no_overlap"], row["equal_grid"]) == (8, 0, 0, True)
    assert [row[x] for x in ("difference", "low", "high")] == pytest.approx([0.125] * 3)
    assert row["verdict"] == "A higher"


def test_frontiers_without_a_common_accuracy_are_counted():
    rows = [row for row in study() if row["trial"] < 7]
    for row in rows:
        if row["label"] == "a" and row["trial"] == 0:
            row["test_accuracy"] += 0.5
    row = of(matched_comparisons(table(rows), **FAST), "disparate_impact_at_equal_accuracy", "all")
    assert (row["n"], row["missing"], row["no_overlap"]) == (12, 0, 2)
    assert row["no_overlap_share"] == pytest.approx(2 / 14)
    assert row["difference"] == pytest.approx(0.125)


def test_every_share_of_positives_is_in_its_range_and_no_other():
    rates = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    table_of = matched_comparisons(table(study(trials=1, rates=rates)), **FAST)
    n = table_of.set_index("scope")["n"]
    assert n[[FEW_POSITIVES, MIXED, MANY_POSITIVES, "all"]].tolist() == [3, 3, 3, 9]


def test_a_constant_is_compared_as_selected_and_has_no_curve():
    rows = study(trials=8, label_b="constant")
    rows = [row | {"method": row["label"]} for row in rows]
    assert set(paired(rows)["label_b"]) == {"constant"}
    assert matched_comparisons(table(rows), **FAST).empty


def test_the_interval_covers_a_known_difference_and_ignores_the_order_of_rows():
    generator = np.random.default_rng(5)
    rows = [
        fit(generator.normal(0.7 if label == "a" else 0.6, 0.05), 0.5, label=label, trial=trial)
        for trial in range(30)
        for label in "ab"
    ]
    frame = paired(rows)
    row = of(frame, "accuracy", "all")
    assert row["low"] < 0.1 < row["high"] and row["high"] - row["low"] < 0.07
    pd.testing.assert_frame_equal(frame, paired(rows[::-1]))
    pd.testing.assert_frame_equal(
        matched_comparisons(table(rows), **FAST), matched_comparisons(table(rows[::-1]))
    )
    # Many data sets of several cells are drawn again, and draws depend on the seed.
    pooled = study(trials=10)
    for row in pooled:
        row["test_accuracy"] += generator.normal(0.0, 0.05)
    ends = [of(paired(pooled, seed=seed), "accuracy", "all")["low"] for seed in (0, 1)]
    assert ends[0] != ends[1] and ends[0] == pytest.approx(ends[1], abs=0.01)


def test_another_label_leaves_the_other_pairs_as_they_were():
    more = study() + [row | {"label": "c"} for row in study() if row["label"] == "b"]
    pairs = paired(more)
    kept = pairs[(pairs["label_a"] == "a") & (pairs["label_b"] == "b")].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, paired(study()))


def test_tables_of_data_without_a_known_law_have_one_scope():
    rows = [
        row | {"positive_rate": np.nan, "group_coefficient": np.nan} for row in study(rates=[1])
    ]
    frame = paired(rows)
    assert set(frame["scope"]) == {"all"} and set(frame["n"]) <= {0, 8}
    assert set(matched_comparisons(table(rows), **FAST)["n"]) == {8}


def test_holm_corrects_within_a_study_a_quantity_and_a_level_of_scopes():
    generator = np.random.default_rng(8)
    rows = [
        row | {"test_accuracy": row["test_accuracy"] + generator.normal(0.01, 0.02)}
        for row in study(rates=(0.1, 0.3, 0.5))
    ]
    frame = paired(rows)
    here = frame["quantity"] == "accuracy"
    cells = frame[here & frame["scope"].str.contains("c=")]
    smallest = cells["p"].min()
    assert len(cells) == 3 and cells["p_holm"].min() == pytest.approx(min(3 * smallest, 1.0))
    alone = frame[here & (frame["scope"] == "all")].iloc[0]
    assert alone["p_holm"] == alone["p"]
    shown = frame["verdict"] != "no difference shown"
    assert ((frame["p"] < 0.05) == shown).all() and shown.any()
    assert (shown >= (frame["verdict_holm"] != "no difference shown")).all()
