"""Where inputs may lie: a box, with integer columns and one-hot groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fairbench.certify.checks import columns, finite


@dataclass(frozen=True, eq=False)
class Domain:
    """A box of inputs. A column whose bounds are equal is fixed.

    Parameters
    ----------
    lower, upper : array, shape (inputs,)
        Both ends belong to the domain.
    integer : sequence of int
        Columns that take whole numbers alone; their bounds are rounded inwards.
    groups : sequence of sequence of int
        One-hot groups: of each group's columns exactly one is 1, the others are 0. A member that
        the box does not let be 1 is never chosen.

    Raises
    ------
    ValueError
        If a bound is not finite, the domain is empty, or a column is out of range or in two roles.
    """

    lower: np.ndarray
    upper: np.ndarray
    integer: Sequence[int] = ()
    groups: Sequence[Sequence[int]] = ()

    def __post_init__(self):
        lower, upper = finite(self.lower, "lower", 1), finite(self.upper, "upper", 1)
        if len(lower) != len(upper):
            raise ValueError(f"lower has {len(lower)} values, upper {len(upper)}")
        count = len(lower)
        integer = columns(self.integer, "integer", count)
        groups = tuple(columns(g, f"groups[{i}]", count) for i, g in enumerate(self.groups))
        members = [member for group in groups for member in group]
        columns(members, "groups", count)  # no column in two groups
        if both := sorted(set(members) & set(integer)):
            raise ValueError(f"columns {both} are integer and in a one-hot group: one role each")
        lower, upper = lower.copy(), upper.copy()
        whole = list(integer)
        lower[whole], upper[whole] = np.ceil(lower[whole]), np.floor(upper[whole])
        if (empty := np.flatnonzero(lower > upper)).size:
            raise ValueError(
                f"the domain is empty: column {empty[0]} goes from {self.lower[empty[0]]} to "
                f"{self.upper[empty[0]]}" + (" in whole numbers" if empty[0] in integer else "")
            )
        for name, value in dict(lower=lower, upper=upper, integer=integer, groups=groups).items():
            object.__setattr__(self, name, value)
        for index, group in enumerate(groups):
            if not self.categories(index):
                raise ValueError(
                    f"the domain is empty: groups[{index}] {list(group)} has no member"
                    " that may be 1 while the others are 0"
                )

    @property
    def inputs(self) -> int:
        """Number of input columns."""
        return len(self.lower)

    def categories(self, index: int) -> list[int]:
        """Columns of a one-hot group that the box lets be 1 while the others are 0."""
        group = list(self.groups[index])
        may_zero = (self.lower[group] <= 0) & (self.upper[group] >= 0)
        may_one = (self.lower[group] <= 1) & (self.upper[group] >= 1)
        others = may_zero.sum() - may_zero  # how many of the others may be 0
        return [
            c
            for c, one, o in zip(group, may_one, others, strict=True)
            if one and o == len(group) - 1
        ]

    def holds(self, rows: np.ndarray, tolerance: float = 0.0) -> np.ndarray:
        """Which rows lie in the domain, shape (rows,), from shape (rows, inputs)."""
        rows = np.atleast_2d(rows)
        inside = ((rows >= self.lower - tolerance) & (rows <= self.upper + tolerance)).all(1)
        whole = rows[:, list(self.integer)]
        inside &= (whole == np.round(whole)).all(1)
        for index, group in enumerate(self.groups):
            chosen = rows[:, self.categories(index)]
            one = (chosen == 1).sum(1) == 1
            inside &= one & ((rows[:, list(group)] != 0).sum(1) == 1)
        return inside
