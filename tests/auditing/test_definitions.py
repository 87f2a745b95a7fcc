"""Held against fairlearn.metrics, and against aequitas' definitions, which are written out here."""

import numpy as np
import pytest
from fairlearn import metrics as fairlearn
from sklearn.metrics import accuracy_score, precision_score, roc_auc_score

from fairbench.auditing import audit
from fairbench.metrics import decisions, ranking

RATES = {
    "positive_rate": fairlearn.selection_rate,
    "accuracy": accuracy_score,
    "true_positive_rate": fairlearn.true_positive_rate,
    "false_positive_rate": fairlearn.false_positive_rate,
    "positive_predictive_value": precision_score,
}
GAPS = {
    "demographic_parity_difference": fairlearn.demographic_parity_difference,
    "disparate_impact": fairlearn.demographic_parity_ratio,
    "equal_opportunity_difference": fairlearn.equal_opportunity_difference,
    "equal_opportunity_ratio": fairlearn.equal_opportunity_ratio,
    "equalized_odds_difference": fairlearn.equalized_odds_difference,
    "equalized_odds_ratio": fairlearn.equalized_odds_ratio,
}
OWN = {
    "demographic_parity_difference": decisions.demographic_parity_difference,
    "disparate_impact": decisions.disparate_impact,
}


def of(people, attribute):
    """Groups of an attribute or of a crossing, as fairlearn takes them."""
    return people["group"] + " and " + people["sex"] if " " in attribute else people[attribute]


@pytest.mark.parametrize("attribute", ["group", "sex", "group and sex"])
@pytest.mark.parametrize("measure", RATES)
def test_rates_of_groups_are_fairlearns(people, found, attribute, measure):
    theirs = fairlearn.MetricFrame(
        metrics=RATES[measure],
        y_true=people["y"],
        y_pred=people["yhat"],
        sensitive_features=of(people, attribute),
    )
    sizes = of(people, attribute).value_counts()
    assert found.value(measure, group="all rows") == pytest.approx(theirs.overall)
    for group, value in theirs.by_group.items():
        if sizes[group] > 3:  # fairlearn has 0 for 0/0
            assert found.value(measure, attribute, group) == pytest.approx(value), group


@pytest.mark.parametrize("attribute", ["group", "sex"])
@pytest.mark.parametrize("measure", GAPS)
def test_gaps_are_fairlearns_of_the_groups_that_are_large_enough(people, found, attribute, measure):
    rows = people[people["group"] != "d"]
    theirs = GAPS[measure](rows["y"], rows["yhat"], sensitive_features=rows[attribute])
    if attribute == "sex":
        theirs = GAPS[measure](people["y"], people["yhat"], sensitive_features=people["sex"])
    assert found.value(measure, attribute) == pytest.approx(theirs)


@pytest.mark.parametrize("seed", range(5))
def test_gaps_are_those_of_the_package_with_its_conventions_for_nothing_over_nothing(seed):
    generator = np.random.default_rng(seed)
    y, group = generator.integers(0, 2, 90), generator.integers(0, 3, 90)
    prediction = np.zeros(90, int) if seed == 0 else (generator.random(90) < 0.2).astype(int)
    data = {"y": y, "p": prediction, "z": group}
    own = audit(data, label="y", sensitive="z", prediction="p", smallest=1)
    given = {"sensitive": group}
    for measure in ("disparate_impact", "demographic_parity_difference"):
        theirs = getattr(decisions, measure)(prediction, **given)
        assert own.value(measure, "z") == pytest.approx(theirs), measure
    for measure in ("equal_opportunity_difference", "equal_opportunity_ratio",
                    "equalized_odds_difference", "equalized_odds_ratio"):  # fmt: skip
        theirs = getattr(decisions, measure)(y, prediction, **given)
        assert own.value(measure, "z") == pytest.approx(theirs), measure


def test_where_nobody_suffers_an_error_the_errors_are_equal_and_where_nobody_gains_nothing_is():
    data = {"y": [0, 1] * 20, "z": [0, 0, 1, 1] * 10}
    right = audit(data | {"p": data["y"]}, label="y", sensitive="z", prediction="p", smallest=1)
    assert right.value("predictive_equality_ratio", "z") == 1
    assert right.value("equalized_odds_ratio", "z") == 1
    nobody = audit(data | {"p": [0] * 40}, label="y", sensitive="z", prediction="p", smallest=1)
    assert nobody.value("disparate_impact", "z") == 0
    assert nobody.value("equal_opportunity_ratio", "z") == 0
    rows = nobody.measures.set_index("measure").loc["disparate_impact"]
    assert (rows["low"], rows["high"]) == (0, 1)


