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
from fairbench.metrics.ranking import auc, audc

#: Bins of scores in which labels are counted; scores of as few values are not put together.
BINS = 10
FEW_VALUES = 20
_DRAWS = 1000
#: Groups beyond which each is not held against each other one; pairs beyond which one is told.
_MOST_PAIRED, _MOST_PAIRS = 50, 66


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
    members = _by_group(counted.attribute.group, len(groups))
    area = np.array([auc(people.label[own], people.score[own]) for own in members])
    zeros, ones = counted.counts.sum(2).T
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
    if len(chosen) <= _MOST_PAIRED:
        yield from _across(people, counted, members, ones, zeros)
    if probability:
        within = np.isin(counted.attribute.group, chosen)
        group = np.searchsorted(chosen, counted.attribute.group[within])
        value = audc(people.score[within], sensitive=group)
        yield Line("ranking", name, "", "", "audc", value, NAN, NAN, rows)


def _by_group(group: np.ndarray, groups: int) -> list[np.ndarray]:
    """The rows of each group."""
    order = np.argsort(group, kind="stable")
    return np.split(order, np.cumsum(np.bincount(group, minlength=groups))[:-1])


def _across(people: People, counted: Counted, members, ones, zeros) -> Iterator[Line]:
    """A(i > j) of each two groups, their gap, and the largest of all gaps (GPA).

    The two areas of a pair share no row, so that the ends of their difference follow from theirs.
    The gaps of all pairs hold together, at Sidak's level.
    """
    name, groups = counted.attribute.name, counted.attribute.names
    score = {
        label: {k: people.score[members[k]][people.label[members[k]] == label]
                for k in counted.compared}
        for label in (False, True)
    }  # fmt: skip
    first, second = np.array(list(itertools.permutations(counted.compared, 2))).T
    area = np.array([
        _preferred(score[True][i], score[False][j]) for i, j in zip(first, second, strict=True)
    ])  # fmt: skip
    behind = ones[first], zeros[second]
    limits = area_limits(area, *behind, normal_quantile())
    # Each pair once: its other order stands elsewhere.
    place = {pair: k for k, pair in enumerate(zip(first.tolist(), second.tolist(), strict=True))}
    one = np.array([k for (i, j), k in place.items() if i < j])
    other = np.array([place[j, i] for i, j in place if i < j])
    wide = area_limits(area, *behind, normal_quantile(1 - (1 - LEVEL) ** (1 / len(one))))
    value, low, high = difference(wide.at(one), wide.at(other))
    # Of many pairs the one with the largest gap is told.
    told = np.arange(len(one)) if len(one) <= _MOST_PAIRS else [int(np.abs(value).argmax())]
    for k in np.ravel([(one[pair], other[pair]) for pair in told]):
        who = groups[first[k]], groups[second[k]], "pairwise_accuracy"
        rows = int(behind[0][k] + behind[1][k])
        yield Line("ranking", name, *who, *map(float, limits.at(k)), rows)
    ends = np.maximum(np.maximum(low, -high), 0), np.maximum(np.abs(low), np.abs(high))
    gpa = (float(part.max()) for part in (np.abs(value), *ends))
    yield Line("ranking", name, "", "", "gpa", *gpa, int(counted.sizes[counted.compared].sum()))


def _preferred(positives: np.ndarray, negatives: np.ndarray) -> float:
    """P(a positive's score is above a negative's), ties half."""
    label = np.arange(len(positives) + len(negatives)) < len(positives)
    return auc(label, np.concatenate([positives, negatives]))


def overall_line(people: People) -> Line:
    """The area of all rows together."""
    ones = int(people.label.sum())
    zeros = people.rows - ones
    value = np.array([auc(people.label, people.score)])
    limits = area_limits(value, np.array([ones]), np.array([zeros]), normal_quantile())
    return Line("ranking", "", "all rows", "", "auc", *map(float, limits.at(0)), people.rows)


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
