"""Every trained method against the best simple baseline, wherever both were run.

A simple baseline (`FREE`) is what a user could have without any method of the benchmark. Which one
is the best is decided on the selection rows, by the sum of accuracy and disparate impact over the
data sets compared: choosing it on the test rows would flatter it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import FEWEST, NOTHING_SHOWN, verdict
from fairbench.evaluation.comparison import MATCHED, turned
from fairbench.evaluation.intervals import LEVEL
from fairbench.evaluation.scopes import rate_scopes
from fairbench.evaluation.selection import FREE, PLACE, at_place

SUM = "accuracy_plus_disparate_impact"
SELECTED, EQUAL_ACCURACY = "as selected", "at equal accuracy"

QUANTITIES = {SELECTED: SUM, EQUAL_ACCURACY: MATCHED}

BETTER, WORSE, UNKNOWN, UNDECIDED = "better", "worse", NOTHING_SHOWN, "undecided"


def contrasts(selected: pd.DataFrame, comparisons: pd.DataFrame) -> pd.DataFrame:
    """Find, for each trained method, its difference to the best simple baseline.

    Parameters
    ----------
    selected : DataFrame
    comparisons : DataFrame
        The tables of comparisons, as selected and at equal accuracy, joined.

    Returns
    -------
    DataFrame
        One row per study, dataset, poisoning, scope, ``panel`` and label: ``baseline``,
        ``difference`` (label minus baseline), ``low``, ``high``, ``n``, ``no_overlap`` (data sets
        whose curves share no accuracy; 0 as selected). As selected the quantity is accuracy plus
        disparate impact; at equal accuracy disparate impact, against group thresholds, the only
        baseline with a curve to compare along. Places are those of `places`, scopes those of
        `scopes_of`.
    """
    tables = []
    for place, models in places(selected):
        for scope in scopes_of(models):
            here = _within(models, scope)
            trained = here.loc[~here["method"].isin(FREE), "label"]
            for panel, quantity in QUANTITIES.items():
                baseline = thresholds(here) if panel == EQUAL_ACCURACY else _best_baseline(here)
                rows = against(comparisons, place, scope, quantity, baseline)
                tables.append(rows[rows["label"].isin(trained)].assign(panel=panel))
    columns = [*PLACE, "scope", "panel", "label", "baseline", "difference", "low", "high", "n"]
    columns += ["p_holm", "no_overlap"]
    found = [table.reindex(columns=columns) for table in tables if len(table)]
    if not found:
        return pd.DataFrame(columns=columns)
    return pd.concat(found, ignore_index=True).fillna({"no_overlap": 0})


def outcome(row: dict | pd.Series) -> str:
    """Say in a word what the interval of a difference shows, larger being better.

    `UNKNOWN` too where Holm's correction (``p_holm``, if the table has it) leaves nothing of it.
    """
    if row["n"] < FEWEST or not np.isfinite([row["low"], row["high"]]).all():
        return UNDECIDED
    if row.get("p_holm", 0.0) > LEVEL:
        return UNKNOWN
    return verdict(row["low"], row["high"], row["n"], BETTER, WORSE)


def places(selected: pd.DataFrame) -> list[tuple[tuple[str, str, str], pd.DataFrame]]:
    """Find where to look for an answer: studies that have a trained method and a simple baseline.

    Returns
    -------
    list of (study, dataset, poisoning), DataFrame
        With the selected models. Of the studies on drawn data one with clean and one with poisoned
        labels: one over several P(Y=1) before others, our own draws before the published ones,
        then the one with the most data sets. Then every study on real data.
    """
    drawn, real = {}, []
    for place, models in selected.groupby(PLACE, sort=True):
        if models["method"].isin(FREE).nunique() < 2:
            continue
        if models["positive_rate"].isna().all():
            real.append((place, models))
            continue
        sets = len(models[["positive_rate", "group_coefficient", "trial"]].drop_duplicates())
        rank = models["positive_rate"].nunique() == 1, place[1] != "independent", -sets
        drawn.setdefault(place[2] == "none", []).append((rank, (place, models)))
    kinds = [drawn[clean] for clean in (True, False) if clean in drawn]
    return [min(kind, key=lambda item: item[0])[1] for kind in kinds] + real


def scopes_of(models: pd.DataFrame) -> list[str]:
    """Ranges of P(Y=1) that a study covers, by their names; ``all`` where it has only one rate."""
    if models["positive_rate"].nunique() < 2:
        return ["all"]
    rate = models["positive_rate"].to_numpy(float)
    return [scope for scope, _ in rate_scopes(rate) if scope != "all"]


def _within(models: pd.DataFrame, scope: str) -> pd.DataFrame:
    rate = models["positive_rate"].fillna(-1.0).to_numpy(float)
    return models[dict(rate_scopes(rate))[scope]]


def thresholds(models: pd.DataFrame) -> str | None:
    """Label of the group thresholds among selected models, if any."""
    labels = _baselines(models).query("method == 'group_thresholds'")["label"]
    return None if labels.empty else labels.iloc[0]


def _best_baseline(models: pd.DataFrame) -> str | None:
    """Label of the simple baseline with the largest mean sum on the selection rows."""
    simple = _baselines(models)
    score = simple["selection_accuracy"] + simple["selection_disparate_impact"]
    means = score.groupby(simple["label"]).mean().dropna()
    return str(means.idxmax()) if len(means) else None


def _baselines(models: pd.DataFrame) -> pd.DataFrame:
    """Models of the simple baselines, each under one label.

    Of several the one with the method's own name, or else the first: thresholds that are fitted on
    the selection rows have seen the very rows on which the best baseline is chosen.
    """
    simple = models[models["method"].isin(FREE)]
    names = simple[["method", "label"]].drop_duplicates()
    names = names.assign(other=names["method"] != names["label"])
    first = names.sort_values(["method", "other", "label"]).drop_duplicates("method")
    return simple[simple["label"].isin(first["label"])]


def against(
    table: pd.DataFrame, place: tuple, scope: str, quantity: str, baseline: str | None
) -> pd.DataFrame:
    """Rows of a table of comparisons, each turned so that it reads ``label`` minus ``baseline``."""
    here = (table["scope"] == scope) & (table["quantity"] == quantity) & (table["n"] > 0)
    return turned(at_place(table[here], place), baseline)
