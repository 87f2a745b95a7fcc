"""How long the grid of FR-Train takes on a device, by the reference engine.

    python benchmarks/device.py [--device cuda] [--method fr_train] [--cells 27] [--trials 10]
        [--lambdas 10] [--iterations 4000] [--stack 2700] [--threads 1]

The grid is that of the study `imbalance`: 27 cells of P(Y=1) and c with ten data sets each and ten
lambdas, 2,700 fits of 4,000 iterations on 1,800 training and 200 clean rows, here in stacks of as
many models as ``--stack`` says. Prints the device by its name, the seconds of training and of
bringing the models back, and the share of fits that left numbers and tell the label.

A machine without a GPU can look at the same code path with a part of it, such as ``--device cpu
--cells 1 --trials 2 --iterations 100``; its seconds say nothing of a GPU's.
"""

from __future__ import annotations

import argparse
import itertools
import platform
import time
from collections.abc import Sequence

import numpy as np
import torch

from fairbench.data.drawn import build
from fairbench.methods import find
from fairbench.training import reference
from fairbench.training.budget import BUDGETS
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Split, split_rows

RATES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
COEFFICIENTS = [0.6, 1.0, 1.4]
ROWS = {"train": 1800, "clean": 200, "selection": 1, "test": 1000}


def name_of(device: str) -> str:
    """The card, its memory and the software, or the processor."""
    if torch.device(device).type != "cuda":
        return f"{platform.processor() or platform.machine()}, PyTorch {torch.__version__}"
    card = torch.cuda.get_device_properties(device)
    software = f"CUDA {torch.version.cuda}, PyTorch {torch.__version__}"
    return f"{card.name}, {card.total_memory / 2**30:.0f} GiB, {software}"


def draw(cells: int, trials: int) -> list[dict[str, Split]]:
    """The splits of every data set of the grid."""
    found = []
    for rate, coefficient in itertools.islice(itertools.product(RATES, COEFFICIENTS), cells):
        cell = {"positive_rate": rate, "group_coefficient": coefficient, "rows": ROWS}
        found += split_rows(build("independent", cell, range(trials), seed=1)).values()
    return found


def measure(given: argparse.Namespace) -> dict[str, float]:
    """Train the grid once and time it."""
    kind = find(given.method)
    method = kind(kind.Parameters(**kind.variants.get("released", {}).get("clean", {})))
    sets = draw(given.cells, given.trials)
    lambdas = np.linspace(0.1, 0.9, given.lambdas)
    models = [Model(k, float(f), 0.05, k) for k in range(len(sets)) for f in lambdas]
    first = [draw_initial(method.networks(3), k, generator="torch") for k in range(len(sets))]
    initial = [first[model.trial] for model in models]
    data = {k: (parts["train"], parts["clean"]) for k, parts in enumerate(sets)}
    told = {"iterations": given.iterations, "warm_up": min(500, given.iterations // 8)}
    budget = BUDGETS["clean"].model_copy(update=told)
    how = {"device": given.device, "threads": given.threads, "largest": given.stack}
    warm = budget.model_copy(update={"iterations": 5, "warm_up": 2})
    reference.train_models(method, data, models[:2], initial[:2], warm, **how)
    start = time.perf_counter()
    fits = reference.train_models(method, data, models, initial, budget, **how)
    seconds = time.perf_counter() - start
    sound = [not fit.error and fit.finite() for fit in fits]
    tests = [sets[model.trial]["test"] for model in models]
    pairs = zip(fits, tests, strict=True)
    right = [
        np.mean(fit.prediction(rows.features) == rows.y) for fit, rows in pairs if not fit.error
    ]
    return {
        "fits": len(fits),
        "seconds": seconds,
        "training": sum(fit.seconds for fit in fits),
        "microseconds": 1e6 * seconds / len(fits) / given.iterations,
        "sound": float(np.mean(sound)),
        "accuracy": float(np.mean(right)) if right else float("nan"),
    }


def parsed(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--method", default="fr_train")
    for name, number in (("cells", 27), ("trials", 10), ("lambdas", 10), ("iterations", 4000)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--stack", type=int, help="models in one stack; default: all")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(words)
    given.stack = given.stack or given.cells * given.trials * given.lambdas
    return given


def main(words: Sequence[str] | None = None) -> None:
    given = parsed(words)
    reference.check_device(given.device)
    print(f"device {given.device}: {name_of(given.device)}")
    found = measure(given)
    print(
        f"{given.method}: {found['fits']:,} fits of {given.iterations:,} iterations in stacks of "
        f"{given.stack:,}: {found['seconds']:.1f} s, {found['training']:.1f} s of it training, "
        f"{found['microseconds']:.2f} microseconds a model-iteration"
    )
    print(f"sound {found['sound']:.1%}, mean test accuracy {found['accuracy']:.3f}")


if __name__ == "__main__":
    main()
