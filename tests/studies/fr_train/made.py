"""Made-up tables of fits whose outcome is known."""

import pandas as pd

from fairbench.studies.fr_train.choosing import MEASURES


def fit(method="fr_train", training="poisoned", split=0, knob=0.1, **change) -> dict:
    """One fit; `accuracy` and `impact` are those of all rows."""
    accuracy, impact = change.pop("accuracy", 0.8), change.pop("impact", 0.8)
    row = {"dataset": "synthetic", "reading": "synthetic", "training_data": training}
    row |= {"attack": "none" if training == "clean" else "rule=margin", "split": split}
    row |= {"method": method, "knob": knob, "lambda_r": 0.0, "data": "published", "overlap": 0.0}
    row |= {"parameters": "{}", "status": "ok"}
    for name in ("selection", "test"):
        row |= {f"{name}_accuracy": accuracy} | {f"{name}_{each}": impact for each in MEASURES}
    return row | change


def fits(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(rows)
