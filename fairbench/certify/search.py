"""Branch and bound over pairs: the project's own engine."""

from __future__ import annotations

import functools
import heapq
import itertools
import time
from typing import NamedTuple

import numpy as np

from fairbench.certify import arrays, branch, dual, tighten
from fairbench.certify.attack import Attack
from fairbench.certify.certificate import Certificate
from fairbench.certify.compiling import first_alone
from fairbench.certify.domain import Domain
from fairbench.certify.metric import WeightedLp
from fairbench.certify.network import Network
from fairbench.certify.pair import propagate
from fairbench.certify.problem import Problem

#: Steps of the descent at the root and at a node.
_ROOT, _STEPS = 300, 80
#: Multipliers of the logits that are tried at the root, up to about the link's largest slope.
_SLOPES = {dual.SIGMOID: (0.2, 0.05, 0.01, 0.0), dual.LINEAR: (1.0, 0.5, 0.0)}
#: Adam's rate for a node's bound, and for the bound of one unit with its number of steps.
_RATE, _UNIT = 0.02, (0.02, 100)
#: Rounds of tightening at the root end when one narrows the hexagons by less than this share.
_ROUNDS, _NARROWER = 5, 0.05
#: Multipliers say something if their bound is at most so many times that of the logits' ranges.
_USEFUL = 1.5
#: Nodes between two looks for better pairs near those that the bound took.
_LOOK = 64
#: After so many nodes, and whenever they doubled, the search for pairs starts anew.
_AGAIN = 1000
#: So many open nodes end a search, before they fill the memory.
_OPEN = 60_000
#: Differences below this share of the output's range count as none.
_NOTHING = 1e-7


@functools.cache
def compile_once() -> None:
    """Have all kernels compiled, or loaded from the disk, so that no search's time counts it."""
    domain, metric = Domain([-1, -1], [1, 1]), WeightedLp([1, 1], 1)
    network = Network([[[1, 2], [-2, 1]], [[1, 1]]], [[0, 0], [0]])
    with first_alone("search"):
        Search(Problem(network, 1.0, metric, domain, domain), 0.01).run(np.inf, 3)


class Node(NamedTuple):
    """A part of the space of pairs, with the multipliers of its bound and how to split it."""

    bound: float
    box: np.ndarray
    p: np.ndarray
    q: np.ndarray
    m: np.ndarray
    split: tuple


