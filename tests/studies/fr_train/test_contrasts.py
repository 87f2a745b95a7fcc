"""Differences that were put in come out, with their sign."""

import numpy as np
import pytest

from fairbench.studies.fr_train.answers import answers, findings
from fairbench.studies.fr_train.choosing import chosen_fits
from fairbench.studies.fr_train.contrasts import QUESTIONS, contrasts
from fairbench.studies.fr_train.verdicts import cells, verdicts
from tests.studies.fr_train.made import fit, fits


def made(levels, noise=0.002, n=8):
    """Fits of some methods: label -> accuracy on clean and on poisoned data."""
    generator = np.random.default_rng(1)
    rows = []
    for label, (clean, poisoned) in levels.items():
        for split in range(n):
            for training, level in (("clean", clean), ("poisoned", poisoned)):
                accuracy = level + noise * generator.standard_normal()
                rows.append(fit(label, training, split, accuracy=accuracy))
    return chosen_fits(fits(*rows), target=0.8)


@pytest.fixture(scope="module")
def levels():
    return {
        "fr_train": (0.82, 0.81),
        "fairness_constraints": (0.83, 0.76),
        "rml_fairness_constraints": (0.83, 0.80),
        "without_reweighting": (0.82, 0.81),
        "trimmed_group_thresholds": (0.84, 0.83),
    }


def of(table, question, about, measure="accuracy"):
    mine = table[(table["question"] == question) & (table["about"] == about)]
    (row,) = mine[mine["measure"] == measure].to_dict("records")
    return row


def test_planted_differences_are_found(levels):
    table = contrasts(made(levels))
    assert of(table, "two_step", "poisoned")["value"] == pytest.approx(0.04, abs=0.004)
    assert of(table, "two_step", "poisoned")["says"] == "higher"
    assert of(table, "no_clean_row", "poisoned")["says"] == "lower"
    # FR-Train loses .01 by the poison, fairness constraints .07.
    drop = of(table, "drop", "drop")
    assert drop["value"] == pytest.approx(0.06, abs=0.005) and drop["says"] == "higher"
    assert of(table, "reweighting", "poisoned")["says"] == "undecided"
    assert of(table, "two_step", "poisoned", "disparate_impact")["value"] == 0.0


def test_the_correction_is_within_a_question(levels):
    table = contrasts(made(levels))
    assert (table["p_holm"] >= table["p"] - 1e-15).all()
    assert (table.loc[table["says"] == "undecided", "p_holm"].fillna(1) > 0.05).all()


def test_pairs_of_which_one_is_missing_are_left_out(levels):
    table = contrasts(made({"fr_train": levels["fr_train"]}))
    assert table.empty and answers(table).startswith("- Fits are chosen")


def test_answers_and_findings_say_the_numbers(levels):
    chosen = made(levels)
    table = contrasts(chosen)
    text = answers(table)
    assert QUESTIONS["two_step"].text in text and "RML + fairness constraints minus" in text
    said = findings(table, verdicts(cells(chosen), None))
    assert 1 < len(said.splitlines()) <= 6
    row = of(table, "two_step", "poisoned")
    assert f"{row['value']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]" in said
