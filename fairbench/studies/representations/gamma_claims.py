"""Figure 3 of Cerrato et al. and its sentences: whether gamma steers a method on COMPAS."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.evaluation.verdicts import REPLICATED, Statement, within
from fairbench.studies.representations import published

CERRATO = "Cerrato et al., Invariant Representations with Stochastically Quantized Neural Networks"

PROFILES = {
    "compas": ("propublica6172", "aif5278"),
    "adult": ("complete45222", "original_test", "all48842"),
    "bank": ("age_below_25_or_above_65",),
}
"""Profiles whose sensitive attribute is the one in the paper: ethnicity, sex, and age below 25 or
above 65. Which rows of COMPAS and Adult were used is not stated."""

NAMES = {
    "binary_bernoulli": "BinaryBernoulli",
    "binary_mi": "BinaryMI",
    "adv_cls": "AdvCls",
    "vfae": "VFAE",
}

NEAR = 0.1
"""Largest distance from a published correlation: the paper's own have no intervals, and its values
of gamma and its fits are not stated."""

LITTLE = 0.3
"""Largest absolute correlation that counts as little: the paper calls 0.173 "quite low"."""

_FIGURE_3 = "figure 3"
_FAIRNESS = {"1-gpa": "1-GPA", "auc": "AUC"}


def gamma_claims(correlations: pd.DataFrame) -> list[dict]:
    """Judge the published correlations, and that AdvCls has little.

    Parameters
    ----------
    correlations : DataFrame
        The table of `fairbench.studies.representations.gamma_sweep.correlation_table`.

    Returns
    -------
    list of dict
        Rows of the reproduction table.
    """
    here = correlations["dataset"] == "compas"
    here &= correlations["profile"].isin(PROFILES["compas"])
    rows = []
    for given in published.correlations().to_dict("records"):
        method, quantity, value = given.values()
        words = f"correlation of gamma and {_FAIRNESS[quantity]}, {NAMES[method]}"
        said = Statement(CERRATO, _FIGURE_3, words, REPLICATED, value)
        wanted = f"wanted an interval within {NEAR} of it; "
        unstated = "; the paper states neither its values of gamma nor its fits"
        for ours in _found(correlations[here], method, quantity):
            rows.append(_row(said, ours, wanted, unstated, margin=NEAR, around=value))
    for quantity, what in _FAIRNESS.items():
        words = f"AdvCls displays little correlation between gamma and its performance: {what}"
        said = Statement(CERRATO, _FIGURE_3, words, REPLICATED)
        wanted = f"wanted an interval within -{LITTLE} and {LITTLE}; "
        for ours in _found(correlations[here], "adv_cls", quantity):
            rows.append(_row(said, ours, wanted, margin=LITTLE))
    return rows


def label_of(rows: pd.DataFrame, method: str) -> str | None:
    """Label of a method: its own name if there is such a one, else the first; None without any."""
    labels = sorted(rows.loc[rows["method"] == method, "label"].unique())
    return method if method in labels else next(iter(labels), None)


def _found(correlations: pd.DataFrame, method: str, quantity: str) -> list[dict | None]:
    """The row of a method in each profile, or one None."""
    found = []
    for _, rows in correlations.groupby("profile", sort=True):
        here = (rows["label"] == label_of(rows, method)) & (rows["quantity"] == quantity)
        found += rows[here].to_dict("records")
    return found or [None]


def _row(said: Statement, ours: dict | None, wanted: str, besides: str = "", **rule) -> dict:
    """Judge a correlation by `within` under a rule that `wanted` puts into words."""
    if ours is None:
        reason = "no sweep of this method on COMPAS with race as the sensitive attribute"
        return said.not_comparable(reason)
    basis = (
        f"{ours['profile']}, {ours['n']} of {ours['fits']} fits, {ours['folds']} folds, gamma "
        f"{ours['smallest_gamma']:g} to {ours['largest_gamma']:g} ({ours['gammas']} values, at "
        f"least {ours['fewest']} fits each)"
    )
    if ours["fewest"] == 0:
        return said.not_comparable(f"a gamma has no fit that worked; {basis}")
    if ours["folds"] < 2:
        return said.not_comparable(f"fewer than two folds; {basis}")
    if not np.isfinite(ours["low"]):
        return said.not_comparable(f"no correlation; {basis}")
    estimate = ours["pearson"], ours["low"], ours["high"], ours["folds"]
    return said.judged(within(*estimate, **rule), f"{wanted}{basis}{besides}", *estimate)
