"""Sentences of Cerrato et al. on chosen models, held against the means over outer folds."""

from __future__ import annotations

from typing import Any

import pandas as pd

from fairbench.evaluation.intervals import Estimate
from fairbench.evaluation.selection import USABLE
from fairbench.evaluation.verdicts import (
    REPLICATED,
    UNDECIDED,
    Judgement,
    Statement,
    all_above,
    below,
    exactly,
    verdict_table,
)
from fairbench.studies.representations import published
from fairbench.studies.representations.gamma_claims import (
    CERRATO,
    NAMES,
    PROFILES,
    gamma_claims,
    label_of,
)
from fairbench.studies.representations.summary import (
    ESTIMATION_ERROR,
    DataSet,
    data_sets,
)

PUBLISHED_TRIALS, PUBLISHED_TREES = 200, 1000
"""Trials of the published search, and trees of the published random forests."""

EQUIVALENT = 0.02
"""Largest distance from the best sum that counts as very close to an equivalent trade-off."""

LIMITS = {"gpa": 0.05, "adrg": 0.05}
"""Largest GPA of an almost perfectly fair result, and largest distance of the forest's accuracy
from the majority's that is close to guessing."""

DATASETS = {"compas": "COMPAS", "adult": "Adult", "bank": "Bank"}


def reproduction(folds: pd.DataFrame, correlations: pd.DataFrame) -> pd.DataFrame:
    """Hold the study against what was published.

    Parameters
    ----------
    folds : DataFrame
        The table ``folds.csv``.
    correlations : DataFrame
        The table of `fairbench.studies.representations.gamma_sweep.correlation_table`.

    Returns
    -------
    DataFrame
        Columns as in `fairbench.studies.imbalance.reproduction`; intervals are those of
        `fairbench.studies.representations.summary`, of correlations those of
        `fairbench.studies.representations.gamma_sweep`.
    """
    rows, statements = [], list(published.statements().itertuples())
    found = [data for data in data_sets(folds) if data.profile in PROFILES.get(data.dataset, ())]
    for dataset in DATASETS:
        mine = [each for each in statements if dataset in each.datasets.split()]
        for data in [data for data in found if data.dataset == dataset] or [None]:
            rows += [_judged(DATASETS[dataset], data, given) for given in mine]
    rows += gamma_claims(correlations)
    rows.append(_lemma(folds))
    return verdict_table(rows).sort_values("place", kind="stable", ignore_index=True)


def _judged(name: str, data: DataSet | None, given: Any) -> dict:
    """Hold a statement against a data set, which the study has or does not have (None)."""
    said = Statement(CERRATO, given.place, f"{name}: {given.words}", REPLICATED)
    methods, rivals = given.methods.split(), given.rivals.split()
    if data is None:
        reason = f"no {name} in this study with the paper's sensitive attribute"
        return said.not_comparable(reason)
    labels = {method: label_of(data.rows, method) for method in methods + rivals}
    absent = [NAMES[method] for method, label in labels.items() if label is None]
    if absent:
        return said.not_comparable(f"the study has no {' and no '.join(absent)} on {name}")
    reason = _basis(data, list(labels.values()), probe=given.place != "figure 2")
    if given.rule == "ahead":
        leads = {
            f"{NAMES[a]} minus {NAMES[b]}": data.difference(labels[a], labels[b], given.quantity)
            for a in methods
            for b in rivals
        }
        return all_above(said, leads, reason, of="folds")
    (mine,) = (labels[method] for method in methods)
    if given.rule == "close":
        return _close(said, data, mine, [labels[method] for method in rivals], given, reason)
    return _small(said, data, mine, given.quantity, reason)


def _basis(data: DataSet, labels: list[str], *, probe: bool) -> str:
    """What the numbers rest on: folds, budgets, and what was lost."""
    rows = data.rows[data.rows["label"].isin(labels)]
    words = f"{data.profile}, {data.folds} outer folds, {int(rows['trials'].min())} "
    words += f"search trials (published: {PUBLISHED_TRIALS})"
    if probe:
        words += f", {rows['probe_trees'].min():.0f} trees (published: {PUBLISHED_TREES})"
    for status, group in rows[rows["status"] != "ok"].groupby("status", sort=True):
        words += f", {len(group)} {status} ({', '.join(sorted(set(group['label'])))})"
    return words


def _close(
    said: Statement, data: DataSet, mine: str, others: list[str], given: Any, reason: str
) -> dict:
    """Judge how far a method is from the line through the best of the others."""
    best = data.best(given.quantity, others)
    if best is None:
        return said.not_comparable(f"no other method has every fold; {reason}")
    gap = data.difference(best, mine, given.quantity)
    return _at_most(said, gap, EQUIVALENT, f"from {best}, below 0 if its own is better; {reason}")


def _small(said: Statement, data: DataSet, mine: str, quantity: str, reason: str) -> dict:
    """Judge that the mean of a quantity is no larger than `LIMITS` has it."""
    ours, limit = data.mean(mine, quantity), LIMITS[quantity]
    if quantity == "adrg":
        area = f"the forest's AUC is {data.mean(mine, 'probe_auc').value:.3f}"
        room = 1.0 - data.mean(mine, "probe_majority").value
        reason = f"{area}; {reason}"
        if room <= limit:
            reason = f"only {room:.3f} of the rows lie above the majority, so the sentence cannot "
            return said.judged(Judgement(UNDECIDED), f"{reason}fail; {area}", *ours)
    return _at_most(said, ours, limit, reason)


def _at_most(said: Statement, ours: Estimate, limit: float, reason: str) -> dict:
    if ours.n < 2:
        return said.not_comparable(f"fewer than two folds have a value; {reason}")
    return said.judged(below(*ours, limit), f"wanted at most {limit:g}; {reason}", *ours)


def _lemma(folds: pd.DataFrame) -> dict:
    """Count the chosen models whose joint information exceeds the sum over neurons."""
    words = "sum of I(T_i;S) >= I(T;S): largest excess of the joint (nats)"
    said = Statement(CERRATO, "lemma, eq. 9", words, REPLICATED)
    coded = folds.dropna(subset=["information_sum", "information_joint"])
    coded = coded[coded["status"].isin(USABLE)]
    if coded.empty:
        return said.not_comparable("the study has no binary codes")
    excess = (coded["information_joint"] - coded["information_sum"]).to_numpy(float)
    above, clear = int((excess > 0).sum()), int((excess > ESTIMATION_ERROR).sum())
    reason = f"the joint is the larger in {above} of {len(excess)} models, by more than "
    reason += f"{ESTIMATION_ERROR} nats in {clear}; it is false in general (XOR)"
    found = Judgement(UNDECIDED) if above and not clear else exactly(not clear)
    return said.judged(found, reason, excess.max(), n=len(excess))
