"""The tables of a comparison, of all groups of methods that a kind of study compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from fairbench.base.words import not_allowed
from fairbench.evaluation.many import pairs as of_pairs
from fairbench.evaluation.many.quantities import CRITERION, DISTANCE, QUANTITIES, SHORTFALL, VOLUME
from fairbench.evaluation.many.ranks import ranking
from fairbench.evaluation.many.regret import regret_table, sum_to_limit
from fairbench.evaluation.many.signed_rank import DRAWS
from fairbench.evaluation.many.stability import rank_stability
from fairbench.evaluation.many.values import block_means, planned_at, test_values
from fairbench.evaluation.many.volumes import front_volumes

LAW = ["positive_rate", "group_coefficient"]


def gathered(
    table: pd.DataFrame,
    given: Mapping,
    fits: pd.DataFrame | None = None,
    limits: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The test values of every group, with what is known of the distance to the limit.

    Parameters
    ----------
    table : DataFrame
        The study's table.
    given : mapping
        ``columns`` (`fairbench.evaluation.many.values.test_values`) and ``groups``, each with its
        ``name`` and ``where``.
    fits, limits : DataFrame, optional
        For the hypervolume, of studies that have a grid and a law; `fits` has the columns that
        tell methods and data sets apart as `table` has.
    """
    columns, made = given["columns"], []
    keep = [name for name in [*LAW, DISTANCE] if limits is not None and name in table]
    if fits is not None:
        keys = [*columns["data_set"], columns["label"], *columns["trial"]]
        keys += [name for group in given["groups"] for name in group["where"]]
        keys = list(dict.fromkeys(keys))
        shares = front_volumes(fits, keys, limits)
        table = table.merge(shares, on=keys, how="left", validate="one_to_one")
        keep = [*keep, VOLUME]
    for group in given["groups"]:
        told = {"study": group["name"], "where": group["where"], "keep": keep}
        made.append(test_values(table, **columns, **told))
    values = pd.concat(made, ignore_index=True)
    if DISTANCE in keep:
        values[SHORTFALL] = sum_to_limit(values, limits)
    return values.drop(columns=LAW, errors="ignore")


def quantities_of(values: pd.DataFrame) -> list[str]:
    """The quantities of a study: the parts of its criterion, that, and the hypervolume if any."""
    order = sorted(QUANTITIES, key=lambda name: (name == VOLUME, name == CRITERION))
    known = [name for name in order if name in values]
    return [name for name in known if name != VOLUME or values[name].notna().any()]


def compared(
    values: pd.DataFrame, parts: Sequence[str], *, seed: int, draws: int = DRAWS
) -> dict[str, pd.DataFrame]:
    """Ranks, pairs, regret and stability of every group.

    Parameters
    ----------
    values : DataFrame
        Of `gathered`.
    parts : sequence of str
        Quantities that the criterion is the sum of.
    seed, draws : int
        Of the Bayesian test.

    Returns
    -------
    dict
        ``ranks``, ``pairs``, ``regret`` and ``rank_stability``; each row begins with its ``study``.

    Raises
    ------
    ValueError
        If there is no row, or a part is not a quantity of theirs.
    """
    if values.empty:
        raise ValueError("values has no row, of any study")
    known = [name for name in quantities_of(values) if name not in (CRITERION, VOLUME)]
    for part in parts:
        if part not in known:
            raise ValueError(not_allowed("a part of the criterion", part, known))
    found: dict[str, list] = {"ranks": [], "pairs": [], "regret": [], "rank_stability": []}
    for study, mine in values.groupby("study", sort=False):
        names = quantities_of(mine)
        tables = {
            "ranks": pd.concat([rank_rows(mine, name) for name in names]),
            "pairs": pd.concat([of_pairs.pairs(mine, n, seed=seed, draws=draws) for n in names]),
            "regret": regret_table(mine),
            "rank_stability": rank_stability(mine, parts),
        }
        for name, table in tables.items():
            table.insert(0, "study", study)
            found[name].append(table)
    return {name: pd.concat(tables, ignore_index=True) for name, tables in found.items()}


def rank_rows(values: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """The ranking by a quantity as rows; methods that could not be ranked have no rank.

    Returns
    -------
    DataFrame
        ``quantity``, ``label``, ``rank``, ``mean`` (over the data sets that the method has),
        ``ranked`` (data sets behind the ranks), ``incomplete`` (left out, as a ranked method has no
        value there), ``lost`` (trials of the method without a value), ``trials``, ``friedman``.
    """
    means = block_means(values, quantity)
    found = ranking(means, planned_at(values), QUANTITIES[quantity].sign)
    by_label = values.groupby("label")[quantity]
    lost, trials = by_label.apply(lambda v: int(v.isna().sum())), by_label.size()
    labels = [*found.ranks.index, *sorted(set(means.columns) - set(found.ranks.index))]
    table = pd.DataFrame({"quantity": quantity, "label": labels})
    table["rank"] = found.ranks.reindex(labels).to_numpy()
    table["mean"] = means[labels].mean().to_numpy()
    table["ranked"], table["incomplete"] = len(found.data_sets), len(found.incomplete)
    table["lost"], table["trials"] = lost[labels].to_numpy(), trials[labels].to_numpy()
    return table.assign(friedman=found.friedman)
