"""More than two groups: extremes over the groups, and one number of them over all splits."""

import itertools
import math

import numpy as np
import pytest

from fairbench.information import mutual_information
from fairbench.information.codes import neuron_information
from fairbench.metrics import decisions as metrics
from fairbench.metrics.probes import information_found, random_forest_probe
from fairbench.metrics.ranking import audc, gpa, group_pairwise_accuracy

ODDS = ("equal_opportunity_difference", "equal_opportunity_ratio")
ODDS += ("equalized_odds_difference", "equalized_odds_ratio")


def case(groups, seed, rows=600):
    """Labels, decisions and scores that depend on the group."""
    rng = np.random.default_rng(seed)
    sensitive = rng.integers(0, groups, rows)
    y = rng.random(rows) < 0.3 + 0.4 * sensitive / groups
    score = np.round(rng.random(rows) * (0.5 + 0.5 * sensitive / groups), 2)
    return y, score > 0.3, score, sensitive


@pytest.mark.parametrize("groups", [3, 5])
@pytest.mark.parametrize("seed", range(3))
def test_measures_equal_those_of_fairlearn(groups, seed):
    fairlearn = pytest.importorskip("fairlearn.metrics", reason="fairlearn is not installed")
    y, prediction, _, sensitive = case(groups, seed)
    given = {"sensitive_features": sensitive}
    ratio = fairlearn.demographic_parity_ratio(y, prediction, **given)
    assert metrics.disparate_impact(prediction, sensitive=sensitive) == pytest.approx(ratio)
    difference = fairlearn.demographic_parity_difference(y, prediction, **given)
    ours = metrics.demographic_parity_difference(prediction, sensitive=sensitive)
    assert ours == pytest.approx(difference)
    for name in ODDS:
        ours = getattr(metrics, name)(y, prediction, sensitive=sensitive)
        assert ours == pytest.approx(getattr(fairlearn, name)(y, prediction, **given)), name
        assert 0 < ours < 1
    by_group = fairlearn.MetricFrame(
        metrics=fairlearn.selection_rate, y_true=y, y_pred=prediction, **given
    ).by_group
    described = metrics.describe(y, prediction, sensitive=sensitive)
    assert [described[f"positive_rate_{k}"] for k in range(groups)] == pytest.approx(list(by_group))


@pytest.mark.parametrize("groups", [2, 3, 5])
def test_a_batch_equals_its_models_one_by_one(groups):
    y, prediction, score, sensitive = case(groups, 7)
    predictions = np.stack([prediction, score > 0.6, score > 2, score > -1])
    batch = metrics.describe_batch(y, predictions, sensitive=sensitive)
    for k, each in enumerate(predictions):
        rates = metrics.group_positive_rates(each, sensitive=sensitive)
        assert tuple(batch[f"positive_rate_{g}"][k] for g in range(groups)) == rates
        impact = metrics.disparate_impact(each, sensitive=sensitive)
        odds = metrics.equalized_odds_ratio(y, each, sensitive=sensitive)
        assert batch["disparate_impact"][k] == impact
        assert min(batch[f"{name}_positive_ratio"][k] for name in ("true", "false")) == odds
    assert batch["note"].tolist() == ["", "", "no positive prediction", ""]


@pytest.mark.parametrize("empty", [0, 1, 2])
def test_a_group_that_a_split_lacks_is_missing_there(empty):
    y, prediction, score, sensitive = case(3, 1)
    there = sensitive != empty
    y, prediction, score, sensitive = (a[there] for a in (y, prediction, score, sensitive))
    described = metrics.describe(y, prediction, sensitive=sensitive, groups=3)
    assert described["note"] == "empty group" and math.isnan(described["disparate_impact"])
    assert math.isnan(described[f"positive_rate_{empty}"])
    assert math.isnan(metrics.equalized_odds_ratio(y, prediction, sensitive=sensitive, groups=3))
    assert math.isnan(gpa(y, score, sensitive=sensitive, groups=3))
    assert math.isnan(audc(score, sensitive=sensitive, groups=3))


