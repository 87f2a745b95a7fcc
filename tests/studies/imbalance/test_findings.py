"""Sentences and contrasts on tables whose answer is known."""

import pandas as pd
import pytest

from fairbench.evaluation import contrasts as made
from fairbench.evaluation.comparison import MATCHED
from fairbench.evaluation.contrasts import contrasts, outcome
from fairbench.evaluation.scopes import FEW_POSITIVES, MANY_POSITIVES, MIXED
from fairbench.studies.imbalance.findings import findings

CLEAN = {"study": "s", "dataset": "independent", "poisoning": "none"}
POISONED = {"study": "p", "dataset": "published", "poisoning": "rule=margin,rate=0.1,group=1"}
SCOPES = FEW, MIDDLE, MANY = FEW_POSITIVES, MIXED, MANY_POSITIVES
RATES = {FEW: 0.1, MIDDLE: 0.5, MANY: 0.9}
LABELS = ("constant", "fr_train", "group_thresholds", "normalized_mi")


def selected(place=CLEAN, rates=(0.1, 0.5, 0.9), trials=3, **scores):
    """Selected models; `scores` of a label replace its sum of 1.6 on the selection rows."""
    rows = [
        {
            **place,
            "positive_rate": rate,
            "group_coefficient": 1.0,
            "trial": trial,
            "label": label,
            "method": label,
            "selection_accuracy": scores.get(label, {}).get(rate, 1.6) - 0.9,
            "selection_disparate_impact": 0.9,
            # The best on test rows is always the other baseline: it must not be the one chosen.
            "accuracy": 2.0 - scores.get(label, {}).get(rate, 1.6),
            "disparate_impact": 0.9,
            "distance_to_limit": {"fr_train": 0.01, "normalized_mi": 0.02}.get(label, 0.005),
        }
        for rate in rates
        for trial in range(trials)
        for label in LABELS
    ]
    return pd.DataFrame(rows)


def compared(quantity, differences, place=CLEAN, half=0.01, n=9, no_overlap=0):
    """Rows of a table of comparisons, from (label_a, label_b, scope) -> difference."""
    rows = [
        {
            **place,
            "label_a": a,
            "label_b": b,
            "quantity": quantity,
            "scope": scope,
            "difference": value,
            "low": value - half,
            "high": value + half,
            "n": n,
            "no_overlap": no_overlap,
        }
        for (a, b, scope), value in differences.items()
    ]
    return pd.DataFrame(rows)


def everywhere(a, b, value):
    return {(a, b, scope): value for scope in SCOPES}


def as_selected(fr_train=-0.05, normalized_mi=-0.02, between=-0.1, **how):
    """FR-Train minus normalised MI is `between`; the others are minus group thresholds."""
    pairs = everywhere("fr_train", "group_thresholds", fr_train)
    pairs |= everywhere("normalized_mi", "group_thresholds", normalized_mi)
    pairs |= everywhere("fr_train", "normalized_mi", between)
    return compared(made.SUM, pairs, **how)


def at_equal_accuracy(**how):
    return as_selected(**how).assign(quantity=MATCHED)


def losses(share=0.25, place=CLEAN):
    rows = [
        {**place, "label": label, "baseline": "constant", "scope": "all", "n": 9, "share": value}
        for label, value in (("fr_train", share), ("group_thresholds", 0.9))
    ]
    return pd.DataFrame(rows)


def verdicts(**counts):
    rows = [
        {"kind": kind.replace("_", "-"), "verdict": verdict}
        for kind, words in counts.items()
        for verdict, count in words.items()
        for _ in range(count)
    ]
    return pd.DataFrame(rows, columns=["kind", "verdict"])


def fits_table(lost=0):
    columns = {"variant": "released", "budget": "clean", "parameters": "{}", "status": "ok"}
    columns |= {"lambda_f": 0.5, "lambda_r": 0.05}
    columns |= {"fitted_on": "train+clean", "needs_sensitive_at_test": True}
    fits = selected().assign(**columns)
    fits.loc[fits.index < lost, "status"] = "diverged"
    return fits


