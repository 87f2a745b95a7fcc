"""The one call: a bracket of delta for a network, a metric and a domain."""

from __future__ import annotations

from fairbench.certify.certificate import Certificate
from fairbench.certify.domain import Domain
from fairbench.certify.metric import Metric
from fairbench.certify.network import Network
from fairbench.certify.problem import Problem


def certify(
    network: Network,
    epsilon: float,
    *,
    metric: Metric,
    domain: Domain,
    seconds: float = 60.0,
    gap: float = 0.01,
    nodes: int | None = None,
) -> Certificate:
    """Bracket delta = max |f(x') - f(x'')| over pairs of the domain within epsilon.

    Equation 3 of Benussi et al. (IJCAI 2022), by branch and bound. The bracket holds wherever the
    search stops; more time narrows it.

    Parameters
    ----------
    network : Network
    epsilon : float
        0 or more, in units of the metric.
    metric : WeightedLp, Mahalanobis or Embedded
    domain : Domain
    seconds : float
        The search stops after about this long; compiling, once on a machine, is not counted.
    gap : float
        The bracket is closed once (upper - lower) / lower is at most this.
    nodes : int, optional
        The search stops after this many parts of the space: then the result does not depend on
        the machine's speed, as long as the time is enough.

    Returns
    -------
    Certificate

    Raises
    ------
    ValueError
        If numbers of inputs differ, or epsilon, seconds, gap or nodes is out of range.
    """
    if not seconds > 0:
        raise ValueError(f"seconds is {seconds}; a search needs some time")
    if not gap > 0:
        raise ValueError(f"gap is {gap}; it is above 0, as 0.01 for one per cent")
    if nodes is not None and nodes < 1:
        raise ValueError(f"nodes is {nodes}; it is 1 or more, or None")
    problem = Problem(network, epsilon, metric, domain, domain)
    from fairbench.certify.search import Search, compile_once  # numba, where it is wanted alone

    compile_once()
    return Search(problem, gap).run(seconds, nodes)
