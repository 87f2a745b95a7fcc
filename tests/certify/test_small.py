"""The small problems whose solutions a bound is made of, against grids."""

from itertools import product

import numpy as np
import pytest

from fairbench.certify import Domain, Network, WeightedLp, arrays
from fairbench.certify.pair import POINTS, corners, meet, propagate
from fairbench.certify.problem import Problem
from fairbench.certify.small import ball, best_logit, pick, sigmoid
from fairbench.certify.tighten import reaching


@pytest.mark.parametrize("slope", [-0.3, 0.0, 1e-6, 0.02, 0.1, 0.2, 0.249, 0.25, 0.4])
def test_the_best_logit_of_a_range(slope):
    """sigmoid(t) - slope t has its maximum at an end, or where its derivative is 0."""
    for low, high in [(-6, 6), (-1, 8), (-9, -2), (0.5, 3), (-20, 20), (2, 2)]:
        grid = np.linspace(low, high, 20001)
        values = 0.5 * (1 + np.tanh(grid / 2)) - slope * grid
        at, best = best_logit(float(low), float(high), slope)
        assert values.max() - 1e-12 <= best <= values.max() + 1e-5
        assert best == pytest.approx(sigmoid(at) - slope * at, abs=1e-12)


@pytest.mark.parametrize(("order", "p"), [(1, 1), (2, 2), (0, np.inf)])
def test_the_ball_is_a_support_function(order, p):
    """epsilon ||m||_dual is the largest m d over ||d||_p <= epsilon, at its subgradient."""
    random = np.random.default_rng(3)
    for _ in range(20):
        m, grad = random.normal(size=4), np.zeros(4)
        value = ball(m, 0.7, order, grad)
        assert np.linalg.norm(grad, p) <= 0.7 * (1 + 1e-9)
        assert value == pytest.approx(m @ grad)
        steps = random.normal(size=(2000, 4))
        steps *= 0.7 / np.linalg.norm(steps, p, axis=1)[:, None]
        assert (steps @ m).max() <= value + 1e-12


def test_the_best_point_of_a_hexagon():
    """ca relu(a) + cb relu(b) - p a - q b over a hexagon: no point of a grid is better."""
    random = np.random.default_rng(5)
    for _ in range(60):
        a, b = np.sort(random.normal(0, 2, 2)), np.sort(random.normal(0, 2, 2))
        apart = np.sort(random.normal(0, 1.5, 2))
        box = np.array([*a, *b, *apart])[:, None].copy()
        if not meet(box, 0):
            continue
        va, vb = np.zeros((POINTS, 1)), np.zeros((POINTS, 1))
        corners(box, 0, 1, va, vb)
        points = (va, vb, np.maximum(va, 0), np.maximum(vb, 0))
        ca, cb, p, q = random.normal(size=(4, 1))
        best, work = np.zeros(1), np.zeros((13, 1))
        pick(points, 0, 1, ca, cb, p, q, best, work)
        grid = np.meshgrid(np.linspace(*a, 201), np.linspace(*b, 201))
        inside = (grid[0] - grid[1] >= apart[0] - 1e-9) & (grid[0] - grid[1] <= apart[1] + 1e-9)
        x, y = grid[0][inside], grid[1][inside]
        values = ca * np.maximum(x, 0) + cb * np.maximum(y, 0) - p * x - q * y
        assert best[0] >= values.max(initial=-np.inf) - 1e-9
        first, second = work[0, 0], work[1, 0]
        assert best[0] == pytest.approx(
            (ca * max(first, 0) + cb * max(second, 0) - p * first - q * second).item()
        )


def test_the_logits_that_may_reach_a_target():
    """No logit outside of what is kept has a partner with which the target is reached."""
    random = np.random.default_rng(7)
    for _ in range(60):
        low, high = np.sort(random.normal(0, 4, 2))
        other, du = random.normal(0, 3), random.uniform(0, 4)
        target = random.uniform(0.01, 0.9)
        grid = np.linspace(low, high, 4001)
        partner = np.maximum(other, grid - du)
        gain = 0.5 * (np.tanh(grid / 2) - np.tanh(partner / 2))
        kept = reaching(low, high, other, du, target)
        reached = grid[gain >= target]
        if len(reached):
            assert kept[0] <= reached[0] + 1e-9 and reached[-1] <= kept[1] + 1e-9
        elif kept[0] <= kept[1]:  # a peak between two points of the grid, at most
            assert gain.max() > target - 1e-3


def test_units_see_two_categories_of_a_free_group():
    """The six bounds of a unit of the first layer over a one-hot group that moves freely."""
    random = np.random.default_rng(9)
    domain = Domain([0] * 4, [1] * 4, groups=[[1, 2, 3]])
    rows = np.array([[x, *one] for x in (0, 1) for one in np.eye(3)])
    for theta in ([1, 0, 0, 0], [1, 0.1, 0.1, 5]):  # all categories, and the first two, are near
        network = Network([random.normal(size=(5, 4)), [[1.0] * 5]], [random.normal(size=5), [0]])
        metric = WeightedLp(theta, np.inf)
        problem = Problem(network, 0.25, metric, domain, domain)
        net = arrays.net_arrays(problem)
        box = arrays.root_box(problem, net)
        assert propagate(net, box, 1)
        first, second = (
            rows[list(each)] for each in zip(*product(range(6), repeat=2), strict=True)
        )
        second[:, 0] = np.clip(second[:, 0], first[:, 0] - 0.25, first[:, 0] + 0.25)
        near = metric.distance(first, second) <= 0.25
        units = [each[near] @ network.weights[0].T + network.biases[0] for each in (first, second)]
        apart = units[0] - units[1]
        found = box[:, 4:9]
        for k, values in ((0, units[0]), (2, units[1]), (4, apart)):
            assert (found[k] <= values.min(0) + 1e-9).all()
            assert (found[k + 1] >= values.max(0) - 1e-9).all()
        assert found[5] == pytest.approx(apart.max(0))  # one number and one group: exact