def said(chosen=None, pairs=None, matched=None, baselines=None, judged=None, lost=0):
    """The findings, one sentence a line, with every table that is not given in its plain form."""
    return (
        findings(
            fits_table(lost),
            selected() if chosen is None else chosen,
            as_selected() if pairs is None else pairs,
            at_equal_accuracy() if matched is None else matched,
            losses() if baselines is None else baselines,
            verdicts() if judged is None else judged,
        )
        .split("\n\n")[0]
        .splitlines()
    )


@pytest.mark.parametrize(
    ("difference", "half", "n", "word"),
    [
        (0.03, 0.01, 9, "better"),
        (-0.03, 0.01, 9, "worse"),
        (0.005, 0.01, 9, "no difference shown"),
        (0.03, 0.01, 5, "undecided"),
        (0.03, float("nan"), 9, "undecided"),
    ],
)
def test_the_word_follows_from_the_interval_and_the_data_sets(difference, half, n, word):
    row = {"low": difference - half, "high": difference + half, "n": n}
    assert outcome(row) == word


def test_the_baseline_is_the_best_on_the_selection_rows_of_the_same_data_sets():
    chosen = selected(constant={0.9: 1.9}, group_thresholds={0.1: 1.8, 0.5: 1.7})
    pairs = as_selected()
    pairs = pd.concat([pairs, compared(made.SUM, {("fr_train", "constant", MANY): -0.2})])
    table = contrasts(chosen, pd.concat([pairs, at_equal_accuracy()]))
    rows = table[(table["label"] == "fr_train")].set_index(["panel", "scope"])["baseline"]
    assert rows[made.SELECTED].to_dict() == {
        FEW: "group_thresholds",
        MIDDLE: "group_thresholds",
        MANY: "constant",
    }
    assert set(rows[made.EQUAL_ACCURACY]) == {"group_thresholds"}


def test_a_contrast_is_the_method_minus_the_baseline_whichever_way_it_is_stored():
    stored = compared(made.SUM, {("group_thresholds", "fr_train", FEW): 0.04})
    chosen = selected(group_thresholds={0.1: 1.8})
    (row,) = contrasts(chosen, stored).to_dict("records")
    assert row["label"] == "fr_train" and row["difference"] == pytest.approx(-0.04)
    assert (row["low"], row["high"]) == (pytest.approx(-0.05), pytest.approx(-0.03))


def test_thresholds_under_another_label_are_no_baseline_beside_those_of_their_own_name():
    chosen = selected(group_thresholds={0.1: 1.7})
    other = chosen[chosen["label"] == "group_thresholds"].assign(
        label="another", selection_accuracy=0.99
    )
    pairs = everywhere("fr_train", "another", 0.1) | everywhere("fr_train", "group_thresholds", 0.2)
    table = contrasts(pd.concat([chosen, other]), compared(made.SUM, pairs))
    assert table.set_index("scope").loc[FEW, "baseline"] == "group_thresholds"


def test_clean_and_poisoned_studies_are_both_looked_at_and_over_several_rates_first():
    single = CLEAN | {"study": "a", "dataset": "published"}
    chosen = pd.concat([selected(single, rates=(0.5,)), selected(), selected(POISONED, (0.5,))])
    found = [(place[0], made.scopes_of(models)) for place, models in made.places(chosen)]
    assert found == [("s", [FEW, MIDDLE, MANY]), ("p", ["all"])]


def test_normalised_mi_is_told_from_fr_train_in_every_way():
    better, worse = as_selected(between=-0.1), at_equal_accuracy(between=0.02)
    first = said(pairs=better, matched=worse)[0]
    assert "is better than FR-Train as selected (accuracy + DI +0.100 [+0.090, +0.110], n = 9" in (
        first
    )
    assert ", but is worse than it at equal accuracy (DI -0.020" in first
    same = said(pairs=better, matched=at_equal_accuracy(between=-0.1))[0]
    assert " and is better than it at equal accuracy" in same
    unclear = said(pairs=as_selected(between=0.005))[0]
    assert "shows no difference to FR-Train as selected (accuracy + DI -0.005" in unclear
    few = said(pairs=as_selected(n=3))[0]
    assert "has too few data sets to be told from FR-Train" in few


