"""Ranks, pairs and their tests against a worked example, scipy, scikit-posthocs and baycomp."""

import baycomp
import numpy as np
import pandas as pd
import pytest
import scikit_posthocs
from scipy import stats

from fairbench.evaluation.many.pairs import pairs
from fairbench.evaluation.many.ranks import ranking
from fairbench.evaluation.many.signed_rank import least_p, needed, posterior, signed_rank_test
from fairbench.evaluation.many.tables import compared as all_tables
from fairbench.evaluation.many.tables import rank_rows
from fairbench.evaluation.many.values import block_means, by_trial, paired_differences

from . import made

DRAWS = 4000
NAN = float("nan")


def compared(values, quantity="accuracy"):
    table = pairs(values, quantity, seed=1, draws=DRAWS)
    return table.set_index(["label_a", "label_b"])


def test_demsars_example_has_demsars_ranks():
    found = ranking(made.DEMSAR.set_axis([f"d{k}" for k in range(14)]))
    assert found.ranks.index[0] == "C4.5+m+cf"
    wanted = {"C4.5": 3.143, "C4.5+m": 2.000, "C4.5+cf": 2.893, "C4.5+m+cf": 1.964}
    assert {label: round(rank, 3) for label, rank in found.ranks.items()} == wanted
    # Printed: 9.28 with 3 degrees of freedom; corrected for ties it is larger.
    assert found.friedman < stats.chi2.sf(9.28, 3) < 0.05
    assert found.friedman == stats.friedmanchisquare(*made.DEMSAR.to_numpy().T).pvalue


def test_less_is_better_where_it_is():
    means = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 1.0], "c": [0.0, 0.0]}, index=["x", "y"])
    up, down = ranking(means), ranking(means, sign=-1)
    assert (up.ranks + down.ranks.reindex(up.ranks.index) == 4).all()
    assert down.ranks["c"] == 1


def test_a_lost_fit_costs_its_data_set_and_a_method_that_was_never_run_is_not_ranked():
    means = pd.DataFrame({"a": [3.0, 3, 1], "b": [2.0, NAN, 2], "c": [1.0, NAN, 3], "d": NAN})
    means.index, planned = (
        ["x", "y", "z"],
        pd.DataFrame(True, index=list("xyz"), columns=list("abcd")),
    )
    planned.loc["y", "c"] = False
    found = ranking(means, planned)
    assert found.data_sets == ["x", "z"] and found.incomplete == ["y"]
    assert found.unranked == ["c", "d"]
    assert found.ranks.to_dict() == {"a": 1.5, "b": 1.5}
    assert np.isnan(found.friedman)


def test_ties_everywhere_are_one_rank_and_no_difference():
    values = made.of_means(pd.DataFrame({name: [0.8] * 9 for name in "abc"}))
    table = rank_rows(values, "accuracy")
    assert (table["rank"] == 2).all() and (table["friedman"] == 1).all()
    cells = compared(values)
    assert (cells["p"] == 1).all() and (cells["equal"] == 9).all()
    assert (cells["chance_same"] == 1).all()
    assert set(cells["verdict"]) == {"no difference shown"}


def test_where_less_is_better_the_smaller_is():
    means = pd.DataFrame({"a": np.linspace(0.1, 0.2, 9), "b": np.linspace(0.3, 0.4, 9)})
    values = made.of_means(means).assign(certified_delta=lambda v: v["accuracy"])
    row = compared(values, "certified_delta").iloc[0]
    assert row["verdict"] == "A better" and row["difference"] == pytest.approx(-0.2)
    assert row[["a_better", "b_better"]].tolist() == [9, 0] and row["chance_a"] > 0.9
    table = rank_rows(values, "certified_delta").set_index("label")
    assert table["rank"].to_dict() == {"a": 1, "b": 2}


def test_one_data_set_decides_nothing():
    values = made.of_means(pd.DataFrame({"a": [0.9], "b": [0.7], "c": [0.5]}))
    cells = compared(values)
    assert set(cells["verdict"]) == {"undecided"} and set(cells["p"]) == {1.0}
    assert np.isnan(rank_rows(values, "accuracy")["friedman"]).all()
    # 3 tests: 3 * 2 ** -5 is above 0.05 and 3 * 2 ** -6 below.
    assert set(cells["needed"]) == {7}


