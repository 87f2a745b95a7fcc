"""A twin mixed-integer linear program through HiGHS: the reference engine, and a fallback.

Metrics of order 1 and infinity are exact. The ball of order 2 (Mahalanobis too) is surrounded by
tangents of squares, and the sigmoid bounded by lines; both are refined at the solver's point until
the bracket is closed. So ``upper`` is a bound whenever one stops. It holds up to the tolerance of
the solver's arithmetic, for which a margin is added.
"""

from __future__ import annotations

import time

import numpy as np

from fairbench.certify.attack import Attack
from fairbench.certify.certificate import Certificate
from fairbench.certify.checks import limits
from fairbench.certify.problem import Problem
from fairbench.certify.repair import pulled
from fairbench.certify.sigmoid_pieces import logit, sigmoid
from fairbench.certify.twin_bounds import TwinBounds, interval_bounds
from fairbench.certify.twin_program import TwinProgram

#: HiGHS meets rows and whole numbers up to this, so its bound is raised by as much, relative.
_MARGIN = 1e-6
#: A bracket that is as narrow counts as closed, relative to the network's scale.
_SMALL = 1e-5
_ROUNDS = 6
#: The first round's lines are as fine as a difference of this size asks for, or a larger known one.
_LEAST = 0.05
_STARTS, _STEPS = 256, 60


def solve_milp(
    problem: Problem,
    *,
    seconds: float,
    gap: float,
    bounds: TwinBounds | None = None,
    cutoff: float | None = None,
) -> Certificate:
    """Bracket the largest difference by a mixed-integer linear program.

    Parameters
    ----------
    problem : Problem
    seconds : float
        Time limit, wall clock.
    gap : float
        Relative gap (upper - lower) / lower at which to stop.
    bounds : TwinBounds, optional
        Of all pre-activations and their differences; by default those of interval arithmetic.
    cutoff : float, optional
        Look only at pairs with a larger difference, as one that is known already. ``upper`` is then
        at least the cutoff. Bounds that hold for such pairs alone may be given.

    Returns
    -------
    Certificate
        Its ``nodes`` are those of the solver.

    Raises
    ------
    ValueError
        If the time limit is 0 or below, the gap below 0, or no two people are within epsilon.
    """
    limits(seconds, gap)
    clock = _Clock(seconds)
    search = _Search(problem, gap, cutoff)
    bounds = interval_bounds(problem) if bounds is None else bounds
    bounds = cut(problem, bounds, cutoff)
    if bounds is None:
        if cutoff is None:
            raise ValueError("no two people are within epsilon of each other")
        search.bounded(-np.inf)
        return search.certificate(clock, True)
    search.bounded(_top_bound(problem, bounds))
    search.attacked()
    solved = False
    for _ in range(_ROUNDS):
        if search.closed() or clock.left() <= 0:
            break
        solved = search.round(bounds, clock)
        if not solved:
            break
    return search.certificate(clock, solved)


class _Clock:
    def __init__(self, seconds: float):
        self.start, self.seconds = time.perf_counter(), seconds

    def passed(self) -> float:
        return time.perf_counter() - self.start

    def left(self) -> float:
        return self.seconds - self.passed()


