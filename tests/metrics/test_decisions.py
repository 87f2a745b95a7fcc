"""The measures against counts by hand, invariances, and the stated conventions."""

import math

import numpy as np
import pytest

from fairbench.metrics import decisions as metrics

# Group 0: 2 of 4 predicted 1; true positives 1 of 2, false positives 1 of 2.
# Group 1: 4 of 5 predicted 1; true positives 3 of 3, false positives 1 of 2.
Y = np.array([1, 1, 0, 0, 1, 1, 1, 0, 0])
PREDICTION = np.array([1, 0, 1, 0, 1, 1, 1, 1, 0])
SENSITIVE = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1])

EXPECTED = {
    "equal_opportunity_difference": 0.5,
    "equal_opportunity_ratio": 0.5,
    "equalized_odds_difference": 0.5,
    "equalized_odds_ratio": 0.5,
}


def random_case(seed, rows=500, models=40):
    rng = np.random.default_rng(seed)
    y, sensitive = rng.random((2, rows)) < [[0.3], [0.6]]
    return y, rng.random((models, rows)) < rng.random((models, 1)), sensitive


def test_counts_by_hand():
    assert metrics.accuracy(Y, PREDICTION) == 6 / 9
    assert metrics.group_positive_rates(PREDICTION, sensitive=SENSITIVE) == (0.5, 0.8)
    assert metrics.disparate_impact(PREDICTION, sensitive=SENSITIVE) == 0.5 / 0.8
    difference = metrics.demographic_parity_difference(PREDICTION, sensitive=SENSITIVE)
    assert difference == pytest.approx(0.3)
    for name, value in EXPECTED.items():
        assert getattr(metrics, name)(Y, PREDICTION, sensitive=SENSITIVE) == value


def test_equalized_odds_takes_the_worse_of_the_two_rates():
    prediction = np.array([1, 0, 1, 0, 1, 0, 1, 0, 0])
    # True positives 1/2 and 2/3, false positives 1/2 and 0/2.
    assert metrics.equalized_odds_difference(Y, prediction, sensitive=SENSITIVE) == 0.5
    assert metrics.equalized_odds_ratio(Y, prediction, sensitive=SENSITIVE) == 0.0
    assert metrics.equal_opportunity_ratio(Y, prediction, sensitive=SENSITIVE) == 0.75


@pytest.mark.parametrize("seed", range(3))
def test_measures_do_not_change_when_groups_or_rows_are_permuted(seed):
    y, predictions, sensitive = random_case(seed)
    order = np.random.default_rng(seed).permutation(len(y))
    for name in EXPECTED:
        value = getattr(metrics, name)(y, predictions[0], sensitive=sensitive)
        assert getattr(metrics, name)(y, predictions[0], sensitive=~sensitive) == value
        shuffled = getattr(metrics, name)(
            y[order], predictions[0][order], sensitive=sensitive[order]
        )
        assert shuffled == value
        assert 0.0 < value < 1.0
    impact = metrics.disparate_impact(predictions[0], sensitive=sensitive)
    assert metrics.disparate_impact(predictions[0], sensitive=~sensitive) == impact


def test_a_perfect_and_a_constant_classifier():
    assert metrics.accuracy(Y, Y) == 1.0
    assert metrics.equalized_odds_ratio(Y, Y, sensitive=SENSITIVE) == 1.0
    assert metrics.equalized_odds_difference(Y, Y, sensitive=SENSITIVE) == 0.0
    everybody = np.ones_like(Y)
    assert metrics.disparate_impact(everybody, sensitive=SENSITIVE) == 1.0
    assert metrics.equalized_odds_ratio(Y, everybody, sensitive=SENSITIVE) == 1.0


def test_refusing_everybody_is_not_fair():
    nobody = np.zeros_like(Y)
    assert metrics.disparate_impact(nobody, sensitive=SENSITIVE) == 0.0
    assert metrics.equal_opportunity_ratio(Y, nobody, sensitive=SENSITIVE) == 0.0
    described = metrics.describe(Y, nobody, sensitive=SENSITIVE)
    assert described == {
        "accuracy": pytest.approx(4 / 9),
        "disparate_impact": 0.0,
        "true_positive_ratio": 0.0,
        "false_positive_ratio": 1.0,
        "positive_rate_0": 0.0,
        "positive_rate_1": 0.0,
        "note": "no positive prediction",
    }


