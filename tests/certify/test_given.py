"""What is given to a certifier: networks, domains, metrics and problems, and what they refuse."""

import numpy as np
import pytest

from fairbench.certify import Certificate, Domain, Embedded, Mahalanobis, Network, WeightedLp
from fairbench.certify import certify as certified
from fairbench.certify.problem import Problem

from .oracle import METRICS, random_metric, random_network

NET = Network([[[1.0, -1.0], [0.5, 2.0]], [[1.0, -3.0]]], [[0.1, -0.2], [0.3]])
BOX = Domain([0, 0], [1, 1])
L2 = WeightedLp([1, 1])


def test_a_network_by_hand():
    rows = np.array([[1.0, 0.0], [0.0, 1.0]])
    hidden = np.maximum(rows @ [[1.0, 0.5], [-1.0, 2.0]] + [0.1, -0.2], 0)
    logit = hidden @ [1.0, -3.0] + 0.3
    np.testing.assert_allclose(NET.logit(rows), logit)
    np.testing.assert_allclose(NET(rows), 1 / (1 + np.exp(-logit)))
    scaled = Network(NET.weights, NET.biases, offset=5.0, scale=45.0)
    np.testing.assert_allclose(scaled(rows), 5 + 45 / (1 + np.exp(-logit)))
    linear = Network(NET.weights, NET.biases, output="linear", offset=1.0, scale=2.0)
    np.testing.assert_allclose(linear(rows), 1 + 2 * logit)
    assert (NET.inputs, NET.hidden) == (2, (2,))


def test_a_large_logit_overflows_nowhere():
    steep = Network([[[1e4]]], [[0.0]])
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(steep([[-1.0], [1.0]]), [0, 1])