class _Search:
    """The bracket so far and how fine the approximations are."""

    def __init__(self, problem: Problem, gap: float, cutoff: float | None):
        self.problem, self.gap, self.cutoff = problem, gap, cutoff
        self.attack = Attack(problem)
        self.lower, self.upper, self.witness, self.nodes = -np.inf, np.inf, None, 0
        self.gap_now, self.finer = max(gap, 1e-6) / 2, 1.0
        rows = problem.metric.matrix.shape[0]
        count = int(np.ceil(np.sqrt(max(rows, 1) / max(gap, 1e-4)))) | 1
        self.tangents = [np.linspace(-1, 1, count + 1) for _ in range(rows)]
        kept = np.abs(problem.metric.matrix).max(1) > 0 if rows else []
        self.tangents = [t for t, k in zip(self.tangents, kept, strict=True) if k]

    def round(self, bounds: TwinBounds, clock: _Clock) -> bool:
        """One program, finer than the last; whether the solver came to its gap."""
        scale = self.problem.network.scale
        cutoff = None if self.cutoff is None else self.cutoff / scale
        known = max(self.lower / scale, 0.0 if cutoff is None else cutoff, _LEAST)
        error = float(np.clip(max(self.gap, 1e-4) * known / 4, 1e-5, 0.02)) / self.finer
        twin = TwinProgram(self.problem, bounds, error, self.tangents, cutoff)
        answer = twin.program.maximise(twin.objective, seconds=clock.left(), gap=self.gap_now)
        self.nodes += answer.nodes
        if np.isfinite(answer.bound):
            self.bounded(scale * (answer.bound + _MARGIN * (1 + abs(answer.bound))))
        elif answer.bound < 0 and self.cutoff is not None:
            self.bounded(-np.inf)
        elif answer.bound < 0 and self.witness is None:
            raise ValueError("no two people are within epsilon of each other")
        if answer.values is not None:
            self.tried(answer.values[twin.first], answer.values[twin.second])
            if twin.steps is not None and self.problem.metric.p == 2:
                steps = answer.values[twin.steps]
                self.tangents = [np.append(t, s) for t, s in zip(self.tangents, steps, strict=True)]
        self.finer *= 4
        self.gap_now /= 2
        return answer.solved

    def bounded(self, upper: float) -> None:
        """A new bound of pairs above the cutoff; below it there may be any."""
        self.upper = min(self.upper, upper if self.cutoff is None else max(upper, self.cutoff))

    def attacked(self) -> None:
        """A first pair by gradient ascent."""
        self._keep(*self.attack.best(_STARTS, _STEPS))

    def tried(self, first: np.ndarray, second: np.ndarray) -> None:
        """A pair of the solver: rounded, pulled into the ball, and climbed from."""
        pair = self._rounded(first, self.problem.first), self._rounded(second, self.problem.second)
        pair = pulled(self.problem, *pair)
        self._keep(*self.attack.pick(*(row[None] for row in pair)))
        many = self.attack.ascend(*(np.repeat(row[None], 8, 0) for row in pair), _STEPS, 0.05)
        self._keep(*self.attack.pick(*many))

    def _rounded(self, row: np.ndarray, domain) -> np.ndarray:
        row = np.clip(row, domain.lower, domain.upper)
        row[list(domain.integer)] = np.round(row[list(domain.integer)])
        for index, group in enumerate(domain.groups):
            categories = domain.categories(index)
            best = categories[int(np.argmax(row[categories]))]
            row[list(group)] = 0
            row[best] = 1
        return row

    def _keep(self, first, second, value: float) -> None:
        if value > self.lower:
            self.lower, self.witness = value, np.array([first, second])

    def closed(self) -> bool:
        """Whether the gap is what was asked for."""
        small = _SMALL * self.problem.network.scale
        return self.upper - self.lower <= max(self.gap * self.lower, small)

    def certificate(self, clock: _Clock, solved: bool) -> Certificate:
        if self.witness is None:
            self.attacked()
        if self.witness is None:
            raise ValueError("no pair within epsilon was found in the time given")
        self.upper = max(self.upper, self.lower)
        status = "closed" if self.closed() else "gap_left" if solved else "out_of_time"
        outputs = self.problem.network(self.witness)
        return Certificate(
            self.lower, self.upper, self.witness, outputs, status, clock.passed(), self.nodes,
            engine="milp",
        )  # fmt: skip


def cut(problem: Problem, bounds: TwinBounds, cutoff: float | None) -> TwinBounds | None:
    """Bounds of pairs above the cutoff; None if there are none.

    f(x') - f(x'') > T says that the first logit is at least that of T + g(lower end of the second),
    and the second at most that of g(upper end of the first) - T.
    """
    parts = (*bounds.first, *bounds.second, *bounds.difference)
    if any((low > high + 1e-7 * (1 + np.abs(low))).any() for low, high in parts):
        return None
    if cutoff is None or problem.network.output == "linear":
        return bounds
    t = cutoff / problem.network.scale
    (la, ua), (lb, ub) = ([float(e[0]) for e in side[-1]] for side in (bounds.first, bounds.second))
    la = max(la, logit(t + float(sigmoid(lb)) - 1e-12))
    ub = min(ub, logit(float(sigmoid(ua)) - t + 1e-12))
    if la > ua or lb > ub:
        return None
    first, second = (tuple(np.array([e]) for e in pair) for pair in ((la, ua), (lb, ub)))
    return TwinBounds((*bounds.first[:-1], first), (*bounds.second[:-1], second), bounds.difference)


def _top_bound(problem: Problem, bounds: TwinBounds) -> float:
    """What the bounds of the logits alone say."""
    high, low = bounds.first[-1][1], bounds.second[-1][0]
    most = float(bounds.difference[-1][1][0])
    if problem.network.output == "linear":
        return problem.network.scale * most
    ends = float(sigmoid(high[0]) - sigmoid(low[0]))
    return problem.network.scale * (min(ends, np.tanh(max(most, 0.0) / 4)) + 1e-12)
