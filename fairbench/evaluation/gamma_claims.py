"""Figure 3 of Cerrato et al. and its sentences: whether gamma steers a method on COMPAS."""

from __future__ import annotations

import pandas as pd

from fairbench import published
from fairbench.evaluation.bootstrap import FEWEST
from fairbench.evaluation.representations import Estimate
from fairbench.evaluation.undecided import ruled
from fairbench.evaluation.verdicts import not_comparable

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

CORRELATION_TOLERANCE = 0.1
WIDEST = 0.4
"""Widest interval of a correlation that may confirm a published one."""

LITTLE = 0.3
"""Largest absolute correlation that counts as little: the paper calls 0.173 "quite low"."""

_FIGURE_3 = "figure 3"
_FAIRNESS = {"1-gpa": "1-GPA", "auc": "AUC"}


def gamma_claims(correlations: pd.DataFrame) -> list[dict]:
    """Judge the published correlations, and that AdvCls has little.

    Parameters
    ----------
    correlations : DataFrame
        The table of `fairbench.evaluation.gamma_sweep.correlation_table`.

    Returns
    -------
    list of dict
        Rows of the reproduction table.
    """
    here = correlations["dataset"] == "compas"
    here &= correlations["profile"].isin(PROFILES["compas"])
    rows = []
    for given in published.representation_correlations().to_dict("records"):
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
        return not_comparable(*row, published=value, reason=refused)
    estimate = _estimate(ours)
    near = abs(estimate.value - value) <= CORRELATION_TOLERANCE + 1e-9
    holds = None
    if max(estimate.low - value, value - estimate.high) > CORRELATION_TOLERANCE:
        holds = False
    elif near and estimate.high - estimate.low <= WIDEST:
        holds = True
    reason = f"allowed difference {CORRELATION_TOLERANCE}, interval no wider than {WIDEST}; "
    reason += f"{_basis(ours)}; the paper states neither its values of gamma nor its fits"
    return ruled(row, estimate, holds, agree=near, published=value, reason=reason)


def _little_row(row: tuple, ours: dict | None) -> dict:
    refused = _refusal(ours)
    if refused:
        return not_comparable(*row, reason=refused)
    estimate = _estimate(ours)
    holds = None
    if max(-estimate.low, estimate.high) <= LITTLE:
        holds = True
    elif estimate.low > LITTLE or estimate.high < -LITTLE:
        holds = False
    reason = f"wanted an interval within -{LITTLE} and {LITTLE}; {_basis(ours)}"
    little = abs(estimate.value) <= LITTLE
    return ruled(row, estimate, holds, agree=little, reason=reason)


def _refusal(ours: dict | None) -> str:
    """Why a correlation cannot be judged, or nothing."""
    if ours is None:
        return "no sweep of this method on COMPAS with race as the sensitive attribute"
    if ours["fewest"] == 0:
        return f"a gamma has no fit that worked; {_basis(ours)}"
    if ours["curves"] < FEWEST:
        return f"{ours['curves']} curves (pairs of fold and seed), {FEWEST} wanted; {_basis(ours)}"
    return "" if ours["low"] == ours["low"] else f"no correlation; {_basis(ours)}"


def _basis(ours: dict) -> str:
    words = f"{ours['profile']}, {ours['n']} of {ours['fits']} fits, {ours['folds']} folds, "
    words += f"gamma {ours['smallest_gamma']:g} to {ours['largest_gamma']:g} ({ours['gammas']} "
    return f"{words}values, at least {ours['fewest']} fits each)"


def _estimate(ours: dict) -> Estimate:
    return Estimate(ours["pearson"], ours["low"], ours["high"], ours["n"])
