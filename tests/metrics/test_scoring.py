"""Measures with scikit-learn's signature, held against fairlearn's and against the definitions."""

import fairlearn.metrics as fairlearn
import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame

from fairbench.metrics import decisions, scoring

PAIRS = {
    "disparate_impact": "demographic_parity_ratio",
    "demographic_parity_difference": "demographic_parity_difference",
    "equal_opportunity_difference": "equal_opportunity_difference",
    "equal_opportunity_ratio": "equal_opportunity_ratio",
    "equalized_odds_difference": "equalized_odds_difference",
    "equalized_odds_ratio": "equalized_odds_ratio",
}


def rows(groups, count=300, seed=0):
    generator = np.random.default_rng([groups, seed])
    group = generator.integers(0, groups, count)
    y = generator.random(count) < 0.3 + 0.1 * group
    prediction = generator.random(count) < 0.2 + 0.1 * group + 0.2 * y
    return y.astype(int), prediction.astype(int), group, generator.uniform(0, 2, count)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("groups", [2, 3, 5])
@pytest.mark.parametrize("weighted", [False, True])
def test_fairlearn_has_the_same_values(name, groups, weighted):
    ours, theirs = getattr(scoring, name), getattr(fairlearn, PAIRS[name])
    values = []
    for seed in range(5):
        y, prediction, group, weight = rows(groups, seed=seed)
        given = {"sensitive_features": group, "sample_weight": weight if weighted else None}
        values.append(ours(y, prediction, **given))
        assert values[-1] == pytest.approx(theirs(y, prediction, **given), abs=1e-12)
    assert len(set(values)) == 5 and 0 < min(values) and max(values) < 1


@pytest.mark.parametrize(
    "name", sorted(set(PAIRS) - {"disparate_impact", "demographic_parity_difference"})
)
def test_without_weights_they_are_those_of_the_fits(name):
    y, prediction, group, _ = rows(3)
    expected = getattr(decisions, name)(y, prediction, sensitive=group)
    assert getattr(scoring, name)(y, prediction, sensitive_features=group) == expected


def told(name, y, prediction, group, **given):
    ours = getattr(scoring, name)(y, prediction, sensitive_features=list(group), **given)
    return ours, getattr(fairlearn, PAIRS[name])(y, prediction, sensitive_features=list(group))


@pytest.mark.parametrize(
    ("name", "y", "prediction", "group", "ours", "theirs"),
    [
        ("disparate_impact", "0101", "0000", "aabb", 0, np.nan),
        ("disparate_impact", "0101", "1000", "aabb", 0, 0),
        ("equal_opportunity_ratio", "0101", "1010", "aabb", 0, np.nan),
        ("equal_opportunity_difference", "0100", "1110", "aabb", np.nan, 1),
        ("equal_opportunity_ratio", "0100", "1110", "aabb", np.nan, 0),
        ("equalized_odds_ratio", "0101", "0101", "aabb", 1, 1),
        ("equalized_odds_difference", "0111", "1110", "aabb", np.nan, 1),
        ("disparate_impact", "0101", "0111", "aaaa", np.nan, 1),
        ("demographic_parity_difference", "0101", "0111", "aaaa", np.nan, 0),
    ],
)
def test_the_table_of_conventions_is_true(name, y, prediction, group, ours, theirs):
    y, prediction = (np.array(list(part), int) for part in (y, prediction))
    found = told(name, y, prediction, group)
    assert found == pytest.approx((ours, theirs), nan_ok=True)


def test_a_group_without_rows_or_weight_is_empty():
    y, prediction, group, weight = rows(3)
    known = {"sensitive_features": group, "groups": [0, 1, 2, 3]}
    assert np.isnan(scoring.disparate_impact(y, prediction, **known))
    known = {"sensitive_features": group, "sample_weight": weight * (group != 1)}
    assert np.isnan(scoring.disparate_impact(y, prediction, **known))


def test_labels_of_any_kind_and_what_cannot_be():
    y, prediction, group, _ = rows(2)
    expected = scoring.equalized_odds_difference(y, prediction, sensitive_features=group)
    words = np.array(["no", "yes"])
    given = {"sensitive_features": pd.Series(["a", "b"])[group], "pos_label": "yes"}
    told = scoring.equalized_odds_difference(words[y], pd.Series(words[prediction]), **given)
    assert told == expected
    signs = {"sensitive_features": group}
    assert scoring.equalized_odds_difference(2 * y - 1, 2 * prediction - 1, **signs) == expected
    for wrong, message in (
        ({"y_true": 2 * y - 1}, "3 classes together"),
        ({"y_true": words[y], "y_pred": words[prediction]}, "pos_label is 1; allowed: no, yes"),
        ({"sensitive_features": [None, *group[1:]]}, "missing in 1 of 300"),
        ({"sensitive_features": group[1:]}, "has 299 values for 300 rows"),
        ({"groups": [1, 2]}, "sensitive_features is 0; allowed: 1, 2"),
        ({"groups": [0, 1, 1]}, "groups has one twice"),
        ({"groups": [None, "a"]}, "groups is missing in 1 of 2 rows"),
        ({"groups": np.array([0, "a"], object)}, "groups has values of several types: int, str"),
        ({"groups": "ab"}, r"groups has shape \(\)"),
        (
            {"sensitive_features": np.array([1, *words[group[1:]]], object)},
            "several types: int, str",
        ),
        ({"sample_weight": -np.ones(300)}, "sample_weight has -1; allowed: numbers from 0"),
        ({"sample_weight": np.full(300, np.inf)}, "sample_weight has inf"),
    ):
        with pytest.raises(ValueError, match=message):
            scoring.disparate_impact(
                **{"y_true": y, "y_pred": prediction, "sensitive_features": group} | wrong
            )


def test_a_metric_frame_has_them_for_each_of_its_groups():
    y, prediction, group, weight = rows(3)
    region = np.arange(300) % 2
    frame = MetricFrame(
        metrics={"impact": scoring.disparate_impact},
        y_true=y,
        y_pred=prediction,
        sensitive_features=region,
        sample_params={"impact": {"sensitive_features": group, "sample_weight": weight}},
    )
    for k in (0, 1):
        here = region == k
        given = {"sensitive_features": group[here], "sample_weight": weight[here]}
        expected = scoring.disparate_impact(y[here], prediction[here], **given)
        assert frame.by_group["impact"][k] == expected


def test_a_fold_of_one_class_hides_no_wrong_positive_label():
    given = {"sensitive_features": list("abab")}
    with pytest.raises(ValueError, match="pos_label is 1; allowed: yes"):
        scoring.disparate_impact(["yes"] * 4, ["yes"] * 4, **given)
    # Of words it may be one that no row of a fold has, as 1 may be where all are 0.
    assert scoring.disparate_impact(["no"] * 4, ["no"] * 4, pos_label="yes", **given) == 0
    assert scoring.disparate_impact([0] * 4, [0] * 4, **given) == 0
    assert scoring.disparate_impact([False] * 4, [True] * 4, **given) == 1
