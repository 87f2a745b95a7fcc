"""The printed tables held against what came out, and each statement's verdict."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fairbench.evaluation.intervals import t_intervals
from fairbench.evaluation.verdicts import (
    NOT_COMPARABLE,
    NOT_REPRODUCED,
    RE_EXECUTED,
    REPLICATED,
    REPRODUCED,
    UNDECIDED,
    Judgement,
    Statement,
    exactly,
    verdict_table,
    within,
)
from fairbench.studies.fr_train import published, toy

SOURCE = "Roh, Lee, Whang and Suh, FR-Train"
#: How far ours may be from a printed value. It is one run of theirs, printed to .001; between two
#: divisions of the rows accuracy moves by about .01 and disparate impact by .03 to .05.
MARGINS = {"accuracy": 0.02, "fairness": 0.05}

#: The paper's methods by what they are called in a config.
NAMES = {
    "LR": "logistic_regression",
    "FC": "fairness_constraints",
    "LBC": "label_bias_correction",
    "AD": "adversarial_debiasing",
    "RML": "learning_to_reweight",
    "RML+FC": "rml_fairness_constraints",
    "RML+LBC": "rml_label_bias_correction",
    "RML+AD": "rml_adversarial_debiasing",
    "FR-Train": "fr_train",
    "without-R": "without_robustness",
    "without-F": "without_fairness",
    "without-RW": "without_reweighting",
    "FR-Train, crowdsourcing": "fr_train_crowd_11",
    "FR-Train, ground-truth": "fr_train_crowd_true",
    "RML, validation set 10%": "learning_to_reweight",
    "RML, validation set 5%": "learning_to_reweight_half",
    "RML, validation set 0.5%": "learning_to_reweight_twentieth",
    "RML, validation set 0.1%": "learning_to_reweight_hundredth",
}
#: In table 9 FR-Train is trained for equalized odds.
_ODDS = "equalized_odds"
#: The authors do not say which workers they left out, which moves table 6 by about so much.
_FILTERED = 0.02


def cells(chosen: pd.DataFrame) -> pd.DataFrame:
    """One row for each printed cell and reading of its data.

    Parameters
    ----------
    chosen : DataFrame
        Of `chosen_fits`.

    Returns
    -------
    DataFrame
        What was printed, what came out with its 95 % interval over splits, what the other two
        rules of choice give, and the verdict with its reason. Both accuracy and fairness must be
        within `MARGINS` of what was printed.
    """
    reasons = published.not_judged()
    rows = []
    for cell in published.tables().to_dict("records"):
        for reading, mine in chosen[chosen["dataset"] == cell["dataset"]].groupby("reading"):
            rows.append(_cell(cell, reading, mine, _not_judged(cell, reasons)))
    return pd.DataFrame(rows)


def _cell(cell: dict, reading: str, mine: pd.DataFrame, excused: str) -> dict:
    odds = (cell["table"], cell["method"]) == (9, "FR-Train")
    method = _ODDS if odds else NAMES.get(cell["method"])
    row = {name: cell[name] for name in ("table", "dataset", "method", "training_data", "measure")}
    row |= {"reading": reading}
    row |= {f"published_{name}": cell[name] for name in ("fairness", "accuracy")}
    mine = mine[(mine["method"] == method) & (mine["training_data"] == cell["training_data"])]
    found = {rule: mine[mine["rule"] == rule] for rule in ("validation", "criterion", "test")}
    ours = {
        "fairness": _estimate(found["validation"], cell["measure"]),
        "accuracy": _estimate(found["validation"], "accuracy"),
    }
    for name, (value, low, high, n) in ours.items():
        row |= {name: value, f"{name}_low": low, f"{name}_high": high, "n": n}
    row["splits"] = len(found["validation"])
    for rule, word in (("criterion", "by_criterion"), ("test", "on_test")):
        row |= {f"fairness_{word}": found[rule][cell["measure"]].mean()}
        row |= {f"accuracy_{word}": found[rule]["accuracy"].mean()}
    verdict, p, reason = _judge(cell, ours, excused)
    data = found["validation"]["data"].dropna().unique() if len(mine) else []
    # Logistic regression on the authors' own rows has nothing random in it.
    again = cell["method"] == "LR" and list(data) == ["published"]
    return row | {
        "verdict": verdict,
        "reason": reason,
        "kind": RE_EXECUTED if again else REPLICATED,
        "p": p,
    }


def _estimate(found: pd.DataFrame, measure: str) -> tuple[float, float, float, int]:
    """Mean over splits with its interval, which takes account of rows that splits share."""
    values = found[measure].to_numpy(float)[:, None]
    n = int(np.isfinite(values).sum())
    if not n:
        return np.nan, np.nan, np.nan, 0
    low, high = t_intervals(values, overlap=float(found["overlap"].max()))
    return float(np.nanmean(values)), float(low[0]), float(high[0]), n


def _judge(cell: dict, ours: dict, excused: str) -> tuple[str, float, str]:
    if excused:
        return NOT_COMPARABLE, np.nan, excused
    if min(each[3] for each in ours.values()) < 2:
        return NOT_COMPARABLE, np.nan, "fewer than two splits have this fit"
    found = {k: within(*each, MARGINS[k], around=cell[k]) for k, each in ours.items()}
    words = [each.verdict for each in found.values()]
    away = {name: ours[name][0] - cell[name] for name in ours}
    reason = ", ".join(f"{name} {away[name]:+.3f} ({found[name].verdict})" for name in found)
    p = [each.p for each in found.values()]
    if NOT_REPRODUCED in words:  # one suffices, corrected for looking at two
        return NOT_REPRODUCED, min(1.0, 2 * min(p)), reason
    # Both must hold, so the larger p counts.
    verdict = REPRODUCED if set(words) == {REPRODUCED} else UNDECIDED
    return verdict, max(p), reason


def _not_judged(cell: dict, reasons: pd.DataFrame) -> str:
    """Why a printed cell says nothing about our runs; empty if it does."""
    methods = [cell["method"], "any"]
    if cell["method"].startswith("RML+"):
        methods.append("RML+X")
    known = reasons[
        (reasons["table"] == cell["table"])
        & (reasons["dataset"] == cell["dataset"])
        & reasons["method"].isin(methods)
        & reasons["training_data"].isin([cell["training_data"], "both"])
    ]
    return "; ".join(known["reason"])


def verdicts(held: pd.DataFrame, crowd: pd.DataFrame | None) -> pd.DataFrame:
    """Every verdict of the study, as the table that the report shows.

    Parameters
    ----------
    held : DataFrame
        Of `cells`.
    crowd : DataFrame, optional
        Of `fairbench.studies.fr_train.crowd.crowd_accuracy`.
    """
    rows = [*_toy(), *(_cell_row(cell) for cell in held.to_dict("records"))]
    return verdict_table([*rows, *_arithmetic(), *(() if crowd is None else _crowd(crowd))])


def _cell_row(cell: dict) -> dict:
    words = f"{cell['method']} on {cell['training_data']} {cell['dataset']} ({cell['reading']}), "
    words += f"accuracy at {cell['measure'].replace('_', ' ')} {cell['published_fairness']:.3f}"
    place = f"table {cell['table']}"
    statement = Statement(SOURCE, place, words, cell["kind"], cell["published_accuracy"])
    numbers = (cell[name] for name in ("accuracy", "accuracy_low", "accuracy_high", "n"))
    return statement.judged(Judgement(cell["verdict"], cell["p"]), cell["reason"], *numbers)


def _toy() -> Iterator[dict]:
    """Figure 1: disparate impact and accuracy of four thresholds."""
    printed = {
        ("clean", "non-fair"): {"disparate impact": 0.5, "accuracy": 1.0},
        ("clean", "fair"): {"disparate impact": 1.0, "accuracy": 0.8},
        ("poisoned", "non-fair"): {"disparate impact": 0.67, "accuracy": 0.9},
        ("poisoned", "fair"): {"disparate impact": 1.0, "accuracy": 0.6},
    }
    reason = "one of the orders of the ten people that fit the text"
    for (data, kind), values in printed.items():
        found = toy.thresholds(toy.Y if data == "clean" else toy.POISONED)[kind]
        ours = {"disparate impact": found.disparate_impact, "accuracy": found.accuracy}
        for name, value in values.items():
            statement = _again("figure 1", f"the {kind} threshold on {data} labels, {name}", value)
            yield statement.judged(exactly(abs(ours[name] - value) <= 0.005), reason, ours[name])


def _arithmetic() -> Iterator[dict]:
    """Table 4: what its counts say of accuracy and disparate impact, as printed in table 3."""
    table = published.tables()
    table = table[(table["table"] == 3) & (table["training_data"] == "poisoned")]
    printed = table.set_index("method")[["accuracy", "fairness"]]
    for method, counts in published.confusion().groupby("method", sort=False):
        cell = counts.set_index(["group", "y"])
        right = sum(cell.loc[(g, y), f"predicted_{y}"] for g in ("female", "male") for y in (0, 1))
        total = counts[["predicted_0", "predicted_1"]].to_numpy().sum()
        by_group = counts.groupby("group")[["predicted_0", "predicted_1"]].sum()
        rates = by_group["predicted_1"] / by_group.sum(axis=1)
        for name, mine in (("accuracy", right / total), ("fairness", rates.min() / rates.max())):
            value = printed.loc[method, name]
            statement = _again("table 4", f"{method}'s counts give table 3's {name}", value)
            yield statement.judged(exactly(abs(mine - value) <= 0.001), f"{total:,} rows", mine)


def _again(place: str, words: str, value: float) -> Statement:
    return Statement(SOURCE, place, words, RE_EXECUTED, value)


def _crowd(crowd: pd.DataFrame) -> Iterator[dict]:
    """Table 6: the crowd's labels, which are the released ones and have to come out the same."""
    ours = crowd.set_index(["dataset", "answers"])
    for row in published.crowd().to_dict("records"):
        mine = ours.loc[(row["dataset"], str(row["answers"]))]
        model = row["answers"] == "trained model"
        words = f"a model trained on true labels of {row['dataset']}, accuracy"
        if not model:
            words = f"the crowd's labels of {row['dataset']}, answers averaged: {row['answers']}"
        numbers = mine[["accuracy", "low", "high"]]
        found = within(*numbers, mine["rows"], _FILTERED, around=row["accuracy"])
        if not model:
            found = exactly(abs(mine["accuracy"] - row["accuracy"]) <= _FILTERED)
        reason = "the released rows, half of each label; which workers were left out is not said"
        statement = _again("table 6", words, row["accuracy"])
        yield statement.judged(found, reason, *numbers, mine["rows"])
