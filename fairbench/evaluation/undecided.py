"""Verdicts that a study may be too small to give: true, false, or not decided.

A sentence about means over a few folds is held against intervals. Only where they lie wholly on
one side is it called reproduced or not; else the row keeps its numbers and is not comparable.
"""

from __future__ import annotations

from collections.abc import Mapping

from fairbench.evaluation.representations import Estimate
from fairbench.evaluation.verdicts import NOT_COMPARABLE, judged, not_comparable

__all__ = ["UNDECIDED", "at_most", "ordered", "ruled"]

UNDECIDED = "undecided: "


def ruled(
    row: tuple[str, str, str],
    ours: Estimate,
    holds: bool | None,
    *,
    agree: bool,
    reason: str,
    published: float = float("nan"),
) -> dict[str, object]:
    """Row of the reproduction table; with `holds` None not comparable, but with its numbers.

    Parameters
    ----------
    row : tuple
        Source, place and quantity.
    ours : Estimate
    holds : bool or None
        The verdict; None where the interval does not decide.
    agree : bool
        Whether the means alone agree with what was published.
    reason : str
    published : float
    """
    numbers = {"ours": ours.value, "low": ours.low, "high": ours.high, "n": ours.n}
    words = f"{UNDECIDED}the mean {'agrees' if agree else 'does not agree'}; {reason}"
    words = words if holds is None else reason
    made = judged(*row, **numbers, published=published, reproduced=bool(holds), reason=words)
    return made | ({"verdict": NOT_COMPARABLE} if holds is None else {})


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
        return not_comparable(*row, reason=reason)
    against = [name for name, lead in leads.items() if lead.high < 0.0]
    unclear = [name for name, lead in leads.items() if not lead.low > 0.0]
    holds = False if against else None if unclear else True
    shown = min(against or unclear or leads, key=lambda name: leads[name].value)
    words = "an interval above 0" if len(leads) == 1 else f"{len(leads)} intervals above 0"
    agree = all(lead.value > 0.0 for lead in leads.values())
    return ruled(row, leads[shown], holds, agree=agree, reason=f"{shown}; wanted {words}; {reason}")


def at_most(row: tuple[str, str, str], ours: Estimate, limit: float, *, reason: str) -> dict:
    """Judge that a mean is no larger than a limit."""
    if ours.n < 2:
        return not_comparable(*row, reason=f"fewer than two folds have a value; {reason}")
    holds = True if ours.high <= limit else False if ours.low > limit else None
    reason = f"wanted at most {limit:g}; {reason}"
    return ruled(row, ours, holds, agree=ours.value <= limit, reason=reason)
