"""One unit: the formula, its limits, and brute force."""

import numpy as np
import pytest
from scipy.optimize import minimize

from fairbench.certify.closed_form import NotClosed, closed_form
from fairbench.certify.domain import Domain
from fairbench.certify.metric import Embedded, Mahalanobis, WeightedLp
from fairbench.certify.network import Network
from fairbench.certify.problem import Problem

from .oracle import brute, holds, random_domain, random_metric, random_network

#: The seed's unit is 5 + 45 sigmoid(w x + b) on Boston, weights of its figure 1, B free; these are
#: the maxima for its released w, b at epsilon = .1 to .5.
SEED = {0.1: 36.384, 0.2: 40.566, 0.3: 42.774, 0.4: 43.896, 0.5: 44.456}
#: Figure 1: k / 90 for RM, LSTAT, INDUS, NOX, CRIM, AGE, DIS, TAX, PTRATIO, ZN, RAD, CHAS; B is 0.
THETA = np.array([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 0]) / 90


def unit(weight, bias=0.0, output="sigmoid", **more) -> Network:
    return Network([np.atleast_2d(np.asarray(weight, float))], [[bias]], output=output, **more)


def problem_of(network, epsilon, metric, domain, second=None) -> Problem:
    return Problem(network, epsilon, metric, domain, domain if second is None else second)


def test_weighted_l2_with_a_free_column():
    """45 tanh((epsilon sqrt(sum w^2 / theta) + |w_B| range_B) / 4), when 0 is inside."""
    random = np.random.default_rng(1)
    weight = random.normal(size=13)
    network = unit(weight, 0.3, offset=5.0, scale=45.0)
    low, high = np.full(13, -4.0), np.full(13, 4.0)
    low[-1], high[-1] = -3.9, 0.44
    for epsilon in SEED:
        metric = WeightedLp(THETA, p=2)
        found = closed_form(problem_of(network, epsilon, metric, Domain(low, high)))
        step = epsilon * np.sqrt(np.sum(weight[:-1] ** 2 / THETA[:-1])) + abs(weight[-1]) * 4.34
        np.testing.assert_allclose([found.lower, found.upper], 45 * np.tanh(step / 4), rtol=1e-9)


def test_the_maxima_of_the_seeds_unit_are_of_that_form():
    """Two of them say sqrt(sum w^2 / theta) and |w_B| range_B; the others follow from these."""
    steps = {epsilon: 4 * np.arctanh(delta / 45) for epsilon, delta in SEED.items()}
    slope = (steps[0.2] - steps[0.1]) / 0.1
    free = steps[0.1] - 0.1 * slope
    weight = np.zeros(13)
    weight[0], weight[-1] = slope * np.sqrt(THETA[0]), free
    low, high = np.full(13, -9.0), np.full(13, 9.0)
    low[-1], high[-1] = 0, 1
    network = unit(weight, 0.0, offset=5.0, scale=45.0)
    for epsilon, delta in SEED.items():
        metric = WeightedLp(THETA, p=2)
        found = closed_form(problem_of(network, epsilon, metric, Domain(low, high)))
        assert abs(found.upper - delta) < 0.01, (epsilon, found)


@pytest.mark.parametrize("kind", ["l1", "l2", "linf", "mahalanobis"])
@pytest.mark.parametrize("domain", ["box", "fixed", "point"])
@pytest.mark.parametrize("output", ["sigmoid", "linear"])
def test_brute_force(kind, domain, output):
    """In boxes that cut the step, and off the centre where that has a closed form."""
    closed = 0
    for seed in range(20):
        random = np.random.default_rng([seed, 3])
        network = random_network(random, 2, (), output)
        metric = random_metric(random, kind, 2)
        problem = Problem(
            network, float(random.uniform(0.1, 2)), metric, *random_domain(random, domain, 2)
        )
        try:
            found = closed_form(problem)
        except NotClosed:
            continue
        closed += 1
        best = brute(problem, 25)
        holds(problem, found, best)
        assert found.upper - found.lower < 1e-9 * (1 + abs(found.upper))
        assert found.lower <= best + 0.3 * network.scale * (1 + abs(found.lower)), "not far above"
    assert closed >= (0 if kind == "mahalanobis" else 3)
    if kind == "linf":
        assert closed == 20


