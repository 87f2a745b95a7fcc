"""Figures 5 and 7 of the report, and its sentences about them, held against tracked runs.

Published numbers: the finals of figure 7 and the first values of figure 5's robustness information
come from the released notebooks (torch, seed 1), the correlations from the file behind figure 5.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import FEWEST
from fairbench.evaluation.verdicts import (
    RE_EXECUTED,
    RELEASED,
    REPLICATED,
    REPORT,
    Statement,
    below,
    exactly,
    parameters_agree,
)
from fairbench.studies.imbalance.alignment_claims import NO_RUN, alignment_claims
from fairbench.studies.imbalance.stability import run_numbers
from fairbench.training.budget import BUDGETS


class Training(NamedTuple):
    """Tables of the tracked runs: the traces themselves, `alignment.csv` and `stability.csv`."""

    traces: pd.DataFrame
    alignment: pd.DataFrame
    stability: pd.DataFrame


FINAL_TOLERANCE = 0.001
"""As for the points of figure 8: twice half a unit of the last printed digit."""

PEAK, DECLINE = 0.95, 0.1
"""What counts as a peak of disparate impact near 1, and as a decline from it."""

_FINALS = {
    ("fr_train", 0.52, 0.4): (0.814, 0.827),
    ("naive_mi", 0.6, 0.2): (0.804, 0.856),
}
_POISONED = {"rule": "margin", "rate": 0.1, "group": 1}
_SWITCHES = {"robust_gradient": "on", "warm_up_scale": 0.1}

_FIGURE_7 = "figure 7"


def training_claims(training: Training) -> list[dict]:
    """Judge figures 5 and 7.

    Parameters
    ----------
    training : Training
        Runs are found by what they are, not by their names.

    Returns
    -------
    list of dict
        Rows of the reproduction table.
    """
    traces = _released(training.traces)
    published_run = _one_run(traces, "fr_train", 0.52, 0.4)
    rows = alignment_claims(training.alignment, traces, published_run)
    rows += [*_final_rows(traces), _peak_row(published_run)]
    return rows + list(_stability_rows(training.stability, traces))


def _released(traces: pd.DataFrame) -> pd.DataFrame:
    """Runs of the released code's settings on the poisoned benchmark with its budget."""
    here = parameters_agree(traces["parameters"], RELEASED | _SWITCHES)
    here = here & (traces["dataset"] == "published").to_numpy()
    for column, wanted in (("poisoning", _POISONED), ("budget", BUDGETS["poisoned"].model_dump())):
        here &= (traces[column] == json.dumps(wanted, sort_keys=True)).to_numpy()
    return traces[here]


def _one_run(traces: pd.DataFrame, method: str, lambda_f: float, lambda_r: float) -> pd.DataFrame:
    """Trial 0 of a setting, from the track with the most rows and the published coding."""
    runs = traces[(traces["method"] == method) & (traces["trial"] == 0)]
    runs = runs[np.isclose(runs["lambda_f"], lambda_f) & np.isclose(runs["lambda_r"], lambda_r)]
    if runs.empty:
        return runs
    return runs[runs["track"] == runs["track"].value_counts().index[0]]


def _final_rows(traces: pd.DataFrame) -> Iterator[dict]:
    for (method, lambda_f, lambda_r), values in _FINALS.items():
        run = _one_run(traces, method, lambda_f, lambda_r)
        for name, value in zip(("accuracy", "disparate_impact"), values, strict=True):
            words = f"final {name} of {method}, lambda_f={lambda_f:g}, lambda_r={lambda_r:g}"
            said = Statement(REPORT, _FIGURE_7, words, RE_EXECUTED, value)
            if run.empty:
                yield said.not_comparable(NO_RUN)
                continue
            ours = float(run[f"test_{name}"].iloc[-1])
            agrees = exactly(abs(ours - value) <= FINAL_TOLERANCE + 1e-9)
            reason = f"the published seed; allowed difference {FINAL_TOLERANCE}"
            yield said.judged(agrees, reason, ours)


def _peak_row(run: pd.DataFrame) -> dict:
    words = "disparate impact of FR-Train peaks near 1 and declines: highest minus last"
    said = Statement(REPORT, _FIGURE_7, words, RE_EXECUTED)
    if run.empty:
        return said.not_comparable(NO_RUN)
    numbers = run_numbers(run).iloc[0]
    highest = numbers["highest_disparate_impact"]
    drop = highest - numbers["final_disparate_impact"]
    reason = f"highest {highest:.3f} after warm-up; wanted at least {PEAK} and a drop of {DECLINE}"
    return said.judged(exactly(bool(highest >= PEAK and drop >= DECLINE)), reason, drop)


def _stability_rows(stability: pd.DataFrame, traces: pd.DataFrame) -> Iterator[dict]:
    """ "More stable" and "faster", of naive MI against FR-Train on equal terms."""
    sentences = {
        ("mean", "variation_disparate_impact"): "more stably: total variation of test DI",
        ("mean", "spread_disparate_impact"): "more stably: sd of test DI within a run",
        ("sd", "final_disparate_impact"): "more stably: sd over seeds of the final DI",
        ("mean", "settled"): "faster: iteration from which test accuracy and DI have settled",
    }
    fr_train, naive_mi = (
        traces.loc[traces["method"] == method, "track"].unique()
        for method in ("fr_train", "naive_mi")
    )
    # The config may name the two in either order.
    turned = stability.assign(
        **{"track": stability["against"], "against": stability["track"]},
        **{"value": -stability["value"], "low": -stability["high"], "high": -stability["low"]},
    )
    both = pd.concat([turned, stability])
    both = both[both["track"].isin(naive_mi) & both["against"].isin(fr_train)]
    both = both[both["runs"] >= FEWEST]
    for (statistic, quantity), words in sentences.items():
        words = f"naive MI trains {words}, minus FR-Train's"
        said = Statement(REPORT, _FIGURE_7, words, REPLICATED)
        found = both[(both["statistic"] == statistic) & (both["quantity"] == quantity)]
        if found.empty:
            reason = "no tracked runs of both with equal released settings over enough seeds"
            yield said.not_comparable(reason)
            continue
        ours = found.iloc[0]
        reason = f"lambda_f={ours['lambda_f']:g}, lambda_r={ours['lambda_r']:g} for both, "
        reason += "wanted an interval below 0"
        estimate = ours[["value", "low", "high", "runs"]]
        yield said.judged(below(*estimate), reason, *estimate)