def test_what_is_given_cannot_be_changed_afterwards():
    weight = np.array([[1.0, 2.0]])
    network = Network([weight], [[0.0]])
    weight[0, 0] = 9
    assert network.weights[0][0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        network.weights[0][0, 0] = 9


@pytest.mark.parametrize(
    "weights, biases, options, message",
    [
        ([[[np.nan, 1]]], [[0]], {}, r"weights\[0\] has nan at \(0, 0\)"),
        ([[[1, 1]]], [[np.inf]], {}, r"biases\[0\] has inf at 0"),
        ([[[1, 1]], [[1]]], [[0]], {}, "2 weight matrices and 1 biases"),
        ([], [], {}, "0 weight matrices"),
        ([[1, 1]], [[0]], {}, r"weights\[0\] has 1 dimensions, not 2"),
        ([[["a", "b"]]], [[0]], {}, r"weights\[0\] is not an array of numbers"),
        ([[[1, 1]]], [[0, 0]], {}, r"biases\[0\] has 2 values for 1 units"),
        ([[[1, 1]], [[1, 1]]], [[0], [0]], {}, r"weights\[1\] takes 2 inputs, but layer 0 has 1"),
        ([[[1, 1], [1, 1]]], [[0, 0]], {}, "the last layer has 2 outputs"),
        ([[[1, 1]]], [[0]], {"output": "tanh"}, "output is 'tanh'; .* sigmoid or linear"),
        ([[[1, 1]]], [[0]], {"scale": 0}, "scale above 0"),
        ([[[1, 1]]], [[0]], {"offset": np.nan}, "offset nan"),
    ],
)
def test_networks_that_are_none(weights, biases, options, message):
    with pytest.raises(ValueError, match=message):
        Network(weights, biases, **options)


def test_whole_numbers_round_inwards_and_rows_are_held():
    domain = Domain([-1.5, 0, 0, 0], [2.5, 1, 1, 1], integer=[0], groups=[[1, 2]])
    assert (domain.lower[0], domain.upper[0]) == (-1, 2)
    rows = [[0, 1, 0, 0.5], [0.5, 1, 0, 0.5], [3, 1, 0, 0.5], [0, 1, 1, 0.5], [0, 0, 0, 0.5],
            [0, 0.5, 0.5, 0.5], [0, 0, 1, 1.5]]  # fmt: skip
    np.testing.assert_array_equal(domain.holds(np.array(rows)), [True] + [False] * 6)


def test_a_fixed_member_of_a_group_decides_it():
    at_one = Domain([0, 1, 0], [1, 1, 1], groups=[[0, 1, 2]])
    assert at_one.categories(0) == [1]
    at_zero = Domain([0, 0, 0], [1, 0, 1], groups=[[0, 1, 2]])
    assert at_zero.categories(0) == [0, 2]


@pytest.mark.parametrize(
    "lower, upper, options, message",
    [
        ([0, 2], [1, 1], {}, "the domain is empty: column 1 goes from 2 to 1"),
        ([0, 0.2], [1, 0.8], {"integer": [1]}, "column 1 goes from 0.2 to 0.8 in whole numbers"),
        ([0, np.nan], [1, 1], {}, "lower has nan at 1"),
        ([0, 0], [1, np.inf], {}, "upper has inf at 1"),
        ([0], [1, 1], {}, "lower has 1 values, upper 2"),
        (
            [0, 0],
            [1, 1],
            {"groups": [[0, 2]]},
            r"groups\[0\] names column 2; the inputs are 0 to 1",
        ),
        ([0, 0], [1, 1], {"groups": [[0, -1]]}, "names column -1"),
        ([0, 0], [1, 1], {"groups": [[0, 0]]}, "names a column twice"),
        ([0, 0], [1, 1], {"groups": [[0], [0, 1]]}, "groups names a column twice"),
        ([0, 0], [1, 1], {"integer": [2]}, "integer names column 2"),
        ([0, 0], [1, 1], {"integer": [0.5]}, "columns are whole numbers"),
        ([0, 0], [1, 1], {"integer": [0], "groups": [[0, 1]]}, "one role each"),
        ([0, 0], [0.5, 0.5], {"groups": [[0, 1]]}, "empty: .* no member that may be 1"),
        ([1, 1], [1, 1], {"groups": [[0, 1]]}, "empty: .* no member that may be 1"),
    ],
)
def test_domains_that_are_none(lower, upper, options, message):
    with pytest.raises(ValueError, match=message):
        Domain(lower, upper, **options)


def test_distances_by_hand():
    one, two = [[0.0, 0.0, 0.0]], [[1.0, -2.0, 5.0]]
    theta = [2.0, 3.0, 0.0]
    assert WeightedLp(theta, p=1).distance(one, two)[0] == pytest.approx(2 + 6)
    assert WeightedLp(theta, p=2).distance(one, two)[0] == pytest.approx(np.sqrt(2 + 12))
    assert WeightedLp(theta, p=np.inf).distance(one, two)[0] == pytest.approx(6)
    s = np.array([[2.0, 1, 0], [1, 3, 0], [0, 0, 0]])
    apart = np.array([1.0, -2, 5])
    assert Mahalanobis(s).distance(one, two)[0] == pytest.approx(np.sqrt(apart @ s @ apart))
    embedding = np.array([[1.0, 1, 0], [0, 0, 2]])
    features = embedding @ apart
    inner = WeightedLp([1, 4], p=1)
    expected = inner.distance(features, 0 * features)[0]
    assert Embedded(embedding, inner).distance(one, two)[0] == pytest.approx(expected)
    inner = Mahalanobis(s[:2, :2])
    expected = np.sqrt(features @ s[:2, :2] @ features)
    assert Embedded(embedding, inner).distance(one, two)[0] == pytest.approx(expected)


@pytest.mark.parametrize("kind", METRICS)
def test_no_column_of_a_pair_within_epsilon_is_outside_its_radius(kind):
    random = np.random.default_rng(2)
    metric = random_metric(random, kind, 3)
    radii = metric.radii(0.4)
    steps = random.normal(size=(20_000, 3)) * random.exponential(1, (20_000, 1))
    near = metric.distance(steps, 0 * steps) <= 0.4
    assert near.sum() > 50
    assert (np.abs(steps[near]) <= radii * (1 + 1e-12)).all()
    if kind in ("l1", "l2", "linf", "mahalanobis"):  # and they are no larger than need be
        finite = np.isfinite(radii)
        assert (np.abs(steps[near]).max(0)[finite] > 0.4 * radii[finite]).all()


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: WeightedLp([1, -1]), "theta is -1.0 at 1; weights are 0 or more"),
        (lambda: WeightedLp([1, np.nan]), "theta has nan at 1"),
        (lambda: WeightedLp([1, 1], p=3), "p is 3"),
        (lambda: Mahalanobis([[1, 2], [2, 1]]), "not positive semi-definite: .* eigenvalue -1"),
        (lambda: Mahalanobis([[1, 1], [0, 1]]), "not symmetric"),
        (lambda: Mahalanobis([[1, 1]]), "a square matrix"),
        (lambda: Mahalanobis([[np.inf, 0], [0, 1]]), r"s has inf at \(0, 0\)"),
        (lambda: Embedded([[1, 1]], L2), "has 1 features, its metric 2"),
    ],
)
def test_metrics_that_are_none(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "given, message",
    [
        ((NET, -0.1, L2, BOX, BOX), "epsilon is -0.1"),
        ((NET, np.nan, L2, BOX, BOX), "epsilon is nan"),
        ((NET, np.inf, L2, BOX, BOX), "epsilon is inf"),
        ((NET, 0.1, WeightedLp([1]), BOX, BOX), "the network has 2 inputs, the metric 1"),
        ((NET, 0.1, L2, Domain([0], [1]), BOX), "the network has 2 inputs, the domain 1"),
        ((NET, 0.1, L2, BOX, Domain([0], [1])), "the network has 2 inputs, the second domain 1"),
        ((NET, 0.1, L2, BOX, Domain([0, 0], [1, 1], integer=[0])), "the same integer columns"),
    ],
)
def test_problems_that_are_none(given, message):
    with pytest.raises(ValueError, match=message):
        Problem(*given)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"seconds": 0}, "seconds is 0"),
        ({"gap": -1}, "gap is -1"),
        ({"epsilon": -1}, "epsilon is -1"),
        ({"metric": WeightedLp([1])}, "the metric 1"),
        ({"domain": Domain([0], [1])}, "the domain 1"),
    ],
)
def test_certify_refuses_the_same(options, message):
    with pytest.raises(ValueError, match=message):
        certified(NET, **{"epsilon": 0.1, "metric": L2, "domain": BOX, **options})


