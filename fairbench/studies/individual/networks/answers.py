"""What certificates of networks trained here say, in words."""

from __future__ import annotations

import pandas as pd

from fairbench.evaluation.verdict_words import link
from fairbench.studies.individual.networks.compared import (
    BASE,
    PLAIN,
    at_one_distance,
    chosen,
    difference,
    group_fair,
)


def network_findings(certificates: pd.DataFrame) -> list[str]:
    """Sentences: what training buys, whether group fairness does, and what rows show."""
    here, said = at_one_distance(certificates), []
    epsilon, plain = here["epsilon"].iloc[0], here[here["label"] == PLAIN]
    for label in _trained(here):
        best = chosen(here, label)
        if len(best):
            delta, accuracy = (difference(best, plain, m) for m in ("upper", "test_accuracy"))
            said.append(
                f"Training by {label} changes the certified delta within {epsilon:g} by "
                f"{_range(delta)} and the accuracy by {_range(accuracy)}, at most .01 of accuracy "
                f"given up on selection rows ({link('certificates.csv')})."
            )
    base, lower, higher, pairs = here[here["label"] == BASE], 0, 0, 0
    for label in group_fair(here):
        table = difference(chosen(here, label), base, "upper")
        lower, higher = lower + (table["high"] < 0).sum(), higher + (table["low"] > 0).sum()
        pairs += len(table)
    if pairs:
        said.append(
            f"Of {pairs} pairs of a method that is fair to groups and a data set, the certified "
            f"delta is lower than logistic regression's in {lower}, higher in {higher} and "
            f"undecided in the rest ({link('certificates.csv')})."
        )
    return [*said, _rows(here)]


def _rows(here: pd.DataFrame) -> str:
    shown = here[here["pairs"] > 0]
    part = (shown["empirical"] / shown["lower"].where(shown["lower"] > 0)).median()
    none = here.loc[here["pairs"] == 0, "data"].unique()
    words = f"; of {', '.join(none)} no two rows are so near" if len(none) else ""
    return (
        f"Pairs of rows show {part:.0%} of the difference that two possible people have (median of "
        f"{len(shown)} networks){words} ({link('certificates.csv')})."
    )


def _trained(here: pd.DataFrame) -> list[str]:
    every = dict.fromkeys(here["label"])
    return [n for n in every if n not in {PLAIN, BASE, *group_fair(here)}]


def _range(table: pd.DataFrame) -> str:
    """A difference by data set, with its interval where there is one."""
    parts = []
    for data, row in table.iterrows():
        interval = f" [{row['low']:+.2f}, {row['high']:+.2f}]" if row["n"] > 1 else ""
        parts.append(f"{row['value']:+.2f}{interval} ({data})")
    return ", ".join(parts) or "nothing known"


def network_answers(certificates: pd.DataFrame) -> str:
    """Every answer, as items of a list."""
    here = at_one_distance(certificates)
    plain, base = (here[here["label"] == label] for label in (PLAIN, BASE))
    lines = ["- **What does training for individual fairness buy?** Less the plain network's:"]
    for label in _trained(here):
        best = chosen(here, label)
        told = [f"{m} {_range(difference(best, plain, m))}" for m in ("upper", "test_accuracy")]
        lines.append(f"    - {label}: {'; '.join(told)}.")
    lines.append("- **Does fairness of groups buy individual fairness?** Less the regression's:")
    for label in group_fair(here):
        best = chosen(here, label)
        measures = ("upper", "test_disparate_impact", "test_accuracy")
        told = [f"{m} {_range(difference(best, base, m))}" for m in measures]
        lines.append(f"    - {label}: {'; '.join(told)}.")
    lines.append(f"- **What do pairs of rows show?** {_rows(here)}")
    closed = (
        (certificates["state"] == "closed").groupby(certificates["engine"]).agg(["sum", "size"])
    )
    told = "; ".join(f"{name}: {row['sum']} of {row['size']}" for name, row in closed.iterrows())
    return "\n".join([*lines, f"- **How many brackets are closed?** {told}."]) + "\n"
