"""What the questions about others' networks come to, in words."""

from __future__ import annotations

import pandas as pd

from fairbench.evaluation.verdict_words import link


def others_findings(table: pd.DataFrame) -> list[str]:
    """One sentence: how many are answered, and what share of the domains is decided."""
    theirs = int((table["fairify_verdict"] == "unfair").sum())
    unfair = int((table["answer"] == "yes").sum())
    decided = table["decided"]
    return [
        f"In {unfair} of {len(table)} questions about networks that others trained there is a "
        f"person whose decision a protected attribute alone changes (Fairify: {theirs}), found in "
        f"{table['witness_seconds'].median():.2f} s; the answer is certified for "
        f"{decided.min():.0%} to {decided.max():.0%} of the domain, {decided.median():.0%} in the "
        f"middle (Fairify tried {table['fairify_coverage'].median():.2g} %) ({link('others.csv')})."
    ]


def others_answers(table: pd.DataFrame) -> str:
    """Every question, as items of a list."""
    lines = ["- **Does a protected attribute alone decide?** Share of the domain fair / unfair:"]
    for protected, rows in table.groupby("protected", sort=False):
        told = "; ".join(
            f"{r['network']} {r['answer']}, {r['fair']:.1%} / {r['unfair']:.2%}"
            for r in rows.to_dict("records")
        )
        lines.append(f"    - {protected}: {told}.")
    late = table[table["stopped"] == "seconds"]
    if len(late):
        lines.append(
            f"    - {len(late)} searches ended by the clock; their shares depend on the machine."
        )
    return "\n".join(lines) + "\n"
