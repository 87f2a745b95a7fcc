"""One sigmoid unit: the certificate against brute force, and the seed's stand-in for a sigmoid."""

import numpy as np
import pytest

from fairbench.studies.individual.boston.rows import near_pairs
from fairbench.studies.individual.boston.search import Problem, Search, descent, selected
from fairbench.studies.individual.boston.unit import (
    MODES,
    Box,
    Units,
    certified,
    gap_of_released,
    lower_sigmoid,
    over_pairs,
    sigmoid,
)


def test_lower_sigmoid_is_that_of_the_released_code():
    """Segment by segment, as it is written there."""
    z = np.linspace(-7, 7, 5001)
    edges = np.linspace(-5, 5, 17)
    expected = np.where(z >= 5, 1.0, 0.0)
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        middle = 1 / (1 + np.exp(-(low + high) / 2))
        inside = (z >= low) & (z < high)
        expected[inside] = middle * (1 - middle) * (z[inside] - low)
    assert np.allclose(lower_sigmoid(z), expected, atol=1e-15)
    assert lower_sigmoid(np.array([0.0]))[0] == 0.0 and lower_sigmoid(np.array([5.0]))[0] == 1.0


def test_no_difference_of_the_released_function_lies_in_its_gap():
    low, high = gap_of_released()
    values = 45 * lower_sigmoid(np.random.default_rng(1).normal(0, 5, 3000))
    apart = np.abs(values[:, None] - values)
    assert not ((apart > low + 1e-9) & (apart < high - 1e-9)).any()
    assert low < 17.38612 < high and low < 10 < high


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.5, 3.0, 50.0])
@pytest.mark.parametrize("bias", [0.0, 2.0, -9.0])
def test_no_pair_exceeds_a_certificate_and_one_attains_it(epsilon, bias):
    """Brute force in two dimensions, one of them free, lopsided units among them."""
    generator = np.random.default_rng(int(10 * epsilon) + 3)
    box, theta = Box(np.array([-1.0, 0.0]), np.array([2.0, 1.0])), np.array([0.3, 0.0])
    units = Units(generator.normal(size=(5, 2)), bias + generator.normal(size=5))
    lower, upper = certified(units, box, theta, np.array([epsilon]))
    x = np.linspace(-1, 2, 301)
    free = np.array([0.0, 1.0])  # a monotone function is largest at the ends
    points = np.stack(np.meshgrid(x, free, indexing="ij"), -1).reshape(-1, 2)
    near = np.sqrt(theta[0]) * np.abs(points[:, None, 0] - points[None, :, 0]) <= epsilon + 1e-9
    for k in range(5):
        output = 45 * sigmoid(points @ units.weight[k] + units.bias[k])
        best = np.abs(output[:, None] - output)[near].max()
        assert lower[k, 0] <= upper[k, 0] + 1e-12
        assert best <= upper[k, 0] + 1e-9
        assert lower[k, 0] >= best - 0.5  # the grid's pairs are of a distance a bit smaller
        assert upper[k, 0] - lower[k, 0] < 1e-6 or abs(bias) > 0


def test_a_step_longer_than_the_box_is_cut():
    """With all the room that there is, delta is the range of the outputs."""
    units, box = Units(np.array([[1.0, -2.0]]), np.array([0.1])), Box(np.zeros(2), np.ones(2))
    lower, upper = certified(units, box, np.array([0.5, 0.5]), np.array([100.0]))
    whole = 45 * (sigmoid(1.1) - sigmoid(-1.9))
    assert lower[0, 0] == pytest.approx(whole) and upper[0, 0] == pytest.approx(whole)


def test_pairs_of_rows_are_counted_by_their_distance():
    generator = np.random.default_rng(4)
    inputs, theta = generator.normal(size=(40, 3)), np.array([0.5, 0.2, 0.0])
    near = near_pairs(inputs, theta, 0.8)
    every = np.sqrt((theta * (inputs[:, None] - inputs) ** 2).sum(-1))
    assert len(near.first) == (np.triu(every <= 0.8, 1)).sum()
    units = Units(generator.normal(size=(6, 3)), generator.normal(size=6))
    found = over_pairs(sigmoid, units, inputs, near, np.array([0.01, 0.4, 0.8]))
    for k in range(6):
        output = 45 * sigmoid(inputs @ units.weight[k] + units.bias[k])
        apart = np.abs(output[:, None] - output)
        assert found[k] == pytest.approx([apart[every <= e].max() for e in (0.01, 0.4, 0.8)])


def test_a_descent_follows_the_gradient():
    generator = np.random.default_rng(5)
    problem = Problem.of(generator.normal(size=(60, 2)), np.array([0.5, 0.0]), 0.4)
    start = Units(np.array([[1.0, 0.5]]), np.array([0.2]))
    path = descent(start, "certified", problem, Search(1, 1e-3))
    step = 1e-5
    slope = [
        problem.delta("certified", Units(start.weight + step * move, start.bias))[0]
        - problem.delta("certified", Units(start.weight - step * move, start.bias))[0]
        for move in np.eye(2)
    ]
    assert path.weight[1] - path.weight[0] == pytest.approx(
        -1e-3 * np.array(slope) / 2e-5, rel=1e-3
    )


def test_the_selected_epoch_is_the_best_before_a_jump():
    assert selected(np.array([6.0, 5.5, 5.8, 45.0, 4.0])) == 1
    assert selected(np.array([6.0, 45.0])) == 0
    assert selected(np.array([45.0, 44.0, 43.0])) == 2
    assert MODES == ("paper", "empirical", "certified")
