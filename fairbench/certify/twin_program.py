"""Two copies of a network as one mixed-integer linear program (Benussi et al., IJCAI 2022).

Each undecided ReLU has a binary with a big M from the bounds. Beyond the published encoding stand
what the metric says of the *difference* of the copies, categories as whole pairs, and a sigmoid
that is bounded up to a chosen error on the whole of its interval.
"""

from __future__ import annotations

import numpy as np

from fairbench.certify.problem import Problem
from fairbench.certify.program import Program
from fairbench.certify.sigmoid_pieces import Piece, upper_pieces
from fairbench.certify.twin_bounds import TwinBounds, category_pairs

#: Distances in units of epsilon may exceed 1 by this: the data of a row are rounded.
_ROUNDED = 1e-9


class TwinProgram:
    """The program of a problem, with what a later round refines.

    Parameters
    ----------
    problem : Problem
    bounds : TwinBounds
    error : float
        Most that the sigmoid is overstated by.
    tangents : list of array
        For p = 2, points from -1 to 1 a row of the metric's matrix, at which a square is bounded.
    cutoff : float or None
        Pairs with a smaller difference are left out; in units of the network before its scale.
    """

    def __init__(self, problem: Problem, bounds: TwinBounds, error, tangents, cutoff=None):
        self.problem, self.bounds, self.program = problem, bounds, Program()
        self.first, self.second = (self._inputs(d) for d in (problem.first, problem.second))
        self.steps = None
        self._distance(tangents)
        self._categories()
        tops = self._layers()
        self.objective = self._top(*tops, error, cutoff)

    def _inputs(self, domain) -> np.ndarray:
        lower, upper = domain.lower.copy(), domain.upper.copy()
        whole = np.zeros(domain.inputs, bool)
        whole[list(domain.integer)] = True
        for index, group in enumerate(domain.groups):
            chosen = domain.categories(index)
            lower[list(group)], upper[list(group)] = 0, 0
            upper[chosen], whole[chosen] = 1, True
        columns = self.program.add(lower, upper, whole=whole)
        for group in domain.groups:
            self.program.require(1, 1, (np.ones((1, len(group))), columns[list(group)]))
        return columns

    def _distance(self, tangents) -> None:
        """Exact for p = 1 and infinity; for p = 2 the ball's outside, by tangents of squares."""
        problem, add, require = self.problem, self.program.add, self.program.require
        matrix, epsilon = problem.metric.matrix, problem.epsilon
        matrix = matrix[np.abs(matrix).max(1) > 0] if matrix.size else matrix[:0]
        if not len(matrix):
            return
        if epsilon == 0:
            require(0, 0, (matrix, self.first), (-matrix, self.second))
            return
        scaled = matrix / epsilon
        reach = 1 + _ROUNDED
        steps = self.steps = add(np.full(len(matrix), -reach), reach)
        require(0, 0, (scaled, self.first), (-scaled, self.second), (-1, steps))
        self._whole_steps()
        if problem.metric.p == np.inf or len(matrix) == 1:
            return
        sizes = add(np.zeros(len(matrix)), reach**2)
        require(-np.inf, reach**2, (np.ones((1, len(matrix))), sizes))
        if problem.metric.p == 1:
            for sign in (1, -1):
                require(0, np.inf, (1, sizes), (sign, steps))
            return
        for row, points in enumerate(tangents):
            count = len(points)
            size, step = np.full(count, sizes[row]), np.full(count, steps[row])
            require(-(points**2) - 1e-12, np.inf, (1, size), (-2 * points, step))

    def _whole_steps(self) -> None:
        """Integer columns of a diagonal metric differ by whole numbers within their radius."""
        whole = np.array(self.problem.first.integer, int)
        radii = self.problem.metric.radii(self.problem.epsilon)[whole]
        held = np.isfinite(radii)
        if self.problem.metric.diagonal and held.any():
            whole, radii = whole[held], np.floor(radii[held] * (1 + _ROUNDED) + _ROUNDED)
            self.program.require(-radii, radii, (1, self.first[whole]), (-1, self.second[whole]))

    def _categories(self) -> None:
        """Somebody of a category has a partner only of those that epsilon allows."""
        for index in range(len(self.problem.first.groups)):
            pairs = category_pairs(self.problem, index)
            for one, other, side in ((self.first, self.second, 0), (self.second, self.first, 1)):
                for category in sorted({pair[side] for pair in pairs}):
                    partners = [pair[1 - side] for pair in pairs if pair[side] == category]
                    row = np.ones((1, len(partners)))
                    columns = other[partners]
                    self.program.require(0, np.inf, (row, columns), (-1, one[[category]]))
                reached = {pair[side] for pair in pairs}
                domain = (self.problem.first, self.problem.second)[side]
                if alone := [c for c in domain.categories(index) if c not in reached]:
                    self.program.require(0, 0, (1, one[alone]))

    def _layers(self) -> tuple[np.ndarray, np.ndarray]:
        """Both copies, layer by layer; the variables of their logits."""
        network, (first, second) = self.problem.network, (self.first, self.second)
        for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
            one = self._linear(first, weight, bias, self.bounds.first[layer])
            two = self._linear(second, weight, bias, self.bounds.second[layer])
            self._apart(layer, one, two)
            if layer == len(network.weights) - 1:
                return one, two
            first = self._relu(one, self.bounds.first[layer])
            second = self._relu(two, self.bounds.second[layer])
            self._relu_apart(layer, (one, two), (first, second))
        raise AssertionError("a network has a layer")

    def _linear(self, before, weight, bias, bounds) -> np.ndarray:
        after = self.program.add(*bounds)
        self.program.require(-bias, -bias, (weight, before), (-1, after))
        return after

    def _relu(self, before, bounds) -> np.ndarray:
        """The variables after ReLU: those before it where a unit is always active."""
        low, high = bounds
        after = before.copy()
        off = np.flatnonzero(high <= 0)
        after[off] = self.program.add(np.zeros(len(off)), 0)
        open_ = np.flatnonzero((low < 0) & (high > 0))
        if not len(open_):
            return after
        low, high, before = low[open_], high[open_], before[open_]
        units = after[open_] = self.program.add(np.zeros(len(open_)), high)
        on = self.program.add(np.zeros(len(open_)), 1, whole=True)
        self.program.require(0, np.inf, (1, units), (-1, before))
        self.program.require(-np.inf, -low, (1, units), (-1, before), (-low, on))
        self.program.require(-np.inf, 0, (1, units), (-high, on))
        return after

    def _apart(self, layer, one, two) -> None:
        low, high = self.bounds.difference[layer]
        told = (low > self.bounds.first[layer][0] - self.bounds.second[layer][1]) | (
            high < self.bounds.first[layer][1] - self.bounds.second[layer][0]
        )
        if told.any():
            self.program.require(low[told], high[told], (1, one[told]), (-1, two[told]))

    def _relu_apart(self, layer, before, after) -> None:
        """relu(a) - relu(b) between lines in a - b: the hull of what bounds of a - b alone say."""
        low, high = self.bounds.difference[layer]
        lows = [self.bounds.first[layer][0], self.bounds.second[layer][0]]
        highs = [self.bounds.first[layer][1], self.bounds.second[layer][1]]
        stable = (np.minimum(*lows) >= 0) | (np.maximum(*highs) <= 0)
        told = ~stable & (low > lows[0] - highs[1]) & (high < highs[0] - lows[1]) & (high > low)
        if not told.any():
            return
        low, high = low[told], high[told]
        (a, b), (one, two) = ([v[told] for v in pair] for pair in (before, after))
        width = high - low
        slope = np.clip(high / width, 0, 1)  # of the line from (low, min(low, 0)...) above
        above = np.where((low < 0) & (high > 0), -low * high / width, 0.0)
        self.program.require(-np.inf, above, (1, one), (-1, two), (-slope, a), (slope, b))
        slope = np.clip(-low / width, 0, 1)
        below = np.where((low < 0) & (high > 0), low * high / width, 0.0)
        self.program.require(below, np.inf, (1, one), (-1, two), (-slope, a), (slope, b))

    def _top(self, a, b, error, cutoff) -> np.ndarray:
        """The objective: f(x') - f(x'') before the scale, as a row of coefficients."""
        if self.problem.network.output == "linear":
            terms = [(1.0, a), (-1.0, b)]
        else:
            (la, ua), (lb, ub) = self.bounds.first[-1], self.bounds.second[-1]
            one = self._sigmoid(a, 1, upper_pieces(float(la[0]), float(ua[0]), error))
            two = self._sigmoid(b, -1, upper_pieces(-float(ub[0]), -float(lb[0]), error))
            terms = [(1.0, one), (1.0, two), (-1.0, self.program.add(1, 1))]
        if cutoff is not None:
            self.program.require(cutoff, np.inf, *terms)
        objective = np.zeros(self.program.variables)
        for coefficient, variable in terms:
            objective[variable] = coefficient
        return objective

    def _sigmoid(self, z, sign: int, pieces: list[Piece]) -> np.ndarray:
        """A variable that may be as large as the pieces' bound of the sigmoid of sign * z."""
        add, require = self.program.add, self.program.require
        y = add(0, 1)
        if len(pieces) == 1:
            slopes, rests = np.array(pieces[0].lines).T
            count = len(slopes)
            require(-np.inf, rests, (1, np.repeat(y, count)), (-sign * slopes, np.repeat(z, count)))
            return y
        low, high = np.array([(piece.low, piece.high) for piece in pieces]).T
        chosen = add(np.zeros(len(pieces)), 1, whole=True)
        part = add(np.minimum(low, 0), np.maximum(high, 0))
        value = add(np.zeros(len(pieces)), 1)
        every = np.ones((1, len(pieces)))
        require(1, 1, (every, chosen))
        require(0, 0, (every, part), (-sign, z))
        require(0, 0, (every, value), (-1, y))
        require(0, np.inf, (1, part), (-low, chosen))
        require(-np.inf, 0, (1, part), (-high, chosen))
        for index, piece in enumerate(pieces):
            slopes, rests = np.array(piece.lines).T
            at = np.full(len(slopes), index)
            require(-np.inf, 0, (1, value[at]), (-slopes, part[at]), (-rests, chosen[at]))
        return y
