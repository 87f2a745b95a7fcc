"""Sentences of the representations study, on tables whose answer is known."""

import pandas as pd

from fairbench.studies.representations.findings import findings
from fairbench.studies.representations.summary import summary

from .tables import folds_table, searches_table

VERDICTS = pd.DataFrame({"kind": ["replicated"] * 2, "verdict": ["reproduced", "undecided"]})


def steering(*rows):
    columns = ["label", "pearson", "low", "high", "n"]
    return pd.DataFrame(rows, columns=columns).assign(dataset="compas", quantity="1-gpa")


STEERED = steering(("a", 0.8, 0.7, 0.9, 30), ("b", -0.8, -0.9, -0.7, 30), ("c", 0.1, -0.2, 0.4, 30))


def said(noise, correlations=STEERED):
    folds = folds_table(["compas"], noise=noise)
    return findings(folds, summary(folds, searches_table(folds)), correlations, VERDICTS).split(
        "\n"
    )


def test_a_lead_is_shown_where_its_interval_is_above_0_and_only_there():
    assert "the lead is shown for BinaryMI on COMPAS" in said(noise=0.001)[0]
    assert "no lead is shown: ahead by its mean is" in said(noise=30.0)[0]


def test_what_gamma_does_follows_from_the_interval_of_the_correlation():
    text = said(noise=0.02)[1]
    assert "a (+0.80 [+0.70, +0.90], n = 30) gets fairer; b (-0.80" in text
    assert "n = 30) gets less fair;" in text
    assert "no change is shown for c (+0.10 [-0.20, +0.40], n = 30)" in text


def test_the_forest_and_the_verdicts_are_quoted_and_nothing_is_said_without_a_sweep():
    lines = said(noise=0.02)
    assert "from 0.57 (BinaryMI) to 0.72 (the plain network) on COMPAS" in lines[2]
    assert (
        "of 2 statements tested anew 1 are replicated, 0 refuted and 1 undecided"
        in lines[3].lower()
    )
    assert len([line for line in said(0.02, STEERED.iloc[:0]) if line]) == 3
