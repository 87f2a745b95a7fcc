"""Labels of a study that draw one line: equal numbers under two names want a word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import combinations

import pandas as pd

from fairbench.evaluation.selection import USABLE

ROUNDING = 0.003
"""Mean distance of two curves, in accuracy and in disparate impact, up to which they are one: a
test row or two in a thousand."""

_POINT = ["positive_rate", "group_coefficient", "lambda_r", "lambda_f"]
_METRICS = ["test_accuracy", "test_disparate_impact"]


def coinciding(fits: pd.DataFrame) -> pd.DataFrame:
    """Find pairs of labels whose curves are equal to rounding.

    Parameters
    ----------
    fits : DataFrame
        Fits of one study and poisoning.

    Returns
    -------
    DataFrame
        ``label_a``, ``label_b``, ``accuracy`` and ``disparate_impact``, the mean over the points of
        both grids (two at least, the same in both) of the distance between the means over trials,
        and ``reason``, empty where the parameters give none.
    """
    usable = fits[fits["status"].isin(USABLE)]
    points = usable.assign(**usable[_POINT[:2]].fillna(-1.0)).groupby(["label", *_POINT])
    curves = {name: curve.droplevel(0) for name, curve in points[_METRICS].mean().groupby("label")}
    rows = []
    for a, b in combinations(curves, 2):
        if len(curves[a]) < 2 or not curves[a].index.equals(curves[b].index):
            continue
        accuracy, impact = (curves[a] - curves[b]).abs().mean()
        if max(accuracy, impact) <= ROUNDING:
            told = _reason(_method(fits, a), _method(fits, b))
            rows.append((a, b, accuracy, impact, told))
    return pd.DataFrame(
        rows, columns=["label_a", "label_b", "accuracy", "disparate_impact", "reason"]
    )


def _method(fits: pd.DataFrame, label: str) -> tuple[str, Mapping]:
    first = fits[fits["label"] == label].iloc[0]
    return first["method"], json.loads(first.get("parameters", "{}"))


def _reason(a: tuple[str, Mapping], b: tuple[str, Mapping]) -> str:
    """Why two methods may be one: what sets them apart is switched off."""
    given = {name: parameters for name, parameters in (a, b)}
    if given.keys() == {"adversarial", "fr_train"}:
        if given["fr_train"].get("robust_gradient") == "off":
            return (
                "robust_gradient is off, as in the released clean code, so that FR-Train is "
                "adversarial debiasing with slightly re-weighted rows"
            )
    return ""
