"""Figure 3 of Cerrato et al. and its sentences: whether gamma steers a method on COMPAS."""

from __future__ import annotations

import pandas as pd

from fairbench.evaluation.verdicts import REPLICATED, not_comparable, within
from fairbench.studies.representations import published
from fairbench.studies.representations.fold_verdicts import ruled
from fairbench.studies.representations.summary import Estimate

__all__ = ["CERRATO", "NAMES", "PROFILES", "gamma_claims", "label_of"]

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
        what = _FAIRNESS[given["quantity"]]
        row = (CERRATO, _FIGURE_3, f"correlation of gamma and {what}, {NAMES[given['method']]}")
        for ours in _found(correlations[here], given["method"], given["quantity"]):
            rows.append(_published_row(row, ours, given["correlation"]))
    for quantity, what in _FAIRNESS.items():
        words = f"AdvCls displays little correlation between gamma and its performance: {what}"
        for ours in _found(correlations[here], "adv_cls", quantity):
            rows.append(_little_row((CERRATO, _FIGURE_3, words), ours))
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


def _published_row(row: tuple, ours: dict | None, value: float) -> dict:
    refused = _refusal(ours)
    if refused:
        return not_comparable(*row, kind=REPLICATED, published=value, reason=refused)
    estimate = _estimate(ours)
    found = within(*estimate, NEAR, around=value)
    reason = f"wanted an interval within {NEAR} of it; "
    reason += f"{_basis(ours)}; the paper states neither its values of gamma nor its fits"
    return ruled(row, estimate, found, published=value, reason=reason)


def _little_row(row: tuple, ours: dict | None) -> dict:
    refused = _refusal(ours)
    if refused:
        return not_comparable(*row, kind=REPLICATED, reason=refused)
    estimate = _estimate(ours)
    reason = f"wanted an interval within -{LITTLE} and {LITTLE}; {_basis(ours)}"
    return ruled(row, estimate, within(*estimate, LITTLE), reason=reason)


def _refusal(ours: dict | None) -> str:
    """Why a correlation cannot be judged, or nothing."""
    if ours is None:
        return "no sweep of this method on COMPAS with race as the sensitive attribute"
    if ours["fewest"] == 0:
        return f"a gamma has no fit that worked; {_basis(ours)}"
    if ours["folds"] < 2:
        return f"fewer than two folds; {_basis(ours)}"
    return "" if ours["low"] == ours["low"] else f"no correlation; {_basis(ours)}"


def _basis(ours: dict) -> str:
    words = f"{ours['profile']}, {ours['n']} of {ours['fits']} fits, {ours['folds']} folds, "
    words += f"gamma {ours['smallest_gamma']:g} to {ours['largest_gamma']:g} ({ours['gammas']} "
    return f"{words}values, at least {ours['fewest']} fits each)"


def _estimate(ours: dict) -> Estimate:
    return Estimate(ours["pearson"], ours["low"], ours["high"], ours["folds"])