def test_off_the_centre_the_infinity_metric_is_exact():
    """A unit that is steep outside of the domain: the step moves to the near end."""
    network = unit([1.0, 2.0], -9.0)
    domain = Domain([0, 0], [1, 1])
    found = closed_form(problem_of(network, 0.25, WeightedLp([1, 1], p=np.inf), domain))
    exact = network.link(3 - 9) - network.link(3 - 0.75 - 9)
    np.testing.assert_allclose([found.lower, found.upper], exact, rtol=1e-8)
    with pytest.raises(NotClosed, match="steep"):
        closed_form(problem_of(network, 0.25, WeightedLp([1, 1], p=2), domain))


@pytest.mark.parametrize("p", [1, 2])
def test_a_step_that_the_domain_cuts_is_the_best_there(p):
    """Against a solver of convex programs."""
    random = np.random.default_rng(4)
    for _ in range(10):
        weight, theta = random.normal(size=4), random.uniform(0.3, 2, 4)
        ranges = random.uniform(0.05, 0.6, 4)
        metric, epsilon = WeightedLp(theta, p=p), 0.6
        problem = problem_of(unit(weight, output="linear"), epsilon, metric,
                             Domain(-ranges / 2, ranges / 2))  # fmt: skip
        found = closed_form(problem)

        def slack(d, metric=metric):
            return 0.6 - metric.distance(np.abs(d), 0 * d)[0]

        solved = minimize(lambda d, w=weight: -np.abs(w) @ d, 0.1 * ranges,
                          bounds=[(0, r) for r in ranges], method="SLSQP",
                          constraints={"type": "ineq", "fun": slack})  # fmt: skip
        np.testing.assert_allclose(found.upper, -solved.fun, rtol=1e-5)


def test_correlated_columns():
    """Mahalanobis, and an embedding whose metric is: epsilon times the dual norm."""
    random = np.random.default_rng(5)
    root = random.normal(size=(3, 3))
    s, weight = root.T @ root + np.eye(3), random.normal(size=3)
    domain = Domain([-50] * 3, [50] * 3)
    step = 0.3 * np.sqrt(weight @ np.linalg.inv(s) @ weight)
    for metric in (Mahalanobis(s), Embedded(np.linalg.cholesky(s).T, WeightedLp([1] * 3, p=2))):
        found = closed_form(problem_of(unit(weight), 0.3, metric, domain))
        np.testing.assert_allclose(found.upper, np.tanh(step / 4), rtol=1e-8)


def test_epsilon_zero_moves_free_columns_alone():
    domain = Domain([-1, -1], [1, 1])
    for p in (1, 2, np.inf):
        found = closed_form(problem_of(unit([3.0, -2.0]), 0.0, WeightedLp([1, 0], p=p), domain))
        np.testing.assert_allclose(found.upper, np.tanh(4 / 4), rtol=1e-9)


def test_what_has_no_closed_form_says_why():
    metric, domain = WeightedLp([1, 1], p=2), Domain([0, 0], [1, 1])
    mixed = np.array([[1.0, 0.9], [0.9, 1.0]])
    deep = random_network(np.random.default_rng(0), 2, (3,))
    for problem, reason in [
        (problem_of(deep, 0.1, metric, domain), "hidden layers"),
        (problem_of(unit([1, 1]), 0.1, metric, Domain([0, 0], [1, 1], groups=[[0, 1]])), "one-hot"),
        (problem_of(unit([1, 1]), 0.1, metric, Domain([0, 0], [1, 1], integer=[0])), "whole"),
        (problem_of(unit([1, -1]), 0.9, Mahalanobis(mixed), domain), "cuts the metric's"),
        (problem_of(unit([1, 0]), 0.1, Mahalanobis(np.ones((2, 2))), domain), "move freely"),
        (problem_of(unit([1, 0]), 0.1, Embedded(mixed, WeightedLp([1, 1], p=1)), domain), "order"),
    ]:
        with pytest.raises(NotClosed, match=reason):
            closed_form(problem)


def test_people_who_are_never_near():
    near, far = Domain([0, 0], [1, 1]), Domain([3, 0], [4, 1])
    for p in (1, 2, np.inf):
        problem = problem_of(unit([1, 1]), 0.5, WeightedLp([1, 1], p=p), near, far)
        with pytest.raises(ValueError, match="no two people are within epsilon"):
            closed_form(problem)
