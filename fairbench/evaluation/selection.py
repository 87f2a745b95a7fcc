"""Choice of one fit per data set and method, on the selection split; reported on the test split.

A criterion takes the selection accuracies and disparate impacts of the usable fits of one data
set, in the order of the grid, and gives their scores. The largest score is chosen, the first one
where scores are equal. NaN means not eligible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike

import numpy as np
import pandas as pd

from fairbench.evaluation.frontier import pareto_frontier
from fairbench.store import csv_tables

Criterion = Callable[[np.ndarray, np.ndarray], np.ndarray]

PLACE = ["study", "dataset", "poisoning"]
"""What tells a study on one sort of data from others."""
CELL = ["study", "dataset", "positive_rate", "group_coefficient", "poisoning"]
DATA_SET = [*CELL, "label", "trial"]
USABLE = ("ok", "degenerate")
FREE = ("constant", "group_thresholds", "logistic_regression")
"""Methods that train at most one model whatever the grid: compared with all others."""

_CHOSEN = {
    "lambda_f": "lambda_f",
    "lambda_r": "lambda_r",
    "test_accuracy": "accuracy",
    "test_disparate_impact": "disparate_impact",
    "test_positive_rate_0": "positive_rate_0",
    "test_positive_rate_1": "positive_rate_1",
    "selection_accuracy": "selection_accuracy",
    "selection_disparate_impact": "selection_disparate_impact",
}
_NAMES = ["label", "method", "variant", "budget", "sees_sensitive", "trial"]
_COLUMNS = [
    *[*CELL, *_NAMES, *_CHOSEN.values(), "score"],
    *["at_grid_edge", "grid_edge", "fits", "lost", "status", "limit_accuracy"],
    "distance_to_limit",
]


def accuracy_plus_disparate_impact(
    accuracy: np.ndarray, disparate_impact: np.ndarray
) -> np.ndarray:
    """Sum of the two, the report's criterion."""
    return accuracy + disparate_impact


def constrained(accuracy: np.ndarray, disparate_impact: np.ndarray) -> np.ndarray:
    """Best accuracy among the fits with a disparate impact of 0.8 (the four-fifths rule) or more.

    If no fit reaches that, the score is the disparate impact: the fairest fit is chosen.
    """
    fair = disparate_impact >= 0.8
    return np.where(fair, accuracy, np.nan) if fair.any() else disparate_impact


def knee(accuracy: np.ndarray, disparate_impact: np.ndarray) -> np.ndarray:
    """Distance of the points of the Pareto frontier from the chord between its two ends.

    Counted positive on the better side of the chord, so that a point that falls short of it never
    beats the ends, which score 0. Points off the frontier are not eligible. Rescaling an axis
    multiplies all distances by one factor, so the choice does not depend on the axes' units.
    """
    scores = np.full(len(accuracy), np.nan)
    frontier = pareto_frontier(accuracy, disparate_impact)
    if not len(frontier):
        return scores
    x, y = accuracy[frontier], disparate_impact[frontier]
    across, down = x[-1] - x[0], y[0] - y[-1]
    length = float(np.hypot(across, down)) or 1.0
    scores[frontier] = ((x - x[0]) * down + (y - y[0]) * across) / length
    # The ends lie on the chord; rounding must not decide between them.
    scores[frontier[[0, -1]]] = 0.0
    return scores


CRITERIA: dict[str, Criterion] = {
    "accuracy_plus_disparate_impact": accuracy_plus_disparate_impact,
    "constrained": constrained,
    "knee": knee,
}


