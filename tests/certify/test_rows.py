"""Certificates around people: against brute force, and what a share of people says."""

import numpy as np
import pytest

from fairbench.certify.bracket import certify
from fairbench.certify.domain import Domain
from fairbench.certify.metric import WeightedLp
from fairbench.certify.network import Network
from fairbench.certify.row_bounds import attacked, logit_bounds
from fairbench.certify.row_reach import RowReach
from fairbench.certify.rows import RowCertificates, Shares, certify_rows

from .oracle import METRICS, grid, random_network, random_problem

DOMAINS = ("box", "integer", "groups", "fixed")


def around(problem, rows, others) -> np.ndarray:
    """The largest difference of each row to others within epsilon of it, by brute force."""
    value = np.abs(problem.network(rows)[:, None] - problem.network(others)[None])
    for number, row in enumerate(rows):
        near = problem.metric.distance(np.broadcast_to(row, others.shape), others)
        value[number, near > problem.epsilon] = 0
    return value.max(1)


def case(seed, metric, domain, *, inputs, output="sigmoid"):
    random = np.random.default_rng([seed, inputs, 7])
    hidden = ((5,), (4, 4), ())[seed % 3]
    problem = random_problem(random, metric, domain, inputs=inputs, hidden=hidden, output=output)
    others = grid(problem.first, 25 if inputs == 2 else 9)
    return problem, others[random.permutation(len(others))[:12]], others


def said(problem) -> dict:
    return dict(epsilon=problem.epsilon, metric=problem.metric, domain=problem.first)


def pairs_hold(problem, rows, found) -> None:
    assert problem.allows(rows, found.witnesses).all()
    value = np.abs(problem.network(rows) - problem.network(found.witnesses))
    np.testing.assert_allclose(value, found.lower, atol=1e-12)
    assert (found.lower <= found.upper).all()


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("inputs", [2, 3])
def test_bounds_and_attacks_of_all_at_once(metric, domain, inputs):
    """No neighbour of a grid is outside of the bounds, and attacks stay in the neighbourhood."""
    for seed in range(6):
        problem, rows, others = case(seed, metric, domain, inputs=inputs)
        reach = RowReach(rows, problem.metric, problem.epsilon, problem.first)
        low, high = logit_bounds(problem.network, reach)
        value = problem.network.logit(others)
        for number, row in enumerate(rows):
            apart = problem.metric.distance(np.broadcast_to(row, others.shape), others)
            near = apart <= problem.epsilon
            assert low[number] <= value[near].min() and value[near].max() <= high[number]
        for up in (True, False):
            found = attacked(problem.network, reach, up=up)
            assert problem.allows(rows, found).all()


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """The search, before a time limit counts."""
    for kind in ("linf", "mahalanobis"):
        problem, _, _ = case(1, kind, "box", inputs=3)
        metric, domain = problem.metric, problem.first
        certify(problem.network, 0.1, metric=metric, domain=domain, seconds=900, nodes=20)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("metric", METRICS)
def test_brute_force(metric, domain):
    for seed, output in enumerate(("linear", "sigmoid")):
        problem, rows, others = case(seed, metric, domain, inputs=2, output=output)
        found = certify_rows(problem.network, rows[:3], **said(problem), seconds=60, gap=0.01)
        pairs_hold(problem, rows[:3], found)
        assert (around(problem, rows[:3], others) <= found.upper).all()
        closed = found.upper - found.lower <= np.maximum(0.0101 * found.lower, 2e-5)
        assert closed.all(), (found.lower, found.upper)


def test_whole_numbers_that_other_columns_make_up_for():
    """A metric with a free combination: a person with another whole number is near."""
    problem, rows, others = case(0, "singular", "integer", inputs=2, output="linear")
    found = certify_rows(problem.network, rows[:3], **said(problem), seconds=60)
    assert (around(problem, rows[:3], others) <= found.upper).all()
    assert (np.abs(rows[:3, 0] - found.witnesses[:, 0]) >= 1).any()


