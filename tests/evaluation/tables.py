"""Small tables of fits, made by hand."""

import numpy as np
import pandas as pd

from fairbench.studies.imbalance import published

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
    "sees_sensitive": True,
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
MARGIN = "rule=margin,rate=0.1,group=1"
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


def published_fits(trials=3):
    """The points of figure 8 as fits, further seeds 0.01 beside the published one."""
    rows = []
    for point in published.trade_off_points().to_dict("records"):
        clean = point["data"] == "clean"
        naive_clean = clean and point["method"] == "naive_mi"
        for trial in range(trials):
            shift = 0.01 * ((trial + 1) // 2) * (-1) ** trial
            columns = {
                "study": point["data"],
                "dataset": "published",
                "positive_rate": 0.5,
                "poisoning": "none" if clean else MARGIN,
                "label": point["method"],
                "method": point["method"],
                "budget": "naive_mi_clean" if naive_clean else ("clean" if clean else "poisoned"),
                "trial": trial,
                "lambda_f": point["lambda_f"],
                "lambda_r": point["lambda_r"],
            }
            rows.append(fit(point["accuracy"] + shift, point["disparate_impact"], **columns))
    return rows


def imbalance_fits(figure, method="adversarial", cells=2, **columns):
    """Fits of which the published one is the best, for the first data sets of a published file."""
    rows = published.imbalance_rows()
    rows = rows[(rows["figure"] == figure)][: 7 * cells]
    fits = []
    for row in rows.to_dict("records"):
        for value in published.GRIDS[figure]:
            best = value == row["lambda_f"]
            accuracy = row["accuracy"] if best else 0.1
            impact = row["disparate_impact"] if best else 0.1
            described = {
                name: row[name] for name in ("positive_rate", "group_coefficient", "trial")
            }
            described |= {"dataset": "imbalance", "method": method, "label": method}
            fits.append(fit(accuracy, impact, study=figure, lambda_f=value, **described) | columns)
    return fits


def independent_fits(gain=0.1, trials=12, rates=(0.1, 0.5, 0.9)):
    """FR-Train with known cell means, and normalised MI `gain` fairer at every accuracy."""
    generator = np.random.default_rng(2)
    rows = []
    for at, rate in enumerate(rates):
        for coefficient in (0.6, 1.4):
            noise = generator.normal(0, 1, (trials, 2))
            noise -= noise.mean(axis=0)
            for trial in range(trials):
                accuracy = 0.8 + 0.01 * noise[trial, 0]
                impact = 0.5 + 0.1 * at + 0.02 * (3 - at) * noise[trial, 1]
                for method, more in (
                    ("fr_train", 0.0),
                    ("normalized_mi", gain),
                    ("group_thresholds", 0.05),
                ):
                    for i in range(2):
                        columns = {"positive_rate": rate, "group_coefficient": coefficient}
                        columns |= {"method": method, "label": method, "trial": trial}
                        columns["lambda_f"] = i / 2
                        row = fit(accuracy - i / 8, impact + more - (1 - i) / 16, **columns)
                        rows.append(row)
    return rows
