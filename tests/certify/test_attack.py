"""The pair that a search begins with, where the best one is known."""

import numpy as np
import pytest

from fairbench.certify import Domain, Embedded, Mahalanobis, Network, WeightedLp
from fairbench.certify.attack import Attack
from fairbench.certify.problem import Problem

DUAL = {1: np.inf, 2: 2, np.inf: 1}


@pytest.mark.parametrize("p", DUAL)
@pytest.mark.parametrize("diagonal", [True, False])
def test_a_linear_function_in_a_wide_box(p, diagonal):
    """max g d over ||M d||_p <= epsilon is epsilon times the dual norm of M^-T g."""
    random = np.random.default_rng([DUAL[p] == 1, diagonal])
    for inputs in (3, 8, 15):
        slopes = random.normal(size=inputs)
        theta = random.uniform(0.5, 2, inputs)
        embedding = np.eye(inputs) if diagonal else random.normal(size=(inputs, inputs))
        metric = WeightedLp(theta, p)
        metric = metric if diagonal else Embedded(embedding, metric)
        truth = 0.3 * np.linalg.norm(np.linalg.solve(metric.matrix.T, slopes), DUAL[p])
        network = Network([slopes[None]], [[0.1]], output="linear")
        domain = Domain([-100] * inputs, [100] * inputs)
        found = Attack(Problem(network, 0.3, metric, domain, domain)).best(256, 60)[2]
        assert 0.95 * truth <= found <= truth * (1 + 1e-6)


def test_a_pair_that_is_not_allowed_does_not_hide_one_that_is():
    """Two categories that no number makes up for: the best pair has the same one."""
    root = np.array([[1.0, 0.0, 0.0, 0.0], [0.3, 2.0, 1.0, -1.0], [0.0, 0.0, 5.0, -5.0]])
    network = Network([[[0.4, 0.2, 8.0, -8.0]], [[1.0]]], [[20.0], [0.0]], output="linear")
    domain = Domain([-1, -1, 0, 0], [1, 1, 1, 1], groups=[[2, 3]])
    metric = Mahalanobis(root.T @ root)
    found = Attack(Problem(network, 0.5, metric, domain, domain)).best(64, 60)[2]
    inverse = np.linalg.inv(metric.s[:2, :2])
    slopes = np.array([0.4, 0.2])
    assert found == pytest.approx(0.5 * np.sqrt(slopes @ inverse @ slopes), rel=1e-3)
