"""The twin program against brute force, closed forms and itself."""

import numpy as np
import pytest

from fairbench.certify.closed_form import closed_form
from fairbench.certify.domain import Domain
from fairbench.certify.metric import WeightedLp
from fairbench.certify.milp import cut, solve_milp
from fairbench.certify.network import Network
from fairbench.certify.problem import Problem
from fairbench.certify.sigmoid_pieces import bound_of, sigmoid, upper_pieces
from fairbench.certify.twin_bounds import TwinBounds, interval_bounds

from .oracle import DOMAINS, METRICS, brute, grid, holds, random_problem

GAP = 0.01


def solved(problem, **options):
    return solve_milp(problem, **{"seconds": 60, "gap": GAP, **options})


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("metric", METRICS)
def test_brute_force(metric, domain):
    """A linear output in two dimensions, two layers and a sigmoid in three."""
    for seed, (inputs, points, hidden) in enumerate([(2, 30, (4,)), (3, 10, (3, 3))]):
        random = np.random.default_rng([seed, inputs])
        output = ("linear", "sigmoid")[seed]
        problem = random_problem(
            random, metric, domain, inputs=inputs, hidden=hidden, output=output
        )
        certificate = solved(problem)
        holds(problem, certificate, brute(problem, points))
        assert certificate.status == "closed", certificate
        assert certificate.engine == "milp"


@pytest.mark.parametrize("kind", ["l1", "l2", "linf"])
def test_many_small_networks(kind):
    """In one dimension the grid is as good as exact: the bracket is at it, from both sides."""
    for seed in range(12):
        random = np.random.default_rng([seed, 5])
        problem = random_problem(random, kind, DOMAINS[seed % 2 * 4], inputs=1, hidden=(3,))
        certificate = solved(problem)
        best = brute(problem, 801)
        holds(problem, certificate, best)
        assert certificate.upper <= max(1.02 * best, best + 0.01)


def test_one_unit():
    """The formula for a sigmoid of a linear function."""
    network = Network([[[1.0, -2.0, 0.7]]], [[0.2]], scale=45.0, offset=5.0)
    metric, domain = WeightedLp([0.5, 1, 0], p=2), Domain([-2, -2, 0], [2, 2, 1])
    problem = Problem(network, 0.3, metric, domain, domain)
    exact = closed_form(problem).upper
    found = solved(problem, gap=0.002)
    assert found.lower <= exact <= found.upper <= 1.0021 * found.lower


def sharp(problem_seed=2) -> Problem:
    random = np.random.default_rng(problem_seed)
    return random_problem(random, "l2", "box", inputs=3, hidden=(4, 3))


def test_a_cutoff_leaves_the_bound_at_the_cutoff_or_above():
    problem = sharp()
    found = solved(problem)
    for cutoff in (0.5 * found.lower, 0.999 * found.lower, 1.05 * found.upper, 2.0):
        cut_off = solved(problem, cutoff=cutoff)
        assert cut_off.upper >= max(cutoff, found.lower)
        assert cut_off.upper <= max(cutoff, 1.01 * found.lower) + 1e-4
        holds(problem, cut_off, found.lower)


def test_a_cutoff_narrows_what_the_logits_may_be():
    problem = sharp()
    bounds = interval_bounds(problem)
    (la, ua), (lb, ub) = bounds.first[-1], bounds.second[-1]
    cutoff = 0.6 * float((sigmoid(ua) - sigmoid(lb))[0])
    kept = cut(problem, bounds, cutoff)
    (first, _), (_, second) = kept.first[-1], kept.second[-1]
    np.testing.assert_allclose(sigmoid(first), np.maximum(sigmoid(la), cutoff + sigmoid(lb)))
    np.testing.assert_allclose(sigmoid(second), np.minimum(sigmoid(ub), sigmoid(ua) - cutoff))
    assert cut(problem, bounds, 1.1) is None


