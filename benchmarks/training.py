"""How long one model-iteration takes: python benchmarks/training.py [--threads 2]

Three ways of training the same models, one after the other in one run, on 1,800 training and 200
clean rows with 16 hidden units: (a) the plain PyTorch loop over one model, (b) the batched torch
loop (the reference engine), (c) the compiled loop (the fast engine). Absolute times are this
machine's; compare the columns.
"""

from __future__ import annotations

import argparse
import time

import torch

from fairbench.data.drawn import build
from fairbench.methods import find
from fairbench.training import reference
from fairbench.training.budget import BUDGETS
from fairbench.training.compiled import fast
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, split_rows

METHODS = ("logistic_regression", "adversarial", "fr_train", "naive_mi", "normalized_mi")


def plain_loop(data, iterations: int) -> float:
    """Seconds of FR-Train written as one usually writes it: torch.nn modules, one model."""
    train, clean = data
    x, y, z = (torch.as_tensor(a) for a in (train.features, train.y, train.sensitive))
    clean_rows = torch.cat(
        [torch.as_tensor(clean.features), torch.as_tensor(2 * clean.y - 1)[:, None]], 1
    )
    linear, relu, sigmoid = torch.nn.Linear, torch.nn.LeakyReLU(0.2), torch.nn.Sigmoid()
    generator = linear(3, 1)
    judge = torch.nn.Sequential(linear(1, 1), sigmoid)
    critic = torch.nn.Sequential(linear(4, 16), relu, linear(16, 1), sigmoid)
    steps = [
        torch.optim.Adam(generator.parameters(), 0.005),
        torch.optim.SGD(judge.parameters(), 0.01),
        torch.optim.SGD(critic.parameters(), 0.001),
    ]
    bce, with_logits = torch.nn.BCELoss(), torch.nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(len(clean_rows)), torch.zeros(len(x))
    start = time.perf_counter()
    for iteration in range(iterations):
        logit = generator(x)
        rows = torch.cat([x, logit], 1)
        losses = [
            bce(judge(logit.detach())[:, 0], z),
            0.5 * (bce(critic(clean_rows)[:, 0], ones) + bce(critic(rows.detach())[:, 0], zeros)),
        ]
        for step, loss in zip(steps[1:], losses, strict=True):
            step.zero_grad()
            loss.backward()
            step.step()
        if iteration % 3 == 0:
            loss = 0.4 * with_logits(logit[:, 0], y) - 0.5 * bce(judge(logit)[:, 0], z)
            loss = loss - 0.1 * bce(critic(rows)[:, 0], zeros)
            steps[0].zero_grad()
            loss.backward()
            steps[0].step()
    return time.perf_counter() - start


def engine_seconds(engine, name: str, data, iterations: int, count: int, threads: int) -> float:
    kind = find(name)
    method = kind(kind.Parameters(**kind.variants.get("released", {}).get("clean", {})))
    models = [Model(0, 0.1 + 0.7 * k / count, 0.1, k) for k in range(count)]
    initial = [draw_initial(method.networks(3), m.seed, generator="numpy") for m in models]
    budget = BUDGETS["clean"].model_copy(update={"iterations": iterations, "warm_up": 0})
    warm = budget.model_copy(update={"iterations": 5})
    engine.train_models(method, {0: data}, models, initial, warm, threads=threads)
    start = time.perf_counter()
    engine.train_models(method, {0: data}, models, initial, budget, threads=threads)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    threads = parser.parse_args().threads
    parts = split_rows(build("independent", {}, [0], seed=1))[0]
    data = parts["train"], parts["clean"]
    torch.set_num_threads(1)
    alone = plain_loop(data, 300) / 300 * 1e6
    print(f"one model-iteration in microseconds (1,800 + 200 rows, {threads} threads)")
    print(f"{'method':<22}{'plain loop':>12}{'batched':>10}{'compiled':>10}{'  on 1 thread':>14}")
    for name in METHODS:
        batched = engine_seconds(reference, name, data, 60, 64, threads) / 60 / 64 * 1e6
        quick = engine_seconds(fast, name, data, 2000, 16, threads) / 2000 / 16 * 1e6
        single = engine_seconds(fast, name, data, 2000, 8, 1) / 2000 / 8 * 1e6
        plain = f"{alone:.0f}" if name == "fr_train" else "-"
        print(f"{name:<22}{plain:>12}{batched:>10.0f}{quick:>10.1f}{single:>14.1f}")


if __name__ == "__main__":
    main()
