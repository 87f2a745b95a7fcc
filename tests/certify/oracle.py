"""Brute force on grids, and small random problems of every kind, to hold certificates against."""

import itertools

import numpy as np

from fairbench.certify.domain import Domain
from fairbench.certify.metric import Embedded, Mahalanobis, WeightedLp
from fairbench.certify.network import Network
from fairbench.certify.problem import Problem

METRICS = ("l1", "l2", "linf", "mahalanobis", "embedded", "embedded_linf", "singular")
DOMAINS = ("box", "integer", "groups", "fixed", "point")


def random_network(random, inputs, hidden, output="sigmoid", size=1.5) -> Network:
    """Weights of such a size that phases change inside the unit box."""
    widths = [inputs, *hidden, 1]
    pairs = list(itertools.pairwise(widths))
    weights = [random.normal(0, size, (b, a)) / np.sqrt(a) for a, b in pairs]
    weights[-1] *= 3
    biases = [random.normal(0, size / 3, b) for _, b in pairs]
    return Network(weights, biases, output=output)


def random_metric(random, kind, inputs):
    """A metric of that kind; lp metrics let the last column move freely half of the time."""
    theta = random.uniform(0.5, 2, inputs)
    if kind in ("l1", "l2", "linf"):
        theta[-1] *= random.integers(2)
        return WeightedLp(theta, p={"l1": 1, "l2": 2, "linf": np.inf}[kind])
    if kind in ("mahalanobis", "singular"):
        root = random.normal(0, 1, (inputs - (kind == "singular"), inputs))
        return Mahalanobis(root.T @ root)
    embedding = random.normal(0, 1, (inputs, inputs))
    return Embedded(embedding, WeightedLp(theta, p=np.inf if kind == "embedded_linf" else 1))


def random_domain(random, kind, inputs) -> tuple[Domain, Domain]:
    """Domains of x' and of x''."""
    lower, upper = random.uniform(-1, 0, inputs), random.uniform(0.5, 1.5, inputs)
    if kind == "integer":
        lower[0], upper[0] = -1.4, 2.3
        both = Domain(lower, upper, integer=[0])
    elif kind == "groups":
        lower[-2:], upper[-2:] = 0, 1
        both = Domain(lower, upper, groups=[[inputs - 2, inputs - 1]])
    else:
        if kind == "fixed":
            upper[0] = lower[0] = random.uniform(-1, 1)
        both = Domain(lower, upper)
    if kind != "point":
        return both, both
    at = random.uniform(lower, upper)
    return Domain(at, at), both


def random_problem(random, metric, domain, *, inputs=2, hidden=(4,), output="sigmoid") -> Problem:
    """A problem of those kinds with an epsilon that matters."""
    network = random_network(random, inputs, hidden, output)
    epsilon = float(random.uniform(0.1, 0.8))
    metric = random_metric(random, metric, inputs)
    return Problem(network, epsilon, metric, *random_domain(random, domain, inputs))


def grid(domain: Domain, points: int) -> np.ndarray:
    """Rows of the domain on a grid, its corners among them, shape (rows, inputs)."""
    axes, members = [], {c for group in domain.groups for c in group}
    for column in range(domain.inputs):
        low, high = domain.lower[column], domain.upper[column]
        if column in members:
            axes.append([0.0, 1.0])
        elif column in domain.integer:
            axes.append(np.arange(low, high + 1))
        else:
            axes.append(np.unique(np.linspace(low, high, points)))
    rows = np.array(list(itertools.product(*axes)))
    return rows[domain.holds(rows)]


def brute(problem: Problem, points: int) -> float:
    """The largest difference of pairs of grid points, which the true one is at least."""
    first, second = grid(problem.first, points), grid(problem.second, points)
    values = problem.network(first)[:, None] - problem.network(second)[None]
    apart = first[:, None] - second[None]
    flat = apart.reshape(-1, apart.shape[-1])
    near = problem.metric.distance(flat, 0 * flat) <= problem.epsilon
    return float(np.where(near.reshape(values.shape), values, -np.inf).max())


def holds(problem: Problem, certificate, known: float) -> None:
    """A certificate is right: its witness is a pair, and no known pair is above it."""
    first, second = certificate.witness
    assert problem.allows(first, second)[0]
    np.testing.assert_allclose(problem.value(first, second)[0], certificate.lower, atol=1e-12)
    np.testing.assert_allclose(certificate.outputs, problem.network(certificate.witness))
    assert certificate.lower <= certificate.upper
    assert known <= certificate.upper + 1e-12
