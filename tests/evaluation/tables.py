"""Small tables of fits, made by hand."""

import pandas as pd

DEFAULTS = {
    "study": "s",
    "dataset": "independent",
    "positive_rate": 0.1,
    "group_coefficient": 1.0,
    "poisoning": "none",
    "label": "fr_train",
    "method": "fr_train",
    "variant": "released",
    "budget": "clean",
    "parameters": "{}",
    "trial": 0,
    "lambda_f": 0.5,
    "lambda_r": 0.05,
    "initial_seed": 1,
    "engine": "fast",
    "iterations": 4000,
    "status": "ok",
    "reason": "",
    "seconds": 1.0,
}
SPLITS = ("train", "selection", "test")


def fit(accuracy=None, disparate_impact=None, **columns):
    """One fit; the three splits agree unless a column says otherwise."""
    row = dict(DEFAULTS)
    for split in SPLITS:
        row[f"{split}_accuracy"] = float("nan") if accuracy is None else accuracy
        row[f"{split}_disparate_impact"] = (
            float("nan") if disparate_impact is None else disparate_impact
        )
        row[f"{split}_positive_rate_0"] = row[f"{split}_positive_rate_1"] = 0.5
    return row | columns


def table(rows):
    return pd.DataFrame(list(rows))
