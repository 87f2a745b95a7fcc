"""The report's sentences about cells: how accuracy and disparate impact move with P(Y=1) and c."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import FEWEST
from fairbench.evaluation.lookup import Found
from fairbench.evaluation.verdicts import REPLICATED, REPORT, Statement, above, below
from fairbench.studies.imbalance import published
from fairbench.studies.imbalance.cells import Cells, Statistic, cells_of, largest_difference, smooth

UNCHANGED = {"accuracy": 0.02, "disparate_impact": 0.05}
"""Largest difference that counts as no change: about what the noise of a published mean over ten
data sets with 1,000 test rows each leaves open."""

NORMALISED = "section 6, normalised mutual information"
_IMBALANCE = "section 6, performance under imbalanced data"
_NOTHING = Statistic(np.nan, np.nan, np.nan)


def published_rows(figure: str) -> pd.DataFrame:
    """Rows of one published imbalance file, ``"fig9"`` or ``"fig10"``."""
    rows = published.imbalance_rows()
    return rows[rows["figure"] == figure]


def imbalance_claims(
    found: Found | None, selected: pd.DataFrame, summaries: pd.DataFrame, options: dict
) -> list[dict]:
    """Judge the sentences on FR-Train over P(Y=1), averaged over c, and over c at equal P(Y=1)."""
    few = "with few positives (P(Y=1) smallest against largest)"
    by_c = "largely unaffected by c: largest difference at equal P(Y=1)"
    accuracy, impact = UNCHANGED
    sentences = [
        ("accuracy relatively unchanged over P(Y=1): range", accuracy, _range, below),
        (f"disparate impact declines {few}: difference", impact, _rise, above),
        (f"disparate impact varies more {few}: log ratio of sd", impact, _sd_ratio, above),
        (f"accuracy {by_c}", accuracy, _effect_of_c, below),
        (f"disparate impact {by_c}", impact, _effect_of_c, below),
    ]
    rows = []
    for words, quantity, statistic, judge in sentences:
        reported = cells_of(published_rows("fig9"), quantity)
        expected = statistic(reported, **options).value
        said = Statement(REPORT, _IMBALANCE, words, REPLICATED, expected)
        if found is None:
            reason = "no study has FR-Train on clean data of varying P(Y=1)"
            rows.append(said.not_comparable(reason))
            continue
        ours = cells_of(found.rows(selected, "fr_train"), quantity)
        limit = UNCHANGED[quantity] if judge is below else 0.0
        basis = _basis(found, summaries)
        rows.append(_claim(said, statistic(ours, **options), ours, judge, limit, basis))
    return rows


def _range(cells: Cells, **how: int) -> Statistic:
    mean, error, count = _noise(cells)
    rates = np.unique(cells.positive_rate)
    if len(rates) < 2:
        return _NOTHING
    here = [cells.positive_rate == rate for rate in rates]
    means = np.array([mean[at].mean() for at in here])
    errors = np.array([np.sqrt((error[at] ** 2).sum()) / at.sum() for at in here])
    free = np.array([max((count[at] - 1).sum(), 1) for at in here])
    return largest_difference(means, errors, free, np.zeros(len(rates)), **how)


def _effect_of_c(cells: Cells, **how: int) -> Statistic:
    mean, error, count = _noise(cells)
    return largest_difference(mean, error, np.maximum(count - 1, 1), cells.positive_rate, **how)


def _noise(cells: Cells) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means of the cells, their standard errors, and the data sets behind them."""
    count = cells.count
    error = np.sqrt(cells.over(_variance) / np.maximum(count, 1))
    return cells.over(np.mean), error, count


def _variance(values: np.ndarray) -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else np.nan


def _rise(cells: Cells, **_: int) -> Statistic:
    return _of_ends(cells, lambda few, many: _average(np.mean, many) - _average(np.mean, few))


def _sd_ratio(cells: Cells, **_: int) -> Statistic:
    return _of_ends(
        cells, lambda few, many: _log_ratio(_average(_variance, few), _average(_variance, many))
    )


def _of_ends(cells: Cells, contrast: Callable[[list, list], float]) -> Statistic:
    """A contrast of the cells of the smallest P(Y=1) and those of the largest."""
    rates = np.unique(cells.positive_rate)
    if len(rates) < 2 or cells.count.min() < 3:
        return _NOTHING
    known = [values[np.isfinite(values)] for values in cells.values]
    few, many = (
        [v for v, at in zip(known, cells.positive_rate, strict=True) if at == rate]
        for rate in (rates[0], rates[-1])
    )
    return smooth(few + many, lambda v: contrast(v[: len(few)], v[len(few) :]))


def _average(statistic: Callable[[np.ndarray], float], values: list[np.ndarray]) -> float:
    return float(np.mean([statistic(v) for v in values]))


def _log_ratio(above_: float, below_: float) -> float:
    """Logarithm of the ratio of two standard deviations, from variances."""
    return float(0.5 * np.log(above_ / below_)) if above_ > 0 and below_ > 0 else np.nan


def _basis(found: Found, summaries: pd.DataFrame) -> str:
    """What a statistic rests on, and the data sets it lacks."""
    lost = sum(int(found.rows(summaries, method)["lost"].sum()) for method in found.labels)
    return f"dataset {found.dataset}" + (f", {lost} data sets without a result" if lost else "")


def _claim(
    said: Statement, ours: Statistic, cells: Cells, judge: Callable, limit: float, basis: str
) -> dict:
    fewest = int(cells.count.min())
    if fewest < FEWEST or not np.isfinite(ours.value):
        reason = f"too few cells, or data sets in one (least {fewest}; {FEWEST} wanted); {basis}"
        return said.not_comparable(reason)
    wanted = f"wanted an interval {judge.__name__} {limit:g}"
    reason = "; ".join(filter(None, [wanted, ours.without, basis]))
    numbers = ours.value, ours.low, ours.high, int(cells.count.sum())
    return said.judged(judge(*numbers, limit), reason, *numbers)


def variance_claim(found: Found | None, selected: pd.DataFrame, summaries: pd.DataFrame) -> dict:
    """Judge whether normalised MI has the larger spread of accuracy within cells."""
    words = "accuracy varies more with normalised MI than with FR-Train: log ratio of sd"
    expected = _pooled_ratio(*(cells_of(published_rows(f), "accuracy") for f in ("fig10", "fig9")))
    said = Statement(REPORT, NORMALISED, words, REPLICATED, expected.value)
    if found is None:
        return said.not_comparable("no study has both methods on clean data of varying P(Y=1)")
    methods = ("normalized_mi", "fr_train")
    a, b = (cells_of(found.rows(selected, method), "accuracy") for method in methods)
    fewer = a if a.count.sum() < b.count.sum() else b
    return _claim(said, _pooled_ratio(a, b), fewer, above, 0.0, _basis(found, summaries))


def _pooled_ratio(a: Cells, b: Cells) -> Statistic:
    """Log ratio of the standard deviations within cells, data sets being left out of both."""
    pairs = []
    for x, y in zip(a.values, b.values, strict=True):
        if len(x) != len(y):
            return _NOTHING
        both = np.column_stack([x, y])
        pairs.append(both[np.isfinite(both).all(axis=1)])
    if not pairs or min(map(len, pairs)) < 3:
        return _NOTHING
    return smooth(
        pairs,
        lambda v: _log_ratio(*(_average(_variance, [each[:, k] for each in v]) for k in (0, 1))),
    )