def test_pairs_that_a_problem_allows():
    problem = Problem(NET, 0.5, L2, BOX, BOX)
    pairs = np.array([[[0, 0], [0.3, 0.4]], [[0, 0], [0.4, 0.4]], [[-0.1, 0], [0, 0]]])
    np.testing.assert_array_equal(problem.allows(pairs[:, 0], pairs[:, 1]), [True, False, False])
    turned = problem.value(pairs[:, 1], pairs[:, 0])
    np.testing.assert_allclose(problem.value(pairs[:, 0], pairs[:, 1]), -turned)


def test_a_certificate_says_its_gap():
    def bracket(lower, upper):
        return Certificate(lower, upper, np.zeros((2, 2)), np.zeros(2), "gap_left", 1.5, 1234)

    assert bracket(0.5, 0.6).gap == pytest.approx(0.2)
    assert bracket(0.0, 0.0).gap == 0 and bracket(0.0, 0.1).gap == np.inf
    assert str(bracket(0.5, 0.6)) == (
        "delta in [0.5000, 0.6000] (gap left, gap 20.00%, 1,234 nodes, 1.50 s)"
    )


def test_the_same_network_in_another_dress():
    """Permuted units, and a scaled feature with its weight, give the same outputs and distances."""
    random = np.random.default_rng(1)
    network = random_network(random, 3, (5, 4))
    rows = random.normal(size=(50, 3))
    order = random.permutation(5)
    weights = [network.weights[0][order], network.weights[1][:, order], network.weights[2]]
    permuted = Network(weights, [network.biases[0][order], *network.biases[1:]])
    np.testing.assert_allclose(permuted(rows), network(rows))
