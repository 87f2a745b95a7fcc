"""Time that tracking adds to the published poisoned run of 10,000 iterations.

    python benchmarks/tracking.py [--every N] [--repeats N]

Trains the run of figure 5 on one core without recording, with recording, and with the whole trace
computed, and prints the median seconds of each. Everything is compiled before the clock starts.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

# Before numpy is imported: its threads would share the work.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from fairbench.data.drawn import build, resolve
from fairbench.data.poisoning import flip_labels
from fairbench.methods.fr_train import FRTrain
from fairbench.studies.tracking.measuring import track_models
from fairbench.training.budget import BUDGETS
from fairbench.training.compiled import fast
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, split_rows

LAMBDAS = {"lambda_f": 0.52, "lambda_r": 0.4}


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    """Median wall time of `work`, which runs once more before."""
    work()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    frame = flip_labels(build("published", {}, (0,), 0), rule="margin", rate=0.1, group=1, seed=0)
    about = {"dataset": "published", "parameters": resolve("published", {}), "seed": 0}
    method = FRTrain(FRTrain.Parameters(**FRTrain.variants["released"]["poisoned"]))
    budget, splits = BUDGETS["poisoned"], split_rows(frame)[0]
    models = [Model(0, LAMBDAS["lambda_f"], LAMBDAS["lambda_r"], seed=1)]
    initial = [draw_initial(method.networks(3), 1, generator="torch")]
    data = {0: (splits["train"], splits["clean"])}

    def train(every: int) -> None:
        fast.train_models(method, data, models, initial, budget, every=every)

    def track(*coding: str) -> None:
        track_models(frame, about, method, budget, **LAMBDAS, every=given.every, coding=coding)

    print(f"{budget.iterations} iterations, recorded every {given.every}, one core, seconds:")
    for name, work in {
        "training alone": lambda: train(0),
        "recording the parameters": lambda: train(given.every),
        "trace without I(V;X,Z,Yhat)": track,
        "trace with it": lambda: track("consistent"),
        "trace with both codings": lambda: track("consistent", "published"),
    }.items():
        print(f"  {name:<28} {median_seconds(work, given.repeats):7.2f}")


if __name__ == "__main__":
    main()
