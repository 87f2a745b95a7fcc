"""Accuracy against certified delta: plain networks and each penalty of `individual`, in one run.

    python benchmarks/fair_training.py [--data adult boston] [--seeds 5] [--penalties pgd lipschitz]
        [--lambdas 0.1 0.2] [--label-scale 1 2] [--layers 2] [--units 16] [--seconds 5] [--csv FILE]

Real data from the folder of FAIRBENCH_DATA_MIRROR, all numbers from 0 to 1. A seed divides the rows
anew and draws other weights; all seeds and lambdas of a penalty train in one stack. delta is the
largest difference of outputs of two inputs within epsilon of each other (infinity norm, sensitive
columns free), certified over the whole box: `lower` is attained, `upper` holds for every pair.
`turned` is the share of test rows with a neighbour that is decided otherwise, as far as a search
finds them: unlike delta it does not change if all logits are divided by a number.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import torch

from fairbench.certify import Domain, Network, WeightedLp, certify
from fairbench.data.real.download import fetch
from fairbench.data.real.encode import build_real
from fairbench.data.real.entry import read_entry
from fairbench.methods import find
from fairbench.methods.shared.search_for_neighbours import farthest_neighbours
from fairbench.training.budget import Budget
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, split_rows
from fairbench.training.reference import train_models

LARGE = Budget(epochs=40, batch_size=512, generator_rate=0.003)
MIDDLE = Budget(epochs=80, batch_size=256, generator_rate=0.004)
SMALL = Budget(epochs=150, batch_size=128, generator_rate=0.005)


@dataclass(frozen=True)
class Task:
    """A profile, how long to train on it, and what the method has to be told of its columns."""

    entry: str
    profile: str
    budget: Budget
    told: dict = field(default_factory=dict)


TASKS = {
    "adult": Task("adult", "numeric45222", LARGE),
    # B is an input that moves freely; the group made of it is hidden.
    "boston": Task("boston", "thirteen506", SMALL, {"free": (11,), "sees_sensitive": False}),
    "compas": Task("compas", "numeric6172", MIDDLE),
    "german": Task("german", "codes", SMALL),
    "communities": Task("communities_crime", "twenty1994", SMALL),
}


def read(task: Task, seeds: int, folder: str) -> dict:
    """The splits of every seed."""
    entry = read_entry(task.entry)
    fetch(entry, folder)
    return split_rows(build_real(entry, task.profile, folder, range(seeds), 1))


def trained(method, parts: dict, lambdas: list[float], budget: Budget):
    """Models of all seeds and lambdas, each with its outcome."""
    models = [Model(t, weight, 0.0, 100 + t) for t in parts for weight in lambdas]
    count, width = parts[0]["train"].features.shape
    how = {"generator": "numpy", "weights": method.initial_weights}
    initial = [draw_initial(method.networks(width), model.seed, **how) for model in models]
    data = {t: (of["train"], of["clean"]) for t, of in parts.items()}
    outcomes = train_models(method, data, models, initial, budget.for_rows(count))
    return list(zip(models, outcomes, strict=True))


def certified(method, outcome, seconds: float):
    """The certificate of a trained network over the unit box."""
    with torch.no_grad():
        layers = [
            (w[0].double().numpy(), b[0, 0].double().numpy())
            for w, b in method.layers(outcome.network)
        ]
    network = Network(*map(list, zip(*layers, strict=True)))
    theta = np.ones(network.inputs)
    theta[-1] = 0
    theta[list(method.parameters.free)] = 0
    metric, box = WeightedLp(theta, np.inf), np.ones(network.inputs)
    given = {"metric": metric, "domain": Domain(0 * box, box), "seconds": seconds}
    return certify(network, method.parameters.epsilon, **given)


def turned(method, outcome, features: np.ndarray) -> float:
    """Share of rows with a neighbour on the other side of 1/2, as far as found."""
    rows = torch.as_tensor(features)[None]
    network = outcome.network
    with torch.no_grad():
        side = torch.where(network(rows) > 0, 1.0, -1.0)

    def other_side(x):
        return -side.repeat(1, x.shape[1] // side.shape[1]) * network(x)

    # From an output of 0 upwards is the only way that gains anything.
    bottom = torch.full_like(side, -50.0)
    near = method.neighbourhood(network, rows)
    found = farthest_neighbours(other_side, near, rows, bottom, steps=10)
    with torch.no_grad():
        return float((other_side(found) > 0).float().mean())


def measured(method, model: Model, outcome, parts: dict, seconds: float) -> dict:
    """What is printed of one model."""
    test = parts[model.trial]["test"]
    p = np.clip(outcome.probability(test.features).astype(float), 1e-9, 1 - 1e-9)
    share = test.y.mean()
    start = time.perf_counter()
    found = certified(method, outcome, seconds)
    return {
        "lambda_f": model.lambda_f,
        "seed": model.trial,
        "accuracy": float(((p > 0.5) == test.y).mean()),
        "majority": float(max(share, 1 - share)),
        "cross_entropy": float(-np.log(np.where(test.y == 1, p, 1 - p)).mean()),
        "turned": turned(method, outcome, test.features),
        "lower": found.lower,
        "upper": min(found.upper, 1.0),
        "train_s": outcome.seconds,
        "certify_s": time.perf_counter() - start,
    }


def study(name: str, given, folder: str) -> pd.DataFrame:
    """All models of one data set."""
    task = TASKS[name]
    parts, frames = read(task, given.seeds, folder), []
    # Without weight every penalty trains the same network.
    runs = [("lipschitz", 1.0, [0.0])]
    runs += [(p, s, given.lambdas) for p in given.penalties for s in given.label_scale]
    for penalty, scale, lambdas in runs:
        told = {"penalty": penalty, "label_scale": scale, "domain": "unit"} | task.told
        told |= {"hidden_layers": given.layers, "hidden_units": given.units}
        told |= {"hidden_layers": 0} if penalty == "closed_form" else {}
        kind = find("individual")
        method = kind(kind.Parameters(epsilon=given.epsilon, **told))
        rows = [
            measured(method, model, outcome, parts, given.seconds)
            for model, outcome in trained(method, parts, lambdas, task.budget)
        ]
        label = "plain" if lambdas == [0.0] else penalty
        frames.append(pd.DataFrame(rows).assign(data=name, penalty=label, label_scale=scale))
        show(frames[-1])
    return pd.concat(frames)


def show(frame: pd.DataFrame) -> None:
    """Means over the seeds, and standard deviations of accuracy and delta."""
    keys = ["data", "penalty", "label_scale", "lambda_f"]
    groups = frame.groupby(keys)
    table = groups[["accuracy", "majority", "cross_entropy", "turned", "lower", "upper"]].mean()
    table["accuracy_sd"], table["upper_sd"] = groups["accuracy"].std(), groups["upper"].std()
    table[["train_s", "certify_s"]] = groups[["train_s", "certify_s"]].mean()
    print(table.reset_index().to_string(index=False, float_format="%.3f"), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", nargs="+", choices=TASKS, default=list(TASKS))
    every = ["pgd", "closed_form", "interval", "linear", "lipschitz", "pairs"]
    parser.add_argument("--penalties", nargs="+", choices=every, default=every)
    parser.add_argument("--lambdas", nargs="+", type=float, default=[0.05, 0.1, 0.2, 0.3, 0.5])
    parser.add_argument("--label-scale", nargs="+", type=float, default=[1.0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epsilon", type=float, default=0.1)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--units", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5.0, help="limit of a certificate")
    parser.add_argument("--csv", help="file for the numbers of every model")
    given = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        found = pd.concat([study(name, given, folder) for name in given.data])
    if given.csv:
        found.to_csv(given.csv, index=False)


if __name__ == "__main__":
    main()