def test_given_bounds_are_used():
    """Bounds that shut out every pair but those near the best one change nothing of the answer."""
    problem = sharp()
    plain = solved(problem, bounds=interval_bounds(problem, differences=False))
    usual = solved(problem)
    assert abs(plain.lower - usual.lower) <= 0.01 * usual.lower
    shut = interval_bounds(problem)
    nothing = tuple((np.zeros_like(low), np.zeros_like(high)) for low, high in shut.difference)
    same = solved(problem, bounds=TwinBounds(shut.first, shut.second, nothing))
    assert same.upper < 1e-5 or same.upper == same.lower


def test_bounds_of_the_branch_and_bound_are_read():
    problem = sharp()
    usual = interval_bounds(problem)
    parts = [usual.first, usual.second, usual.difference]
    rows = [np.concatenate([layer[end] for layer in part]) for part in parts for end in (0, 1)]
    box = np.hstack([np.zeros((6, 3)), np.array(rows)])
    read = TwinBounds.from_box(problem, box)
    for part in ("first", "second", "difference"):
        for one, two in zip(getattr(read, part), getattr(usual, part), strict=True):
            np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("domain", DOMAINS)
def test_interval_bounds_hold_for_every_pair(metric, domain):
    for seed in range(5):
        random = np.random.default_rng([seed, 11])
        problem = random_problem(random, metric, domain, inputs=2, hidden=(4, 3))
        rows = [grid(side, 15) for side in (problem.first, problem.second)]
        first, second = np.repeat(rows[0], len(rows[1]), 0), np.tile(rows[1], (len(rows[0]), 1))
        near = problem.metric.distance(first, second) <= problem.epsilon
        one, two = first[near], second[near]
        bounds = interval_bounds(problem)
        for layer, (weight, bias) in enumerate(
            zip(problem.network.weights, problem.network.biases, strict=True)
        ):
            one, two = one @ weight.T + bias, two @ weight.T + bias
            for part, values in (("first", one), ("second", two), ("difference", one - two)):
                low, high = getattr(bounds, part)[layer]
                assert (low <= values).all() and (values <= high).all()
            one, two = np.maximum(one, 0), np.maximum(two, 0)


@pytest.mark.parametrize("low, high", [(-8, 8), (-60, 50), (-3, -1), (1, 3), (0, 2), (-2, 0),
                                       (1.5, 1.5), (-1.5, -1.5), (-800, 900)])  # fmt: skip
@pytest.mark.parametrize("error", [1e-2, 1e-3, 1e-4])
def test_the_pieces_lie_above_the_sigmoid_and_near_it(low, high, error):
    z = np.linspace(low, high, 20_001)
    above = bound_of(upper_pieces(low, high, error), z) - sigmoid(z)
    assert above.min() >= 0 and above.max() <= error * (1 + 1e-6) + 1e-11


def test_stopped_early_the_bracket_holds():
    problem = random_problem(np.random.default_rng(3), "l2", "box", inputs=3, hidden=(5, 5))
    exact = solved(problem, gap=0.05)
    stopped = solved(problem, seconds=1e-6, gap=1e-9)
    assert stopped.status == "out_of_time"
    assert stopped.upper >= exact.lower and stopped.lower <= exact.upper


def test_arguments_out_of_range():
    problem = sharp()
    for options, message in [
        ({"seconds": 0}, "the time limit is 0"),
        ({"seconds": float("nan")}, "the time limit is nan"),
        ({"gap": -0.1}, "gap is -0.1"),
    ]:
        with pytest.raises(ValueError, match=message):
            solved(problem, **options)


def test_people_who_are_never_near():
    near, far = Domain([0, 0], [1, 1]), Domain([3, 0], [4, 1])
    network = random_problem(np.random.default_rng(0), "l2", "box").network
    problem = Problem(network, 0.5, WeightedLp([1, 1], p=2), near, far)
    with pytest.raises(ValueError, match="no two people are within epsilon"):
        solved(problem)
