"""The best thresholds of groups for a measure, drawn at random if need be: a linear program.

Hardt, Price and Srebro (NeurIPS 2016) made the errors of groups equal in this way. Here the rates
need only be near to each other, and there may be any number of groups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

#: Rates are ratios of counts, and the solver works to 1e-7: what differs by less is equal.
_ROUNDING = 1e-8


@dataclass(frozen=True, eq=False)
class Scored:
    """Rows by group, label and score.

    Attributes
    ----------
    above : array, shape (groups, labels, cuts)
        Share of a group's rows with a label whose score is above a cut, the strictest cut first:
        from none to all.
    rows : array, shape (groups, labels)
    """

    above: np.ndarray
    rows: np.ndarray

    def rates(self, kind: str) -> np.ndarray:
        """P(above a cut) in a group, (groups, cuts): of "all" rows, or of those "ones" or "zeros".

        NaN for a group without such rows.
        """
        if kind != "all":
            return self.above[:, int(kind == "ones")]
        with np.errstate(invalid="ignore"):
            share = self.rows / self.rows.sum(1, keepdims=True)
        return (share[:, :, None] * np.nan_to_num(self.above)).sum(1)

    def hits(self) -> np.ndarray:
        """Correct decisions of each cut of a group, as shares of all rows, (groups, cuts)."""
        zeros, ones = (self.rows / self.rows.sum()).T[:, :, None]
        above = np.nan_to_num(self.above)
        return zeros * (1 - above[:, 0]) + ones * above[:, 1]


def scored(
    step: np.ndarray, label: np.ndarray, group: np.ndarray, shape: tuple[int, int]
) -> Scored:
    """Count rows.

    Parameters
    ----------
    step : array of int, shape (rows,)
        The score, as 0, 1, 2, ...
    label : array of bool, shape (rows,)
    group : array of int, shape (rows,)
    shape : tuple of int
        Groups, and values of `step`. There is one cut more.
    """
    groups, values = shape
    cell = (group.astype(np.int64) * 2 + label) * values + step
    counts = np.bincount(cell, minlength=groups * 2 * values).reshape(groups, 2, values)
    above = np.cumsum(counts[:, :, ::-1], axis=2)
    above = np.concatenate([np.zeros((groups, 2, 1)), above], axis=2)
    with np.errstate(invalid="ignore"):
        return Scored(above / above[:, :, -1:], above[:, :, -1])


class Program:
    """Thresholds of groups whose rates are near to each other.

    Variables are how often each cut of a group is used; for each kind of rows the smallest and the
    largest rate of a group; the gap between these; and the scale. The scale is 1 but where the best
    ratio is sought: then all is divided by the largest rate (Charnes and Cooper, 1962).

    Parameters
    ----------
    found : Scored
    kinds : tuple of str
        Kinds of rows whose rates are compared (`Scored.rates`).
    how : "difference" or "ratio"
        A ratio is of one kind.
    """

    def __init__(self, found: Scored, kinds: tuple[str, ...], how: str):
        self.how, self.hits = how, found.hits()
        groups, cuts = self.hits.shape
        self.uses = groups * cuts
        self.lows = self.uses + 2 * np.arange(len(kinds))
        self.highs, self.gap = self.lows + 1, self.uses + 2 * len(kinds)
        self.scale = self.gap + 1
        self.rows: list[np.ndarray] = []  # each times the variables is at most 0
        for place, kind in enumerate(kinds):
            low, high = self.lows[place], self.highs[place]
            for group, rate in enumerate(found.rates(kind)):
                own = slice(group * cuts, (group + 1) * cuts)
                self._at_most_0((own, -rate), (low, 1.0))
                self._at_most_0((own, rate), (high, -1.0))
            self._at_most_0((high, 1.0), (low, -1.0), (self.gap, -1.0))
        self.whole = np.zeros((groups, self.scale + 1))
        for group in range(groups):
            self.whole[group, group * cuts : (group + 1) * cuts] = 1.0
        self.whole[:, self.scale] = -1.0

    def fairest(self, accuracy: float) -> tuple[float, np.ndarray | None]:
        """The best value with at least some accuracy.

        Returns
        -------
        value : float
            NaN if no thresholds are so accurate.
        weights : array, shape (groups, cuts), or None
            How often each cut is used.
        """
        best = self.hits.argmax(1)
        if accuracy > self.hits.max(1).sum() + _ROUNDING:
            return float("nan"), None
        hits = slice(0, self.uses)
        self._at_most_0((hits, -self.hits.ravel()), (self.scale, accuracy - _ROUNDING))
        ratio = self.how == "ratio"
        sought, fixed = (self.lows[0], self.highs[0]) if ratio else (self.gap, self.scale)
        solved = self._solve((sought, -1.0 if ratio else 1.0), {fixed: (1.0, 1.0)})
        self.rows.pop()
        if not solved.success:
            return float("nan"), None
        if solved.x[self.scale] < _ROUNDING:  # no ratio above 0 is so accurate
            return 0.0, np.eye(self.hits.shape[1])[best]
        weights = np.clip(solved.x[hits], 0, None).reshape(self.hits.shape)
        return abs(float(solved.fun)), weights / weights.sum(1, keepdims=True)

    def most_accurate(self, fairness: float) -> float:
        """The largest accuracy with at least some fairness: a ratio, or at most a difference."""
        fixed = {self.scale: (1.0, 1.0)}
        if self.how == "ratio":
            self._at_most_0((self.lows[0], -1.0), (self.highs[0], fairness - _ROUNDING))
        else:
            fixed[self.gap] = (0.0, fairness + _ROUNDING)
        solved = self._solve((slice(0, self.uses), -self.hits.ravel()), fixed)
        if self.how == "ratio":
            self.rows.pop()
        return -float(solved.fun) if solved.success else float("nan")

    def _at_most_0(self, *entries: tuple) -> None:
        self.rows.append(self._row(*entries))

    def _row(self, *entries: tuple) -> np.ndarray:
        """A row of zeros but for some places."""
        row = np.zeros(self.scale + 1)
        for place, value in entries:
            row[place] = value
        return row

    def _solve(self, goal: tuple, fixed: dict[int, tuple[float, float]]):
        bounds = [fixed.get(place, (0.0, None)) for place in range(self.scale + 1)]
        upper = np.array(self.rows)
        zeros = np.zeros(len(upper)), np.zeros(len(self.whole))
        return linprog(self._row(goal), upper, zeros[0], self.whole, zeros[1], bounds)
