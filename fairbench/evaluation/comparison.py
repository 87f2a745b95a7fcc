"""Labels of a study held against one another on the same data sets.

Two questions. As selected: what does a user get from each, on equal grids and budgets? At equal
accuracy: is one label's trade-off curve above the other's, wherever its grid happened to land?
Every interval stands for itself: of twenty true zeros about one is called a difference. Columns
with ``_holm`` are corrected for that, within families of what is read together.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import NOTHING_SHOWN, RESAMPLES, mean_intervals, verdict
from fairbench.evaluation.frontier import matched_difference, pareto_frontier
from fairbench.evaluation.intervals import LEVEL
from fairbench.evaluation.multiplicity import with_p_values
from fairbench.evaluation.scopes import scope_level, scopes
from fairbench.evaluation.selection import CELL, DATA_SET, FREE, PLACE, USABLE

MATCHED = "disparate_impact_at_equal_accuracy"
CURVELESS = ("constant",)
"""Methods whose few points are no trade-off curve: not compared at equal accuracy."""

_COLUMNS = [*PLACE, "label_a", "label_b", "quantity", "scope", "difference", "low", "high", "n"]
_COLUMNS += ["missing"]
_SELECTED = ("accuracy", "disparate_impact", "accuracy_plus_disparate_impact", "distance_to_limit")


def paired_comparisons(
    selected: pd.DataFrame, fits: pd.DataFrame, *, seed: int = 0, resamples: int = RESAMPLES
) -> pd.DataFrame:
    """Paired differences of the selected models, for labels with equal grids and budgets.

    Parameters
    ----------
    selected, fits : DataFrame
        The tables of the contract, rows in any order.
    seed, resamples : int
        The root seed of the study, and how often the bootstrap draws the data sets again.

    Returns
    -------
    DataFrame
        One row per study, dataset, poisoning, label_a, label_b, quantity and scope. ``quantity``
        is accuracy, disparate_impact, accuracy_plus_disparate_impact or distance_to_limit (there
        higher is worse), on the test split. ``scope`` is a cell, or one of `rate_scopes`.
        ``difference`` is the mean of A - B over the ``n`` data sets with both values, each
        counting once; ``low``, ``high`` its 95 % interval over trials (`mean_intervals`);
        ``missing`` the data sets without a value of A or B. ``verdict`` is ``"A higher"`` or
        ``"B higher"`` if the interval leaves 0 out and n is at least 6, else ``"no difference
        shown"``. ``p`` agrees with the interval; ``p_holm`` and ``verdict_holm`` are Holm's. A
        family is one study, poisoning and quantity, and all pairs of labels: in the single cells
        together, and in each pooled scope by itself.

    Notes
    -----
    Labels are compared if their grids have the same number of points and their budgets the same
    name and number of iterations; `FREE` methods with every label.
    """
    selected = selected.assign(
        accuracy_plus_disparate_impact=selected["accuracy"] + selected["disparate_impact"]
    )
    tables = []
    for place, group, labels in _places(selected, fits):
        pairs = [(a, b) for a, b in combinations(labels, 2) if _equal(labels[a], labels[b])]
        values = {name: _by_data_set(group, name) for name in _SELECTED}
        differences = {
            (a, b, name): values[name][a] - values[name][b] for a, b in pairs for name in _SELECTED
        }
        if differences:
            table = pd.DataFrame(differences)
            tables.append(_rows(place, table, table.isna(), seed, resamples))
    return _corrected(_joined(tables, [*_COLUMNS, "verdict"]))


def matched_comparisons(
    fits: pd.DataFrame, *, seed: int = 0, resamples: int = RESAMPLES
) -> pd.DataFrame:
    """Difference in disparate impact at equal accuracy, along the labels' Pareto frontiers.

    Parameters
    ----------
    fits : DataFrame
        The table of fits, rows in any order.
    seed, resamples : int
        As in `paired_comparisons`.

    Returns
    -------
    DataFrame
        As `paired_comparisons` gives, for every pair of labels and the one quantity
        ``"disparate_impact_at_equal_accuracy"``, with ``no_overlap``, the data sets whose
        frontiers share no accuracy (not in ``n``), ``no_overlap_share``, their share of those
        with two frontiers, and ``equal_grid``, whether `paired_comparisons` takes the pair too.
        `CURVELESS` methods are left out.

    Notes
    -----
    For each data set the frontier of a label is that of its usable fits by accuracy and disparate
    impact on the test split, linear between its points. The difference is its mean over the
    accuracies that both frontiers span (see `matched_difference`); nothing is extrapolated. A
    frontier found on the test split profits from that split's noise, more so with more fits in
    the grid: differences are fair between equal grids, and nearly so with large test splits. A
    line between distant points also understates a curve that bends outwards.
    """
    tables, fits = [], fits[~fits["method"].isin(CURVELESS)]
    for place, group, labels in _places(fits, fits):
        frontiers = _frontiers(group)
        pairs = list(combinations(labels, 2))
        if not pairs:
            continue
        found = {(*pair, MATCHED): frontiers.reindex(columns=pair) for pair in pairs}
        missing = pd.DataFrame({key: both.isna().any(axis=1) for key, both in found.items()})
        table = pd.DataFrame({key: _matched(both) for key, both in found.items()})
        rows = _rows(place, table, missing, seed, resamples)
        keys = zip(rows["label_a"], rows["label_b"], strict=True)
        tables.append(rows.assign(equal_grid=[_equal(labels[a], labels[b]) for a, b in keys]))
    columns = [*_COLUMNS, "no_overlap", "no_overlap_share", "verdict", "equal_grid"]
    return _corrected(_joined(tables, columns))


def _places(
    table: pd.DataFrame, fits: pd.DataFrame
) -> Iterator[tuple[tuple, pd.DataFrame, dict[str, tuple]]]:
    """Studies, with their rows indexed by cell and trial, and what each label may be compared by.

    `FREE` labels come last, so that a difference reads "method minus rival".
    """
    fits_of = dict(iter(fits.groupby(PLACE)))
    for place, group in table.groupby(PLACE, sort=True):
        described = {}
        for label, rows in fits_of[place].groupby("label", sort=True):
            first = rows.iloc[0]
            points = len(rows[["lambda_r", "lambda_f"]].drop_duplicates())
            described[label] = (first["method"], points, first["budget"], first["iterations"])
        labels = dict(sorted(described.items(), key=lambda item: (item[1][0] in FREE, item[0])))
        yield place, group, labels


def _equal(a: tuple, b: tuple) -> bool:
    return a[0] in FREE or b[0] in FREE or a[1:] == b[1:]


def _by_data_set(group: pd.DataFrame, name: str) -> pd.DataFrame:
    """One row per cell and trial, sorted, one column per label."""
    keys = ["positive_rate", "group_coefficient", "trial"]
    # Real data have no law and so NaN for a cell, which an index would drop.
    cells = group[keys].fillna(-1.0).assign(label=group["label"], value=group[name])
    return cells.set_index([*keys, "label"])["value"].unstack("label").sort_index()


def _frontiers(group: pd.DataFrame) -> pd.DataFrame:
    """Frontier (accuracy, disparate impact) per data set and label; missing where it is empty."""
    rows = []
    for _, fits in group.groupby(DATA_SET, sort=True, dropna=False):
        accuracy = fits["test_accuracy"].where(fits["status"].isin(USABLE)).to_numpy(float)
        impact = fits["test_disparate_impact"].to_numpy(float)
        at = pareto_frontier(accuracy, impact)
        described = fits.iloc[0][[*CELL, "trial", "label"]].to_dict()
        rows.append(described | {"frontier": (accuracy[at], impact[at]) if len(at) else None})
    return _by_data_set(pd.DataFrame(rows), "frontier")


def _matched(both: pd.DataFrame) -> pd.Series:
    complete = both.dropna()
    values = [matched_difference(a, b) for a, b in complete.itertuples(index=False)]
    return pd.Series(values, index=complete.index, dtype=float).reindex(both.index)


def turned(rows: pd.DataFrame, baseline: str | None) -> pd.DataFrame:
    """Rows of a table of comparisons with a baseline, each so that it reads `label` minus it."""
    ahead, behind = (rows[rows[side] == baseline] for side in ("label_b", "label_a"))
    ends = {"difference": -behind["difference"], "low": -behind["high"], "high": -behind["low"]}
    both = [ahead.assign(label=ahead["label_a"]), behind.assign(**ends, label=behind["label_b"])]
    return pd.concat(both).sort_index().assign(baseline=baseline)


def between(
    table: pd.DataFrame, label: str, rival: str, *, quantity: str, scope: str
) -> dict | None:
    """Row of a table of comparisons as label minus rival; None where they were not compared."""
    here = (table["quantity"] == quantity) & (table["scope"] == scope)
    rows = turned(table[here], rival)
    return next(iter(rows[rows["label"] == label].to_dict("records")), None)


def _rows(
    place: tuple, differences: pd.DataFrame, missing: pd.DataFrame, seed: int, resamples: int
) -> pd.DataFrame:
    cells = differences.index.droplevel("trial").factorize()[0]
    tables = []
    for scope, here in scopes(differences.index):
        values = differences[here].to_numpy(float)
        # Named by the scope alone: pairs share their draws, and a new label changes no other.
        low, high = mean_intervals(
            values, cells[here], "pairs", *place, scope, seed=seed, resamples=resamples
        )
        valid = np.isfinite(values)
        table = differences.columns.to_frame(index=False, name=["label_a", "label_b", "quantity"])
        n = valid.sum(axis=0)
        sums = np.where(valid, values, 0.0).sum(axis=0)
        lacking = missing[here].to_numpy(bool).sum(axis=0)
        apart, both = len(values) - n - lacking, len(values) - lacking
        told = {
            "scope": scope,
            "difference": sums / np.where(n, n, np.nan),
            "low": low,
            "high": high,
            "n": n,
            "missing": lacking,
            "no_overlap": apart,
            "no_overlap_share": apart / np.where(both, both, np.nan),
            "verdict": [verdict(*row) for row in zip(low, high, n, strict=True)],
        }
        tables.append(table.assign(**dict(zip(PLACE, place, strict=True)), **told))
    return pd.concat(tables, ignore_index=True)


def _joined(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return (
        pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    )


def _corrected(rows: pd.DataFrame) -> pd.DataFrame:
    """Add p values, and Holm's correction within the families of `paired_comparisons`."""
    families = [*(rows[name] for name in [*PLACE, "quantity"]), scope_level(rows["scope"])]
    rows = with_p_values(rows, families, value="difference", n="n")
    kept = rows["verdict"].where(rows["p_holm"] <= LEVEL, NOTHING_SHOWN)
    return rows.assign(verdict_holm=kept)
