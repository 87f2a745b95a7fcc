"""The one rule by which published values and statements are judged, and rows that hold verdicts.

A statement is reproduced where an interval of ours lies wholly on its side, not reproduced where it
lies wholly on the other, and undecided where it holds both answers. What no table of ours is about
is not comparable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from fairbench.evaluation.intervals import LEVEL, Estimate, p_values
from fairbench.evaluation.multiplicity import holm

REPORT = "T. Song, Enhancing FR-Train in Data Imbalance"

REPRODUCED = "reproduced"
NOT_REPRODUCED = "not reproduced"
UNDECIDED = "undecided"
NOT_COMPARABLE = "not comparable"
VERDICTS = (REPRODUCED, NOT_REPRODUCED, UNDECIDED, NOT_COMPARABLE)

RE_EXECUTED, REPLICATED = KINDS = ("re-executed", "replicated")
"""The authors' own seeds and data run again, which tests our code; or new data or many seeds,
which tests what was said."""

_NAN = float("nan")

RELEASED: dict[str, object] = {
    "reweighting": "released",
    "freeze_fairness_in_warm_up": False,
    "generator_hidden_units": 0,
    "sees_sensitive": True,
    "robustness_hidden_units": 16,
    "beta": 20.0,
    "weighted_information": False,
    "normalizer": "label_entropy",
}
"""Settings of the released code that a label may override while it keeps its variant's name."""


class Judgement(NamedTuple):
    """What a rule says of an interval: the verdict, and the p value that agrees with it."""

    verdict: str
    p: float = _NAN


def exactly(agrees: bool) -> Judgement:
    """Judge a value that was computed again: it is within its tolerance or it is not."""
    return Judgement(REPRODUCED if agrees else NOT_REPRODUCED)


def above(value: float, low: float, high: float, n: int, limit: float = 0.0) -> Judgement:
    """Judge that something lies above a limit: the whole interval does, or the whole does not."""
    p = float(p_values(value, low, high, n, at=limit))
    return Judgement(_word(low > limit, high <= limit), p)


def below(value: float, low: float, high: float, n: int, limit: float = 0.0) -> Judgement:
    """Judge that something lies below a limit."""
    return above(-value, -high, -low, n, -limit)


def within(
    value: float, low: float, high: float, n: int, margin: float, around: float = 0.0
) -> Judgement:
    """Judge that something is no more than `margin` from `around`: a test of equivalence.

    The whole interval inside the margin reproduces, the whole outside refutes. One that holds a
    margin decides nothing, however near to `around` its middle lies.
    """
    value, low, high = value - around, low - around, high - around
    ends = (-margin, margin)
    p = [float(p_values(value, low, high, n, at=end)) for end in ends]
    # Inside, both sides must be excluded; outside, the nearer one.
    found = max(p) if abs(value) <= margin else p[int(value > 0)]
    return Judgement(
        _word(low >= -margin and high <= margin, low > margin or high < -margin), found
    )


def _word(holds: bool, fails: bool) -> str:
    return REPRODUCED if holds else NOT_REPRODUCED if fails else UNDECIDED


class Statement(NamedTuple):
    """Something published that can be held against our tables; makes its row of the verdicts.

    Attributes
    ----------
    source, place, quantity : str
        Who published it, where, and what it is.
    kind : str
        `RE_EXECUTED`, the authors' own seeds and data, or `REPLICATED`, new data or many seeds.
    published : float
        NaN where only words were published.
    """

    source: str
    place: str
    quantity: str
    kind: str
    published: float = _NAN

    def judged(
        self,
        found: Judgement,
        reason: str,
        ours: float,
        low: float = _NAN,
        high: float = _NAN,
        n: int = 1,
    ) -> dict[str, object]:
        """Row whose verdict was computed.

        Parameters
        ----------
        found : Judgement
            The outcome of the comparison that `reason` puts into words.
        ours, low, high : float
            Our value, and an interval of it; NaN where there is none.
        n : int
            Data sets (or seeds, or folds) behind ours.
        """
        about = self._asdict() | {"published": float(self.published), "ours": float(ours)}
        about |= {"low": float(low), "high": float(high), "n": int(n)}
        return about | {"p": found.p, "verdict": found.verdict, "reason": reason}

    def not_comparable(self, reason: str) -> dict[str, object]:
        """Row of what the tables cannot be held against."""
        return self.judged(Judgement(NOT_COMPARABLE), reason, _NAN, n=0)


