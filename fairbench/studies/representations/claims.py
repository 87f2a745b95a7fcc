"""Sentences of Cerrato et al. on chosen models, held against the means over outer folds."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from fairbench.evaluation.selection import USABLE
from fairbench.evaluation.verdicts import (
    REPLICATED,
    UNDECIDED,
    Judgement,
    Statement,
    exactly,
    verdict_table,
)
from fairbench.studies.representations.fold_verdicts import at_most, ordered
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
    Estimate,
    data_sets,
)

PUBLISHED_TRIALS, PUBLISHED_TREES = 200, 1000
"""Trials of the published search, and trees of the published random forests."""

EQUIVALENT = 0.02
"""Largest distance from the best sum that counts as very close to an equivalent trade-off."""

LIMITS = {"gpa": 0.05, "adrg": 0.05}
"""Largest GPA of an almost perfectly fair result, and largest distance of the forest's accuracy
from the majority's that is close to guessing."""

_OURS, _RIVALS = ("binary_mi", "binary_bernoulli"), ("adv_cls", "vfae")
DATASETS = {"compas": "COMPAS", "adult": "Adult", "bank": "Bank"}
_MEASURES = {"auc+1-gpa": "AUC and 1-GPA", "auc+1-audc": "AUC and 1-AUDC"}
_INVARIANCE = {"auc+1-adrg": "AUC and 1-ADRG", "label_auc+1-adrg": "forest's AUC on y and 1-ADRG"}
_FIGURE_2, _FIGURE_4, _LEMMA, _QUESTION_1 = "figure 2", "figure 4", "lemma, eq. 9", "question 1"


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
    rows = []
    found = [data for data in data_sets(folds) if data.profile in PROFILES.get(data.dataset, ())]
    for dataset in DATASETS:
        for data in [data for data in found if data.dataset == dataset] or [None]:
            case = _Case(dataset, data)
            rows += _trade_offs(case) + (_bank(case) if dataset == "bank" else [])
            rows += _representations(case) + _guessing(case)
    rows += gamma_claims(correlations)
    rows.append(_lemma(folds))
    return verdict_table(rows).sort_values("place", kind="stable", ignore_index=True)


class _Case:
    """A data set of the paper, as the study has it or does not have it (None)."""

    def __init__(self, dataset: str, data: DataSet | None):
        self.name, self.data = DATASETS[dataset], data
        self.labels = {m: label_of(data.rows, m) if data else None for m in NAMES}

    def said(self, place: str, words: str) -> Statement:
        return Statement(CERRATO, place, f"{self.name}: {words}", REPLICATED)

    def missing(self, methods: Sequence[str]) -> str:
        """What the study lacks to compare the methods, or nothing."""
        if self.data is None:
            return f"no {self.name} in this study with the paper's sensitive attribute"
        absent = [NAMES[method] for method in methods if self.labels[method] is None]
        return f"the study has no {' and no '.join(absent)} on {self.name}" if absent else ""

    def basis(self, methods: Sequence[str], *, probe: bool = False) -> str:
        """What the numbers rest on: folds, budgets, and what was lost."""
        rows = self.data.rows[self.data.rows["label"].isin([self.labels[m] for m in methods])]
        words = f"{self.data.profile}, {self.data.folds} outer folds, {int(rows['trials'].min())} "
        words += f"search trials (published: {PUBLISHED_TRIALS})"
        if probe:
            words += f", {rows['probe_trees'].min():.0f} trees (published: {PUBLISHED_TREES})"
        for status, group in rows[rows["status"] != "ok"].groupby("status", sort=True):
            words += f", {len(group)} {status} ({', '.join(sorted(set(group['label'])))})"
        return words

    def mean(self, method: str, quantity: str) -> Estimate:
        return self.data.mean(self.labels[method], quantity)

    def leads(
        self, better: Sequence[str], worse: Sequence[str], quantity: str
    ) -> dict[str, Estimate]:
        """Differences of every pair, named by the pair."""
        return {
            f"{NAMES[a]} minus {NAMES[b]}": self.data.difference(
                self.labels[a], self.labels[b], quantity
            )
            for a in better
            for b in worse
        }


def _order(
    case: _Case,
    place: str,
    words: str,
    quantity: str,
    better: Sequence[str],
    worse: Sequence[str],
) -> dict:
    """Judge that some methods have larger means of a quantity than others."""
    said, methods = case.said(place, words), [*better, *worse]
    missing = case.missing(methods)
    if missing:
        return said.not_comparable(missing)
    leads = case.leads(better, worse, quantity)
    return ordered(said, leads, reason=case.basis(methods, probe=place == _FIGURE_4))


