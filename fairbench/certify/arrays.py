"""A problem as flat arrays, for the compiled kernels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from fairbench.certify.domain import Domain
from fairbench.certify.dual import LINEAR, SIGMOID
from fairbench.certify.problem import Problem

#: Radii are widened by this, relative, so that rounding excludes no pair.
_WIDER = 1 + 1e-12


class Net(NamedTuple):
    """The network, its one-hot groups, and which changes of category epsilon allows."""

    offsets: np.ndarray  # (layers + 1,): first variable of each layer; the inputs are layer 0
    weights: np.ndarray  # all matrices, row by row
    biases: np.ndarray  # (variables,), 0 for inputs
    starts: np.ndarray  # (layers,): where the matrix that leads to a layer begins
    grouped: np.ndarray  # (inputs,): whether an input is in a one-hot group
    groups: np.ndarray  # (groups, longest): members, filled up with 0
    sizes: np.ndarray  # (groups,)
    near: np.ndarray  # (groups, longest, longest): whether a change of category is near enough
    turned: np.ndarray  # all matrices, column by column


class Ball(NamedTuple):
    """The metric where bounds of single columns do not say it all; no rows where they do."""

    matrix: np.ndarray  # (rows, inputs)
    epsilon: float
    order: int  # p, and 0 for infinity
    gradient: np.ndarray  # (rows,): room for a subgradient


def net_arrays(problem: Problem) -> Net:
    """The network and the domain's groups as arrays."""
    network, groups = problem.network, problem.first.groups
    widths = [network.inputs, *network.hidden, 1]
    offsets = np.concatenate([[0], np.cumsum(widths)]).astype(np.int64)
    sizes = [w.size for w in network.weights]
    starts = np.concatenate([[0], np.cumsum([0, *sizes[:-1]])]).astype(np.int64)
    grouped = np.zeros(network.inputs, np.bool_)
    longest = max((len(g) for g in groups), default=1)
    members = np.zeros((len(groups), longest), np.int64)
    near = np.ones((len(groups), longest, longest), np.bool_)
    for index, group in enumerate(groups):
        grouped[list(group)] = True
        members[index, : len(group)] = group
        near[index, : len(group), : len(group)] = _near(problem, group)
    return Net(
        offsets,
        np.concatenate([w.ravel() for w in network.weights]),
        np.concatenate([np.zeros(network.inputs), *network.biases]),
        starts,
        grouped,
        members,
        np.array([len(g) for g in groups], np.int64),
        near,
        np.concatenate([w.T.ravel() for w in network.weights]),
    )


def _near(problem: Problem, group: tuple[int, ...]) -> np.ndarray:
    """Which pairs of categories one change of category brings within epsilon.

    Other columns cannot take a distance back where each column counts by itself.
    """
    count = len(group)
    if not problem.metric.diagonal:
        return np.ones((count, count), np.bool_)
    rows = np.eye(problem.network.inputs)[list(group)]
    first, second = np.repeat(rows, count, 0), np.tile(rows, (count, 1))
    far = problem.metric.distance(first, second) > problem.epsilon * (1 + 1e-9) + 1e-12
    return ~far.reshape(count, count)


def ball_arrays(problem: Problem) -> Ball:
    """The metric's ball for the dual."""
    metric = problem.metric
    single = metric.p == np.inf and metric.diagonal
    matrix = metric.matrix[: 0 if single else None]
    matrix = np.ascontiguousarray(matrix[np.abs(matrix).max(1) > 0] if len(matrix) else matrix)
    order = 0 if metric.p == np.inf else int(metric.p)
    return Ball(matrix, float(problem.epsilon), order, np.zeros(len(matrix)))


def root_box(problem: Problem, net: Net) -> np.ndarray:
    """Bounds of the inputs, and none yet of what follows, shape (6, variables)."""
    count, width = problem.network.inputs, int(net.offsets[-1])
    box = np.empty((6, width))
    box[0::2], box[1::2] = -np.inf, np.inf
    for row, domain in ((0, problem.first), (2, problem.second)):
        box[row, :count], box[row + 1, :count] = _corners(domain)
    radii = problem.metric.radii(problem.epsilon) * _WIDER
    whole = list(problem.first.integer)
    radii[whole] = np.floor(radii[whole] + 1e-9)
    radii = np.where(net.grouped, np.inf, radii)
    box[4, :count] = np.maximum(-radii, box[0, :count] - box[3, :count])
    box[5, :count] = np.minimum(radii, box[1, :count] - box[2, :count])
    if not problem.metric.diagonal:
        _narrow(problem, box, net.grouped)
    return box


def _narrow(problem: Problem, box: np.ndarray, grouped: np.ndarray) -> None:
    """Differences of single columns under the metric and those of the others, by linear programs.

    Where columns move freely together, but none alone, radii alone say nothing. The ball of any p
    lies in that of p infinity.
    """
    count, matrix = problem.network.inputs, problem.metric.matrix
    ends = np.stack([box[4, :count], box[5, :count]], 1)
    rows = np.concatenate([matrix, -matrix])
    sides = np.full(len(rows), problem.epsilon)
    for column in np.flatnonzero(~grouped):
        for row, sign in ((4, 1.0), (5, -1.0)):
            found = linprog(sign * np.eye(count)[column], rows, sides, bounds=ends)
            if found.status == 0:
                value = sign * found.fun - sign * 1e-6 * (1 + abs(found.fun))
                pick = max if row == 4 else min
                box[row, column] = pick(box[row, column], value)


def _corners(domain: Domain) -> tuple[np.ndarray, np.ndarray]:
    """The box with one-hot columns from 0 to 1; those that may not be chosen end at 0."""
    lower, upper = domain.lower.copy(), domain.upper.copy()
    for index, group in enumerate(domain.groups):
        lower[list(group)] = upper[list(group)] = 0
        upper[domain.categories(index)] = 1
    return lower, upper


def rates(problem: Problem, box: np.ndarray) -> np.ndarray:
    """A unit of the objective over the range of each variable, and over the metric's epsilon."""
    ranges = np.maximum(box[1] - box[0], box[3] - box[2])
    rows = len(ball_arrays(problem).matrix)
    apart = np.full(rows, max(problem.epsilon, 1e-3))
    return 1 / np.maximum(np.concatenate([ranges, apart]), 1e-9)


def link_of(problem: Problem) -> int:
    """The kernels' number of the output."""
    return SIGMOID if problem.network.output == "sigmoid" else LINEAR
