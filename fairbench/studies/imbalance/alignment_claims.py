"""Figure 5 of the report, and its sentences about it, held against tracked runs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import FEWEST
from fairbench.evaluation.verdicts import (
    RE_EXECUTED,
    REPLICATED,
    REPORT,
    Statement,
    below,
    exactly,
)
from fairbench.studies.imbalance.alignment import LATE

NO_RUN = "no tracked run has the released settings, data and budget"

INFORMATION_TOLERANCE = 5e-7
"""Half a unit of the last of six printed decimals; ours differ by 2e-7 at the most."""

CORRELATION_TOLERANCE = 0.01
"""Printed with two decimals; ours differ by 0.004 at the most."""

CONVERGED = 0.5
"""Share of the reachable information that a loss may miss and still be called a proxy of it."""

_FIGURE_5 = "figure 5"
_ESTIMATE = ["correlation", "low", "high", "runs"]
_FIRST_INFORMATION = (0.084611, 0.084697, 0.084669)
_PHASES = ((0, 500), (500, LATE), (LATE, 10_000))
_CORRELATIONS = {
    "information_fairness": ("D_F", (0.52, 0.68, -0.18)),
    "information_robustness_published": ("D_R", (-0.94, 0.77, -0.53)),
}


def alignment_claims(
    alignment: pd.DataFrame, traces: pd.DataFrame, published_run: pd.DataFrame
) -> list[dict]:
    """Judge figure 5.

    Parameters
    ----------
    alignment : DataFrame
        The table of `fairbench.studies.imbalance.alignment.alignment_table`.
    traces, published_run : DataFrame
        Traces of the released settings, and the one that was published; may be empty.

    Returns
    -------
    list of dict
        Rows of the reproduction table.
    """
    rows = [*_information_rows(published_run), *_correlation_rows(alignment, published_run)]
    rows += _opposite_rows(alignment, traces)
    return rows + [_shortfall_row(published_run, late=late) for late in (False, True)]


def _information_rows(run: pd.DataFrame) -> Iterator[dict]:
    column = "information_robustness_published"
    found = run.set_index("iteration")[column] if column in run else pd.Series(dtype=float)
    for iteration, value in enumerate(_FIRST_INFORMATION):
        words = f"I(V;X,Z,Yhat), published coding, iteration {iteration}"
        said = Statement(REPORT, _FIGURE_5, words, RE_EXECUTED, value)
        ours = float(found.get(iteration, np.nan))
        if np.isnan(ours):
            yield said.not_comparable(f"{NO_RUN}, iteration and coding")
            continue
        agrees = exactly(abs(ours - value) <= INFORMATION_TOLERANCE)
        yield said.judged(agrees, f"allowed difference {INFORMATION_TOLERANCE:g} nats", ours)


def _correlation_rows(alignment: pd.DataFrame, run: pd.DataFrame) -> Iterator[dict]:
    reason = f"allowed difference {CORRELATION_TOLERANCE}; the interval is of one slow run"
    for information, (name, values) in _CORRELATIONS.items():
        for phase, value in zip(_PHASES, values, strict=True):
            words = f"correlation of {name}'s loss with its information, "
            words += f"iterations {phase[0]}-{phase[1]}"
            said = Statement(REPORT, _FIGURE_5, words, RE_EXECUTED, value)
            found = _phase(alignment, run, information, phase)
            found = found[found["runs"] == 1]
            if found.empty:
                yield said.not_comparable(NO_RUN)
                continue
            ours = found.iloc[0]
            agrees = exactly(abs(ours["correlation"] - value) <= CORRELATION_TOLERANCE)
            yield said.judged(agrees, reason, *ours[_ESTIMATE])


def _opposite_rows(alignment: pd.DataFrame, traces: pd.DataFrame) -> Iterator[dict]:
    """ "After 2000 iterations, loss and information fluctuate in the opposite direction"."""
    names = {
        "information_fairness": "fairness",
        "information_robustness": "robustness, labels 0/1 throughout",
        "information_robustness_published": "robustness, published coding",
    }
    fr_train = traces[traces["method"] == "fr_train"]
    for information, side in names.items():
        words = f"after {LATE} iterations loss and information move oppositely, {side}"
        late = _phase(alignment, fr_train, information, _PHASES[-1])
        published = _CORRELATIONS.get(information, ("", (np.nan,)))[1][-1]
        for many in (False, True):
            kind, of = (REPLICATED, "many seeds") if many else (RE_EXECUTED, "the published run")
            said = Statement(REPORT, _FIGURE_5, f"{words}: {of}", kind, published)
            found = late[(late["runs"] >= FEWEST) if many else (late["runs"] == 1)]
            if found.empty:
                yield said.not_comparable(NO_RUN)
                continue
            ours = found.iloc[0]
            # Of a single run the interval knows the effective number of points, not runs.
            n = ours["runs"] if many else max(ours["effective"], 2)
            opposite = below(ours["correlation"], ours["low"], ours["high"], n)
            reason = "correlation of the two, wanted an interval below 0"
            yield said.judged(opposite, reason, *ours[_ESTIMATE])


def _phase(
    alignment: pd.DataFrame, runs: pd.DataFrame, information: str, phase: tuple[int, int]
) -> pd.DataFrame:
    here = alignment["track"].isin(runs["track"]) & (alignment["information"] == information)
    return alignment[here & (alignment["start"] == phase[0]) & (alignment["end"] == phase[1])]


def _shortfall_row(run: pd.DataFrame, *, late: bool) -> dict:
    """Whether D_F has learnt what its family can: not before iteration 2000, but after it."""
    words = f"D_F has {'' if late else 'not '}converged {'after' if late else 'in the first'} "
    words += f"{LATE} iterations: share of the reachable information that its loss misses"
    statement = Statement(REPORT, _FIGURE_5, words, RE_EXECUTED)
    if run.empty:
        return statement.not_comparable(NO_RUN)
    part = run[(run["iteration"] >= LATE) == late]
    said = (part["entropy_sensitive"] - part["fairness_discriminator_loss"]).mean()
    missed = float(1.0 - said / part["information_logistic"].mean())
    reason = "reachable: by the best discriminator of D_F's own family on the same logits; "
    reason += f"converged if less than {CONVERGED} is missing"
    return statement.judged(exactly((missed < CONVERGED) == late), reason, missed)
