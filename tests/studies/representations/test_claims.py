"""Verdicts on tables where they are known."""

import numpy as np
import pytest
import yaml

from fairbench.data import real
from fairbench.evaluation.verdict_words import to_markdown
from fairbench.studies.representations import published
from fairbench.studies.representations.claims import reproduction
from fairbench.studies.representations.gamma_claims import PROFILES
from fairbench.studies.representations.gamma_sweep import correlation_table

from .tables import folds_table, lose, sweep_table

BEST = "BinaryMI has the best trade-off of AUC and 1-GPA"


@pytest.fixture(scope="module")
def correlations():
    return correlation_table(sweep_table())


def row_of(verdicts, *words):
    found = verdicts[[all(word in text for word in words) for text in verdicts["quantity"]]]
    assert len(found) == 1, list(found["quantity"])
    return found.iloc[0]


def test_an_order_is_judged_by_its_intervals(correlations):
    folds = folds_table(noise=0.02)
    row = row_of(reproduction(folds, correlations), "COMPAS", BEST)
    assert (row["verdict"], row["n"]) == ("reproduced", 3)
    means = folds[folds["dataset"] == "compas"].groupby("label")[["auc", "gpa"]].mean()
    total = means["auc"] + 1 - means["gpa"]
    assert row["ours"] == pytest.approx(total["binary_mi"] - total["binary_bernoulli"])
    assert 0 < row["low"] < row["ours"] < row["high"]
    assert "3 outer folds, 12 search trials (published: 200)" in row["reason"]

    worse = folds.assign(auc=folds["auc"] - 0.1 * (folds["label"] == "binary_mi"))
    row = row_of(reproduction(worse, correlations), "COMPAS", BEST)
    assert row["verdict"] == "not reproduced" and row["high"] < 0

    noisy = reproduction(folds_table(noise=8.0), correlations)
    row = row_of(noisy, "COMPAS", BEST)
    assert row["verdict"] == "undecided" and row["low"] < 0 < row["high"] and row["p"] > 0.05
    assert np.isfinite(row["ours"]) and (noisy["kind"] == "replicated").all()


def test_the_plain_network_is_no_rival(correlations):
    folds = folds_table(noise=0.02)
    plain = folds.assign(gpa=folds["gpa"].where(folds["label"] != "plain", 0.0))
    assert row_of(reproduction(plain, correlations), "COMPAS", BEST)["verdict"] == "reproduced"


def test_what_the_study_lacks_is_not_comparable(correlations):
    verdicts = reproduction(folds_table(["compas"], ["plain", "binary_mi"]), correlations[:0])
    about = verdicts[verdicts["place"].isin(["figure 2", "figure 3", "figure 4"])]
    assert (about["verdict"] == "not comparable").all() and about["ours"].isna().all()
    assert "no Adult" in row_of(verdicts, "Adult", BEST)["reason"]
    assert "no BinaryBernoulli and no AdvCls" in row_of(verdicts, "COMPAS", BEST)["reason"]
    other = folds_table(["compas"]).assign(profile="raw7214")
    assert "sensitive" in row_of(reproduction(other, correlations), "COMPAS", BEST)["reason"]
    lost = lose(lose(folds_table(noise=0.02), label="vfae", fold=0), label="vfae", fold=1)
    row = row_of(reproduction(lost, correlations), "COMPAS", BEST)
    assert row["verdict"] == "not comparable" and "2 diverged (vfae)" in row["reason"]


def test_limits_equivalence_and_guessing(correlations):
    folds = folds_table(noise=0.02)
    verdicts = reproduction(folds, correlations)
    assert row_of(verdicts, "Bank", "almost perfectly fair")["verdict"] == "reproduced"
    assert row_of(verdicts, "Bank", "the more accurate")["verdict"] == "reproduced"
    gap = row_of(verdicts, "COMPAS", "very close", "1-GPA")
    assert gap["ours"] == pytest.approx(row_of(verdicts, "COMPAS", BEST)["ours"])
    assert gap["verdict"] == "reproduced"
    unfair = folds.assign(gpa=0.2)
    assert (
        row_of(reproduction(unfair, correlations), "Bank", "almost perfectly")["verdict"]
        == "not reproduced"
    )
    found = folds.assign(adrg=0.1, probe_accuracy=folds["probe_majority"] + 0.1)
    verdicts = reproduction(found, correlations)
    guessing = ("guessing", "of BinaryMI")
    assert row_of(verdicts, "COMPAS", *guessing)["verdict"] == "not reproduced"
    # A group of 4 % leaves no room to fail in.
    bank = row_of(verdicts, "Bank", *guessing)
    assert bank["verdict"] == "undecided" and "cannot fail" in bank["reason"]


