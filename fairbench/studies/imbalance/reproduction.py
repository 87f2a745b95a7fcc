"""Every published value beside ours, with a verdict that is computed and never typed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import RESAMPLES
from fairbench.evaluation.selection import USABLE
from fairbench.evaluation.verdicts import (
    RE_EXECUTED,
    REPORT,
    Statement,
    exactly,
    parameters_agree,
    released_labels,
    verdict_table,
)
from fairbench.studies.imbalance import published
from fairbench.studies.imbalance.claims import report_claims
from fairbench.studies.imbalance.imbalance_rows import imbalance_verdicts
from fairbench.studies.imbalance.training_claims import Training, training_claims

POINT_TOLERANCE = 0.0005
HALF_UNIT = 0.0005
"""Figure 8 is printed to three decimals: a value may be off by this before anything is compared."""

_NOTEBOOK = "released FR-Train notebook"
_POISONING = {"clean": "none", "poisoned": "rule=margin,rate=0.1,group=1"}
_BUDGET = {
    ("fr_train", "clean"): "clean",
    ("fr_train", "poisoned"): "poisoned",
    ("naive_mi", "clean"): "naive_mi_clean",
    ("naive_mi", "poisoned"): "poisoned",
}
_SWITCHES = {
    "clean": {"robust_gradient": "off", "warm_up_scale": 1.0},
    "poisoned": {"robust_gradient": "on", "warm_up_scale": 0.1},
}


def reproduction(
    fits: pd.DataFrame,
    selected: pd.DataFrame,
    summaries: pd.DataFrame,
    comparisons: pd.DataFrame,
    matched: pd.DataFrame,
    *,
    training: Training | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Hold the tables against what was published.

    Parameters
    ----------
    fits, selected, summaries, comparisons, matched : DataFrame
        The tables of this package. Studies are found by what they hold, not by their names.
    training : Training, optional
        Tables of the tracked runs, behind figures 5 and 7.
    seed, resamples : int
        The root seed of the study, and how often the bootstrap draws the data sets again.

    Returns
    -------
    DataFrame
        ``source``, ``place``, ``quantity``, ``kind`` (re-executed or replicated), ``published``
        (NaN where only words were published), ``ours``, ``low`` and ``high`` (for a point of figure
        8 the range of 95 % of the other initial seeds; else a 95 % interval over data sets), ``n``
        (data sets or seeds behind ours), ``p`` and ``p_holm`` (of replicated statements, see
        `fairbench.evaluation.verdicts.verdict_table`), ``verdict`` (reproduced, not reproduced,
        undecided, not comparable), ``verdict_holm``, ``reason``.
    """
    rows, how = list(_trade_off_points(fits)), {"seed": seed, "resamples": resamples}
    for figure in published.GRIDS:
        rows += imbalance_verdicts(fits, selected, figure, **how)
    rows += report_claims(fits, selected, summaries, comparisons, matched, **how)
    if training is not None:
        rows += training_claims(training)
    return verdict_table(rows)


def _trade_off_points(fits: pd.DataFrame) -> Iterator[dict]:
    """Judge accuracy and disparate impact of every point of figure 8."""
    for (data, method), points in published.trade_off_points().groupby(["data", "method"]):
        mine = released_labels(fits[fits["dataset"] == "published"], method)
        here = (mine["poisoning"] == _POISONING[data]) & (mine["budget"] == _BUDGET[method, data])
        mine = mine[here & parameters_agree(mine["parameters"], _SWITCHES[data])]
        mine = mine.sort_values(["study", "label", "trial"], kind="stable")
        for point in points.to_dict("records"):
            lambdas = {name: point[name] for name in ("lambda_f", "lambda_r")}
            same = np.isclose(mine[[*lambdas]], [*lambdas.values()], rtol=0, atol=1e-9)
            seeds = mine[same.all(axis=1)].drop_duplicates("trial")
            words = ", ".join([method, *(f"{name}={value:g}" for name, value in lambdas.items())])
            source = REPORT if point["source"] == "figure 8" else _NOTEBOOK
            for name in ("accuracy", "disparate_impact"):
                about = (source, f"figure 8, {data}", f"{name} of {words}", RE_EXECUTED)
                yield _judge_point(Statement(*about, point[name]), seeds, f"test_{name}")


def _judge_point(said: Statement, seeds: pd.DataFrame, column: str) -> dict:
    ours = seeds[seeds["trial"] == 0]
    if ours.empty:
        return said.not_comparable("this study has no such fit")
    usable = seeds["status"].isin(USABLE)
    others = seeds.loc[(seeds["trial"] != 0) & usable, column].dropna()
    low, high = np.quantile(others, [0.025, 0.975]) if len(others) > 1 else (np.nan, np.nan)
    fit = ours.iloc[0]
    got = float(fit[column]) if fit["status"] in USABLE else np.nan
    difference = abs(got - said.published)
    # The last term keeps decimal values that differ by the tolerance exactly on the right side.
    agrees = exactly(bool(difference <= POINT_TOLERANCE + HALF_UNIT + 1e-9))
    reason = f"the published seed differs by {difference:.4f}; allowed {POINT_TOLERANCE}"
    reason += f" and {HALF_UNIT} of rounding; interval: {len(others)} other seeds"
    if np.isnan(got):
        reason = f"the fit gave no value ({fit['status']}: {fit['reason']})"
    return said.judged(agrees, reason, got, low, high, len(others) + 1)
