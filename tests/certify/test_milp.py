"""The twin program against brute force, closed forms and itself."""

import numpy as np
import pytest

from fairbench.certify.domain import Domain
from fairbench.certify.metric import Mahalanobis, WeightedLp
from fairbench.certify.milp import cut, solve_milp
from fairbench.certify.network import Network
from fairbench.certify.problem import Problem
from fairbench.certify.twin_bounds import TwinBounds, interval_bounds
from .oracle import DOMAINS, METRICS, brute, holds, random_network, random_problem

GAP = 0.01


def solved(problem, **options):
    return solve_milp(problem, **{"seconds": 60, "gap": GAP, **options})


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("inputs, points", [(2, 30), (3, 10)])
def test_brute_force(metric, domain, inputs, points):
    for seed in range(3):
        random = np.random.default_rng([seed, inputs])
        output = "linear" if seed == 1 else "sigmoid"
        hidden = (3, 3) if seed == 2 else (4,)
        problem = random_problem(
            random, metric, domain, inputs=inputs, hidden=hidden, output=output
        )
        certificate = solved(problem)
        holds(problem, certificate, brute(problem, points))
        assert certificate.status == "closed", certificate
        assert certificate.engine == "milp"
