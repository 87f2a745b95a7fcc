"""How often a method loses to the baselines, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from fairbench.evaluation.baselines import baseline_losses


def chosen(rate, trial, **scores):
    """Selected rows of one data set, by label; a score is accuracy + disparate impact."""
    return [
        {
            "study": "s",
            "dataset": "independent",
            "poisoning": "none",
            "positive_rate": rate,
            "group_coefficient": 1.0,
            "trial": trial,
            "label": label,
            "method": label.removesuffix("_mine"),  # a label of the study's own
            "accuracy": score / 4,
            "disparate_impact": 3 * score / 4,
        }
        for label, score in scores.items()
    ]


ROWS = [
    *chosen(0.1, 0, constant=1.1, fr_train=1.4, group_thresholds_mine=1.6),
    *chosen(0.8, 0, constant=1.8, fr_train=1.7, group_thresholds_mine=1.9),
    *chosen(0.8, 1, constant=1.8, fr_train=1.8, group_thresholds_mine=1.7),
    *chosen(0.8, 2, constant=1.8, fr_train=np.nan, group_thresholds_mine=1.9),
]


def counts(table, label, baseline):
    rows = table[(table["label"] == label) & (table["baseline"] == baseline)]
    return rows.set_index("scope")[["n", "loses", "ties"]].T.to_dict("list")


def test_losses_and_ties_are_counted_by_the_share_of_positives():
    table = baseline_losses(pd.DataFrame(ROWS).sample(frac=1, random_state=1))
    assert counts(table, "fr_train", "constant") == {
        "P(Y=1)=0.1": [1, 0, 0],
        "P(Y=1)=0.8": [2, 1, 1],
        "P(Y=1)<=0.3": [1, 0, 0],
        "P(Y=1)>=0.7": [2, 1, 1],
        "all": [3, 1, 1],
    }
    assert counts(table, "fr_train", "group_thresholds_mine")["all"] == [3, 2, 0]
    assert counts(table, "group_thresholds_mine", "constant")["all"] == [4, 1, 0]
    assert set(table["baseline"]) == {"constant", "group_thresholds_mine"}
    one = table[(table["label"] == "fr_train") & (table["baseline"] == "constant")]
    assert one.set_index("scope")["share"]["all"] == pytest.approx(1 / 3)


def test_real_data_are_pooled_alone_and_without_a_pair_there_is_no_share():
    rows = pd.DataFrame(ROWS[-3:]).assign(positive_rate=np.nan, group_coefficient=np.nan)
    table = baseline_losses(rows)
    assert set(table["scope"]) == {"all"}
    pairs = table[table["label"] == "fr_train"]
    assert len(pairs) == 2 and (pairs["n"] == 0).all() and pairs["share"].isna().all()
