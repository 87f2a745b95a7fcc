"""Rates of decisions in each group, and what the groups' rates say of each other.

All of it follows from four counts a group. Values of the comparisons are those of
`fairbench.metrics.decisions`, with its conventions for 0/0; intervals those of `proportions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fairbench.auditing.lines import Line
from fairbench.auditing.people import Attribute, People
from fairbench.auditing.proportions import (
    Limits,
    difference,
    largest_gap,
    normal_quantile,
    range_quantile,
    ratio,
    smallest_ratio,
    wilson,
)
from fairbench.evaluation.intervals import LEVEL

_ALL = ((1, 1), (1, 1))
#: Each rate as the cells [label][prediction] that it counts, and those among which.
RATES = {
    "base_rate": (((0, 0), (1, 1)), _ALL),
    "positive_rate": (((0, 1), (0, 1)), _ALL),
    "accuracy": (((1, 0), (0, 1)), _ALL),
    "true_positive_rate": (((0, 0), (0, 1)), ((0, 0), (1, 1))),
    "false_positive_rate": (((0, 1), (0, 0)), ((1, 1), (0, 0))),
    "positive_predictive_value": (((0, 0), (0, 1)), ((0, 1), (0, 1))),
    "negative_predictive_value": (((1, 0), (0, 0)), ((1, 0), (1, 0))),
}

#: Groups of crossed attributes that are compared at most: the largest.
MOST_COMPARED = 100
#: Comparisons of one rate: the rate, how, and a ratio's value where no group has any.
GAPS = {
    "demographic_parity_difference": ("positive_rate", "difference", None),
    "disparate_impact": ("positive_rate", "ratio", 0.0),
    "equal_opportunity_difference": ("true_positive_rate", "difference", None),
    "equal_opportunity_ratio": ("true_positive_rate", "ratio", 0.0),
    "predictive_equality_difference": ("false_positive_rate", "difference", None),
    "predictive_equality_ratio": ("false_positive_rate", "ratio", 1.0),
    "predictive_parity_difference": ("positive_predictive_value", "difference", None),
    "predictive_parity_ratio": ("positive_predictive_value", "ratio", 0.0),
    "accuracy_difference": ("accuracy", "difference", None),
}
#: Of both kinds of error at once, from the two above.
ODDS = {
    "equalized_odds_difference": ("equal_opportunity_difference", "predictive_equality_difference"),
    "equalized_odds_ratio": ("equal_opportunity_ratio", "predictive_equality_ratio"),
}


@dataclass(frozen=True, eq=False)
class Counted:
    """Counts of an attribute's groups, by label and prediction.

    Attributes
    ----------
    attribute : Attribute
    counts : array of int, shape (groups, 2, 2)
        [group, label, prediction].
    compared : array of int
        Groups that are large enough to be compared.
    reference : int
        The one that the others are held against.
    """

    attribute: Attribute
    counts: np.ndarray
    compared: np.ndarray
    reference: int

    @property
    def sizes(self) -> np.ndarray:
        """Rows of each group."""
        return self.counts.sum((1, 2))

    def rate(self, name: str, z: float) -> tuple[Limits, np.ndarray]:
        """A rate of every group with Wilson's interval, and the rows among which it is one."""
        of, among = ((self.counts * np.array(cells)).sum((1, 2)) for cells in RATES[name])
        return wilson(of, among, z), among


def count(people: People, attribute: Attribute, smallest: int, reference: str | None) -> Counted:
    """Count an attribute's groups.

    Parameters
    ----------
    people : People
    attribute : Attribute
    smallest : int
        Rows of the smallest group that is compared with others.
    reference : str, optional
        A group; the largest one if it is not named, or not among those compared.
    """
    cell = (attribute.group.astype(np.int64) * 2 + people.label) * 2 + people.prediction
    counts = np.bincount(cell, minlength=4 * len(attribute.names)).reshape(-1, 2, 2)
    sizes = counts.sum((1, 2))
    largest = np.argsort(-sizes, kind="stable")[:MOST_COMPARED]
    compared = np.sort(largest[sizes[largest] >= smallest])
    chosen = int(sizes.argmax())
    if reference in attribute.names and attribute.names.index(reference) in compared:
        chosen = attribute.names.index(reference)
    return Counted(attribute, counts, compared, chosen)


def group_lines(counted: Counted) -> Iterator[Line]:
    """Each rate of each group."""
    name, groups = counted.attribute.name, counted.attribute.names
    rates = {measure: counted.rate(measure, normal_quantile()) for measure in RATES}
    for k, group in enumerate(groups):
        for measure, (limits, among) in rates.items():
            yield Line("groups", name, group, "", measure, *map(float, limits.at(k)), int(among[k]))


def overall_lines(counted: Counted) -> Iterator[Line]:
    """Each rate of all rows together."""
    whole = counted.counts.sum(0, keepdims=True)
    everybody = Counted(counted.attribute, whole, np.array([0]), 0)
    for measure in RATES:
        limits, among = everybody.rate(measure, normal_quantile())
        yield Line("groups", "", "all rows", "", measure, *map(float, limits.at(0)), int(among[0]))


def reference_lines(counted: Counted) -> Iterator[Line]:
    """Each compared group's rates less those of the reference group, and over them."""
    name, groups = counted.attribute.name, counted.attribute.names
    reference = counted.reference
    rates = {measure: counted.rate(measure, normal_quantile()) for measure in RATES}
    for k in counted.compared[counted.compared != reference]:
        told = ("reference", name, groups[k], groups[reference])
        for measure, (limits, among) in rates.items():
            mine, other, rows = limits.at(k), limits.at(reference), int(among[[k, reference]].sum())
            apart, over = difference(mine, other), ratio(mine, other)
            yield Line(*told, f"{measure}_difference", *map(float, apart), rows)
            yield Line(*told, f"{measure}_ratio", *map(float, over), rows)


def comparison_lines(counted: Counted) -> Iterator[Line]:
    """The largest difference and the smallest ratio of the compared groups, for every measure."""
    if len(counted.compared) < 2:
        return
    found = {}
    for measure in GAPS:
        found[measure], rows = _gap(counted, measure, LEVEL)
        yield _line(counted, measure, found[measure], rows)
    # Two families of intervals, of rows with label 1 and of those with 0, which are independent.
    both = 1 - np.sqrt(1 - LEVEL)
    for measure, parts in ODDS.items():
        (one, rows), (other, more) = (_gap(counted, part, both) for part in parts)
        extreme = np.maximum if measure.endswith("difference") else np.minimum
        limits = Limits(*(float(extreme(*pair)) for pair in zip(one, other, strict=True)))
        yield _line(counted, measure, limits, rows + more)


def _gap(counted: Counted, measure: str, level: float) -> tuple[Limits, int]:
    rate, how, all_zero = GAPS[measure]
    limits, among = counted.rate(rate, range_quantile(len(counted.compared), level))
    limits = limits.at(counted.compared)
    found = largest_gap(limits) if how == "difference" else smallest_ratio(limits, all_zero)
    return found, int(among[counted.compared].sum())


def _line(counted: Counted, measure: str, limits: Limits, rows: int) -> Line:
    return Line("comparisons", counted.attribute.name, "", "", measure, *limits, rows)