def test_numbers_beyond_the_groups_and_other_codings_are_refused():
    y, prediction, _, sensitive = case(3, 2)
    with pytest.raises(ValueError, match="below 2, not 2"):
        metrics.describe(y, prediction, sensitive=sensitive, groups=2)
    for wrong in (sensitive - 1, sensitive / 2, np.where(sensitive, np.nan, 0)):
        with pytest.raises(ValueError, match="sensitive must hold group numbers"):
            metrics.disparate_impact(prediction, sensitive=wrong)


@pytest.mark.parametrize("seed", range(3))
def test_how_groups_are_numbered_does_not_matter(seed):
    y, prediction, score, sensitive = case(4, seed)
    other = np.random.default_rng(seed).permutation(4)[sensitive]
    for name in ODDS:
        measure = getattr(metrics, name)
        assert measure(y, prediction, sensitive=other) == measure(
            y, prediction, sensitive=sensitive
        )
    assert gpa(y, score, sensitive=other) == pytest.approx(gpa(y, score, sensitive=sensitive))
    assert audc(score, sensitive=other) == pytest.approx(audc(score, sensitive=sensitive))


@pytest.mark.parametrize("groups", [3, 5])
def test_gaps_of_scores_are_the_largest_over_pairs_of_groups(groups):
    y, _, score, sensitive = case(groups, 3)
    gaps, areas = [], []
    for pair in itertools.combinations(range(groups), 2):
        one, other = group_pairwise_accuracy(y, score, sensitive=sensitive, between=pair)
        here = np.isin(sensitive, pair)
        two = {"sensitive": sensitive[here] == pair[1]}
        assert gpa(y[here], score[here], **two) == pytest.approx(abs(one - other))
        gaps.append(abs(one - other))
        areas.append(audc(score[here], **two))
    assert gpa(y, score, sensitive=sensitive) == max(gaps) > 0
    assert audc(score, sensitive=sensitive) >= max(areas)


def test_a_probe_finds_three_groups_or_none():
    rng = np.random.default_rng(5)
    sensitive = rng.choice(3, 900, p=[0.5, 0.3, 0.2])
    told = np.eye(3)[sensitive] + 0.1 * rng.normal(size=(900, 3))
    found = random_forest_probe(told, sensitive, seed=1, trees=30)
    assert found["accuracy"] > 0.99 and found["auc"] > 0.99
    assert found["adrg"] == pytest.approx(found["accuracy"] - found["majority"])
    assert found["majority"] == pytest.approx(0.5, abs=0.05)
    noise = random_forest_probe(rng.normal(size=(900, 3)), sensitive, seed=1, trees=100)
    assert noise["auc"] == pytest.approx(0.5, abs=0.1)


def test_information_of_certain_neurons_is_that_of_their_tables():
    rng = np.random.default_rng(6)
    sensitive = rng.integers(0, 4, 400)
    bits = rng.random((400, 2)) < np.stack([sensitive / 4, 1 - sensitive / 8], 1)
    expected = sum(mutual_information(bits[:, k], sensitive) for k in range(2))
    assert neuron_information(bits, sensitive) == pytest.approx(expected)


def test_what_a_regression_finds_is_the_information_of_bits_that_are_alone():
    """Two groups, and a bit that tells them but for one time in ten: log 2 - h(.1)."""
    generator = np.random.default_rng(0)
    sensitive = generator.integers(0, 2, 6000)
    bit = sensitive ^ (generator.random(6000) < 0.1)
    truth = math.log(2) + 0.1 * math.log(0.1) + 0.9 * math.log(0.9)
    noise = generator.random((6000, 3))
    found = information_found(np.column_stack([bit, noise]), sensitive, seed=0)
    assert found == pytest.approx(truth, abs=0.03)
    assert information_found(noise, sensitive, seed=0) == pytest.approx(0.0, abs=0.01)
    # A group apart in each of ten columns is found whole.
    many = generator.integers(0, 10, 2000)
    assert information_found(np.eye(10)[many], many, seed=0) == pytest.approx(math.log(10), abs=0.1)
    assert math.isnan(information_found(noise[:3], np.array([0, 0, 1]), seed=0))