def test_no_whole_number_is_lost_between_two_parts():
    """A tent at one whole number, flat everywhere else: no gradient leads there."""
    metric, domain = WeightedLp([1e-3, 1], np.inf), Domain([0, 0], [9, 1], integer=[0])
    for peak in range(1, 9):
        first = np.array([[1.0, 0.0]] * 3)
        network = Network([first, [[1.0, -2.0, 1.0]]], [[1.0 - peak, -peak, -1.0 - peak], [0.0]])
        rows = np.array([[0.0, 0.5], [9.0, 0.5]])
        found = certify_rows(network, rows, epsilon=0.1, metric=metric, domain=domain, seconds=60)
        truth = network([[peak, 0.5]]) - network([[0.0, 0.5]])
        assert (found.upper >= truth - 1e-9).all()
        assert (found.upper <= truth * 1.02).all()


def test_the_bound_is_exact_without_hidden_units():
    """Also for the ball of order 2 that the box does not cut."""
    random = np.random.default_rng(0)
    network = random_network(random, 3, (), "linear")
    rows = np.full((1, 3), 0.5)
    domain = Domain([-9] * 3, [9] * 3)
    for p, dual in ((1, np.inf), (2, 2), (np.inf, 1)):
        metric = WeightedLp([1, 1, 1], p=p)
        found = certify_rows(network, rows, epsilon=0.3, metric=metric, domain=domain)
        exact = 0.3 * np.linalg.norm(network.weights[0][0], ord=dual)
        np.testing.assert_allclose([found.lower[0], found.upper[0]], exact, rtol=1e-6)
        assert not found.searched.any()


def test_no_row_depends_on_the_others():
    problem, rows, _ = case(1, "l2", "groups", inputs=3)
    together = certify_rows(problem.network, rows, **said(problem), seconds=60)
    for number in (0, 5, 11):
        alone = certify_rows(problem.network, rows[number : number + 1], **said(problem))
        np.testing.assert_allclose(alone.lower, together.lower[number], rtol=0.011, atol=1e-6)
        np.testing.assert_allclose(alone.upper, together.upper[number], rtol=0.011, atol=1e-6)


def test_a_threshold_is_decided_without_closing_the_gap():
    problem, rows, _ = case(4, "linf", "box", inputs=3)
    full = certify_rows(problem.network, rows, **said(problem), seconds=60)
    threshold = float(np.median(full.lower))
    asked = certify_rows(problem.network, rows, **said(problem), seconds=60, threshold=threshold)
    assert asked.shares(threshold).undecided <= full.shares(threshold).undecided
    assert asked.searched.sum() <= full.searched.sum()
    decided = (full.upper < threshold) | (full.lower >= threshold)
    np.testing.assert_array_equal((asked.upper < threshold)[decided],
                                  (full.upper < threshold)[decided])  # fmt: skip


def test_without_time_the_brackets_still_hold():
    problem, rows, others = case(1, "l2", "box", inputs=3)
    found = certify_rows(problem.network, rows, **said(problem), seconds=1e-9)
    assert not found.searched.any()
    pairs_hold(problem, rows, found)
    assert (around(problem, rows, others) <= found.upper).all()


def test_shares():
    found = RowCertificates(
        np.array([0.0, 0.1, 0.3, 0.5]), np.array([0.1, 0.3, 0.4, 0.6]), None, None, 0.0
    )
    assert found.shares(0.3) == Shares(below=0.25, not_below=0.5, undecided=0.25)


def test_people_who_are_none():
    problem, rows, _ = case(1, "l2", "groups", inputs=3)
    outside = rows.copy()
    outside[3, 0] = 99
    for given, message in [
        (outside, "row 3 is not in the domain"),
        (rows * np.where(np.arange(3) > 0, 0.5, 1), "row 0 is not in the domain"),
        (rows[0], "rows has 1 dimensions, not 2"),
        (rows[:, :2], "the network has 3 inputs, the rows 2"),
        (np.where(np.arange(3) == 1, np.nan, rows), r"rows has nan at \(0, 1\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            certify_rows(problem.network, given, **said(problem))
    with pytest.raises(ValueError, match="the time limit is 0"):
        certify_rows(problem.network, rows, **said(problem), seconds=0)
