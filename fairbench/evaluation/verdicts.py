"""One row of the reproduction table, and how to find the fits that a published value is about."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = ["NOT_COMPARABLE", "NOT_REPRODUCED", "REPORT", "REPRODUCED", "judged"]
__all__ += ["not_comparable", "parameters_agree", "released_labels"]

REPORT = "T. Song, Enhancing FR-Train in Data Imbalance"

REPRODUCED = "reproduced"
NOT_REPRODUCED = "not reproduced"
NOT_COMPARABLE = "not comparable"

_NAN = float("nan")

RELEASED: dict[str, object] = {
    "reweighting": "released",
    "freeze_fairness_in_warm_up": False,
    "generator_hidden_units": 0,
    "sees_sensitive": True,
    "robustness_hidden_units": 16,
    "beta": 20.0,
    "weighted_information": False,
    "normalizer": "label_entropy",
}
"""Settings of the released code that a label may override while it keeps its variant's name."""


def judged(
    source: str,
    place: str,
    quantity: str,
    *,
    reproduced: bool,
    reason: str,
    ours: float,
    published: float = _NAN,
    low: float = _NAN,
    high: float = _NAN,
    n: int = 1,
) -> dict[str, object]:
    """Row of the reproduction table whose verdict was computed.

    Parameters
    ----------
    source, place, quantity : str
        Who published it, where, and what it is.
    reproduced : bool
        The outcome of the comparison that `reason` puts into words.
    ours, published, low, high : float
        The values, and an interval of ours; NaN where there is none.
    n : int
        Data sets (or seeds) behind ours.
    """
    return {
        "source": source,
        "place": place,
        "quantity": quantity,
        "published": float(published),
        "ours": float(ours),
        "low": float(low),
        "high": float(high),
        "n": int(n),
        "verdict": REPRODUCED if reproduced else NOT_REPRODUCED,
        "reason": reason,
    }


def not_comparable(
    source: str, place: str, quantity: str, *, reason: str, published: float = _NAN
) -> dict[str, object]:
    """Row for a published value that the tables cannot be held against."""
    row = judged(
        *(source, place, quantity),
        reproduced=False,
        reason=reason,
        ours=_NAN,
        published=published,
        n=0,
    )
    return row | {"verdict": NOT_COMPARABLE}


def parameters_agree(parameters: pd.Series, wanted: Mapping[str, object] = RELEASED) -> np.ndarray:
    """Mark the JSON texts that give no parameter of `wanted` another value."""
    # Few distinct texts stand in many rows.
    agrees = {
        text: all(json.loads(text).get(name, value) == value for name, value in wanted.items())
        for text in parameters.unique()
    }
    return parameters.map(agrees).to_numpy(bool)


def released_labels(fits: pd.DataFrame, method: str) -> pd.DataFrame:
    """Fits of one method as the released code has it: variant ``released``, nothing overridden.

    Methods whose fits carry no variant at all (logistic regression, a user's own) count as well.
    """
    mine = fits[(fits["method"] == method) & fits["variant"].isin(["released", ""])]
    return mine[parameters_agree(mine["parameters"])]
