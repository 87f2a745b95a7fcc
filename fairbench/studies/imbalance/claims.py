"""The sentences of the report's results, each judged by a number from the tables.

A sentence says "unchanged" or "significant" without a number, so each is given one here, and the
reason states the threshold. The same number computed from the report's own points and files stands
in the column ``published``. For figure 10 that file is the adversarial method's with a wider grid.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import FEWEST
from fairbench.evaluation.comparison import MATCHED
from fairbench.evaluation.frontier import matched_difference, pareto_frontier
from fairbench.evaluation.lookup import Found, find_study, oriented
from fairbench.evaluation.scopes import FEW_POSITIVES
from fairbench.evaluation.verdicts import (
    REPLICATED,
    REPORT,
    Judgement,
    Statement,
    above,
    below,
    within,
)
from fairbench.studies.imbalance import published
from fairbench.studies.imbalance.imbalance_claims import (
    NORMALISED,
    imbalance_claims,
    published_rows,
    variance_claim,
)

MINIMAL = 0.02
"""Largest difference in disparate impact at equal accuracy that counts as minimal in figure 8."""

_FIGURE_8 = "section 6, figure 8 in words"
_DATA = {"none": "clean", "rule=margin,rate=0.1,group=1": "poisoned"}


def report_claims(
    fits: pd.DataFrame,
    selected: pd.DataFrame,
    summaries: pd.DataFrame,
    comparisons: pd.DataFrame,
    matched: pd.DataFrame,
    *,
    seed: int,
    resamples: int,
) -> list[dict]:
    """Judge the report's sentences; the parameters as in `reproduction`.

    Returns
    -------
    list of dict
        Rows of the reproduction table. Sentences on imbalance are judged on the ``independent``
        data where a study has them, else on ``imbalance``.
    """
    options = {"seed": seed, "resamples": resamples}
    rows = imbalance_claims(find_study(fits, ["fr_train"]), selected, summaries, options)
    both = find_study(fits, ["fr_train", "normalized_mi"])
    rows += _gain_claims(both, comparisons, matched)
    rows.append(variance_claim(both, selected, summaries))
    for poisoning in _DATA:
        found = find_study(fits, ["fr_train", "naive_mi"], ["published"], poisoning)
        rows.append(_figure_8_claim(found, matched, poisoning))
    return rows


def _gain_claims(
    found: Found | None, comparisons: pd.DataFrame, matched: pd.DataFrame
) -> list[dict]:
    """Sentences on normalised MI against FR-Train with few positives."""
    few = f"at {FEW_POSITIVES}"
    pairs = published_rows("fig10").merge(
        published_rows("fig9"), on=["positive_rate", "group_coefficient", "trial"]
    )
    pairs = pairs[pairs["positive_rate"] < 0.35]
    gain = (pairs["disparate_impact_x"] - pairs["disparate_impact_y"]).mean()
    cost = (pairs["accuracy_x"] - pairs["accuracy_y"]).mean()
    improves = f"normalised MI improves disparate impact {few}: "
    sentences = [
        (f"{improves}as selected", comparisons, "disparate_impact", gain, above),
        (f"{improves}at equal accuracy", matched, MATCHED, np.nan, above),
        (f"normalised MI costs accuracy {few}: as selected", comparisons, "accuracy", cost, below),
    ]
    rows = []
    for words, table, quantity, expected, judge in sentences:
        said = Statement(REPORT, NORMALISED, words, REPLICATED, expected)
        asked = ("normalized_mi", "fr_train", quantity, FEW_POSITIVES)
        pair = found and oriented(table, found, *asked)
        if not pair or pair["n"] < FEWEST:
            reason = "no study has both on equal grids at few positives, with enough data sets"
            rows.append(said.not_comparable(reason))
            continue
        reason = "normalised MI minus FR-Train, wanted an interval "
        reason += f"{judge.__name__} 0; dataset {found.dataset}"
        rows.append(_pair_row(said, pair, judge(*_numbers(pair)), reason))
    return rows


def _numbers(pair: dict) -> tuple[float, float, float, int]:
    return pair["difference"], pair["low"], pair["high"], pair["n"]


def _pair_row(said: Statement, pair: dict, found: Judgement, reason: str) -> dict:
    if pair.get("no_overlap", 0):
        reason += f"; {pair['no_overlap']} data sets without a common accuracy are left out"
    if pair["missing"]:
        reason += f"; {pair['missing']} data sets without a result are left out"
    return said.judged(found, reason, *_numbers(pair))


def _figure_8_claim(found: Found | None, matched: pd.DataFrame, poisoning: str) -> dict:
    data = _DATA[poisoning]
    words = f"differences minimal between naive MI and FR-Train, {data}"
    words += ": disparate impact at equal accuracy"
    points = published.trade_off_points().query("data == @data")
    curves = [_curve(points[points["method"] == name]) for name in ("naive_mi", "fr_train")]
    said = Statement(REPORT, _FIGURE_8, words, REPLICATED, matched_difference(*curves))
    pair = found and oriented(matched, found, "naive_mi", "fr_train", MATCHED, "all")
    if not pair or pair["n"] < FEWEST:
        reason = "no study has both methods on this data, with enough initial seeds"
        return said.not_comparable(reason)
    same = "equal" if pair["equal_grid"] else "unequal"
    reason = f"minimal: the whole interval within {MINIMAL} either way; {same} grids and budgets"
    return _pair_row(said, pair, within(*_numbers(pair), MINIMAL), reason)


def _curve(points: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    accuracy, impact = (points[name].to_numpy() for name in ("accuracy", "disparate_impact"))
    at = pareto_frontier(accuracy, impact)
    return accuracy[at], impact[at]