@pytest.mark.parametrize("group", [0, 1])
@pytest.mark.parametrize("prediction", [PREDICTION, np.zeros(9), np.ones(9)])
def test_an_empty_group_has_no_measure(group, prediction):
    sensitive = np.full(9, group)
    described = metrics.describe(Y, prediction, sensitive=sensitive)
    assert described["note"] == "empty group"
    assert math.isnan(described["disparate_impact"])
    assert math.isnan(described[f"positive_rate_{1 - group}"])
    assert described[f"positive_rate_{group}"] == pytest.approx(np.mean(prediction))
    assert math.isnan(metrics.disparate_impact(prediction, sensitive=sensitive))
    assert math.isnan(metrics.demographic_parity_difference(prediction, sensitive=sensitive))


def test_a_group_without_a_label_has_no_measure_given_that_label():
    y = np.where(SENSITIVE == 1, 0, Y)
    for name in EXPECTED:
        assert math.isnan(getattr(metrics, name)(y, PREDICTION, sensitive=SENSITIVE))


def test_a_batch_equals_its_models_one_by_one():
    y, predictions, sensitive = random_case(7)
    predictions[3], predictions[4] = False, True
    batch = metrics.describe_batch(y, predictions, sensitive=sensitive)
    for i, prediction in enumerate(predictions):
        rates = metrics.group_positive_rates(prediction, sensitive=sensitive)
        assert (batch["positive_rate_0"][i], batch["positive_rate_1"][i]) == pytest.approx(rates)
        impact = metrics.disparate_impact(prediction, sensitive=sensitive)
        assert batch["disparate_impact"][i] == pytest.approx(impact, abs=1e-15)
        assert batch["accuracy"][i] == pytest.approx(metrics.accuracy(y, prediction))
        one = metrics.describe(y.astype(int), prediction.astype(float), sensitive=sensitive)
        assert one == {name: values[i] for name, values in batch.items()}
        given = metrics.equal_opportunity_ratio(y, prediction, sensitive=sensitive)
        assert one["true_positive_ratio"] == given
        odds = metrics.equalized_odds_ratio(y, prediction, sensitive=sensitive)
        assert min(one["true_positive_ratio"], one["false_positive_ratio"]) == odds
    assert batch["note"].tolist() == ["no positive prediction" if i == 3 else "" for i in range(40)]


def test_counts_of_a_large_batch_are_exact():
    rows = 3_000_001
    y = np.ones(rows, dtype=bool)
    prediction = np.ones((1, rows), dtype=bool)
    prediction[0, 0] = False
    sensitive = np.arange(rows) % 2 == 0
    found = metrics.describe_batch(y, prediction, sensitive=sensitive)
    assert found["accuracy"][0] == (rows - 1) / rows
    assert found["positive_rate_1"][0] == 1_500_000 / 1_500_001


@pytest.mark.parametrize("wrong", [np.where(Y == 1, 1, -1), Y * 0.5, np.where(Y == 1, 1, np.nan)])
def test_other_codings_than_0_and_1_are_refused(wrong):
    with pytest.raises(ValueError, match="y must hold 0 and 1"):
        metrics.accuracy(wrong, PREDICTION)
    with pytest.raises(ValueError, match="predictions must hold 0 and 1"):
        metrics.describe(Y, wrong, sensitive=SENSITIVE)
    with pytest.raises(ValueError, match="sensitive must hold group numbers"):
        metrics.disparate_impact(PREDICTION, sensitive=wrong)


def test_arrays_of_different_shapes_are_refused():
    with pytest.raises(ValueError, match="one shape"):
        metrics.accuracy(Y, PREDICTION[:, None])
    with pytest.raises(ValueError, match="one shape"):
        metrics.describe_batch(Y, PREDICTION[None], sensitive=SENSITIVE[:5])
    with pytest.raises(ValueError, match="predictions have shape"):
        metrics.describe_batch(Y, PREDICTION[None, :5], sensitive=SENSITIVE)