@pytest.mark.parametrize(
    ("excess", "verdict"),
    [(-0.01, "reproduced"), (0.005, "undecided"), (0.05, "not reproduced")],
)
def test_the_lemma(correlations, excess, verdict):
    folds = folds_table(noise=0.0)
    folds.loc[0:14, "information_joint"] = folds["information_sum"] + excess
    row = row_of(reproduction(folds, correlations), "sum of I")
    assert (row["verdict"], row["ours"]) == (verdict, pytest.approx(excess))
    assert row["n"] == 18


def with_correlation(table, label, quantity, value, width=0.1):
    here = (table["label"] == label) & (table["quantity"] == quantity)
    ends = {"pearson": value, "low": value - width / 2, "high": value + width / 2}
    return table.assign(**{k: table[k].where(~here, v) for k, v in ends.items()})


@pytest.mark.parametrize(
    ("value", "width", "verdict"),
    [
        (0.2, 0.1, "reproduced"),
        (0.2, 0.9, "undecided"),
        (0.3, 0.1, "undecided"),
        (-0.2, 0.1, "not reproduced"),
    ],
)
def test_published_correlations(correlations, value, width, verdict):
    """0.173 is VFAE's correlation with AUC, and not with 1-GPA."""
    table = with_correlation(correlations, "vfae", "auc", value, width)
    row = row_of(reproduction(folds_table(), table), "gamma and AUC, VFAE")
    assert (row["published"], row["verdict"]) == (0.173, verdict)
    assert "48 of 48 fits" in row["reason"] and "gamma 0.01 to 0.9" in row["reason"]


def test_a_correlation_needs_enough_curves_and_every_gamma(correlations):
    words = "gamma and 1-GPA, BinaryBernoulli"
    sweep = sweep_table()
    few = correlation_table(sweep[sweep["fold"] == 0])
    row = row_of(reproduction(folds_table(), few), words)
    assert row["verdict"] == "not comparable" and "fewer than two folds" in row["reason"]
    assert row["published"] == 0.924
    gap = correlations.assign(fewest=0)
    assert "no fit that worked" in row_of(reproduction(folds_table(), gap), words)["reason"]
    little = with_correlation(correlations, "adv_cls", "auc", 0.1)
    words = "AdvCls displays little", "performance: AUC"
    assert row_of(reproduction(folds_table(), little), *words)["verdict"] == "reproduced"
    much = with_correlation(correlations, "adv_cls", "auc", 0.8)
    assert row_of(reproduction(folds_table(), much), *words)["verdict"] == "not reproduced"


def test_published_values_are_those_of_the_text():
    table = published.correlations().set_index(["method", "quantity"])
    assert table["correlation"].to_dict() == {
        ("binary_bernoulli", "1-gpa"): 0.924,
        ("binary_bernoulli", "auc"): -0.836,
        ("binary_mi", "1-gpa"): 0.781,
        ("binary_mi", "auc"): -0.760,
        ("vfae", "auc"): 0.173,
        ("vfae", "1-gpa"): -0.168,
    }


def test_profiles_have_the_sensitive_attribute_of_the_paper():
    from importlib.resources import files

    wanted = {"compas": "race", "adult": "sex", "bank": "age"}
    for dataset, profiles in PROFILES.items():
        text = files(real).joinpath("entries", f"{dataset}.yaml").read_text(encoding="utf-8")
        entry = yaml.safe_load(text)
        for profile in profiles:
            sensitive = entry["profiles"][profile].get("sensitive", entry.get("sensitive"))
            assert sensitive["column"] == wanted[dataset], profile
            if dataset == "bank":
                assert sensitive["one"] == {"at_least": 25, "at_most": 65}


def test_without_a_sweep_nothing_is_said_of_gamma_and_the_page_has_every_row():
    without = reproduction(folds_table(noise=0.02), correlation_table(None))
    assert (without["verdict"][without["place"] == "figure 3"] == "not comparable").all()
    markdown = to_markdown(without)
    assert markdown.count("\n| ") == len(without) + without["place"].nunique() + 3
