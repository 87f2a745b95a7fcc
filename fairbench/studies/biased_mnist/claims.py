"""Table 1 of Cerrato et al. and the sentences on it, held against the study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from fairbench.evaluation.intervals import Estimate, estimate
from fairbench.evaluation.verdicts import (
    NOT_COMPARABLE,
    REPLICATED,
    Judgement,
    Statement,
    above,
    all_above,
    verdict_table,
    within,
)
from fairbench.studies.biased_mnist import published
from fairbench.studies.biased_mnist.gathered import BIASED, TEST, difference, label_of, values_of

CERRATO = "Cerrato et al., Invariant Representations with Stochastically Quantized Neural Networks"

NAMES = {
    "plain": "vanilla",
    "rebias": "ReBias",
    "learned_mixin": "LearnedMixIn",
    "rubi": "RUBi",
    "binary_mi": "BinaryMI",
    "binary_bernoulli": "BinaryBernoulli",
}
"""Methods of Table 1 as they are called there."""

NEAR = 0.02
"""Largest distance of accuracies that counts as the same: Table 1 has no spread."""

PUBLISHED = {"epochs": 80, "rows": 56_000}
"""Length of the published runs, and training rows from which a study is about as large: the images
by which settings are chosen are not trained on here."""

_PLACE = "table 1"


def reproduction(best: pd.DataFrame, summary: pd.DataFrame, budget: Mapping) -> pd.DataFrame:
    """Hold the study against what was published.

    Parameters
    ----------
    best, summary : DataFrame
        Of `fairbench.studies.biased_mnist.gathered`; settings are those chosen by biased rows.
    budget : mapping
        ``epochs``, ``rows`` (training rows) and ``network``.

    Returns
    -------
    DataFrame
        Columns as in `fairbench.evaluation.verdicts.verdict_table`.
    """
    rows = [_accuracy(given, summary, budget) for given in published.accuracies().itertuples()]
    rows += [_sentence(given, best, budget) for given in published.statements().itertuples()]
    return verdict_table(rows)


def basis(budget: Mapping) -> str:
    """What the numbers rest on."""
    return (
        f"{budget['epochs']} epochs of {budget['rows']:,} images (published: 80 of 60,000), "
        f"network {budget['network']}, settings chosen by biased rows"
    )


def _accuracy(given: Any, summary: pd.DataFrame, budget: Mapping) -> dict:
    """A value of Table 1, comparable where training was as long and network and rows as theirs."""
    words = f"accuracy of {NAMES[given.method]}, rho {given.correlation:g}"
    said = Statement(CERRATO, _PLACE, words, REPLICATED, given.accuracy)
    label = label_of(summary, given.method)
    mine = summary[
        (summary["label"] == label) & np.isclose(summary["correlation"], given.correlation)
    ]
    mine = mine[(mine["chosen_by"] == BIASED) & (mine["quantity"] == TEST)]
    if mine.empty:
        return said.not_comparable("not in this study")
    row = mine.iloc[0]
    ours = Estimate(row["mean"], row["low"], row["high"], int(row["n"]))
    reason = f"reported by {given.by}, one run; {basis(budget)}"
    if any(budget[name] < least for name, least in PUBLISHED.items()):
        reason = f"trained less long than published; {reason}"
        return said.judged(Judgement(NOT_COMPARABLE), reason, *ours)
    wanted = f"wanted an interval within {NEAR} of it; "
    return said.judged(within(*ours, NEAR, given.accuracy), f"{wanted}{reason}", *ours)


def _sentence(given: Any, best: pd.DataFrame, budget: Mapping) -> dict:
    correlations = [float(word) for word in given.correlations.split()]
    rho = " and ".join(f"{value:g}" for value in correlations)
    said = Statement(CERRATO, _PLACE, f"{given.words}, rho {rho}", REPLICATED)
    names = [*given.methods.split(), *given.rivals.split()]
    labels = {name: label_of(best, name) for name in names}
    absent = [NAMES[name] for name, label in labels.items() if label is None]
    there = best["correlation"].to_numpy(float)
    missing = [value for value in correlations if not np.isclose(there, value).any()]
    if absent or missing:
        lacking = [*absent, *(f"rho {value:g}" for value in missing)]
        return said.not_comparable(f"the study has no {' and no '.join(lacking)}")
    if given.rule == "falls_less":
        first, second = (_fall(best, labels[name], correlations) for name in names)
        lead = estimate((second - first).dropna().to_numpy())
        return _judged(
            said, above, lead, f"fall of {NAMES[names[1]]} less its own; {basis(budget)}"
        )
    leads = {
        f"{NAMES[a]} minus {NAMES[b]}": difference(
            best, correlations[0], (labels[a], BIASED), (labels[b], BIASED)
        )
        for a in given.methods.split()
        for b in given.rivals.split()
    }
    if given.rule == "ahead":
        return all_above(said, leads, basis(budget), of="draws")
    ((words, lead),) = leads.items()
    reason = f"{words}; wanted an interval within {NEAR} of 0; {basis(budget)}"
    return _judged(said, lambda *found: within(*found, NEAR), lead, reason)


def _fall(best: pd.DataFrame, label: str, correlations: list[float]) -> pd.Series:
    """Accuracy at the first correlation minus that at the second, by draw."""
    first, second = (values_of(best, correlation, label) for correlation in correlations)
    return first - second


def _judged(said: Statement, rule: Any, lead: Estimate, reason: str) -> dict:
    if lead.n < 2:
        return said.not_comparable(f"fewer than two draws in which both have a value; {reason}")
    return said.judged(rule(*lead), reason, *lead)
