"""One fit for each division of the rows and method: chosen on validation rows, told on test rows.

The paper sets the knobs so that disparate impact is about 0.8, and does not say on which rows.
Three rules stand side by side: the fit nearest to that on the validation rows, the one with the
largest sum of accuracy and fairness there (the project's own), and, for what it would have given,
the nearest one on the test rows themselves. A knob may pass 0.8 twice, the second time collapsed or
over-corrected: of fits about as near, the most accurate one is taken.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from fairbench.evaluation.selection import USABLE

#: Measures of fairness, each a ratio of the smallest to the largest rate over groups.
MEASURES = ("disparate_impact", "false_positive_ratio", "true_positive_ratio")
_GROUP = ["dataset", "reading", "training_data", "attack", "method", "split"]
#: Disparate impacts that count as equally near: what a thousand rows tell apart.
_NEAR = 0.03
_KEPT = ["knob", "lambda_r", "status", "overlap", "data"]


def _nearest(fairness: np.ndarray, accuracy: np.ndarray, target: float) -> np.ndarray:
    """Minus the distance beyond `_NEAR` from the target, and then the accuracy."""
    return -np.maximum(np.abs(fairness - target) - _NEAR, 0) + 1e-9 * accuracy


def _largest_sum(fairness: np.ndarray, accuracy: np.ndarray, target: float) -> np.ndarray:
    return fairness + accuracy


#: Rule -> the split that it looks at, and the score whose largest value is chosen.
RULES: dict[str, tuple[str, Callable]] = {
    "validation": ("selection", _nearest),
    "criterion": ("selection", _largest_sum),
    "test": ("test", _nearest),
}


def chosen_fits(fits: pd.DataFrame, *, target: float) -> pd.DataFrame:
    """Choose among the fits of each division and method.

    Parameters
    ----------
    fits : DataFrame
        Of `fairbench.studies.fr_train.fits.collected`.
    target : float
        Disparate impact that is aimed at.

    Returns
    -------
    DataFrame
        A row for each rule, reading, training data, method and split: the knob, its accuracy and
        the `MEASURES` on the test rows, and how many of the ``fits`` were ``lost``. A method
        trained for equalized odds has no disparate impact to aim at: all rules look at the
        smaller of its two ratios, and the largest sum is chosen.
    """
    rows = []
    for key, block in fits.groupby(_GROUP, sort=False, dropna=False):
        usable = block[block["status"].isin(USABLE)]
        odds = block["parameters"].str.contains('"criterion": "equalized_odds"', regex=False).any()
        for rule, (split, score) in RULES.items():
            row = dict(zip(_GROUP, key, strict=True)) | {"rule": rule}
            row |= {"fits": len(block), "lost": len(block) - len(usable)}
            at = _best(usable, split, _largest_sum if odds else score, target, odds)
            rows.append(row | (_measured(usable.loc[at]) if at is not None else {}))
    return pd.DataFrame(rows)


def _best(usable: pd.DataFrame, split: str, score: Callable, target: float, odds: bool):
    """The row of the best fit; None where none can be chosen."""
    names = MEASURES[1:] if odds else MEASURES[:1]
    fairness = usable[[f"{split}_{name}" for name in names]].min(axis=1, skipna=False)
    scores = score(fairness, usable[f"{split}_accuracy"], target).dropna()
    return scores.idxmax() if len(scores) else None


def _measured(fit: pd.Series) -> dict:
    found = {name: fit[name] for name in _KEPT} | {"accuracy": fit["test_accuracy"]}
    return found | {name: fit[f"test_{name}"] for name in MEASURES}
