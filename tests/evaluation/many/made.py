"""Test values of methods on data sets, made by hand, and Demsar's worked example."""

import numpy as np
import pandas as pd

from fairbench.evaluation.many.values import test_values as to_values

COLUMNS = {
    "data_set": ["data"],
    "label": "method",
    "trial": ["trial"],
    "quantities": {"accuracy": "accuracy", "disparate_impact": "disparate_impact"},
}

DEMSAR = pd.DataFrame(
    {
        "C4.5": [763, 599, 954, 628, 882, 936, 661, 583, 775, 1000, 940, 619, 972, 957],
        "C4.5+m": [768, 591, 971, 661, 888, 931, 668, 583, 838, 1000, 962, 666, 981, 978],
        "C4.5+cf": [771, 590, 968, 654, 886, 916, 609, 563, 866, 1000, 965, 614, 975.1, 946],
        "C4.5+m+cf": [798, 569, 967, 657, 898, 931, 685, 625, 875, 1000, 962, 669, 975, 970],
    }
)
"""AUC (thousandths) of four versions of a tree on 14 data sets: table 6 of Demsar (JMLR, 2006),
where one of two printed as .975 has the better rank."""


def drawn(methods=4, data_sets=8, trials=3, *, seed=0, gap=0.01):
    """A table whose method k has `gap` more accuracy than method k - 1, and noise."""
    random = np.random.default_rng(seed)
    rows = []
    for d in range(data_sets):
        level = random.uniform(0.7, 0.8)
        for k in range(methods):
            for t in range(trials):
                row = {"data": f"d{d}", "method": f"m{k:02d}", "trial": t}
                row["accuracy"] = level + gap * k + random.normal(0, 0.01)
                row["disparate_impact"] = 0.9 - gap * k + random.normal(0, 0.05)
                rows.append(row)
    return pd.DataFrame(rows)


def values_of(table):
    return to_values(table, study="made", where={}, **COLUMNS)


def of_means(means):
    """Values with one trial, from a frame (data sets, methods) of accuracies."""
    rows = [
        {"data": f"d{d}", "method": label, "trial": 0, "accuracy": value, "disparate_impact": 0.5}
        for d, row in enumerate(means.to_dict("records"))
        for label, value in row.items()
    ]
    return values_of(pd.DataFrame(rows))
