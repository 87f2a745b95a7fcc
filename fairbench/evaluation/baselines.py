"""How often a method loses to what anybody can do: one answer for all, thresholds per group."""

from __future__ import annotations

import pandas as pd

from fairbench.evaluation.scopes import rate_scopes
from fairbench.evaluation.selection import PLACE

BASELINES = ("constant", "group_thresholds")
"""Methods that others are held against, under whatever labels a study has them."""

_DATA_SET = ["positive_rate", "group_coefficient", "trial"]
_COLUMNS = [*PLACE, "label", "baseline", "scope", "n", "loses", "ties", "share"]
#: Sums of accuracy and disparate impact that differ by less are equal but for their rounding.
_EQUAL = 1e-9


def baseline_losses(selected: pd.DataFrame) -> pd.DataFrame:
    """Count the data sets on which a method, as selected, scores less than a baseline.

    Parameters
    ----------
    selected : DataFrame
        The table of selected models; rows in any order.

    Returns
    -------
    DataFrame
        One row per study, dataset, poisoning, label, baseline (a label of one of `BASELINES`) and
        scope: a P(Y=1), the ranges of `rate_scopes`, ``"all"``. The score is accuracy + disparate
        impact on the test split. ``n`` counts the data sets where both have one, ``loses`` those
        where the method's is lower, and ``ties`` those where they are equal; ``share`` is
        loses / n, missing without a data set.
    """
    score = selected["accuracy"] + selected["disparate_impact"]
    # Real data have no law and so NaN for a cell, which an index would drop.
    keys = selected[_DATA_SET].fillna(-1.0)
    selected = selected.assign(**keys, score=score)
    rows = []
    for place, group in selected.groupby(PLACE, sort=True):
        scores = group.set_index([*_DATA_SET, "label"])["score"].unstack("label")
        baselines = group.loc[group["method"].isin(BASELINES), "label"].drop_duplicates()
        rate = scores.index.get_level_values("positive_rate").to_numpy(float)
        for label in scores:
            for baseline in sorted(set(baselines) - {label}):
                ahead = scores[label] - scores[baseline]
                for scope, here in rate_scopes(rate, single=True):
                    names = dict(zip(PLACE, place, strict=True))
                    names |= {"label": label, "baseline": baseline, "scope": scope}
                    rows.append(names | _counts(ahead[here].dropna()))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _counts(ahead: pd.Series) -> dict:
    n, loses = len(ahead), int((ahead < -_EQUAL).sum())
    ties = int((ahead.abs() <= _EQUAL).sum())
    return {"n": n, "loses": loses, "ties": ties, "share": loses / n if n else float("nan")}
