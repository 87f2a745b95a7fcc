"""What scores do: how well they rank within each group and across groups, and what they promise."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fairbench.auditing.lines import NAN, Line
from fairbench.auditing.people import People
from fairbench.auditing.proportions import (
    Limits,
    area_limits,
    difference,
    largest_gap,
    normal_quantile,
    range_quantile,
    wilson,
)
from fairbench.auditing.rates import Counted
from fairbench.base.randomness import stream
from fairbench.evaluation.intervals import LEVEL
from fairbench.metrics.ranking import auc, audc, group_pairwise_accuracy

#: Bins of scores in which labels are counted; scores of as few values are not put together.
BINS = 10
FEW_VALUES = 20
_DRAWS = 1000
_MOST_PAIRS = 66


@dataclass(frozen=True, eq=False)
class Bins:
    """Scores in bins, the same for all groups.

    Attributes
    ----------
    of : array of int, shape (rows,)
    count : int
    """

    of: np.ndarray
    count: int


def binned(score: np.ndarray) -> Bins:
    """Bins of about equally many rows; of few values, one each."""
    values, of = np.unique(score, return_inverse=True)
    if len(values) <= FEW_VALUES:
        return Bins(of, len(values))
    edges = np.unique(np.quantile(score, np.arange(1, BINS) / BINS))
    of = np.searchsorted(edges, score, side="right")
    seen, of = np.unique(of, return_inverse=True)
    return Bins(of, len(seen))


def ranking_lines(people: People, counted: Counted, *, probability: bool) -> Iterator[Line]:
    """Areas under ROC curves within groups and across them, and how far they are apart."""
    name, groups = counted.attribute.name, counted.attribute.names
    area, ones, zeros = _areas(people, counted)
    limits = area_limits(area, ones, zeros, normal_quantile())
    for k, group in enumerate(groups):
        own = map(float, limits.at(k))
        yield Line("ranking", name, group, "", "auc", *own, int(ones[k] + zeros[k]))
    if len(counted.compared) < 2:
        return
    chosen = counted.compared
    rows = int(counted.sizes[chosen].sum())
    z = range_quantile(len(chosen))
    gap = largest_gap(area_limits(area[chosen], ones[chosen], zeros[chosen], z))
    yield Line("ranking", name, "", "", "auc_difference", *gap, rows)
    yield from _across(people, counted, ones, zeros)
    if probability:
        within = np.isin(counted.attribute.group, chosen)
        group = np.searchsorted(chosen, counted.attribute.group[within])
        value = audc(people.score[within], sensitive=group)
        yield Line("ranking", name, "", "", "audc", value, NAN, NAN, rows)


def overall_line(people: People) -> Line:
    """The area of all rows together."""
    ones = int(people.label.sum())
    zeros = people.rows - ones
    value = np.array([auc(people.label, people.score)])
    limits = area_limits(value, np.array([ones]), np.array([zeros]), normal_quantile())
    return Line("ranking", "", "all rows", "", "auc", *map(float, limits.at(0)), people.rows)


def _areas(people: People, counted: Counted) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    members = (counted.attribute.group == k for k in range(len(counted.sizes)))
    area = np.array([auc(people.label[own], people.score[own]) for own in members])
    zeros, ones = counted.counts.sum(2).T
    return area, ones, zeros


def _across(people: People, counted: Counted, ones, zeros) -> Iterator[Line]:
    """A(i > j) of each two groups, their gap, and the largest of all gaps (GPA).

    The two areas of a pair share no row, so that the ends of their difference follow from theirs.
    The gaps of all pairs hold together, at Sidak's level.
    """
    name, groups, chosen = counted.attribute.name, counted.attribute.names, counted.compared
    pairs = list(itertools.combinations(chosen, 2))
    together = normal_quantile(1 - (1 - LEVEL) ** (1 / len(pairs)))
    found: dict[tuple, list[Line]] = {}
    gaps = np.zeros((len(pairs), 3))
    for place, pair in enumerate(pairs):
        both = group_pairwise_accuracy(
            people.label, people.score, sensitive=counted.attribute.group, between=pair
        )
        first, second = np.array(pair), np.array(pair[::-1])
        behind = ones[first], zeros[second]
        limits = area_limits(np.array(both), *behind, normal_quantile())
        found[pair] = [
            Line("ranking", name, groups[i], groups[j], "pairwise_accuracy",
                 *map(float, limits.at(k)), int(behind[0][k] + behind[1][k]))
            for k, (i, j) in enumerate((pair, pair[::-1]))
        ]  # fmt: skip
        limits = area_limits(np.array(both), *behind, together)
        apart = difference(limits.at(0), limits.at(1))
        gaps[place] = abs(apart.value), *_size(apart)
    # Of many pairs the one with the largest gap is told.
    told = pairs if len(pairs) <= _MOST_PAIRS else [pairs[int(gaps[:, 0].argmax())]]
    for pair in told:
        yield from found[pair]
    value, low, high = gaps.max(axis=0)
    yield Line("ranking", name, "", "", "gpa", value, low, high, int(counted.sizes[chosen].sum()))


def _size(apart: Limits) -> tuple[float, float]:
    """Ends of the size of a difference."""
    low, high = float(apart.low), float(apart.high)
    return max(low, -high, 0.0), max(abs(low), abs(high))


def calibration(people: People, counted: Counted, bins: Bins) -> pd.DataFrame:
    """Of each group and bin of scores: rows, mean score, share with label 1 and its interval."""
    groups, k = len(counted.attribute.names), bins.count
    cell = counted.attribute.group.astype(np.int64) * k + bins.of
    rows, ones, total = (
        np.bincount(cell, weights, groups * k) for weights in (None, people.label, people.score)
    )
    there = np.flatnonzero(rows)
    limits = wilson(ones[there], rows[there], normal_quantile())
    return pd.DataFrame(
        {
            "attribute": counted.attribute.name,
            "group": np.array(counted.attribute.names, object)[there // k],
            "bin": there % k,
            "score": total[there] / rows[there],
            "rate": limits.value,
            "low": limits.low,
            "high": limits.high,
            "rows": rows[there].astype(int),
        }
    )


def calibration_lines(found: pd.DataFrame, counted: Counted, seed: int) -> Iterator[Line]:
    """Of probabilities, for each group: what they miss on average, and bin by bin.

    ``calibration_gap`` is the share with label 1 less the mean score; the scores count as given,
    so that its interval is that of the share. ``calibration_error`` is the mean over rows of the
    bins' distances; as it is above 0 for true probabilities too, its interval's place is taken by
    ``calibration_error_if_true``, which 95 % of draws from the bins' mean scores do not exceed.
    """
    name = counted.attribute.name
    for group, own in found.groupby("group", sort=False):
        rows = own["rows"].to_numpy()
        score, rate = (np.average(own[each], weights=rows) for each in ("score", "rate"))
        share = wilson(np.array([rate * rows.sum()]), np.array([rows.sum()]), normal_quantile())
        ends = (float(end[0] - score) for end in share)
        told = ("ranking", name, group, "")
        yield Line(*told, "calibration_gap", *ends, int(rows.sum()))
        mean = own["score"].to_numpy()
        error = np.average(abs(own["rate"] - mean), weights=rows)
        yield Line(*told, "calibration_error", float(error), rows=int(rows.sum()))
        generator = stream(seed, "audit", "calibration", name, group)
        drawn = generator.binomial(rows, np.clip(mean, 0, 1), (_DRAWS, len(rows))) / rows
        errors = np.average(abs(drawn - mean), axis=1, weights=rows)
        limit = float(np.quantile(errors, 1 - LEVEL))
        yield Line(*told, "calibration_error_if_true", limit, rows=int(rows.sum()))
