"""The bracket against brute force on a grid, against closed forms, and its behaviour."""

import math

import numpy as np
import pytest

from fairbench.certify import Domain, Embedded, Mahalanobis, Network, WeightedLp, certify


def random_network(random, widths, output="sigmoid"):
    layers = list(zip(widths[1:], widths[:-1], strict=True))
    weights = [random.normal(0, 1.5 / math.sqrt(i), (o, i)) for o, i in layers]
    return Network(weights, [random.normal(0, 0.3, o) for o, _ in layers], output)


def brute_force(network, epsilon, metric, axes):
    """Largest difference over pairs of grid points, the grid being part of the domain."""
    rows = np.stack([axis.ravel() for axis in np.meshgrid(*axes)], 1)
    values = network(rows)
    best = 0.0
    for row, value in zip(rows, values, strict=True):
        near = metric.distance(rows, np.broadcast_to(row, rows.shape)) <= epsilon * (1 + 1e-12)
        best = max(best, float((values[near] - value).max(initial=0.0)))
    return best


METRICS = {
    "infinity": WeightedLp([1, 0.5, 0], np.inf),
    "l2": WeightedLp([1, 2, 0], 2),
    "l1": WeightedLp([1, 1, 0.5], 1),
    "mahalanobis": Mahalanobis([[2, 0.5, 0], [0.5, 1, 0], [0, 0, 0]]),
    "embedded": Embedded([[1, 1, 0], [0, 1, 1]], WeightedLp([1, 2], np.inf)),
}


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("hidden", [(6,), (5, 4)])
@pytest.mark.parametrize("output", ["sigmoid", "linear"])
def test_bracket_holds_the_grid_maximum(metric, hidden, output):
    random = np.random.default_rng([len(metric), len(hidden), len(output)])
    for _ in range(3):
        network = random_network(random, [3, *hidden, 1], output)
        domain = Domain([0, 0, 0], [1, 1, 1])
        found = certify(network, 0.2, metric=METRICS[metric], domain=domain, seconds=20)
        grid = brute_force(network, 0.2, METRICS[metric], [np.linspace(0, 1, 11)] * 3)
        assert found.upper >= grid
        assert found.status == "closed"
        assert found.lower <= found.upper <= found.lower * 1.01 + 1e-5
        assert found.lower >= grid * 0.97  # the grid is part of the domain, a pair of it counts
        first, second = found.witness
        assert METRICS[metric].distance(first, second)[0] <= 0.2 * (1 + 1e-6)


@pytest.mark.parametrize("p", [1, 2, np.inf])
def test_whole_numbers_and_categories_are_exact(p):
    random = np.random.default_rng(5)
    metric = WeightedLp([0.3, 0.5, 0.5, 0, 0], p)
    for _ in range(6):
        network = random_network(random, [5, 6, 1])
        domain = Domain([-1, 0, 0, 0, 0], [2, 1, 1, 1, 1], integer=[0], groups=[[1, 2], [3, 4]])
        found = certify(network, 0.7, metric=metric, domain=domain, gap=1e-4, seconds=20)
        rows = np.array(
            [[n, a, 1 - a, s, 1 - s] for n in range(-1, 3) for a in (0, 1) for s in (0, 1)], float
        )
        values, best = network(rows), 0.0
        for row, value in zip(rows, values, strict=True):
            near = metric.distance(rows, np.broadcast_to(row, rows.shape)) <= 0.7 + 1e-12
            best = max(best, float((values[near] - value).max()))
        assert found.lower == pytest.approx(best, abs=1e-9)
        assert best <= found.upper <= best * (1 + 2e-4) + 1e-6


def test_one_unit_with_a_free_column_has_a_closed_form():
    w, theta = np.array([0.8, -1.1, 0.6]), np.array([0.5, 0.3, 0.0])
    network = Network([w[None]], [[0.0]], offset=5, scale=45)
    domain = Domain([-3, -3, -1], [3, 3, 2])
    for epsilon in (0.1, 0.3):
        found = certify(network, epsilon, metric=WeightedLp(theta, 2), domain=domain, gap=1e-4)
        reach = epsilon * math.sqrt((w[:2] ** 2 / theta[:2]).sum()) + abs(w[2]) * 3
        truth = 45 * math.tanh(reach / 4)
        assert found.lower <= truth * (1 + 1e-9) and truth <= found.upper
        assert found.upper - found.lower < 0.001 * truth


def test_a_planted_corner_is_found():
    # One unit that wakes up only where both numbers are above .95, and only of the second group.
    network = Network([[[40, 40, 4]], [[8]]], [[-80], [-6]])
    found = certify(network, 0, metric=WeightedLp([1, 1, 0], 2), domain=Domain([0] * 3, [1] * 3))
    assert found.lower > 0.9 and found.witness[:, :2].min() > 0.95


def test_invariances():
    random = np.random.default_rng(2)
    network = random_network(random, [4, 8, 6, 1])
    domain, theta = Domain([0] * 4, [1] * 4), np.array([1, 2, 0.5, 0])
    order, size = random.permutation(8), np.array([1, 10, 0.1, 3])
    w, b = network.weights, network.biases
    permuted = Network([w[0][order], w[1][:, order], w[2]], [b[0][order], b[1], b[2]])
    scaled = Network([w[0] / size, *w[1:]], b)
    wide = Domain(domain.lower * size, domain.upper * size)
    brackets = [
        certify(network, 0.1, metric=WeightedLp(theta, np.inf), domain=domain),
        certify(permuted, 0.1, metric=WeightedLp(theta, np.inf), domain=domain),
        certify(scaled, 0.1, metric=WeightedLp(theta / size, np.inf), domain=wide),
    ]
    for one in brackets:
        for other in brackets:
            assert one.lower <= other.upper * (1 + 1e-9)


def test_a_constant_network_has_nothing_to_certify():
    network = Network([np.zeros((3, 2)), np.zeros((1, 3))], [np.ones(3), [0.5]])
    found = certify(network, 0.5, metric=WeightedLp([1, 0]), domain=Domain([0, 0], [1, 1]))
    assert found.lower == 0 and found.upper < 1e-6 and found.status == "closed"


def test_stopping_early_widens_the_bracket_and_repeats():
    network = random_network(np.random.default_rng(3), [6, 24, 1])
    how = dict(metric=WeightedLp([1] * 5 + [0], np.inf), domain=Domain([0] * 6, [1] * 6), gap=1e-3)
    short = [certify(network, 0.1, nodes=5, **how) for _ in range(2)]
    whole = certify(network, 0.1, **how)
    assert short[0].upper == short[1].upper and short[0].lower == short[1].lower
    assert short[0].status == "gap_left" and whole.status == "closed"
    assert short[0].upper >= whole.lower and whole.upper >= short[0].lower


@pytest.mark.parametrize(
    "change, message",
    [
        (dict(epsilon=-0.1), "epsilon is -0.1"),
        (dict(seconds=0), "seconds is 0"),
        (dict(gap=0), "gap is 0"),
        (dict(metric=WeightedLp([1, 1, 1])), "the metric 3"),
        (dict(domain=Domain([0], [1])), "the domain 1"),
    ],
)
def test_bad_input_has_one_clear_message(change, message):
    given = dict(epsilon=0.1, metric=WeightedLp([1, 0]), domain=Domain([0, 0], [1, 1])) | change
    network = Network([[[1.0, 2.0]]], [[0.0]])
    with pytest.raises(ValueError, match=message):
        certify(network, given.pop("epsilon"), **given)