def aequitas(rows):
    """Group metrics of aequitas (Saleiro et al., arXiv:1811.05577, table 1), from its counts."""
    y, p = rows["y"] == 1, rows["yhat"] == 1
    tp, fp, fn, tn = (y & p).sum(), (~y & p).sum(), (y & ~p).sum(), (~y & ~p).sum()
    pp, pn, ones, zeros = tp + fp, fn + tn, tp + fn, fp + tn
    return {
        "pprev": pp / len(rows), "prev": ones / len(rows), "tpr": tp / ones, "tnr": tn / zeros,
        "fpr": fp / zeros, "fnr": fn / ones, "fdr": fp / pp, "for": fn / pn,
        "precision": tp / pp, "npv": tn / pn,
    }  # fmt: skip


#: Ours for each of aequitas' metrics, and whether it is what is missing to 1.
NAMES = {
    "pprev": ("positive_rate", False), "prev": ("base_rate", False),
    "tpr": ("true_positive_rate", False), "fnr": ("true_positive_rate", True),
    "fpr": ("false_positive_rate", False), "tnr": ("false_positive_rate", True),
    "precision": ("positive_predictive_value", False), "fdr": ("positive_predictive_value", True),
    "npv": ("negative_predictive_value", False), "for": ("negative_predictive_value", True),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_aequitas_metrics_and_disparities(people, found, name):
    """A disparity is a group's metric over that of the reference group, here the largest."""
    measure, rest = NAMES[name]
    theirs = {group: aequitas(rows)[name] for group, rows in people.groupby("group")}
    for group in "abc":
        own = found.value(measure, "group", group)
        assert (1 - own if rest else own) == pytest.approx(theirs[group])
    for group in "bc":
        told = ("group", group, "a")
        if not rest:
            disparity = found.value(f"{measure}_ratio", *told)
            assert disparity == pytest.approx(theirs[group] / theirs["a"])
        apart = found.value(f"{measure}_difference", *told) * (-1 if rest else 1)
        assert apart == pytest.approx(theirs[group] - theirs["a"])


def test_the_reference_group_may_be_named(people):
    own = audit(people, label="y", sensitive="group", prediction="yhat", reference={"group": "c"})
    rows = own.measures[own.measures["part"] == "reference"]
    assert set(rows["against"]) == {"c"} and set(rows["group"]) == {"a", "b"}


def test_areas_are_scikit_learns_and_the_packages(people, found):
    for group, rows in people.groupby("group"):
        if group != "d":
            theirs = roc_auc_score(rows["y"], rows["score"])
            assert found.value("auc", "group", group) == pytest.approx(theirs)
    rows = people[people["group"] != "d"]
    codes = rows["group"].map({"a": 0, "b": 1, "c": 2})
    theirs = ranking.gpa(rows["y"], rows["score"], sensitive=codes)
    assert found.value("gpa", "group") == pytest.approx(theirs)
    assert found.value("audc", "group") == pytest.approx(
        ranking.audc(rows["score"], sensitive=codes)
    )
    both = ranking.group_pairwise_accuracy(
        rows["y"], rows["score"], sensitive=codes, between=(0, 2)
    )
    assert found.value("pairwise_accuracy", "group", "a", "c") == pytest.approx(both[0])
    assert found.value("pairwise_accuracy", "group", "c", "a") == pytest.approx(both[1])


def test_every_interval_holds_its_value(found):
    rows = found.measures.dropna()
    assert len(rows) > 100
    assert ((rows["low"] <= rows["value"] + 1e-12) & (rows["value"] <= rows["high"] + 1e-12)).all()


def test_what_takes_part_in_no_comparison_is_shown(found):
    own = found.measures[found.measures["attribute"] == "group"]
    shown = own[(own["part"] == "groups") & (own["group"] == "d")]
    assert set(shown["measure"]) >= {*RATES} and (own["against"] != "d").all()
    assert shown.set_index("measure").loc["positive_rate", "rows"] == 3
    assert any("d (3)" in note for note in found.notes)
