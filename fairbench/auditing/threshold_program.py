"""The best thresholds of groups for a measure, drawn at random if need be: a linear program.

Hardt, Price and Srebro (NeurIPS 2016) made the errors of groups equal in this way. Here the rates
need only be near to each other, and there may be any number of groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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

    @cached_property
    def corners(self) -> list[np.ndarray]:
        """Of each group, the cuts at the corners of its ROC curve's hull."""
        return [_corners(np.nan_to_num(above)) for above in self.above]

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

    Variables are how often a cut of a group is used, of those at the corners of its ROC curve (the
    rates of all others are means of theirs); for each kind of rows the smallest and the largest
    rate of a group; the gap between these; and the scale. The scale is 1 but where the best ratio
    is sought: then all is divided by the largest rate (Charnes and Cooper, 1962).

    Parameters
    ----------
    found : Scored
    kinds : tuple of str
        Kinds of rows whose rates are compared (`Scored.rates`).
    how : "difference" or "ratio"
        A ratio is of one kind.
    """

    def __init__(self, found: Scored, kinds: tuple[str, ...], how: str):
        self.how, self.shape = how, found.hits().shape
        corners = found.corners
        self.owner = np.repeat(np.arange(len(corners)), list(map(len, corners)))
        self.cut = np.concatenate(corners)
        self.hits = found.hits()[self.owner, self.cut]
        uses, groups = len(self.owner), range(len(corners))
        self.uses = slice(0, uses)
        self.lows = uses + 2 * np.arange(len(kinds))
        self.highs, self.gap = self.lows + 1, uses + 2 * len(kinds)
        self.scale = self.gap + 1
        self.rows: list[np.ndarray] = []  # each times the variables is at most 0
        for place, kind in enumerate(kinds):
            low, high = self.lows[place], self.highs[place]
            rate = found.rates(kind)[self.owner, self.cut]
            for group in groups:
                own = np.where(self.owner == group, rate, 0.0)
                self._at_most_0((self.uses, -own), (low, 1.0))
                self._at_most_0((self.uses, own), (high, -1.0))
            self._at_most_0((high, 1.0), (low, -1.0), (self.gap, -1.0))
        self.whole = np.array(
            [self._row((self.uses, self.owner == k), (self.scale, -1.0)) for k in groups]
        )

    def fairest(self, accuracy: float) -> tuple[float, np.ndarray | None]:
        """The best value with at least some accuracy.

        Returns
        -------
        value : float
            NaN if no thresholds are so accurate.
        weights : array, shape (groups, cuts), or None
            How often each cut is used.
        """
        if accuracy > self._most() + _ROUNDING:
            return float("nan"), None
        self._at_most_0((self.uses, -self.hits), (self.scale, accuracy - _ROUNDING))
        ratio = self.how == "ratio"
        sought, fixed = (self.lows[0], self.highs[0]) if ratio else (self.gap, self.scale)
        solved = self._solve((sought, -1.0 if ratio else 1.0), {fixed: (1.0, 1.0)})
        self.rows.pop()
        if not solved.success:
            return float("nan"), None
        if solved.x[self.scale] < _ROUNDING:  # no ratio above 0 is so accurate
            return 0.0, self._weights(self.hits == self._best()[self.owner])
        return abs(float(solved.fun)), self._weights(solved.x[self.uses])

    def most_accurate(self, fairness: float) -> float:
        """The largest accuracy with at least some fairness: a ratio, or at most a difference."""
        fixed = {self.scale: (1.0, 1.0)}
        if self.how == "ratio":
            self._at_most_0((self.lows[0], -1.0), (self.highs[0], fairness - _ROUNDING))
        else:
            fixed[self.gap] = (0.0, fairness + _ROUNDING)
        solved = self._solve((self.uses, -self.hits), fixed)
        if self.how == "ratio":
            self.rows.pop()
        return -float(solved.fun) if solved.success else float("nan")

    def _best(self) -> np.ndarray:
        """The most hits in each group."""
        found = np.full(self.shape[0], -np.inf)
        np.maximum.at(found, self.owner, self.hits)
        return found

    def _most(self) -> float:
        return float(self._best().sum())

    def _weights(self, uses: np.ndarray) -> np.ndarray:
        """How often each cut of a group is used, of how often the corners are."""
        weights = np.zeros(self.shape)
        weights[self.owner, self.cut] = np.clip(uses, 0, None)
        return weights / weights.sum(1, keepdims=True)

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


def _corners(above: np.ndarray) -> np.ndarray:
    """Cuts at the corners of the convex hull of a group's ROC curve: all others lie between them.

    From shape (labels, cuts), both rows ascending from 0 to 1.
    """
    x, y = above.tolist()  # numbers of Python are faster one by one
    kept: set[int] = set()
    for side in (1.0, -1.0):
        chain: list[int] = []
        for k in range(len(x)):
            while len(chain) > 1:
                i, j = chain[-2:]
                turn = (x[j] - x[i]) * (y[k] - y[i]) - (y[j] - y[i]) * (x[k] - x[i])
                if side * turn < -1e-15:  # j stands out to this side
                    break
                chain.pop()
            chain.append(k)
        kept |= set(chain)
    return np.array(sorted(kept))
