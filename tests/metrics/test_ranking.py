"""Measures of scores against closed forms and counts of pairs; of decisions against fairlearn."""

import math

import numpy as np
import pytest

from fairbench.metrics import decisions as metrics
from fairbench.metrics.probes import random_forest_probe
from fairbench.metrics.ranking import auc, audc, gpa, group_pairwise_accuracy


def random_case(seed, rows=60):
    """Labels, groups, and scores with many ties."""
    rng = np.random.default_rng(seed)
    y, sensitive = rng.random((2, rows)) < [[0.4], [0.6]]
    return y, sensitive, rng.integers(0, 12, rows) / 11


def counted(score, positives, negatives):
    """Pairs of rows in the right order, one by one."""
    pairs = [
        (score[i], score[j]) for i in np.flatnonzero(positives) for j in np.flatnonzero(negatives)
    ]
    return sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs)


@pytest.mark.parametrize("seed", range(5))
def test_measures_of_order_equal_the_count_of_all_pairs(seed):
    y, sensitive, score = random_case(seed)
    assert auc(y, score) == pytest.approx(counted(score, y, ~y), abs=1e-12)
    expected = (
        counted(score, y & ~sensitive, ~y & sensitive),
        counted(score, y & sensitive, ~y & ~sensitive),
    )
    assert group_pairwise_accuracy(y, score, sensitive=sensitive) == pytest.approx(expected)
    gap = gpa(y, score, sensitive=sensitive)
    assert gap == pytest.approx(abs(expected[0] - expected[1]), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_discrimination_curve_is_the_mean_over_its_thresholds(seed):
    _, sensitive, score = random_case(seed)
    differences = [
        metrics.demographic_parity_difference(score > t, sensitive=sensitive)
        for t in np.linspace(0, 1, 100)
    ]
    assert audc(score, sensitive=sensitive) == pytest.approx(np.mean(differences), abs=1e-12)


def test_auc_equals_that_of_scikit_learn():
    from sklearn.metrics import roc_auc_score

    y, _, score = random_case(9, rows=1000)
    assert auc(y, score) == pytest.approx(roc_auc_score(y, score), abs=1e-12)


def test_perfect_reversed_and_constant_scores():
    y, sensitive, _ = random_case(1)
    constant = np.full(len(y), 0.3)
    assert auc(y, y) == 1.0
    assert auc(y, ~y) == 0.0
    assert auc(y, constant) == 0.5
    assert group_pairwise_accuracy(y, y, sensitive=sensitive) == (1.0, 1.0)
    assert gpa(y, y, sensitive=sensitive) == gpa(y, constant, sensitive=sensitive) == 0.0
    assert audc(constant, sensitive=sensitive) == 0.0


def test_scores_that_are_the_group_are_as_unfair_as_can_be():
    y, sensitive, _ = random_case(2)
    assert group_pairwise_accuracy(y, sensitive, sensitive=sensitive) == (0.0, 1.0)
    assert gpa(y, sensitive, sensitive=sensitive) == 1.0
    # Nobody is above the last threshold, 1.
    assert audc(sensitive, sensitive=sensitive) == pytest.approx(0.99)
    assert audc(sensitive, sensitive=sensitive, thresholds=4) == pytest.approx(0.75)


def test_a_shift_of_one_group_has_an_area_of_the_shift():
    score = np.tile(np.linspace(0, 0.7, 20001), 2)
    sensitive = np.repeat([0, 1], 20001)
    score[sensitive == 1] += 0.3
    # Uniform on [0, 0.7] and [0.3, 1]: the curve is 1/0.7 times 0.3 between, with slopes outside.
    assert audc(score, sensitive=sensitive, thresholds=2001) == pytest.approx(0.3, abs=1e-3)


def test_random_scores_neither_rank_nor_discriminate():
    rng = np.random.default_rng(3)
    y, sensitive = rng.random((2, 40_000)) < 0.5
    score = rng.random(40_000)
    assert auc(y, score) == pytest.approx(0.5, abs=0.01)
    assert gpa(y, score, sensitive=sensitive) < 0.02
    assert audc(score, sensitive=sensitive) < 0.01


@pytest.mark.parametrize("seed", range(3))
def test_names_of_groups_and_labels_do_not_matter(seed):
    y, sensitive, score = random_case(seed)
    gap, area = gpa(y, score, sensitive=sensitive), audc(score, sensitive=sensitive)
    assert gpa(y, score, sensitive=~sensitive) == pytest.approx(gap, abs=1e-12)
    assert gpa(~y, 1 - score, sensitive=sensitive) == pytest.approx(gap, abs=1e-12)
    assert audc(score, sensitive=~sensitive) == pytest.approx(area, abs=1e-12)


def test_what_has_no_rows_has_no_measure():
    y, sensitive, score = random_case(4)
    assert math.isnan(auc(np.ones(60), score))
    assert math.isnan(auc([], []))
    for group in (0, 1):
        alone = np.full(60, group)
        assert math.isnan(gpa(y, score, sensitive=alone))
        assert math.isnan(audc(score, sensitive=alone))
        assert math.isnan(random_forest_probe(score, alone, seed=0, trees=2)["adrg"])
    # Group 1 without a positive: one of the two accuracies remains, the gap does not.
    zero_over_one, one_over_zero = group_pairwise_accuracy(
        y & ~sensitive, score, sensitive=sensitive
    )
    assert 0 <= zero_over_one <= 1 and math.isnan(one_over_zero)
    assert math.isnan(gpa(y & ~sensitive, score, sensitive=sensitive))


def test_what_is_not_a_score_or_a_label_is_refused():
    y, sensitive, score = random_case(5)
    with pytest.raises(ValueError, match="y must hold 0 and 1"):
        auc(2 * y - 1, score)
    with pytest.raises(ValueError, match="finite"):
        auc(y, np.where(score > 0.5, np.nan, score))
    with pytest.raises(ValueError, match="shape"):
        gpa(y, score[:, None], sensitive=sensitive)
    with pytest.raises(ValueError, match="probabilities"):
        audc(2 * score, sensitive=sensitive)


def test_a_probe_finds_a_group_that_is_there_and_none_that_is_not():
    rng = np.random.default_rng(6)
    sensitive = rng.random(900) < 0.7
    told = np.column_stack([rng.normal(size=900), sensitive])
    found = random_forest_probe(told, sensitive, seed=1, trees=30)
    assert found["accuracy"] == found["auc"] == 1.0
    assert found["majority"] == pytest.approx(sensitive.mean(), abs=0.002)
    assert found["adrg"] == pytest.approx(1 - found["majority"])
    constant = random_forest_probe(np.zeros(900), sensitive, seed=1, trees=30)
    assert constant["adrg"] == 0.0 and constant["auc"] == 0.5
    noise = random_forest_probe(rng.normal(size=(900, 3)), sensitive, seed=1, trees=100)
    assert noise["auc"] == pytest.approx(0.5, abs=0.1)


def test_a_probe_depends_on_its_seed_alone():
    rng = np.random.default_rng(7)
    sensitive = rng.random(200) < 0.5
    units = rng.normal(size=(200, 2)) + 0.5 * sensitive[:, None]
    values = [
        random_forest_probe(units, sensitive, seed=seed, trees=20, threads=threads)["adrg"]
        for seed, threads in ((1, 1), (1, 2), (2, 1), (3, 1))
    ]
    assert values[0] == values[1]
    assert len(set(values)) > 1


@pytest.mark.parametrize("seed", range(4))
def test_measures_of_decisions_equal_those_of_fairlearn(seed):
    fairlearn = pytest.importorskip("fairlearn.metrics", reason="fairlearn is not installed")
    rng = np.random.default_rng(seed)
    y, prediction, sensitive = (rng.random((3, 400)) < [[0.3], [0.5], [0.6]]).astype(int)
    given = {"sensitive_features": sensitive}
    ratio = fairlearn.demographic_parity_ratio(y, prediction, **given)
    assert metrics.disparate_impact(prediction, sensitive=sensitive) == pytest.approx(ratio)
    difference = fairlearn.demographic_parity_difference(y, prediction, **given)
    ours = metrics.demographic_parity_difference(prediction, sensitive=sensitive)
    assert ours == pytest.approx(difference)
    for name in (
        "equal_opportunity_difference",
        "equal_opportunity_ratio",
        "equalized_odds_difference",
        "equalized_odds_ratio",
    ):
        ours = getattr(metrics, name)(y, prediction, sensitive=sensitive)
        assert ours == pytest.approx(getattr(fairlearn, name)(y, prediction, **given)), name
