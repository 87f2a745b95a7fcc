"""Fits per minute of binary layers: python benchmarks/representations.py [--threads 2]

The same network, batch size and number of batches, one way after the other in one run: (a) the
straightforward loop, one model at a time with a DataLoader, (b) the benchmark's loop with one
model, (c) with the three inner folds of a trial in one stack, (d) with a sweep of gamma over them:
all of BinaryBernoulli. Then BinaryMI, (b) and (c), as time beside BinaryBernoulli's.
Absolute numbers are this machine's; compare the rows.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import torch

from fairbench.methods import find
from fairbench.methods.shared.binary_losses import neuron_bits
from fairbench.training import reference
from fairbench.training.budget import Budget
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Split

WIDTH, LAYERS, UNITS, BATCH = 12, 2, 20, 200
GAMMAS = np.linspace(0.0, 0.9, 15)


def rows(count: int, seed: int) -> Split:
    """Rows of the shape of COMPAS."""
    generator = np.random.default_rng(seed)
    features = generator.standard_normal((count, WIDTH)).astype(np.float32)
    features[:, -1] = sensitive = (features[:, 0] > 0).astype(np.float32)
    y = (features[:, 1] + sensitive + generator.standard_normal(count) > 0.5).astype(np.float32)
    return Split(features, sensitive, y)


class Binary(torch.nn.Module):
    """A stochastic binary layer as one usually writes it."""

    def forward(self, a):
        self.probability = torch.sigmoid(6 * torch.tanh(a))
        drawn = torch.bernoulli(self.probability.detach())
        return drawn + self.probability - self.probability.detach()


def straightforward(split: Split, iterations: int, gamma: float = 0.3) -> None:
    """torch.nn modules, a DataLoader over a TensorDataset, one model."""
    data = torch.utils.data.TensorDataset(
        *(torch.as_tensor(part) for part in (split.features, split.sensitive, split.y))
    )
    loader = torch.utils.data.DataLoader(data, BATCH, shuffle=True, drop_last=True)
    binary = Binary()
    network = torch.nn.Sequential(
        torch.nn.Linear(WIDTH, UNITS),
        torch.nn.LeakyReLU(0.2),
        torch.nn.Linear(UNITS, UNITS),
        binary,
        torch.nn.Linear(UNITS, 1),
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    cross_entropy = torch.nn.BCEWithLogitsLoss()
    done = 0
    while True:
        for features, sensitive, y in loader:
            loss = (1 - gamma) * cross_entropy(network(features)[:, 0], y)
            information = neuron_bits(binary.probability[None], sensitive[None])
            loss = loss + gamma * information[0]
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            done += 1
            if done == iterations:
                return


def ours(data: dict, gammas, iterations: int, threads: int, name: str = "binary_bernoulli") -> int:
    """Train every gamma on every data set in one stack; gives the number of fits."""
    kind = find(name)
    method = kind(kind.Parameters(hidden_layers=LAYERS, hidden_units=UNITS))
    models = [Model(trial, float(gamma), 0.0, 5) for trial in data for gamma in gammas]
    first = draw_initial(method.networks(WIDTH), 5, generator="numpy", weights="he")
    budget = Budget(iterations=iterations, batch_size=BATCH, generator_rate=1e-3)
    reference.train_models(method, data, models, [first] * len(models), budget, threads=threads)
    return len(models)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--iterations", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    splits = {trial: (rows(2345, trial), rows(100, 9)) for trial in range(3)}
    one = {0: splits[0]}
    ways = {
        "straightforward loop, one model": lambda n: straightforward(one[0][0], n) or 1,
        "this loop, one model": lambda n: ours(one, [0.3], n, given.threads),
        "this loop, the 3 inner folds": lambda n: ours(splits, [0.3], n, given.threads),
        "this loop, 3 folds x 15 gammas": lambda n: ours(splits, GAMMAS, n, given.threads),
        "BinaryMI, one model": lambda n: ours(one, [0.3], n, given.threads, "binary_mi"),
        "BinaryMI, the 3 inner folds": lambda n: ours(splits, [0.3], n, given.threads, "binary_mi"),
    }
    best = dict.fromkeys(ways, 0.0)
    for way in ways.values():
        way(20)
    for _ in range(given.repeats):  # turn about, so that a slow minute hits all alike
        for name, way in ways.items():
            start = time.perf_counter()
            fits = way(given.iterations)
            best[name] = max(best[name], 60 * fits / (time.perf_counter() - start))
    base = best["straightforward loop, one model"]
    print(f"fits of {given.iterations} batches per minute, {given.threads} thread(s)")
    for name, rate in best.items():
        print(f"{name:<34} {rate:8.0f}   {rate / base:5.1f}x")
    for stack in ("one model", "the 3 inner folds"):
        slower = best[f"this loop, {stack}"] / best[f"BinaryMI, {stack}"]
        print(f"time of BinaryMI beside BinaryBernoulli, {stack}: {slower:.2f}x")


if __name__ == "__main__":
    main()