def select(
    fits: pd.DataFrame,
    *,
    criteria: Mapping[str, str],
    limits: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Choose one fit per data set and label.

    Parameters
    ----------
    fits : DataFrame
        The table of fits. The order of its rows within a data set is the order of the grid.
    criteria : mapping
        The criterion of each study, a name in `CRITERIA`. A study that is not named is selected by
        ``"accuracy_plus_disparate_impact"``.
    limits : DataFrame, optional
        Tables of `accuracy_limit` with columns ``positive_rate`` and ``group_coefficient`` added.

    Returns
    -------
    DataFrame
        One row per study, dataset, positive_rate, group_coefficient, poisoning, label and trial,
        in this order. ``accuracy``, ``disparate_impact``, ``positive_rate_0`` and ``_1`` are those
        of the test split; rates of further groups are the last columns, where there are such
        groups. ``fits`` counts the grid and ``lost`` the fits that diverged or failed;
        these are never chosen, and a data set whose fits were all lost has status ``"lost"`` and
        NaN. ``limit_accuracy`` is the limit at the row's disparate impact, linear between the
        points of `limits`, and ``distance_to_limit`` what is missing to it (below 0 by the noise
        of the test split alone); NaN where the law is unknown.

    Notes
    -----
    A fit whose score is NaN, as with an empty group, is chosen only if no fit has a score: then
    the one with the best selection accuracy.
    """
    if fits.empty:
        return pd.DataFrame(columns=_COLUMNS)
    fits = fits.reset_index(drop=True)
    blocks = _blocks(fits)
    usable = fits["status"].isin(USABLE).to_numpy()
    accuracy = fits["selection_accuracy"].to_numpy(float)
    impact = fits["selection_disparate_impact"].to_numpy(float)
    studies = fits["study"].to_numpy()
    chosen, scores = [], []
    for block in blocks:
        name = criteria.get(studies[block[0]], "accuracy_plus_disparate_impact")
        rows = block[usable[block]]
        at, score = _best(accuracy[rows], impact[rows], CRITERIA[name])
        # -1 is no row label: reindexing gives a row of NaN there.
        chosen.append(rows[at] if len(rows) else -1)
        scores.append(score)
    first = fits.iloc[[block[0] for block in blocks]].reset_index(drop=True)
    table = first[[*CELL, *_NAMES]].copy()
    found = fits.reindex(chosen).reset_index(drop=True)
    further = _further_groups(fits)
    measured = {**_CHOSEN, **further}
    table[list(measured.values())] = found[list(measured)].astype(float)
    table["score"] = np.asarray(scores, dtype=float)
    edges = _edges(fits["lambda_f"].to_numpy(float), blocks, found["lambda_f"])
    # The points of a method without a grid are all there are: no end of them is too near.
    table["grid_edge"] = np.where(table["method"].isin(FREE), "", edges)
    table["at_grid_edge"] = table["grid_edge"] != ""
    table["fits"] = [len(block) for block in blocks]
    table["lost"] = [int(np.sum(~usable[block])) for block in blocks]
    table["status"] = found["status"].fillna("lost")
    table["limit_accuracy"] = _limit_accuracy(table, limits)
    table["distance_to_limit"] = table["limit_accuracy"] - table["accuracy"]
    return table[[*_COLUMNS, *further.values()]]


def at_place(table: pd.DataFrame, place: tuple[str, str, str]) -> pd.DataFrame:
    """Rows of one study, data set and poisoning."""
    return table[(table[PLACE] == list(place)).all(axis=1)]


def limit_of(limits: pd.DataFrame, positive_rate: float, coefficient: float) -> pd.DataFrame:
    """The points of one law's accuracy limit by ascending disparate impact; none where unknown."""
    here = np.isclose(limits["positive_rate"], positive_rate, rtol=0, atol=1e-9)
    here &= np.isclose(limits["group_coefficient"], coefficient, rtol=0, atol=1e-9)
    return limits[here].sort_values("disparate_impact")


def read_csv(path: str | PathLike) -> pd.DataFrame:
    """Read a table of results as it was before it went to CSV: floats exact, empty text ``""``."""
    frame = csv_tables.read_csv(path)
    text = ["variant", "grid_edge", "reason"]
    return frame.assign(**{c: frame[c].fillna("").astype(str) for c in text if c in frame})


def _further_groups(fits: pd.DataFrame) -> dict[str, str]:
    """Columns of the positive rates of groups 2, 3, ... and what they are called here."""
    prefix = "test_positive_rate_"
    numbers = (name.removeprefix(prefix) for name in fits if name.startswith(prefix))
    more = sorted(int(number) for number in numbers if number not in ("0", "1"))
    return {f"{prefix}{k}": f"positive_rate_{k}" for k in more}


def _blocks(fits: pd.DataFrame) -> list[np.ndarray]:
    """Rows of each data set and label, in the order of the sorted keys."""
    group = fits.groupby(DATA_SET, sort=True, dropna=False).ngroup().to_numpy()
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1)


def _best(accuracy: np.ndarray, impact: np.ndarray, criterion: Criterion) -> tuple[int, float]:
    if not len(accuracy):
        return 0, float("nan")
    scores = np.asarray(criterion(accuracy, impact), dtype=float)
    if np.isnan(scores).all():
        return int(np.argmax(accuracy)), float("nan")
    at = int(np.nanargmax(scores))
    return at, float(scores[at])


def _edges(grid: np.ndarray, blocks: list[np.ndarray], chosen: pd.Series) -> list[str]:
    edges = []
    for block, value in zip(blocks, chosen, strict=True):
        low, high = grid[block].min(), grid[block].max()
        edge = {low: "low", high: "high"}.get(value, "")
        edges.append(edge if low < high else "")
    return edges


def _limit_accuracy(table: pd.DataFrame, limits: pd.DataFrame | None) -> np.ndarray:
    values = np.full(len(table), np.nan)
    if limits is None:
        return values
    # Real data have no law: a cell of NaN is no group.
    for cell, rows in table.groupby(["positive_rate", "group_coefficient"]).indices.items():
        limit = limit_of(limits, *cell)
        if len(limit):
            impact = table["disparate_impact"].iloc[rows]
            values[rows] = np.interp(impact, limit["disparate_impact"], limit["accuracy"])
    return values
