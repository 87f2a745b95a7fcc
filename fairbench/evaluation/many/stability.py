"""How much a ranking owes to one data set, one rival, or one part of the criterion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
from scipy.stats import kendalltau

from fairbench.evaluation.many.quantities import CRITERION, QUANTITIES
from fairbench.evaluation.many.ranks import Ranking, ranking
from fairbench.evaluation.many.values import block_means, planned_at

FULL, DATA_SET, METHOD, PART = "nothing", "data set", "method", "part of the criterion"
COLUMNS = ["left_out", "name", "label", "rank", "place", "methods", "data_sets", "tau", "winner"]


def rank_stability(values: pd.DataFrame, parts: Sequence[str]) -> pd.DataFrame:
    """Rank by the criterion, and again without each data set, method and part of the criterion.

    Parameters
    ----------
    values : DataFrame
        Of `fairbench.evaluation.many.values.test_values`, one study.
    parts : sequence of str
        Quantities that the criterion is the sum of.

    Returns
    -------
    DataFrame
        `COLUMNS`, a row for each ranked method and omission: what is ``left_out`` and its
        ``name``, average ``rank``, ``place`` (1 is first; equal ranks share the better place),
        ``methods`` and ``data_sets`` ranked, ``tau`` (Kendall's tau-b to the full ranking, over
        the methods that both have; the same in every row of an omission; NaN where a ranking has
        no order), and ``winner``, whether the first of the full ranking is still first.
    """
    whole = ranking(block_means(values, CRITERION), planned_at(values))
    rows = list(_rows(FULL, "", whole, whole))
    for what, name, found in _omissions(values, parts, whole):
        rows += _rows(what, name, found, whole)
    return pd.DataFrame(rows, columns=COLUMNS)


def _omissions(
    values: pd.DataFrame, parts: Sequence[str], whole: Ranking
) -> Iterator[tuple[str, str, Ranking]]:
    means = block_means(values, CRITERION).reindex(columns=sorted(whole.ranks.index))
    means = means.loc[whole.data_sets]
    if len(means) > 1:
        for name in means.index:
            yield DATA_SET, name, ranking(means.drop(index=name))
    if means.shape[1] > 2:
        for label in means.columns:
            yield METHOD, label, ranking(means.drop(columns=label))
    if len(parts) > 1:
        for part in parts:
            rest = [name for name in parts if name != part]
            signed = sum(QUANTITIES[name].sign * values[name] for name in rest)
            again = block_means(values.assign(rest=signed), "rest")
            yield PART, part, ranking(again.reindex(index=means.index, columns=means.columns))


def _rows(what: str, name: str, found: Ranking, whole: Ranking) -> Iterator[dict]:
    ranks = found.ranks
    common = [label for label in whole.ranks.index if label in ranks.index]
    tau = float("nan")
    if len(common) > 1:
        tau = float(kendalltau(whole.ranks[common].round(9), ranks[common].round(9)).statistic)
    places = ranks.round(9).rank(method="min").astype(int)
    first = common[0] if common else None
    told = {"left_out": what, "name": name, "methods": len(ranks), "tau": tau}
    told |= {"data_sets": len(found.data_sets), "winner": bool(common and places[first] == 1)}
    for label, rank in ranks.items():
        yield told | {"label": label, "rank": rank, "place": places[label]}
