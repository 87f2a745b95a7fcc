"""Summaries of chosen models and correlations with gamma, against closed forms."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from fairbench.studies.representations.gamma_sweep import correlation_table, fold_interval
from fairbench.studies.representations.summary import TRADE_OFFS, data_sets, measured, summary

from .tables import folds_table, lose, searches_table, sweep_table


def one(table, **where):
    """The only row that matches."""
    (row,) = table[np.logical_and.reduce([table[k] == v for k, v in where.items()])].to_dict(
        "records"
    )
    return row


def summarised(folds):
    return summary(folds, searches_table(folds))


def test_means_and_intervals_are_those_of_nadeau_and_bengio():
    folds = folds_table(["compas"], ["binary_mi"]).assign(
        auc=[0.70, 0.71, 0.75], train_rows=4000, test_rows=2000
    )
    row = one(summarised(folds), quantity="auc")
    half = stats.t.ppf(0.975, 2) * np.std([0.70, 0.71, 0.75], ddof=1) * np.sqrt(1 / 3 + 1 / 2)
    assert row["mean"] == pytest.approx(0.72)
    assert (row["low"], row["high"]) == pytest.approx((0.72 - half, 0.72 + half))
    assert (row["smallest"], row["largest"], row["n"], row["folds"]) == (0.70, 0.75, 3, 3)
    assert (row["trials"], row["searched"], row["search_lost"]) == (12, 36, 3)


def test_the_best_point_is_nearest_to_perfect_in_the_l1_norm():
    folds = folds_table(noise=0.0)
    table = summarised(folds)
    distance = folds.assign(d=(1 - folds["auc"]) + folds["gpa"])
    nearest = distance.groupby(["dataset", "label"])["d"].mean().groupby("dataset").idxmin()
    best = table[table["best"] & (table["quantity"] == "auc+1-gpa")]
    assert set(zip(best["dataset"], best["label"], strict=True)) == set(nearest)
    total = table[table["quantity"] == "auc+1-gpa"].groupby("dataset")["mean"].max()
    assert best.set_index("dataset")["mean"].to_dict() == pytest.approx(total.to_dict())
    assert table.groupby("quantity")["best"].sum().loc[list(TRADE_OFFS)].eq(3).all()
    assert table["best"].sum() == 3 * len(TRADE_OFFS)


def test_lost_models_are_counted_and_never_averaged():
    folds = lose(folds_table(["compas"], noise=0.0), label="binary_mi", fold=2)
    # Whatever stands beside such a status is no measure.
    here = folds["status"] == "diverged"
    folds.loc[here, ["auc", "gpa", "adrg"]] = [0.99, 0.0, 0.0]
    left = folds[(folds["label"] == "binary_mi") & ~here]
    folds = folds[~((folds["label"] == "vfae") & (folds["fold"] == 0))]
    folds.loc[folds["label"] == "adv_cls", "status"] = "degenerate"
    table = summarised(folds)
    row = one(table, label="binary_mi", quantity="auc")
    assert (row["n"], row["folds"], row["lost"]) == (2, 3, 1)
    assert row["mean"] == pytest.approx(left["auc"].mean())
    assert one(table, label="vfae", quantity="auc")["lost"] == 1
    degenerate = one(table, label="adv_cls", quantity="auc")
    assert (degenerate["n"], degenerate["lost"], degenerate["degenerate"]) == (3, 0, 3)
    # BinaryMI has the best mean left, but not in every fold.
    assert one(table, quantity="auc+1-gpa", best=True)["label"] == "binary_bernoulli"
    nothing = summarised(folds.assign(status="error"))
    assert nothing["mean"].isna().all() and not nothing["best"].any()
    assert (nothing["n"] == 0).all() and (nothing["lost"] == 3).all()


def test_the_joint_information_may_exceed_the_sum():
    folds = folds_table(["compas"], ["binary_mi", "vfae"], noise=0.0)
    folds.loc[folds["fold"] == 1, "information_joint"] += 0.05
    # By no more than the estimate errs.
    folds.loc[folds["fold"] == 2, "information_joint"] += 0.015
    table = summarised(folds)
    row = one(table, label="binary_mi", quantity="joint_exceeds_sum")
    assert (row["mean"], row["n"]) == (pytest.approx(1 / 3), 3)
    excess = one(table, label="binary_mi", quantity="joint_minus_sum")
    assert excess["largest"] == pytest.approx(0.04)
    assert one(table, label="vfae", quantity="joint_exceeds_sum")["n"] == 0


def test_differences_are_within_folds():
    folds = folds_table(["compas"], ["binary_mi", "vfae"])
    folds["auc"] = [0.6, 0.7, 0.8, 0.59, 0.69, 0.79]
    (data,) = data_sets(folds)
    difference = data.difference("binary_mi", "vfae", "auc")
    assert difference == pytest.approx((0.01, 0.01, 0.01, 3))
    (data,) = data_sets(lose(folds, label="vfae", fold=0))
    assert data.difference("binary_mi", "vfae", "auc").n == 2
    assert measured(folds)["objective"].iloc[0] == pytest.approx(
        0.6 + (1 - folds["gpa"].iloc[0]) + (1 - folds["audc"].iloc[0])
    )


def test_correlations_agree_with_scipy_and_know_perfect_ones():
    sweep = sweep_table()
    table = correlation_table(sweep)
    for label, fits in sweep.groupby("label"):
        for quantity, values in (("auc", fits["auc"]), ("1-gpa", 1 - fits["gpa"])):
            row = one(table, label=label, quantity=quantity)
            assert row["pearson"] == pytest.approx(stats.pearsonr(fits["gamma"], values)[0])
            assert row["spearman"] == pytest.approx(stats.spearmanr(fits["gamma"], values)[0])
            assert row["low"] <= row["pearson"] <= row["high"]
            assert (row["n"], row["fits"], row["curves"], row["folds"]) == (48, 48, 6, 3)
    exact = sweep.assign(auc=0.9 - 0.3 * sweep["gamma"], gpa=0.5 * (1 - sweep["gamma"] ** 2))
    table = correlation_table(exact)
    line = one(table, label="vfae", quantity="auc")
    ends = [line[name] for name in ("pearson", "low", "high", "spearman_low", "spearman_high")]
    assert ends == pytest.approx([-1.0] * 5)
    bent = one(table, label="vfae", quantity="1-gpa")
    assert bent["spearman"] == pytest.approx(1.0) and bent["pearson"] < 0.99


def test_a_correlation_has_a_t_interval_over_folds():
    by_fold = np.array([0.5, 0.6, 0.8])
    z = np.arctanh(by_fold)
    value = np.tanh(z.mean())
    half = stats.t.ppf(0.975, 2) * z.std(ddof=1) * np.sqrt(1 / 3 + 1 / 2)
    assert fold_interval(value, by_fold) == pytest.approx(
        (np.tanh(z.mean() - half), np.tanh(z.mean() + half))
    )
    assert np.isnan(fold_interval(0.5, np.array([0.5, np.nan]))).all()


def test_intervals_of_correlations_cover_though_folds_share_rows():
    """Folds share a shift of their slope, as models trained on half the same rows do."""
    generator, times, hits = np.random.default_rng(7), 3000, 0
    for _ in range(times):
        # Nadeau and Bengio's assumption: folds correlate by the share of test rows, 1/3 of all.
        shared, own = generator.normal(), generator.normal(size=3)
        z = 0.8 + 0.2 * (np.sqrt(1 / 3) * shared + np.sqrt(2 / 3) * own)
        low, high = fold_interval(np.tanh(z.mean()), np.tanh(z))
        hits += low <= np.tanh(0.8) <= high
    assert hits / times >= 0.93


def test_folds_are_the_clusters():
    """What differs between folds alone moves the interval; more fits in a fold do not narrow it."""
    sweep = sweep_table(["binary_mi"], seeds=4, noise=0.0)
    sign = sweep["fold"].map({0: 1.0, 1: 1.0, 2: -1.0})
    sweep["auc"] = 0.5 + 0.1 * sign * sweep["gamma"]
    row = one(correlation_table(sweep), quantity="auc")
    assert row["low"] == pytest.approx(-1.0) and row["high"] == pytest.approx(1.0)


def test_gaps_of_a_sweep_are_counted():
    sweep = lose(sweep_table(), label="vfae", gamma=0.9)
    sweep = lose(sweep, label="adv_cls", fold=0, gamma=0.5)
    sweep.loc[sweep["status"] == "diverged", "auc"] = 5.0
    table = correlation_table(sweep)
    vfae = one(table, label="vfae", quantity="auc")
    assert (vfae["n"], vfae["fits"], vfae["lost"], vfae["fewest"]) == (42, 48, 6, 0)
    assert vfae["largest_gamma"] == 0.9 and vfae["gammas"] == 8
    adversary = one(table, label="adv_cls", quantity="auc")
    assert (adversary["lost"], adversary["fewest"]) == (2, 4)
    lost = correlation_table(sweep.assign(status="error"))
    assert lost["pearson"].isna().all() and (lost["n"] == 0).all()
    none = correlation_table(None)
    assert none.empty and list(none.columns) == list(table.columns)
    shuffled = correlation_table(sweep.sample(frac=1.0, random_state=1))
    pd.testing.assert_frame_equal(table, shuffled)