@pytest.mark.parametrize("tests", [1, 3, 10, 36, 66])
def test_fewer_data_sets_than_needed_can_never_decide(tests):
    n = needed(tests)
    assert tests * least_p(n) <= 0.05 < tests * least_p(n - 1)
    assert least_p(n) == pytest.approx(signed_rank_test(np.arange(1.0, n + 1))[0])


@pytest.mark.parametrize("n", [3, 8, 27])
def test_wilcoxon_is_scipys_without_ties(n):
    for seed in range(5):
        d = np.random.default_rng(seed).normal(0.3, 1, n)
        p, side = signed_rank_test(d)
        assert p == pytest.approx(stats.wilcoxon(d, method="exact").pvalue, rel=1e-9)
        assert side == np.sign((stats.rankdata(np.abs(d)) * np.sign(d)).sum())


def test_wilcoxon_is_the_share_of_all_choices_of_signs_with_ties_and_zeros():
    for seed in range(8):
        d = np.random.default_rng(seed).integers(-3, 5, 9) / 100
        ranks = stats.rankdata(np.abs(np.round(d, 9))) * (d != 0)
        signs = np.array(np.meshgrid(*[[-1, 1]] * 9)).reshape(9, -1)
        sums = np.abs(ranks @ signs)
        wanted = np.mean(sums >= abs((ranks * np.sign(d)).sum()) - 1e-9)
        assert signed_rank_test(d)[0] == pytest.approx(wanted, abs=1e-12)


def test_many_data_sets_take_scipys_normal_law():
    d = np.random.default_rng(0).normal(0.2, 1, 80)
    wanted = stats.wilcoxon(d, method="asymptotic").pvalue
    assert signed_rank_test(d)[0] == pytest.approx(wanted)


def test_holm_over_all_pairs_is_that_of_scikit_posthocs():
    values = made.values_of(made.drawn(methods=5, data_sets=12, gap=0.006))
    cells = compared(values)
    means = block_means(values, "accuracy")
    long = means.reset_index().melt("data_set")
    theirs = scikit_posthocs.posthoc_wilcoxon(
        long, val_col="value", group_col="label", method="exact", p_adjust="holm"
    )
    assert len(cells) == 10 and cells["p_holm"].min() < 0.05 < cells["p_holm"].max()
    for (a, b), row in cells.iterrows():
        assert row["p_holm"] == pytest.approx(theirs.loc[a, b])
    better = cells[cells["p_holm"] <= 0.05]
    # The later a method, the better it was made.
    assert set(better["verdict"]) == {"B better"} and (better["difference"] < 0).all()
    assert (better["b_better"] > better["a_better"]).all()
    assert (cells["chance_b"] > cells["chance_a"]).all()


@pytest.mark.parametrize(("shift", "n"), [(0.0, 5), (0.012, 9), (-0.03, 9), (0.006, 27)])
def test_the_bayesian_test_is_that_of_baycomp(shift, n):
    d = np.random.default_rng(n).normal(shift, 0.012, n)
    ours = posterior(d, 0.01, seed=3)
    # Theirs compares the second with the first.
    theirs = baycomp.SignedRankTest.probs(np.zeros(n), d, 0.01, nsamples=20_000, random_state=1)
    assert sum(ours) == pytest.approx(1)
    # Two shares of 20,000 draws differ by five standard errors once in a million.
    assert ours == pytest.approx(theirs, abs=0.025)


def test_a_region_of_practical_equivalence_turns_a_sure_difference_into_none():
    d = np.full(20, 0.005) + np.random.default_rng(0).normal(0, 1e-4, 20)
    assert signed_rank_test(d)[0] < 1e-5
    assert posterior(d, 0.01, seed=1)[1] > 0.99
    assert posterior(d, 0.001, seed=1)[2] > 0.99
    assert np.isnan(posterior(np.array([]), 0.01, seed=1)).all()


