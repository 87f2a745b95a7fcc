"""The report's imbalance files, figures 9 and 10, held against ours data set by data set."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import RESAMPLES, mean_intervals
from fairbench.evaluation.verdicts import (
    RE_EXECUTED,
    REPORT,
    REPRODUCED,
    Statement,
    exactly,
    released_labels,
)
from fairbench.studies.imbalance import published

CELL_TOLERANCE = 5e-8
"""The files hold accuracy in single precision: rows differ by up to 3e-8, means by 1.6e-8."""

_LIMITS = (1.0, CELL_TOLERANCE, 1e-9)
"""Least share of data sets with the same lambda_f, and largest mean differences of both."""

_ROW = ["positive_rate", "group_coefficient", "trial"]
_BOTH = ("accuracy", "disparate_impact")
_PLACES = {
    "fig9": "figure 9, data set by data set",
    "fig10": "figure 10, data set by data set (its file: the adversarial method, wider grid)",
}


def imbalance_verdicts(
    fits: pd.DataFrame,
    selected: pd.DataFrame,
    figure: str,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> list[dict]:
    """Rows of the reproduction table for one published file.

    Parameters
    ----------
    fits, selected : DataFrame
        The tables of the contract.
    figure : str
        ``"fig9"`` or ``"fig10"``.
    seed, resamples : int
        As in `fairbench.studies.imbalance.reproduction.reproduction`.

    Returns
    -------
    list of dict
        For the adversarial method and FR-Train: the mean of every cell over the data sets that
        both have, the share of data sets with the same lambda_f, the mean |difference|. For
        figure 10 also whether it shows normalised mutual information.
    """
    place, rows, overall = _PLACES[figure], [], {}
    how = {"seed": seed, "resamples": resamples}
    for method in ("adversarial", "fr_train"):
        pairs = _paired_rows(fits, selected, figure, method)
        if pairs is None:
            reason = "no study selects by the sum on the imbalance data with this file's grid"
            said = Statement(REPORT, place, f"{method}: all cells", RE_EXECUTED)
            rows.append(said.not_comparable(reason))
            continue
        for cell, group in pairs.groupby(_ROW[:2], sort=True):
            rows += _cell_means(place, method, cell, group, how)
        overall[method] = _overall(place, method, pairs, how)
        rows += overall[method]
    if figure == "fig10":
        # FR-Train made the file; adversarial debiasing, its part that matters there, is next best.
        method = next((name for name in ("fr_train", "adversarial") if name in overall), None)
        rows.append(_what_figure_10_shows(fits, selected, method, overall.get(method)))
    return rows


def _paired_rows(
    fits: pd.DataFrame, selected: pd.DataFrame, figure: str, method: str
) -> pd.DataFrame | None:
    """Data sets of a published file and of ours side by side, ours with suffix ``_ours``."""
    mine = released_labels(fits, method)
    mine = mine[(mine["dataset"] == "imbalance") & (mine["budget"] == "clean")]
    mine = mine[mine["poisoning"] == "none"]
    grid = {(0.05, value) for value in published.GRIDS[figure]}
    for (study, label), group in mine.groupby(["study", "label"], sort=True):
        points = group[["lambda_r", "lambda_f"]].round(9).drop_duplicates()
        chosen = selected[(selected["study"] == study) & (selected["label"] == label)]
        chosen = chosen[chosen["poisoning"] == "none"]
        total = chosen["selection_accuracy"] + chosen["selection_disparate_impact"]
        by_sum = (chosen["score"] - total).abs().fillna(0.0).max() < 1e-9
        if set(points.itertuples(index=False, name=None)) != grid or not by_sum:
            continue
        rows = published.imbalance_rows().query("figure == @figure")
        sides = [t.assign(**t[_ROW].astype(float).round(9)) for t in (rows, chosen)]
        pairs = sides[0].merge(sides[1], on=_ROW, suffixes=("", "_ours")).sort_values(_ROW)
        if len(pairs):
            return pairs
    return None


def _cell_means(
    place: str, method: str, cell: tuple, group: pd.DataFrame, how: dict
) -> Iterator[dict]:
    values = group[[f"{name}_ours" for name in _BOTH]].to_numpy(float)
    intervals = mean_intervals(values, np.zeros(len(values)), "rows", *cell, **how)
    for at, name in enumerate(_BOTH):
        quantity = f"{method}: mean {name} at P(Y=1)={cell[0]:g}, c={cell[1]:g}"
        pairs = group[[f"{name}_ours", name]]
        ours, theirs = pairs[pairs[f"{name}_ours"].notna()].to_numpy(float).T
        if not len(ours):
            said = Statement(REPORT, place, quantity, RE_EXECUTED)
            yield said.not_comparable("every fit of the cell was lost")
            continue
        mean, other = ours.mean(), theirs.mean()
        reason = f"the same {len(ours)} data sets differ by {abs(mean - other):.2g} in the mean;"
        reason += f" allowed {CELL_TOLERANCE}"
        if len(ours) < len(group):
            lost = len(group) - len(ours)
            reason += f"; {lost} data sets without a value here are left out of both"
        said = Statement(REPORT, place, quantity, RE_EXECUTED, other)
        agrees = exactly(abs(mean - other) <= CELL_TOLERANCE)
        yield said.judged(agrees, reason, mean, *(end[at] for end in intervals), len(ours))


def _overall(place: str, method: str, pairs: pd.DataFrame, how: dict) -> list[dict]:
    """Agreement over all data sets; one that was lost here counts as another lambda."""
    share = "share of data sets with the published lambda_f"
    values = pd.DataFrame({share: _same_lambda(pairs).astype(float)})
    for name in _BOTH:
        values[f"mean |difference| of {name}"] = (pairs[name] - pairs[f"{name}_ours"]).abs()
    cells = pairs.groupby(_ROW[:2], sort=True).ngroup().to_numpy()
    intervals = mean_intervals(values.to_numpy(), cells, "overall", **how)
    rows = []
    for quantity, limit, *ends in zip(values, _LIMITS, *intervals, strict=True):
        value, n = values[quantity].mean(), int(values[quantity].count())
        agrees, wanted = value <= limit, "at most"
        if quantity == share:
            agrees, wanted = value >= limit, "at least"
        reason = f"{value:.4g}, wanted {wanted} {limit}"
        reason += f"; {len(values) - n} data sets without a value here" if n < len(values) else ""
        about = (REPORT, place, f"{method}: {quantity}", RE_EXECUTED)
        said = Statement(*about, 1.0 if quantity == share else 0.0)
        rows.append(said.judged(exactly(bool(agrees)), reason, value, *ends, n))
    return rows


def _same_lambda(pairs: pd.DataFrame) -> np.ndarray:
    return np.isclose(pairs["lambda_f"], pairs["lambda_f_ours"], rtol=0, atol=1e-9)


def _what_figure_10_shows(
    fits: pd.DataFrame, selected: pd.DataFrame, method: str | None, found: list[dict] | None
) -> dict:
    """Judge whether figure 10 shows normalised MI by which method chooses what its file chose."""
    words = "figure 10 shows normalised mutual information"
    said = Statement(REPORT, _PLACES["fig10"], words, RE_EXECUTED)
    files = _agreement_of_the_files()
    if found is None:
        reason = f"neither FR-Train nor adversarial debiasing was run with this grid; {files}"
        return said.not_comparable(reason)
    share, accuracy, impact = (part["ours"] for part in found)
    reason = f"{method} chooses the published lambda_f in {share:.1%} of data sets,"
    reason += f" mean |difference| {accuracy:.4f} in accuracy and {impact:.4f} in disparate impact"
    pairs = _paired_rows(fits, selected, "fig10", "normalized_mi")
    if pairs is not None:
        accuracy, impact = ((pairs[name] - pairs[f"{name}_ours"]).abs().mean() for name in _BOTH)
        reason += f"; normalised MI on the same grid: {_same_lambda(pairs).mean():.1%}, "
        reason += f"{accuracy:.4f} and {impact:.4f}"
    reason += f"; {files}"
    if found[0]["verdict"] != REPRODUCED:
        return said.not_comparable(f"whose file it is stays open: {reason}")
    reason = f"the file is that of {method}: {reason}"
    return said.judged(exactly(False), reason, *(found[0][k] for k in ("ours", "low", "high", "n")))


def _agreement_of_the_files() -> str:
    rows = published.imbalance_rows()
    files = [rows[rows["figure"] == figure] for figure in published.GRIDS]
    both = files[0].merge(files[1], on=[*_ROW, "lambda_f"])
    equal = np.all([both[f"{name}_x"] == both[f"{name}_y"] for name in _BOTH], axis=0)
    words = f"the files of figures 9 and 10 agree in every digit in {equal.sum()} of the"
    return f"{words} {len(both)} data sets in which both chose the same lambda_f"
