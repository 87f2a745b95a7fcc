"""Made-up tables of the representations study, in the shape of the real ones."""

import json

import numpy as np
import pandas as pd

DATASETS = {
    "adult": ("complete45222", 45222, 0.90, 0.675),
    "bank": ("age_below_25_or_above_65", 41188, 0.79, 0.96),
    "compas": ("propublica6172", 6172, 0.72, 0.66),
}
"""Profile, rows, AUC that can be reached, and share of the larger group."""

#: AUC given up, GPA, AUDC, and the AUC of the forest on the group
METHODS = {
    "plain": (0.0, 0.20, 0.12, 0.72),
    "binary_bernoulli": (0.03, 0.03, 0.02, 0.60),
    "binary_mi": (0.015, 0.04, 0.03, 0.57),
    "adv_cls": (0.025, 0.10, 0.06, 0.66),
    "vfae": (0.08, 0.05, 0.03, 0.59),
}
FOLDS = (0, 1, 2)
GAMMAS = (0.01, 0.03, 0.06, 0.12, 0.25, 0.5, 0.75, 0.9)


def folds_table(datasets=DATASETS, methods=METHODS, *, noise=1.0, trials=12, seed=0):
    """One chosen model a data set, method and outer fold."""
    generator = np.random.default_rng(seed)
    rows = []
    for dataset in datasets:
        profile, size, reachable, majority = DATASETS[dataset]
        for label in methods:
            given_up, gpa, audc, probe = METHODS[label]
            for fold in FOLDS:
                spread = noise * generator.normal(0, 0.006, 6)
                probe_accuracy = majority + 0.2 * (probe - 0.5) * (1 - majority) + spread[3] / 2
                coded = label.startswith("binary")
                drawn = coded or label == "vfae"
                rows.append(
                    {
                        "dataset": dataset,
                        "profile": profile,
                        "label": label,
                        "method": label,
                        "sees_sensitive": True,
                        "draws": 10 if drawn else 1,
                        "fold": fold,
                        "gamma": 0.0 if label == "plain" else 0.2,
                        "batch_size": 200,
                        "hidden_layers": 2,
                        "hidden_units": 20,
                        "parameters": json.dumps({}),
                        "trials": trials,
                        "train_rows": size * 2 // 3,
                        "test_rows": size // 3,
                        "status": "ok",
                        "reason": "",
                        "accuracy": reachable - 0.06 - given_up + spread[0],
                        "disparate_impact": 1 - 2 * audc + spread[1],
                        "demographic_parity_difference": 1.5 * audc,
                        "equalized_odds_difference": 2 * audc,
                        "equal_opportunity_difference": 1.8 * audc,
                        "auc": reachable - given_up + spread[0],
                        "gpa": abs(gpa + 2 * spread[1]),
                        "audc": abs(audc + spread[2]),
                        "adrg": abs(probe_accuracy - majority),
                        "probe_auc": probe + spread[4],
                        "probe_accuracy": probe_accuracy,
                        "probe_majority": majority,
                        "label_auc": reachable - given_up - 0.02 + spread[5],
                        "probe_trees": 200,
                        "information_sum": 0.04 + spread[1] if coded else np.nan,
                        "information_joint": 0.03 + spread[2] if coded else np.nan,
                        "seconds": 1.0,
                    }
                )
                # From one draw everything is a little harder to tell.
                for name in ("auc", "gpa", "adrg", "probe_auc", "label_auc"):
                    rows[-1] |= {f"{name}_10": rows[-1][name]}
                    rows[-1] |= {f"{name}_1": rows[-1][name] - (0.01 if drawn else 0.0)}
    return pd.DataFrame(rows)


def searches_table(folds):
    """The trials behind the chosen models; every tenth diverged."""
    rows = []
    for chosen in folds.to_dict("records"):
        for trial in range(chosen["trials"]):
            lost = trial % 10 == 9
            copied = ("dataset", "profile", "label", "method", "fold", "gamma", "batch_size")
            copied += ("hidden_layers", "hidden_units", "parameters")
            row = {name: chosen[name] for name in copied}
            row |= {"trial": trial, "auc": 0.7, "gpa": 0.1, "audc": 0.1, "objective": 2.5}
            if lost:
                row |= dict.fromkeys(("auc", "gpa", "audc", "objective"), np.nan)
            row |= {"status": "diverged" if lost else "ok", "reason": "", "seconds": 0.5}
            rows.append(row)
    return pd.DataFrame(rows)


def sweep_table(methods=METHODS, *, gammas=GAMMAS, seeds=2, noise=1.0, seed=1):
    """A sweep on COMPAS: the binary methods follow gamma, the adversary does not."""
    generator = np.random.default_rng(seed)
    rows = []
    for label in [label for label in methods if label != "plain"]:
        for fold in FOLDS:
            for number in range(seeds):
                shift = noise * generator.normal(0, 0.008, 2)
                for gamma in gammas:
                    wobble = noise * generator.normal(0, 0.012, 2)
                    steered = 1 - np.exp(-6 * gamma)
                    auc, gpa = 0.71 - 0.05 * steered * gamma, 0.3 - 0.27 * steered
                    if label == "adv_cls":
                        auc, gpa = 0.69 + wobble[1] * 2, 0.15 + 6 * wobble[0]
                    if label == "vfae":
                        auc, gpa = 0.62 + wobble[1], 0.06 + wobble[0]
                    rows.append(
                        {
                            "dataset": "compas",
                            "profile": DATASETS["compas"][0],
                            "label": label,
                            "method": label,
                            "sees_sensitive": True,
                            "fold": fold,
                            "seed": number,
                            "gamma": gamma,
                            "status": "ok",
                            "reason": "",
                            "accuracy": auc - 0.05,
                            "auc": auc + shift[0] + wobble[0],
                            "gpa": abs(gpa + shift[1] + wobble[1]),
                            "audc": 0.05,
                            "disparate_impact": 0.9,
                        }
                    )
    return pd.DataFrame(rows)


def lose(table, **where):
    """The table with the rows that match failed: a status, and no measures."""
    here = np.logical_and.reduce([table[name] == value for name, value in where.items()])
    measures = [name for name in ("auc", "gpa", "audc", "accuracy", "probe_auc") if name in table]
    changed = table.copy()
    changed.loc[here, measures] = np.nan
    changed.loc[here, "status"] = "diverged"
    return changed
