"""The rule of `fairbench.evaluation.verdicts` for means over outer folds."""

from __future__ import annotations

from collections.abc import Mapping

from fairbench.evaluation.verdicts import (
    NOT_REPRODUCED,
    REPRODUCED,
    UNDECIDED,
    Judgement,
    Statement,
    above,
    below,
)
from fairbench.studies.representations.summary import Estimate


def ordered(said: Statement, leads: Mapping[str, Estimate], *, reason: str) -> dict:
    """Judge that every lead is above 0.

    Parameters
    ----------
    said : Statement
    leads : mapping of str to Estimate
        What is compared -> the difference that must be above 0. The row shows the smallest of
        those that decide: below 0, else not clearly above it, else all.
    reason : str
        What the leads rest on.
    """
    if min(lead.n for lead in leads.values()) < 2:
        return said.not_comparable(f"fewer than two folds in which both have a value; {reason}")
    found = {name: above(*lead) for name, lead in leads.items()}
    worst = next(
        word
        for word in (NOT_REPRODUCED, UNDECIDED, REPRODUCED)
        if any(each.verdict == word for each in found.values())
    )
    deciding = [name for name, each in found.items() if each.verdict == worst]
    shown = min(deciding, key=lambda name: leads[name].value)
    words = "an interval above 0" if len(leads) == 1 else f"{len(leads)} intervals above 0"
    # All must hold, so the largest p counts; one suffices against them, corrected for choosing it.
    p = max(found[name].p for name in deciding)
    if worst == NOT_REPRODUCED:
        p = min(1.0, len(leads) * min(found[name].p for name in deciding))
    reason = f"{shown}; wanted {words}; {reason}"
    return said.judged(Judgement(worst, p), reason, *leads[shown])


def at_most(said: Statement, ours: Estimate, limit: float, *, reason: str) -> dict:
    """Judge that a mean is no larger than a limit."""
    if ours.n < 2:
        return said.not_comparable(f"fewer than two folds have a value; {reason}")
    return said.judged(below(*ours, limit), f"wanted at most {limit:g}; {reason}", *ours)
