"""Around people: how much the output of each can change within epsilon.

First bounds and attacks of all at once; then, where these leave the bracket open, the branch and
bound, one person after another in the time that is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fairbench.certify.certificate import Certificate
from fairbench.certify.checks import finite, limits
from fairbench.certify.domain import Domain
from fairbench.certify.metric import Metric
from fairbench.certify.network import Network
from fairbench.certify.problem import Problem
from fairbench.certify.row_bounds import attacked, logit_bounds
from fairbench.certify.row_reach import RowReach

#: People bounded at once: what is in memory is so many times the units of two layers.
_BLOCK = 256
#: A bracket that is as narrow is closed, relative to the network's scale.
_SMALL = 1e-7
Solver = Callable[[Problem, float, float], Certificate]


@dataclass(frozen=True)
class Shares:
    """Shares of people whose certified delta is below a threshold, is not, or is left open."""

    below: float
    not_below: float
    undecided: float


@dataclass(frozen=True, eq=False)
class RowCertificates:
    """A bracket of delta around each person, max |f(x) - f(x'')| over x'' within epsilon of x.

    Attributes
    ----------
    lower, upper : array, shape (rows,)
    witnesses : array, shape (rows, inputs)
        x'' of the lower bound.
    searched : array of bool, shape (rows,)
        For whom the branch and bound was asked.
    seconds : float
    """

    lower: np.ndarray
    upper: np.ndarray
    witnesses: np.ndarray
    searched: np.ndarray
    seconds: float

    def shares(self, threshold: float) -> Shares:
        """Of all people: delta certainly below, certainly not below, and undecided."""
        below, not_below = self.upper < threshold, self.lower >= threshold
        undecided = ~below & ~not_below
        return Shares(float(below.mean()), float(not_below.mean()), float(undecided.mean()))


def certify_rows(
    network: Network,
    rows: np.ndarray,
    *,
    epsilon: float,
    metric: Metric,
    domain: Domain,
    seconds: float = 60.0,
    gap: float = 0.01,
    threshold: float | None = None,
    solve: Solver | None = None,
) -> RowCertificates:
    """Bracket the delta around each row.

    Parameters
    ----------
    network, epsilon, metric, domain, seconds, gap
        As for `fairbench.certify.certify`; the time is that of all rows together. The bounds of
        all at once are made whatever the time.
    rows : array, shape (rows, inputs)
        People of the domain.
    threshold : float, optional
        Search only where it is open whether delta is below it, and not for the gap.
    solve : callable of problem, seconds and gap, optional
        The engine of the search; by default the branch and bound.

    Raises
    ------
    ValueError
        If a row is not in the domain, or an argument is out of range.
    """
    limits(seconds, gap)
    start = time.perf_counter()
    rows = np.array(finite(rows, "rows", 2))
    Problem(network, epsilon, metric, domain, domain)  # its checks
    if rows.shape[1] != network.inputs:
        raise ValueError(f"the network has {network.inputs} inputs, the rows {rows.shape[1]}")
    if not (inside := domain.holds(rows)).all():
        raise ValueError(f"row {int(np.argmin(inside))} is not in the domain")
    found = _Found(network, rows, gap, threshold)
    for first in range(0, len(rows), _BLOCK):
        at = np.arange(first, min(first + _BLOCK, len(rows)))
        found.look(at, RowReach(rows[at], metric, epsilon, domain))
    solve = _branch_and_bound if solve is None else solve
    order = found.open_rows()
    for place, row in enumerate(order):
        left = seconds - (time.perf_counter() - start)
        if left <= 0:
            break
        person = Domain(rows[row], rows[row], integer=domain.integer, groups=domain.groups)
        share = left / np.sqrt(len(order) - place)  # some take long, most do not
        found.search(row, Problem(network, epsilon, metric, person, domain), solve, share)
    took = time.perf_counter() - start
    return RowCertificates(found.lower, found.upper, found.witnesses, found.searched, took)


class _Found:
    """What is known of each row: f(x'') - f(x) is at most ``above[0]``, f(x) - f(x'') ``[1]``."""

    def __init__(self, network: Network, rows: np.ndarray, gap: float, threshold: float | None):
        self.network, self.rows, self.gap, self.threshold = network, rows, gap, threshold
        self.own = network(rows)
        self.above = np.full((2, len(rows)), np.inf)
        self.lower, self.witnesses = np.zeros(len(rows)), rows.copy()
        self.searched = np.zeros(len(rows), bool)

    @property
    def upper(self) -> np.ndarray:
        return np.maximum(self.above.max(0), self.lower)

    def look(self, at: np.ndarray, reach: RowReach) -> None:
        """Bounds and attacks of rows at once."""
        low, high = logit_bounds(self.network, reach)
        offset, scale = self.network.offset, self.network.scale
        margin = 1e-12 * (1 + np.abs(self.own[at]))
        ends = [offset + scale * self.network.link(end) for end in (high, low)]
        self.above[:, at] = ends[0] - self.own[at] + margin, self.own[at] - ends[1] + margin
        for up in (True, False):
            self.keep(at, attacked(self.network, reach, up=up))

    def keep(self, at: np.ndarray, others: np.ndarray) -> None:
        """Neighbours, if they differ more than those known."""
        value = np.abs(self.network(others) - self.own[at])
        better = value > self.lower[at]
        self.lower[at[better]], self.witnesses[at[better]] = value[better], others[better]

    def open_rows(self) -> np.ndarray:
        """Rows to search, the narrowest brackets first."""
        rows = np.flatnonzero(self._is_open(self.upper))
        return rows[np.argsort((self.upper - self.lower)[rows], kind="stable")]

    def _is_open(self, upper: np.ndarray) -> np.ndarray:
        """Whether a bound leaves something open; the threshold's question, if there is one."""
        if self.threshold is not None:
            return (upper >= self.threshold) & (self.lower < self.threshold)
        return upper - self.lower > np.maximum(self.gap * self.lower, _SMALL * self.network.scale)

    def search(self, row: int, problem: Problem, solve: Solver, seconds: float) -> None:
        """Branch and bound in the two directions, as far as they are open."""
        ends = time.perf_counter() + seconds
        self.searched[row] = True
        for turned in np.argsort(-self.above[:, row]):
            if not self._is_open(self.above[turned])[row]:
                continue
            person, domain = problem.first, problem.second
            sides = (person, domain) if turned else (domain, person)
            asked = Problem(problem.network, problem.epsilon, problem.metric, *sides)
            certificate = solve(asked, max(ends - time.perf_counter(), 1e-3), self.gap)
            self.above[turned, row] = min(self.above[turned, row], certificate.upper)
            self.keep(np.array([row]), certificate.witness[[1 if turned else 0]])


def _branch_and_bound(problem: Problem, seconds: float, gap: float) -> Certificate:
    from fairbench.certify.search import Search  # compiles

    return Search(problem, max(gap, 1e-6)).run(seconds, None)
