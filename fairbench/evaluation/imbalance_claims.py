"""The report's sentences about cells: how accuracy and disparate impact move with P(Y=1) and c."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from fairbench import published
from fairbench.evaluation.bootstrap import FEWEST, interval
from fairbench.evaluation.cells import Cells, cell_statistics
from fairbench.evaluation.lookup import Found
from fairbench.evaluation.verdicts import REPORT, judged, not_comparable

__all__ = ["NORMALISED", "imbalance_claims", "published_rows", "variance_claim"]

UNCHANGED = {"accuracy": 0.02, "disparate_impact": 0.05}
"""Largest difference that counts as no change: about what the noise of a published mean over ten
data sets with 1,000 test rows each leaves open."""

NORMALISED = "section 6, normalised mutual information"
_IMBALANCE = "section 6, performance under imbalanced data"

Judge = Callable[[float, float, float], tuple[bool, str]]


def published_rows(figure: str) -> pd.DataFrame:
    """Rows of one published imbalance file, ``"fig9"`` or ``"fig10"``."""
    rows = published.imbalance_rows()
    return rows[rows["figure"] == figure]


def _at_most(limit: float) -> Judge:
    return lambda value, low, high: (value <= limit, f"counted as no change up to {limit}")


def _above(limit: float) -> Judge:
    words = f"wanted an interval above {limit:g}"
    return lambda value, low, high: (low > limit, words)


def imbalance_claims(
    found: Found | None, selected: pd.DataFrame, summaries: pd.DataFrame, options: dict
) -> list[dict]:
    """Judge the sentences on FR-Train over P(Y=1), averaged over c, and over c at equal P(Y=1)."""
    few = "with few positives (P(Y=1) smallest against largest)"
    by_c = "largely unaffected by c: largest difference at equal P(Y=1)"
    accuracy, impact = UNCHANGED
    limits = {name: _at_most(limit) for name, limit in UNCHANGED.items()}
    sentences = [
        ("accuracy relatively unchanged over P(Y=1): range", accuracy, _range, limits[accuracy]),
        (f"disparate impact declines {few}: difference", impact, _rise, _above(0.0)),
        (f"disparate impact varies more {few}: ratio of sd", impact, _sd_ratio, _above(1.0)),
        (f"accuracy {by_c}", accuracy, _effect_of_c, limits[accuracy]),
        (f"disparate impact {by_c}", impact, _effect_of_c, limits[impact]),
    ]
    rows = []
    for words, quantity, statistic, judge in sentences:
        reported = cell_statistics(published_rows("fig9"), quantity, seed=0, resamples=0)
        expected = float(statistic(reported)[0])
        if found is None:
            reason = "no study has FR-Train on clean data of varying P(Y=1)"
            row = not_comparable(REPORT, _IMBALANCE, words, published=expected, reason=reason)
        else:
            ours = cell_statistics(found.rows(selected, "fr_train"), quantity, **options)
            reason = _basis(found, summaries)
            row = _claim((_IMBALANCE, words), statistic(ours), [ours], expected, judge, reason)
        rows.append(row)
    return rows


def _range(cells: Cells) -> np.ndarray:
    means = cells.by_positive_rate(cells.mean)[1]
    return means.max(axis=1) - means.min(axis=1) if means.shape[1] > 1 else _nothing(cells)


def _rise(cells: Cells) -> np.ndarray:
    means = cells.by_positive_rate(cells.mean)[1]
    return means[:, -1] - means[:, 0] if means.shape[1] > 1 else _nothing(cells)


def _sd_ratio(cells: Cells) -> np.ndarray:
    variances = cells.by_positive_rate(cells.variance)[1]
    return (
        _root_ratio(variances[:, 0], variances[:, -1])
        if variances.shape[1] > 1
        else _nothing(cells)
    )


def _effect_of_c(cells: Cells) -> np.ndarray:
    effects = [_nothing(cells)]
    for rate in np.unique(cells.positive_rate):
        means = cells.mean[:, cells.positive_rate == rate]
        if means.shape[1] > 1:
            effects.append(means.max(axis=1) - means.min(axis=1))
    # The maximum over several noisy means: above zero even where c has no effect.
    return np.max(effects[1:], axis=0) if len(effects) > 1 else effects[0]


def _nothing(cells: Cells) -> np.ndarray:
    return np.full(len(cells.mean), np.nan)


def _root_ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sqrt(np.where(below > 0, above / below, np.nan))


def _basis(found: Found, summaries: pd.DataFrame) -> str:
    """What a statistic rests on, and the data sets it lacks."""
    lost = sum(int(found.rows(summaries, method)["lost"].sum()) for method in found.labels)
    return f"dataset {found.dataset}" + (f", {lost} data sets without a result" if lost else "")


def _claim(
    place_and_words: tuple[str, str],
    values: np.ndarray,
    cells: list[Cells],
    expected: float,
    judge: Judge,
    basis: str,
) -> dict:
    """Judge a statistic whose first value is the estimate and the others bootstrap draws."""
    row = (REPORT, *place_and_words)
    fewest = int(min(part.count.min() for part in cells))
    if fewest < FEWEST or not np.isfinite(values[0]):
        reason = f"too few cells, or data sets in one (least {fewest}; {FEWEST} wanted); {basis}"
        return not_comparable(*row, published=expected, reason=reason)
    low, high = (float(end) for end in interval(values[1:]))
    agrees, reason = judge(float(values[0]), low, high)
    return judged(
        *row,
        published=expected,
        ours=values[0],
        low=low,
        high=high,
        n=min(part.count.sum() for part in cells),
        reproduced=bool(agrees),
        reason=f"{reason}; {basis}",
    )


def variance_claim(
    found: Found | None, selected: pd.DataFrame, summaries: pd.DataFrame, options: dict
) -> dict:
    """Judge whether normalised MI has the larger spread of accuracy within cells."""
    words = "accuracy varies more with normalised MI than with FR-Train: ratio of sd"
    reported = [
        cell_statistics(published_rows(figure), "accuracy", seed=0, resamples=0)
        for figure in ("fig10", "fig9")
    ]
    expected = float(_pooled_ratio(*reported)[0])
    if found is None:
        reason = "no study has both methods on clean data of varying P(Y=1)"
        return not_comparable(REPORT, NORMALISED, words, published=expected, reason=reason)
    ours = [
        cell_statistics(found.rows(selected, method), "accuracy", **options)
        for method in ("normalized_mi", "fr_train")
    ]
    basis = _basis(found, summaries)
    ratio = _pooled_ratio(*ours)
    return _claim((NORMALISED, words), ratio, ours, expected, _above(1.0), basis)


def _pooled_ratio(a: Cells, b: Cells) -> np.ndarray:
    """Ratio of the standard deviations within cells."""
    return _root_ratio(a.variance.mean(axis=1), b.variance.mean(axis=1))
