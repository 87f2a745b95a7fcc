"""The branch and bound against twin MILPs on networks trained on real data, in one run.

    python benchmarks/certify.py FOLDER [--only boston13 compas4_16] [--epsilon .1] [--seconds 60]

FOLDER, or by default ``certify_networks`` in the folder that FAIRBENCH_DATA_MIRROR names, holds
archives with W0.. (out, in), b0.., theta, lo, hi, group and output. Of each network the largest
difference within epsilon by the infinity metric, sensitive columns free, is bracketed to the gap:
by ``certify``, by the MILP with interval bounds as published (plain), and by the MILP with the
bounds and the cutoff that the branch and bound has before it branches, and its pair (same).

Seconds are processor seconds, as the machine may have other work; what is compiled once for a
machine is not counted.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from fairbench.certify import Certificate, Domain, Network, WeightedLp, certify
from fairbench.certify.milp import solve_milp
from fairbench.certify.problem import Problem
from fairbench.certify.search import Search
from fairbench.certify.twin_bounds import TwinBounds, interval_bounds
from fairbench.data.real.entry import MIRROR

ENGINES = ("ours", "plain", "same")
COLUMNS = ("network", "epsilon", "engine", "lower", "upper", "gap", "seconds", "nodes", "status")


def read(path: Path) -> tuple[Network, Domain, np.ndarray]:
    """Network, domain and weights of an archive."""
    with np.load(path) as held:
        layers = range(sum(name.startswith("W") for name in held.files))
        weights, biases = ([held[f"{kind}{k}"] for k in layers] for kind in "Wb")
        network = Network(weights, biases, output=str(held["output"]))
        group = held["group"]
        groups = [np.flatnonzero(group == k).tolist() for k in range(group.max() + 1)]
        return network, Domain(held["lo"], held["hi"], groups=groups), held["theta"]


def run(engine: str, problem: Problem, seconds: float, gap: float) -> Certificate:
    """One bracket."""
    if engine == "ours":
        return certify(
            problem.network, problem.epsilon, metric=problem.metric, domain=problem.first,
            seconds=seconds, gap=gap,
        )  # fmt: skip
    if engine == "plain":
        bounds = interval_bounds(problem, differences=False)
        return solve_milp(problem, seconds=seconds, gap=gap, bounds=bounds)
    start = time.perf_counter()
    search = Search(problem, gap)
    known = search.run(seconds, 1)
    bounds = TwinBounds.from_box(problem, search.box)
    cutoff = problem.network.scale * search.target
    left = max(seconds - (time.perf_counter() - start), 1e-3)
    found = solve_milp(problem, seconds=left, gap=gap, bounds=bounds, cutoff=cutoff)
    best = max(known, found, key=lambda each: each.lower)
    found = replace(found, lower=best.lower, witness=best.witness, outputs=best.outputs)
    return replace(found, status="closed") if found.gap <= gap + 1e-6 else found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    mirror = Path(os.environ.get(MIRROR, "."))
    parser.add_argument("folder", type=Path, nargs="?", default=mirror / "certify_networks")
    parser.add_argument("--only", nargs="*", default=[""], help="networks whose names begin so")
    parser.add_argument("--epsilon", type=float, nargs="*", default=[0.1])
    parser.add_argument("--seconds", type=float, default=60.0, help="limit of each bracket")
    parser.add_argument("--gap", type=float, default=0.01)
    parser.add_argument("--engines", nargs="*", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--order", choices=("1", "2", "inf"), default="inf", help="of the metric")
    given = parser.parse_args()
    paths = sorted(p for p in given.folder.glob("*.npz") if p.stem.startswith(tuple(given.only)))
    if not paths:
        parser.error(f"{given.folder} has no such networks")
    table = csv.writer(sys.stdout)
    table.writerow(COLUMNS)
    took = {engine: [] for engine in given.engines}
    warm_up(given.engines)
    for path in paths:
        network, domain, theta = read(path)
        for epsilon in given.epsilon:
            metric = WeightedLp(theta, p=float(given.order))
            problem = Problem(network, epsilon, metric, domain, domain)
            for engine in given.engines:
                start = time.process_time()
                found = run(engine, problem, given.seconds, given.gap)
                took[engine].append(time.process_time() - start)
                numbers = [f"{v:.4f}" for v in (found.lower, found.upper, found.gap)]
                cost = f"{took[engine][-1]:.2f}", found.nodes, found.status
                table.writerow([path.stem, epsilon, engine, *numbers, *cost])
                sys.stdout.flush()
    summary(took)


def warm_up(engines) -> None:
    """Compile, and let the solver load, outside of all times."""
    random = np.random.default_rng(0)
    weights = [random.normal(size=shape) for shape in ((8, 3), (8, 8), (1, 8))]
    network = Network(weights, [random.normal(size=len(w)) for w in weights])
    domain = Domain([0] * 3, [1] * 3)
    problem = Problem(network, 0.2, WeightedLp([1, 1, 0], p=np.inf), domain, domain)
    for engine in engines:
        run(engine, problem, 600, 0.002)


def summary(took: dict[str, list[float]]) -> None:
    """How many times as long the MILPs took, over the networks of the table."""
    for engine in took.keys() - {"ours"} if "ours" in took else ():
        ratio = np.array(took[engine]) / np.maximum(took["ours"], 1e-3)
        print(
            f"{engine}: {np.median(ratio):.1f} times as long in the median, "
            f"{ratio.min():.1f} to {ratio.max():.1f}"
        )


if __name__ == "__main__":
    main()
