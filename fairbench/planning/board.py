"""How a table is read as a leaderboard: what a kind says of a table, and what methods assume."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fairbench.methods import Method


@dataclass(frozen=True)
class Assumed:
    """What a label takes for granted.

    Attributes
    ----------
    method : str
        The registered method.
    clean_rows : bool
        Whether it learns from rows whose labels are clean where the study poisons.
    sensitive_at_test : bool
        Whether a prediction needs the group of the one it is about.
    noise_rate : bool
        Whether it is told a share of wrong labels (the share that `trimming` leaves out).
    """

    method: str
    clean_rows: bool
    sensitive_at_test: bool
    noise_rate: bool

    def __or__(self, other: Assumed) -> Assumed:
        """What is assumed by one or the other: a label may stand in several studies."""
        return Assumed(
            self.method,
            self.clean_rows or other.clean_rows,
            self.sensitive_at_test or other.sensitive_at_test,
            self.noise_rate or other.noise_rate,
        )


@dataclass(frozen=True)
class Measure:
    """A column that methods are ranked by."""

    column: str
    title: str
    larger_is_better: bool = True
    #: share of the score that it has at first, beside the others'
    weight: int = 1


@dataclass(frozen=True)
class Board:
    """How a table is read as a leaderboard. Rows of a method on a data set are averaged.

    Attributes
    ----------
    data_set : tuple of str
        Columns that tell a data set from others.
    measures : tuple of Measure
        Each from 0 to 1.
    assumed : mapping of label -> Assumed
    label : str
        Column of the method's label.
    only : mapping of column -> value
        Rows that count; all others are left out.
    limit : str
        Column of the distance to the best accuracy possible; none if empty.
    edge : str
        Column that says whether the end of the grid was chosen; none if empty.
    """

    data_set: tuple[str, ...]
    measures: tuple[Measure, ...]
    assumed: Mapping[str, Assumed]
    label: str = "label"
    only: Mapping[str, str | bool] = field(default_factory=dict)
    limit: str = ""
    edge: str = ""


def assumed_by(method: Method, entry: Any = None) -> Assumed:
    """What a method assumes, by what its class declares and by the entry that names it."""
    trimmed = getattr(entry, "trimming", None) is not None
    return Assumed(method.name, method.uses_clean_rows, method.needs_sensitive_at_test, trimmed)


def merged(found: Iterable[tuple[str, Assumed]]) -> dict[str, Assumed]:
    """One answer for each label."""
    together: dict[str, Assumed] = {}
    for label, each in found:
        together[label] = together[label] | each if label in together else each
    return together
