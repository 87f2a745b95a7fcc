"""Certificates of fits: delta's bracket, beside what pairs of rows show."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from fairbench.certify import Domain, Network, WeightedLp, certify
from fairbench.certify.milp import solve_milp
from fairbench.certify.problem import Problem
from fairbench.studies.individual.networks.fits import network_of

#: Rows whose pairs are looked at; all pairs of Adult's would be a thousand million.
_ROWS = 2000
_PARTS = 250


def domain_of(space: Mapping) -> Domain:
    """The inputs that there may be."""
    given = {name: space[name] for name in ("lower", "upper", "integer", "groups")}
    return Domain(**given)


def metric_of(space: Mapping) -> WeightedLp:
    """The largest difference in any input but the group, which moves freely."""
    theta = np.ones(len(space["columns"]))
    theta[list(space["free"])] = 0
    return WeightedLp(theta, p=np.inf)


def certificates(
    fits: pd.DataFrame,
    space: Mapping,
    rows: Mapping[int, np.ndarray],
    given: Mapping,
    done: Callable[[int], None] = lambda count: None,
) -> pd.DataFrame:
    """Certify every fit at the distances asked for.

    Parameters
    ----------
    fits : DataFrame
        Of `fairbench.studies.individual.networks.fits.trained_fits`.
    space : mapping
        Of `space_of`.
    rows : mapping of trial to array, shape (rows, inputs)
        Those whose pairs are looked at.
    given : mapping
        ``epsilon`` of every fit, ``epsilons`` of those at ``curve`` (a lambda_f), ``engines``,
        and the limits ``gap``, ``nodes``, ``seconds``.

    Returns
    -------
    DataFrame
        A row for each fit, distance and engine: ``lower``, ``upper``, ``state`` (of the
        certificate), ``nodes``, ``seconds``, ``empirical`` (over pairs of rows), ``pairs``,
        and what the fit is.
    """
    domain, metric = domain_of(space), metric_of(space)
    told = [name for name in fits.columns if name not in ("layers", "seconds")]
    found = []
    for fit in fits.to_dict("records"):
        base = {name: fit[name] for name in told}
        if fit["layers"] == "[]":
            done(1)
            continue
        network = network_of(fit["layers"], fit["leak"], domain)
        for epsilon in _distances(fit, given):
            shown, pairs = between_rows(network, rows[fit["trial"]][:_ROWS], space, epsilon)
            here = base | {"epsilon": epsilon, "empirical": shown, "pairs": pairs}
            here |= {"hidden": "x".join(map(str, _hidden(fit["layers"])))}
            for engine in given["engines"]:
                found.append(here | _certificate(network, epsilon, metric, domain, engine, given))
        done(1)
    return pd.DataFrame(found)


def _distances(fit: Mapping, given: Mapping) -> Sequence[float]:
    """All distances for fits on the curve, one for the others."""
    on_curve = given["curve"] is not None and abs(fit["lambda_f"] - given["curve"]) < 1e-9
    every = {given["epsilon"], *(given["epsilons"] if on_curve else ())}
    return sorted(every)


def _hidden(layers: str) -> list[int]:
    return [len(bias) for _, bias in json.loads(layers)[:-1]]


def _certificate(network: Network, epsilon, metric, domain, engine: str, given: Mapping) -> dict:
    limits = {"gap": given["gap"], "seconds": given["seconds"]}
    if engine == "milp":
        problem = Problem(network, epsilon, metric, domain, domain)
        made = solve_milp(problem, **limits)
    else:
        how = limits | {"nodes": given["nodes"]}
        made = certify(network, epsilon, metric=metric, domain=domain, **how)
    return {
        "engine": engine,
        "lower": made.lower,
        "upper": min(made.upper, 1.0),  # no two probabilities are further apart
        "state": made.status,
        "nodes": made.nodes,
        "seconds": made.seconds,
    }


def between_rows(
    network: Network, rows: np.ndarray, space: Mapping, epsilon: float
) -> tuple[float, int]:
    """The largest difference between rows within epsilon, and how many such pairs there are."""
    kept = [k for k in range(rows.shape[1]) if k not in space["free"]]
    near, output = rows[:, kept], network(rows)
    largest, pairs = 0.0, 0
    for start in range(0, len(rows), _PARTS):
        part = slice(start, start + _PARTS)
        close = np.ones((len(near[part]), len(rows)), bool)
        for column in near.T:
            close &= np.abs(column[part, None] - column) <= epsilon * (1 + 1e-9)
        close[np.arange(len(near[part])), np.arange(start, start + len(near[part]))] = False
        pairs += int(close.sum())
        apart = np.abs(output[part, None] - output) * close
        largest = max(largest, float(apart.max(initial=0.0)))
    return largest, pairs // 2