def test_cells_do_not_change_when_a_method_is_added():
    table = made.drawn(methods=6, data_sets=10)
    # The new one fails somewhere, which costs the others nothing.
    table.loc[(table["method"] == "m05") & (table["data"] == "d3"), "accuracy"] = NAN
    few = compared(made.values_of(table[table["method"] < "m04"]))
    many = compared(made.values_of(table))
    cells = few.columns.drop(["p_holm", "needed", "verdict"])
    pd.testing.assert_frame_equal(few[cells], many.loc[few.index, cells])
    assert (many.loc[few.index, "p_holm"] >= few["p_holm"]).all()
    ranks = [rank_rows(made.values_of(t), "accuracy").set_index("label")["rank"] for t in
             (table[table["method"] < "m04"], table)]  # fmt: skip
    assert (ranks[0] != ranks[1][ranks[0].index]).any(), "ranks do, which is the point"


def test_trials_are_averaged_first_and_a_pair_over_those_that_both_have():
    table = made.drawn(methods=2, data_sets=1, trials=3)
    table["accuracy"] = [0.5, 0.6, NAN, 0.9, NAN, 0.8]
    values = made.values_of(table)
    assert block_means(values, "accuracy").loc["d0"].tolist() == pytest.approx([0.55, 0.85])
    apart = paired_differences(by_trial(values, "accuracy"), "m00", "m01")
    assert apart.tolist() == pytest.approx([0.5 - 0.9])
    assert compared(values).iloc[0][["data_sets", "gaps"]].tolist() == [1, 0]


def test_trials_of_one_data_set_are_no_further_data_sets():
    few, many = (
        compared(made.values_of(made.drawn(methods=3, data_sets=4, trials=t))) for t in (1, 50)
    )
    assert set(few["data_sets"]) == set(many["data_sets"]) == {4}
    assert many["p"].min() >= least_p(4)


def test_a_data_set_without_a_value_is_a_gap_and_no_tie():
    values = made.of_means(pd.DataFrame({"a": [0.9, NAN, 0.8], "b": [0.7, 0.7, 0.9]}))
    row = compared(values).iloc[0]
    assert row[["a_better", "equal", "b_better", "data_sets", "gaps"]].tolist() == [1, 0, 1, 2, 1]
    lost = rank_rows(values, "accuracy").set_index("label")
    assert lost["lost"].to_dict() == {"a": 1, "b": 0}
    assert lost["incomplete"].tolist() == [1, 1]


def test_where_a_method_was_never_run_is_no_gap():
    table = made.drawn(methods=2, data_sets=4)
    fewer = table[~((table["method"] == "m01") & (table["data"] == "d3"))]
    row = compared(made.values_of(fewer)).iloc[0]
    assert row[["data_sets", "gaps"]].tolist() == [3, 0]


def test_two_rows_of_one_trial_are_refused():
    table = made.drawn(methods=2, data_sets=2)
    with pytest.raises(ValueError, match="two rows of .*'m00'"):
        made.values_of(pd.concat([table, table.head(1)]))


def test_what_a_table_has_not_is_told():
    table = made.drawn(methods=2, data_sets=2)
    wanted = {"study": "made", "where": {}, **made.COLUMNS}
    for wrong, message in (
        ({"data_set": ["dat"]}, "made: a column is 'dat'; allowed: .*; nearest: data"),
        ({"quantities": {"acuracy": "accuracy"}}, "made: a quantity is 'acuracy'.*nearest"),
        ({"criterion": ["di"]}, "made: a part of the criterion is 'di'"),
        ({"where": {"method": "none"}}, "made: the table has no row where"),
    ):
        with pytest.raises(ValueError, match=message):
            made.to_values(table, **(wanted | wrong))
    with pytest.raises(ValueError, match="made: accuracy is infinite in 1 rows"):
        table.loc[0, "accuracy"] = np.inf
        made.values_of(table)
    values = made.values_of(made.drawn())
    for part in ("di", "label", "criterion"):
        known = f"a part of the criterion is '{part}'; allowed: accuracy, disparate_impact($|;)"
        with pytest.raises(ValueError, match=known):
            all_tables(values, [part], seed=1)
    with pytest.raises(ValueError, match="values has no row"):
        all_tables(values.head(0), ["accuracy"], seed=1)
