"""Rows that a method is better off without: those whose labels fit worst to all others.

Iterative trimmed losses (Shen and Sanghavi, ICML 2019) on a logistic regression, which takes
milliseconds. Flipped labels are mostly among these rows where the attack hit confident ones, and no
clean row is needed to find them.
"""

from __future__ import annotations

import numpy as np

from fairbench.methods.shared.logistic import fit_logistic, with_intercept
from fairbench.training.models import Split

_RIDGE = 1e-6


def kept_rows(split: Split, *, share: float, rounds: int) -> np.ndarray:
    """Which rows are left after some rounds of fitting and leaving out.

    Parameters
    ----------
    split : Split
        The training rows; the sensitive attribute is a feature here.
    share : float
        Share of all rows that is left out. A row may come back in a later round.
    rounds : int

    Returns
    -------
    array of bool, shape (rows,)

    Raises
    ------
    ValueError
        Labels other than 0 and 1.
    """
    if split.y.max() > 1:
        raise ValueError(f"trimming knows two classes, and the label has a class {split.y.max():g}")
    rows, y = with_intercept(split.features), split.y.astype(float)
    kept, found = np.ones(len(y), bool), None
    for _ in range(rounds):
        found = fit_logistic(rows[kept], y[kept], ridge=_RIDGE, start=found)
        logit = rows @ found
        loss = np.logaddexp(0.0, logit) - y * logit
        before, kept = kept, np.zeros(len(y), bool)
        kept[np.argsort(loss, kind="stable")[: len(y) - round(share * len(y))]] = True
        if (kept == before).all():
            break
    return kept
