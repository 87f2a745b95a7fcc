"""The rule of `fairbench.evaluation.verdicts` for means over outer folds."""

from __future__ import annotations

from collections.abc import Mapping

from fairbench.evaluation.verdicts import (
    NOT_REPRODUCED,
    REPLICATED,
    REPRODUCED,
    UNDECIDED,
    Judgement,
    above,
    below,
    judged,
    not_comparable,
)
from fairbench.studies.representations.summary import Estimate

__all__ = ["at_most", "ordered", "ruled"]


def ruled(
    row: tuple[str, str, str],
    ours: Estimate,
    found: Judgement,
    *,
    reason: str,
    published: float = float("nan"),
) -> dict[str, object]:
    """Row of the reproduction table about an estimate over folds."""
    numbers = {"ours": ours.value, "low": ours.low, "high": ours.high, "n": ours.n}
    about = {"kind": REPLICATED, "found": found, "reason": reason}
    return judged(*row, **numbers, **about, published=published)


def ordered(row: tuple[str, str, str], leads: Mapping[str, Estimate], *, reason: str) -> dict:
    """Judge that every lead is above 0.

    Parameters
    ----------
    row : tuple
        Source, place and quantity.
    leads : mapping of str to Estimate
        What is compared -> the difference that must be above 0. The row shows the smallest of
        those that decide: below 0, else not clearly above it, else all.
    reason : str
        What the leads rest on.
    """
    if min(lead.n for lead in leads.values()) < 2:
        reason = f"fewer than two folds in which both have a value; {reason}"
        return not_comparable(*row, kind=REPLICATED, reason=reason)
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
    return ruled(row, leads[shown], Judgement(worst, p), reason=reason)


def at_most(row: tuple[str, str, str], ours: Estimate, limit: float, *, reason: str) -> dict:
    """Judge that a mean is no larger than a limit."""
    if ours.n < 2:
        reason = f"fewer than two folds have a value; {reason}"
        return not_comparable(*row, kind=REPLICATED, reason=reason)
    reason = f"wanted at most {limit:g}; {reason}"
    return ruled(row, ours, below(*ours, limit), reason=reason)