class Search:
    """One problem's search; its bracket is valid whenever it stops.

    Parameters
    ----------
    problem : Problem
    gap : float
        The bracket is closed once upper <= (1 + gap) lower.
    """

    def __init__(self, problem: Problem, gap: float):
        self.problem, self.gap = problem, gap
        self.net, self.ball = arrays.net_arrays(problem), arrays.ball_arrays(problem)
        self.link = arrays.link_of(problem)
        whole = np.zeros(problem.network.inputs, np.bool_)
        whole[list(problem.first.integer)] = True
        box = arrays.root_box(problem, self.net)
        ends = box[:4, : problem.network.inputs]
        span = np.maximum(ends[[1, 3]].max(0) - ends[[0, 2]].min(0), 1e-12)
        self.inputs = whole, span
        self.goal = np.zeros((2, box.shape[1]))
        if self.link == dual.LINEAR:
            self.goal[:, -1] = 1, -1
        self.mean = np.zeros((4, box.shape[1]))
        self.attack = Attack(problem)
        self.nodes, self.heap, self.guesses, self.order = 0, [], [], itertools.count()
        self.again = _AGAIN
        self.box, self.empty = box, not propagate(self.net, box, 1)
        self.range = 1.0 if self.link == dual.SIGMOID else float(box[1, -1] - box[0, -1])

    def run(self, seconds: float, nodes: int | None) -> Certificate:
        """Search until the gap, the time or the number of nodes is reached."""
        began = time.perf_counter()
        self.ends = began + seconds
        self.witness, self.lower = self._first_pair()
        self._root()
        status = self._branch(nodes)
        upper = max([self.target, *(node.bound for _, _, node in self.heap)])
        return self._certificate(upper, status, time.perf_counter() - began)

    def _certificate(self, upper: float, status: str, seconds: float) -> Certificate:
        scale, outputs = self.problem.network.scale, self.problem.network(self.witness)
        lower = float(outputs[0] - outputs[1])
        upper = max(scale * upper, lower)
        return Certificate(lower, upper, self.witness, outputs, status, seconds, self.nodes)

    @property
    def target(self) -> float:
        """Boxes whose pairs differ by at most this, in the link's units, are done."""
        return self.lower * (1 + self.gap) + _NOTHING * self.range

    def _first_pair(self) -> tuple[np.ndarray, float]:
        first, second, value = self.attack.best(starts=256, steps=60)
        return np.stack([first, second]), value / self.problem.network.scale

    def _offer(self, first: np.ndarray, second: np.ndarray) -> None:
        first, second, value = self.attack.pick(first, second)
        if value / self.problem.network.scale > self.lower:
            self.witness = np.stack([first, second])
            self.lower = value / self.problem.network.scale

    def _root(self) -> None:
        """Tighten the whole space under the target, and bound it."""
        box = self.box
        if self.empty or not tighten.cut(box, self.target, self.link):
            return
        rates = arrays.rates(self.problem, box)
        unit_rates, size = _UNIT[0] * rates, max(self.target, 0.05 * self.range)
        self.rates = _RATE * size * rates
        before = np.inf
        for _ in range(_ROUNDS):
            if self._late():
                break
            if not tighten.tighten(
                self.net, self.ball, box, self.target, self.link, _UNIT[1], unit_rates
            ):
                return
            after = float((box[5] - box[4])[self.problem.network.inputs :].sum())
            if after > (1 - _NARROWER) * before:
                break
            before = after
        ends = branch.of_ends(box, self.link)
        for slope in _SLOPES[self.link]:
            root = self._began(box, slope)
            if root.bound < _USEFUL * ends:
                break  # large multipliers lead the search better, where they say anything at all
        self._bound(root)

    def _began(self, box: np.ndarray, slope: float) -> Node:
        """The root after a short descent from multipliers of this slope at the top."""
        width = box.shape[1]
        p, q, m = np.zeros(width), np.zeros(width), np.zeros(len(self.ball.matrix))
        p[-1], q[-1] = slope, -slope
        tighten.multipliers(self.net, box, len(self.net.offsets) - 2, p, q)
        how = (self.goal, self.link, _ROOT, self.rates, self.target, self.mean)
        bound = dual.descend(self.net, self.ball, box, p, q, m, *how)
        return Node(bound, box, p, q, m, ())

    def _bound(self, node: Node) -> None:
        """Bound a node; keep it, with its best split, if it may hold a better pair."""
        self.nodes += 1
        p, q, m = node.p.copy(), node.q.copy(), node.m.copy()
        steps = _STEPS if self.nodes > 1 else _ROOT
        how = (self.goal, self.link, steps, self.rates, self.target, self.mean)
        bound, split = branch.visit(self.net, self.ball, node.box, p, q, m, *how, *self.inputs)
        bound = min(bound, node.bound)
        if bound > self.target:
            self.guesses.append(self.mean[:2, : self.problem.network.inputs].copy())
            self._keep(Node(bound, node.box, p, q, m, split))

    def _keep(self, node: Node) -> None:
        heapq.heappush(self.heap, (-node.bound, next(self.order), node))

    def _branch(self, limit: int | None) -> str:
        while self.heap:
            if self._late():
                return "out_of_time"
            if len(self.heap) > _OPEN or (limit is not None and self.nodes >= limit):
                return "gap_left"
            node = heapq.heappop(self.heap)[2]
            if node.bound <= self.target:
                return "closed"  # the heap's largest bound
            if not self._split(node):
                self._keep(node)
                return "gap_left"
            if len(self.guesses) >= min(_LOOK, 8 + self.nodes // 4):
                self._look()
        return "closed"

    def _split(self, node: Node) -> bool:
        """Bound both parts of a node; False where there is nothing to split."""
        if node.split[2] < 0:
            return False
        for upper in (True, False):
            box = node.box.copy()
            if branch.part(
                self.net, self.inputs[0], box, *node.split[:4], upper, self.target, self.link
            ):
                self._bound(node._replace(box=box))
        return True

    def _look(self) -> None:
        """Look for better pairs near where the bounds of late nodes had their maximum."""
        first, second = (np.stack(rows) for rows in zip(*self.guesses, strict=True))
        self.guesses.clear()
        self._offer(*self.attack.near(first, second))
        if self.nodes >= self.again:  # ever more seldom: starts anew
            self.again *= 2
            first, second, _ = self.attack.best(starts=512, steps=60)
            self._offer(first[None], second[None])

    def _late(self) -> bool:
        return time.perf_counter() > self.ends