def all_above(
    said: Statement, leads: Mapping[str, Estimate], reason: str, *, of: str = "values"
) -> dict:
    """Judge that every lead is above 0.

    The row shows the smallest of those that decide: below 0, else not clearly above it, else all.

    Parameters
    ----------
    said : Statement
    leads : mapping of str to Estimate
        Differences by what they are called.
    reason : str
        What they rest on.
    of : str
        What each is a mean over.
    """
    if min(lead.n for lead in leads.values()) < 2:
        return said.not_comparable(f"fewer than two {of} in which both have a value; {reason}")
    found = {name: above(*lead) for name, lead in leads.items()}
    given = {each.verdict for each in found.values()}
    worst = next(word for word in (NOT_REPRODUCED, UNDECIDED, REPRODUCED) if word in given)
    deciding = [name for name, each in found.items() if each.verdict == worst]
    shown = min(deciding, key=lambda name: leads[name].value)
    words = "an interval above 0" if len(leads) == 1 else f"{len(leads)} intervals above 0"
    # All must hold, so the largest p counts; one suffices against them, corrected for choosing it.
    p = max(found[name].p for name in deciding)
    if worst == NOT_REPRODUCED:
        p = min(1.0, len(leads) * min(found[name].p for name in deciding))
    reason = f"{shown}; wanted {words}; {reason}"
    return said.judged(Judgement(worst, p), reason, *leads[shown])


def verdict_table(rows: list[dict]) -> pd.DataFrame:
    """Rows as a table, with ``p_holm`` and ``verdict_holm``.

    The replicated statements of one source are one family. A verdict whose interval no longer
    decides after Holm's correction is undecided in ``verdict_holm``; all others stay.
    """
    table = pd.DataFrame(rows)
    replicated = table["kind"] == REPLICATED
    adjusted = table["p"].where(replicated).groupby(table["source"]).transform(holm)
    table.insert(table.columns.get_loc("p") + 1, "p_holm", adjusted)
    decided = table["verdict"].isin([REPRODUCED, NOT_REPRODUCED]) & adjusted.notna()
    kept = table["verdict"].where(~decided | (adjusted <= LEVEL), UNDECIDED)
    table.insert(table.columns.get_loc("verdict") + 1, "verdict_holm", kept)
    return table


def counted(verdicts: pd.DataFrame) -> pd.DataFrame:
    """How often each verdict (columns) was given to each kind (index), all four and both there."""
    counts = verdicts.groupby(["kind", "verdict"]).size().unstack(fill_value=0)
    return counts.reindex(index=list(KINDS), columns=list(VERDICTS), fill_value=0).astype(int)


def parameters_agree(parameters: pd.Series, wanted: Mapping[str, object] = RELEASED) -> np.ndarray:
    """Mark the JSON texts that give no parameter of `wanted` another value."""
    # Few distinct texts stand in many rows.
    agrees = {
        text: all(json.loads(text).get(name, value) == value for name, value in wanted.items())
        for text in parameters.unique()
    }
    return parameters.map(agrees).to_numpy(bool)


def released_labels(fits: pd.DataFrame, method: str) -> pd.DataFrame:
    """Fits of one method as the released code has it: variant ``released``, nothing overridden.

    Methods whose fits carry no variant at all (logistic regression, a user's own) count as well.
    """
    mine = fits[(fits["method"] == method) & fits["variant"].isin(["released", ""])]
    return mine[parameters_agree(mine["parameters"])]