def _trade_offs(case: _Case) -> list[dict]:
    """Figure 2: the best, the equivalent, and the nearest to the line."""
    (first, second), rows = _OURS, []
    for quantity, sums in _MEASURES.items():
        words = f"{NAMES[first]} has the best trade-off of {sums}, smallest lead"
        rows.append(_order(case, _FIGURE_2, words, quantity, [first], [second, *_RIVALS]))
        rows.append(_equivalent(case, quantity, sums))
        words = f"both binary models are best or nearest the line of {sums}, smallest lead"
        rows.append(_order(case, _FIGURE_2, words, quantity, _OURS, _RIVALS))
    return rows


def _equivalent(case: _Case, quantity: str, sums: str) -> dict:
    """How far BinaryBernoulli is from the line through the best of the others."""
    mine, words = _OURS[1], f"{NAMES[_OURS[1]]} is very close to the best trade-off of {sums}, gap"
    said, missing = case.said(_FIGURE_2, words), case.missing(list(NAMES))
    if missing:
        return said.not_comparable(missing)
    others = [case.labels[method] for method in NAMES if method != mine]
    best = case.data.best(quantity, others)
    if best is None:
        return said.not_comparable(f"no other method has every fold; {case.basis(list(NAMES))}")
    gap = case.data.difference(best, case.labels[mine], quantity)
    reason = f"from {best}, below 0 if its own is better; {case.basis(list(NAMES))}"
    return at_most(said, gap, EQUIVALENT, reason=reason)


def _bank(case: _Case) -> list[dict]:
    """Figure 2: the two methods find very different trade-offs on Bank."""
    first, second = _OURS
    accurate = f"{NAMES[first]} is the more accurate of the two, AUC"
    fairer = f"{NAMES[second]} is the fairer of the two, GPA"
    return [
        _limited(case, _FIGURE_2, f"{NAMES[second]} is almost perfectly fair, GPA", second, "gpa"),
        _order(case, _FIGURE_2, accurate, "auc", [first], [second]),
        _order(case, _FIGURE_2, fairer, "gpa", [first], [second]),
    ]


def _representations(case: _Case) -> list[dict]:
    """Figure 4: forests on the representations."""
    (first, second), rows = _OURS, []
    for quantity, sums in _INVARIANCE.items():
        words = f"{NAMES[first]}'s representations have the best trade-off of {sums}, smallest lead"
        rows.append(_order(case, _FIGURE_4, words, quantity, [first], [second, *_RIVALS]))
    if case.name == DATASETS["compas"]:
        words = f"{NAMES[second]}'s representations are comparatively not very invariant, ADRG"
        rows.append(_order(case, _FIGURE_4, words, "adrg", [second], [first]))
    return rows


def _guessing(case: _Case) -> list[dict]:
    """Question 1: a forest that is told the group in training does not find it in the test rows."""
    words = "a forest finds the group no better than guessing from the representations of"
    return [
        _limited(case, _QUESTION_1, f"{words} {NAMES[method]}, ADRG", method, "adrg")
        for method in _OURS
    ]


def _limited(case: _Case, place: str, words: str, method: str, quantity: str) -> dict:
    """Judge that the mean of a quantity is no larger than `LIMITS` has it."""
    said, limit = case.said(place, words), LIMITS[quantity]
    missing = case.missing([method])
    if missing:
        return said.not_comparable(missing)
    ours = case.mean(method, quantity)
    reason = case.basis([method], probe=quantity == "adrg")
    if quantity == "adrg":
        area, room = case.mean(method, "probe_auc"), 1.0 - case.mean(method, "probe_majority").value
        reason = f"the forest's AUC is {area.value:.3f}; {reason}"
        if room <= limit:
            reason = f"only {room:.3f} of the rows lie above the majority, so the sentence cannot "
            reason += f"fail; the forest's AUC is {area.value:.3f}"
            return said.judged(Judgement(UNDECIDED), reason, *ours)
    return at_most(said, ours, limit, reason=reason)


def _lemma(folds: pd.DataFrame) -> dict:
    """Count the chosen models whose joint information exceeds the sum over neurons."""
    words = "sum of I(T_i;S) >= I(T;S): largest excess of the joint (nats)"
    said = Statement(CERRATO, _LEMMA, words, REPLICATED)
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
