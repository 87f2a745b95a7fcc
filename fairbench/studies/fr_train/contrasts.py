"""Paired differences of methods on the same divisions: what the paper's questions come down to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from fairbench.evaluation.intervals import LEVEL, p_values, t_intervals
from fairbench.evaluation.multiplicity import holm
from fairbench.evaluation.verdicts import UNDECIDED

_MEASURES = ("accuracy", "disparate_impact")


class Question(NamedTuple):
    """A question and the pairs of methods whose differences answer it.

    `about` is the training data that is looked at: "poisoned", "clean", or "drop", what a method
    loses by the poison.
    """

    text: str
    pairs: tuple[tuple[str, str], ...]
    about: tuple[str, ...] = ("poisoned",)


_FAIR = ("fairness_constraints", "label_bias_correction", "adversarial_debiasing")
_TWO_STEP = tuple(f"rml_{name}" for name in _FAIR)
#: Shares of the clean rows, as the methods that are given no more are called.
_SHARES = ("half", "tenth", "twentieth", "fiftieth", "hundredth")
_TRUE = "learning_to_reweight_crowd_true"

QUESTIONS = {
    "two_step": Question(
        "Does learning to reweight before a fair method help against poison?",
        tuple(zip(_TWO_STEP, _FAIR, strict=True)),
    ),
    "drop": Question(
        "Does FR-Train lose less by poison than methods for fairness alone?",
        tuple(("fr_train", name) for name in _FAIR),
        ("drop",),
    ),
    "one_step": Question(
        "Does FR-Train do better on poisoned data than the two steps?",
        tuple(("fr_train", name) for name in _TWO_STEP),
        ("poisoned", "drop"),
    ),
    "robustness": Question(
        "What does the robustness discriminator do?",
        (("fr_train", "without_robustness"),),
        ("clean", "poisoned"),
    ),
    "reweighting": Question(
        "What does re-weighting do?", (("fr_train", "without_reweighting"),), ("clean", "poisoned")
    ),
    "hidden_layer": Question(
        "What does a hidden layer do?",
        (
            ("fr_train_hidden", "fr_train"),
            ("learning_to_reweight_hidden", "learning_to_reweight"),
        ),
        ("clean", "poisoned"),
    ),
    "clean_rows": Question(
        "How few clean rows are enough? All of them are 10 % of the training rows of synthetic "
        "data and 5 % of those of real data.",
        (
            *((f"fr_train_{share}", "fr_train") for share in (*_SHARES, "hundredth_low")),
            *((f"learning_to_reweight_{share}", "learning_to_reweight") for share in _SHARES),
        ),
    ),
    "crowd": Question(
        "Are the crowd's labels as good as true ones? On the rows that it saw and that are found "
        "among the data.",
        (
            ("fr_train_crowd_11", "fr_train_crowd_true"),
            *((f"learning_to_reweight_crowd_{n}", _TRUE) for n in (1, 5, 11)),
        ),
    ),
    "trimming": Question(
        "What does it do to leave out the rows that fit worst?",
        (
            ("trimmed_fr_train", "fr_train"),
            ("trimmed_fairness_constraints", "fairness_constraints"),
            ("trimmed_group_thresholds", "group_thresholds"),
        ),
    ),
    "no_clean_row": Question(
        "Does FR-Train beat methods that need no clean row?",
        (
            ("fr_train", "trimmed_group_thresholds"),
            ("fr_train", "trimmed_group_thresholds_half"),
            ("fr_train", "trimmed_group_thresholds_double"),
            ("fr_train", "trimmed_fairness_constraints"),
            ("fr_train", "group_thresholds"),
        ),
        ("clean", "poisoned"),
    ),
}


def contrasts(chosen: pd.DataFrame) -> pd.DataFrame:
    """Answer every question on every reading.

    Parameters
    ----------
    chosen : DataFrame
        Of `chosen_fits`; the fits chosen on validation rows are compared.

    Returns
    -------
    DataFrame
        ``question``, ``reading``, ``dataset``, ``attack``, ``about``, ``first``, ``second``,
        ``measure``, ``value`` (first less second, mean over splits), its interval ``low`` to
        ``high``, which takes account of shared rows, ``n``, ``p``, ``p_holm`` within the question,
        and ``says``: "higher", "lower" or "undecided", by Holm's p.
    """
    rows = list(_rows(chosen[chosen["rule"] == "validation"]))
    if not rows:
        columns = "question reading dataset attack about first second measure value low high n p"
        return pd.DataFrame(columns=[*columns.split(), "p_holm", "says"])
    table = pd.DataFrame(rows)
    family = table.groupby(["question", "measure"])["p"]
    table["p_holm"] = family.transform(lambda p: holm(p.to_numpy(float)))
    clear = table["p_holm"] <= LEVEL
    word = np.where(table["value"] > 0, "higher", "lower")
    table["says"] = np.where(clear, word, UNDECIDED)
    return table


def _rows(chosen: pd.DataFrame) -> Iterator[dict]:
    for name, question in QUESTIONS.items():
        for (dataset, reading), mine in chosen.groupby(["dataset", "reading"], sort=False):
            attack = next((a for a in mine["attack"] if a != "none"), "none")
            for about in question.about:
                for pair in question.pairs:
                    for measure in _MEASURES:
                        found = _difference(mine, about, pair, measure)
                        if found is not None:
                            yield {
                                "question": name,
                                "reading": reading,
                                "dataset": dataset,
                                "attack": attack,
                                "about": about,
                                "first": pair[0],
                                "second": pair[1],
                                "measure": measure,
                            } | found


def _difference(mine: pd.DataFrame, about: str, pair: tuple[str, str], measure: str) -> dict | None:
    """First less second over the splits that both have; None with fewer than two."""
    values = [_values(mine[mine["method"] == label], about, measure) for label in pair]
    paired = (values[0] - values[1]).dropna()
    if about == "drop":
        paired = -paired  # what the first loses less
    if len(paired) < 2:
        return None
    low, high = t_intervals(paired.to_numpy()[:, None], overlap=float(mine["overlap"].max()))
    value, n = float(paired.mean()), len(paired)
    p = float(p_values(value, low[0], high[0], n))
    return {"value": value, "low": float(low[0]), "high": float(high[0]), "n": n, "p": p}


def _values(mine: pd.DataFrame, about: str, measure: str) -> pd.Series:
    """A measure by split; for "drop" what is lost from clean to poisoned training data."""
    by_data = {d: block.set_index("split")[measure] for d, block in mine.groupby("training_data")}
    empty = pd.Series(dtype=float)
    if about == "drop":
        return by_data.get("clean", empty) - by_data.get("poisoned", empty)
    return by_data.get(about, empty)
