"""What the benchmark found, in at most six sentences that a person would say aloud.

Each has its numbers in brackets and names the table that they come from. The words follow from the
numbers: an interval above 0 is "better", one below 0 "worse"; one that holds 0 shows no difference,
and fewer than six data sets leave the question undecided.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.evaluation.contrasts import (
    BETTER,
    EQUAL_ACCURACY,
    QUANTITIES,
    SELECTED,
    UNDECIDED,
    UNKNOWN,
    WORSE,
    against,
    outcome,
    places,
    scopes_of,
    thresholds,
)
from fairbench.evaluation.lookup import find_study, oriented
from fairbench.evaluation.scopes import FEW_POSITIVES
from fairbench.evaluation.selection import FREE, at_place
from fairbench.evaluation.verdict_words import held, link

_TABLES = {SELECTED: "comparisons.csv", EQUAL_ACCURACY: "matched.csv"}
_PHRASES = {
    BETTER: "is better than",
    WORSE: "is worse than",
    UNKNOWN: "shows no difference to",
    UNDECIDED: "has too few data sets to be told from",
}


def findings(
    fits: pd.DataFrame,
    selected: pd.DataFrame,
    comparisons: pd.DataFrame,
    matched: pd.DataFrame,
    baselines: pd.DataFrame,
    verdicts: pd.DataFrame,
) -> str:
    """Write the findings.

    Parameters
    ----------
    fits, selected, comparisons, matched, baselines, verdicts : DataFrame
        The tables of this package; `verdicts` is the reproduction table.

    Returns
    -------
    str
        A Markdown list, and below it what each label was allowed to see; links lead to the tables
        beside it. A question that the studies do not reach is left out.
    """
    tables = {SELECTED: comparisons, EQUAL_ACCURACY: matched}
    sentences = [_normalised(fits, tables)]
    sentences += [_rivals(selected, tables[panel], panel) for panel in QUANTITIES]
    sentences += [_constant(baselines, selected), _limit(selected)]
    sentences.append(f"{held(verdicts)}; {_lost(fits)}.")
    return "".join(f"- {sentence}\n" for sentence in sentences if sentence) + _allowed(fits)


def number(row: dict) -> str:
    """Write a difference with its interval and its data sets."""
    interval = f" [{row['low']:+.3f}, {row['high']:+.3f}]" if np.isfinite(row["low"]) else ""
    return f"{row['difference']:+.3f}{interval}, n = {row['n']}"


def _normalised(fits: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> str:
    """Whether normalised MI is an improvement where positives are few."""
    found = find_study(fits, ["fr_train", "normalized_mi"])
    parts, said = [], []
    for panel, quantity in QUANTITIES.items() if found else ():
        pair = ("normalized_mi", "fr_train", quantity, FEW_POSITIVES)
        row = oriented(tables[panel], found, *pair)
        if row is None or not row["n"]:
            continue
        # The second half does without the verb's object: "... but is worse at equal accuracy".
        word = outcome(row)
        verb = _PHRASES[word] + (" FR-Train" if not parts else " it")
        joint = "" if not parts else " and " if word in said else ", but "
        of = "accuracy + DI" if panel == SELECTED else "DI"
        parts.append(f"{joint}{verb} {panel} ({of} {number(row)}; {link(_TABLES[panel])})")
        said.append(word)
    return f"With few positives (P(Y=1) ≤ 0.3) normalised MI {''.join(parts)}." if parts else ""


def _rivals(selected: pd.DataFrame, table: pd.DataFrame, panel: str) -> str:
    """Who beats group thresholds, by labels and P(Y=1)."""
    unbeaten, beaten, quantity = [], [], QUANTITIES[panel]
    for place, models in places(selected):
        trained = models.loc[~models["method"].isin(FREE), "label"]
        rows = [
            row
            for scope in scopes_of(models)
            for row in against(table, place, scope, quantity, thresholds(models)).to_dict("records")
            if row["label"] in set(trained)
        ]
        winners = [row for row in rows if outcome(row) == BETTER]
        if winners:
            beaten.append(f"{_where(place)} {_best_of_each_scope(winners)}")
        elif rows:
            best = max(rows, key=lambda row: row["difference"])
            closest = f"{_name(best['label'])}{_at(best['scope'])} {number(best)}, {outcome(best)}"
            unbeaten.append(f"{_where(place)} (closest: {closest})")
    parts = []
    if unbeaten:
        where = " nor ".join(unbeaten)
        parts.append(f"no method trained for fairness beats group thresholds {where}")
    if beaten:
        who = "they" if unbeaten else "group thresholds"
        parts.append(f"{who} are beaten {'; '.join(beaten)}")
    if not parts:
        return ""
    what = "accuracy + DI" if panel == SELECTED else "DI"
    head = f"{panel[0].upper()}{panel[1:]} ({what}), "
    return f"{head}{', but '.join(parts)} ({link(_TABLES[panel])})."


def _best_of_each_scope(winners: list[dict]) -> str:
    """The best of the methods that win, for each range of P(Y=1) in which one does."""
    parts = []
    for scope in dict.fromkeys(row["scope"] for row in winners):
        here = [row for row in winners if row["scope"] == scope]
        best = max(here, key=lambda row: row["difference"])
        more = f" and {len(here) - 1} more" if len(here) > 1 else ""
        parts.append(f"by {_name(best['label'])}{more}{_at(scope)} ({number(best)})")
    return ", ".join(parts)


def _constant(baselines: pd.DataFrame, selected: pd.DataFrame) -> str:
    """How often each trained method scores less than one answer for everybody."""
    parts = []
    for place, _ in places(selected):
        rows = at_place(baselines, place)
        rows = rows[(rows["baseline"] == "constant") & (rows["scope"] == "all")]
        trained = selected.loc[~selected["method"].isin(FREE), "label"]
        rows = rows[rows["label"].isin(trained) & (rows["n"] > 0)]
        shares = [f"{_name(row['label'])} {row['share']:.0%}" for row in rows.to_dict("records")]
        if shares:
            parts.append(f"{_where(place)} {', '.join(shares)} (n = {rows['n'].max()})")
    if not parts:
        return ""
    return (
        "How often accuracy + DI is below that of one answer for everybody: "
        f"{'; '.join(parts)} ({link('baselines.csv')})."
    )


def _limit(selected: pd.DataFrame) -> str:
    """How much accuracy is missing to the best possible at the same disparate impact."""
    for place, models in places(selected):
        known = models.dropna(subset=["distance_to_limit"])
        means = known.groupby("label")["distance_to_limit"].mean()
        rival = thresholds(known)
        trained = means[means.index.isin(known.loc[~known["method"].isin(FREE), "label"])]
        if rival is None or trained.empty:
            continue
        least, most = trained.idxmin(), trained.idxmax()
        sets = len(known[["positive_rate", "group_coefficient", "trial"]].drop_duplicates())
        return (
            f"To the best accuracy that any classifier can have at the same DI, {_name(least)} "
            f"lacks {trained[least]:.3f}, {_name(most)} {trained[most]:.3f} and group thresholds "
            f"{means[rival]:.3f} {_where(place)} (means, n = {sets}; {link('selected.csv')})."
        )
    return ""


def _lost(fits: pd.DataFrame) -> str:
    lost = int(fits["status"].isin(["diverged", "error"]).sum())
    return f"{lost:,} of {len(fits):,} fits were lost ({link('cells.csv')})"


def _allowed(fits: pd.DataFrame) -> str:
    """What the labels were allowed to see, those that saw the same together.

    A label of several studies is said to have seen the most that it saw in any.
    """
    described = fits[["label", "fitted_on", "needs_sensitive_at_test"]].drop_duplicates()
    seen: dict[str, tuple[tuple[str, ...], bool]] = {}
    for label, fitted_on, needed in described.itertuples(index=False, name=None):
        splits = tuple(filter(None, fitted_on.split("+")))
        if label not in seen or len(splits) > len(seen[label][0]):
            seen[label] = splits, bool(needed)
    groups: dict[tuple[str, ...], list[str]] = {}
    for label, (splits, _) in seen.items():
        groups.setdefault(splits, []).append(_name(label))
    learnt = "; ".join(
        f"{' and '.join(splits) or 'no'} rows: {', '.join(labels)}"
        for splits, labels in sorted(groups.items())
    )
    blind = [_name(label) for label, (_, needed) in seen.items() if not needed]
    group = f"all but {', '.join(blind)}" if blind else "all"
    return (
        f"\nWhat each was allowed to see. Labels learnt from, {learnt}. All choose their setting "
        "on the same selection rows, whose labels are never poisoned. "
        f"At test time {group} know the group of those they predict for. Better and worse are "
        "said where that holds after Holm's correction for all comparisons of their kind.\n"
    )


def _name(label: str) -> str:
    """A label as it is said; letters that stand for a word stay capitals."""
    said = {"fr_train": "FR-Train", "naive_mi": "naive MI", "normalized_mi": "normalised MI"}
    return said.get(label, label.replace("_", " "))


def _where(place: tuple[str, str, str]) -> str:
    """The labels of a study, and its data set where that is not drawn."""
    labels = "with clean labels" if place[2] == "none" else "with poisoned labels"
    return f"{labels} on {place[1]}" if "/" in place[1] else labels


def _at(scope: str) -> str:
    return "" if scope == "all" else f" at {scope.replace('<=', ' ≤ ').replace('>=', ' ≥ ')}"
