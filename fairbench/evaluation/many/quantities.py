"""What methods are compared by, and how large a difference has to be to matter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Quantity(NamedTuple):
    """A measure of a method on a data set.

    Attributes
    ----------
    title : str
    unit : str
        What one of it is.
    rope : float
        Half the region of practical equivalence: differences up to it make no difference in use.
    sign : int
        1 where more is better, -1 where less is.
    """

    title: str
    unit: str
    rope: float
    sign: int = 1


CRITERION = "criterion"
VOLUME = "hypervolume_share"
DISTANCE, SHORTFALL = "distance_to_limit", "sum_to_limit"

QUANTITIES = {
    "accuracy": Quantity("accuracy", "share of test rows", 0.01),
    "disparate_impact": Quantity("disparate impact", "ratio of positive rates", 0.02),
    "auc": Quantity("AUC", "chance of the right order", 0.01),
    "gpa": Quantity("GPA", "gap of chances", 0.01, -1),
    "audc": Quantity("AUDC", "mean gap of rates", 0.01, -1),
    "certified_delta": Quantity("certified delta", "difference of scores", 0.01, -1),
    CRITERION: Quantity("criterion", "sum of its parts", 0.02),
    VOLUME: Quantity("hypervolume", "share of the limit's", 0.01),
}
"""By name. The criterion is the sum of those that a study is selected by, each by its sign."""

REGRETS = {
    DISTANCE: Quantity("accuracy missing at the same disparate impact", "share of rows", 0.01, -1),
    SHORTFALL: Quantity("accuracy + disparate impact missing to the largest sum", "sum", 0.02, -1),
}
"""What is missing to the best that any classifier could do, where the law is known."""


def criterion_title(parts: Iterable[str]) -> str:
    """The criterion in words, such as ``accuracy + disparate impact``."""
    words = ""
    for name in parts:
        quantity = QUANTITIES[name]
        sign = " + " if quantity.sign > 0 else " - "
        words += (sign if words or quantity.sign < 0 else "") + quantity.title
    return words