def test_who_beats_group_thresholds_is_said_by_labels_and_share_of_positives():
    _, selection, equal, *_ = said()
    assert selection == (
        "- As selected (accuracy + DI), no method trained for fairness beats group thresholds with "
        "clean labels (closest: normalised MI at P(Y=1) ≤ 0.3 -0.020 [-0.030, -0.010], n = 9, "
        "worse) ([comparisons.csv](comparisons.csv))."
    )
    assert equal.startswith("- At equal accuracy (DI)") and "[matched.csv](matched.csv)" in equal
    pairs = as_selected()
    few = (pairs["label_a"] == "fr_train") & (pairs["scope"] == FEW)
    pairs.loc[few, ["difference", "low", "high"]] = [0.03, 0.02, 0.04]
    poisoned = compared(made.SUM, {("fr_train", "group_thresholds", "all"): 0.2}, POISONED)
    chosen = pd.concat([selected(), selected(POISONED, rates=(0.5,))])
    text = said(chosen, pd.concat([pairs, poisoned]))[1]
    assert (
        "group thresholds are beaten with clean labels by FR-Train at P(Y=1) ≤ 0.3 "
        "(+0.030 [+0.020, +0.040], n = 9); with poisoned labels by FR-Train "
        "(+0.200 [+0.190, +0.210], n = 9)"
    ) in text
    assert "no method" not in text
    mixed = said(chosen, pd.concat([as_selected(), poisoned]))[1]
    assert "beats group thresholds with clean labels (closest" in mixed
    assert ", but they are beaten with poisoned labels by FR-Train (+0.200" in mixed


def test_a_difference_that_is_not_shown_beats_nobody():
    text = said(pairs=as_selected(normalized_mi=0.005))[1]
    assert "no method trained for fairness beats" in text and "no difference shown" in text
    corrected = said(pairs=as_selected(normalized_mi=0.05).assign(p_holm=0.2))[1]
    assert "no method trained for fairness beats" in corrected


def test_losses_to_a_constant_are_those_of_the_table_for_trained_methods_alone():
    text = said()[3]
    assert "with clean labels FR-Train 25% (n = 9) ([baselines.csv](baselines.csv))" in text
    assert "90%" not in text


def test_the_distance_to_the_limit_names_the_nearest_and_the_farthest():
    text = said()[4]
    assert "FR-Train lacks 0.010, normalised MI 0.020 and group thresholds 0.005" in text
    assert "(means, n = 9; [selected.csv](selected.csv))" in text


def test_published_values_and_statements_are_counted_apart():
    judged = verdicts(
        re_executed={"reproduced": 7, "not reproduced": 1, "not comparable": 5},
        replicated={"reproduced": 4, "not reproduced": 3, "undecided": 2},
    )
    text = said(judged=judged, lost=2)[5]
    assert text == (
        "- Of 8 published values run again with the authors' seeds and data 7 come out the same; "
        "of 9 statements tested anew 4 are replicated, 3 refuted and 2 undecided "
        "([reproduction.csv](reproduction.csv)); 2 of 36 fits were lost ([cells.csv](cells.csv))."
    )
    assert "nothing that was published can be judged".capitalize() in said()[5]


def test_at_most_six_sentences_and_none_about_what_was_not_studied():
    assert len(said()) == 6
    assert len(said(selected()[lambda t: t["label"] == "fr_train"])) == 2
    empty = contrasts(selected()[lambda t: t["label"] == "fr_train"], as_selected())
    assert empty.empty and "baseline" in empty


def test_what_each_was_allowed_to_see_is_said_once():
    fits = fits_table()
    saw = {"constant": "", "group_thresholds": "train"}
    fits["fitted_on"] = fits["label"].map(saw).fillna("train+clean")
    fits["needs_sensitive_at_test"] = fits["label"] != "constant"
    less = fits[fits["label"] == "fr_train"].assign(fitted_on="train")
    tables = selected(), as_selected(), at_equal_accuracy(), losses(), verdicts()
    *_, last = findings(pd.concat([less, fits]), *tables).splitlines()
    said = "no rows: constant; train rows: group thresholds; train and clean rows: FR-Train, "
    assert f"{said}normalised MI." in last and "all but constant know the group" in last
