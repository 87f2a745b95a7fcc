"""The reference engine: the torch loop on a batch of models, on CPU or GPU."""

from __future__ import annotations

import sys
import textwrap
import time
import traceback
from collections.abc import Callable, Sequence

import numpy as np
import torch

from fairbench.base.errors import Foreseen
from fairbench.base.randomness import seed_of
from fairbench.methods.shared.base import Method
from fairbench.training.batches import Batches
from fairbench.training.budget import Budget
from fairbench.training.compiled.fast import Initial
from fairbench.training.loop import train
from fairbench.training.models import Model, Outcome, Split, reason_of
from fairbench.training.outcomes import outcomes_of
from fairbench.training.sight import build_networks
from fairbench.training.time_limit import time_limit

#: Models in one batched product: on a CPU more only costs memory, a GPU hardly takes longer.
LARGEST_BATCH = {"cpu": 128, "cuda": 1024}


class NoDevice(Foreseen):
    """A device is asked for that this machine or this build of PyTorch does not have."""


def train_models(
    method: Method,
    data: dict[int, tuple[Split, Split]],
    models: Sequence[Model],
    initial: Sequence[Initial],
    budget: Budget,
    *,
    threads: int = 1,
    device: str = "cpu",
    every: int = 0,
    minutes: float | None = None,
    largest: int | None = None,
    done: Callable[[int], None] = lambda count: None,
) -> list[Outcome]:
    """Train models as `compiled.fast.train_models` does, for any method and device.

    A batch that takes longer than `minutes` is stopped, and its fits are errors. `largest` is how
    many models there are in one, by default `LARGEST_BATCH`.

    Results depend on the company a model is trained in by the rounding of batched products
    alone. Trials must have equally many rows.

    Raises
    ------
    NoDevice
        A GPU is asked for, and there is none.
    """
    check_device(device)
    largest = LARGEST_BATCH[torch.device(device).type] if largest is None else largest
    torch.set_num_threads(threads)
    _get_ready()
    outcomes: list[Outcome] = []
    for start in range(0, len(models), largest):
        part = slice(start, start + largest)
        given = (models[part], initial[part], budget, device, every)
        outcomes += _train_batch(method, data, *given, minutes)
        done(len(models[part]))
    return outcomes


def check_device(device: str) -> None:
    """Raise `NoDevice` if a GPU is asked for and there is none."""
    if torch.device(device).type == "cuda" and not torch.cuda.is_available():
        text = f"resources.device is {device}, and PyTorch {torch.__version__} finds no GPU here: "
        remedy = "start it where there is one, install PyTorch for CUDA, or set device: cpu"
        raise NoDevice(text + remedy)


def _get_ready() -> None:
    """Have torch import what it does at a first step: a limit must not interrupt an import."""
    parameter = torch.zeros(1, requires_grad=True)
    parameter.grad = torch.zeros(1)
    torch.optim.Adam([parameter]).step()


def _train_batch(method, data, models, initial, budget, device, every, minutes) -> list[Outcome]:
    dtype = torch.float64 if method.parameters.precision == "double" else torch.float32
    kind = {"dtype": dtype, "device": device}
    start = time.perf_counter()
    try:
        with time_limit(minutes):
            weights = {
                name: [np.stack(layers) for layers in zip(*(i[name] for i in initial), strict=True)]
                for name in initial[0]
            }
            seeds = [seed_of(model.seed, "draws") for model in models]
            networks = build_networks(method, weights, seeds=seeds, **kind)
            recorder = _Recorder(every, budget.iterations) if every else None
            train(
                method,
                networks,
                Batches(data, models, budget, **kind),
                budget,
                lambda_f=torch.tensor([m.lambda_f for m in models], **kind),
                lambda_r=torch.tensor([m.lambda_r for m in models], **kind),
                observe=recorder,
            )
            if torch.device(device).type == "cuda":
                torch.cuda.synchronize(device)  # what was asked for takes its time now
    except Exception as error:  # a user's own objective may raise anything; the fits say so
        reason, seconds = reason_of(error), (time.perf_counter() - start) / len(models)
        _say_where(method, len(models))
        return [Outcome([], seconds, reason) for _ in models]
    seconds = (time.perf_counter() - start) / len(models)
    outcomes = outcomes_of(method, networks, weights, models, seconds, kind)
    if recorder:
        for outcome, trace in zip(outcomes, recorder.traces(), strict=True):
            outcome.trace = trace
    return outcomes


def _say_where(method: Method, models: int) -> None:
    """Tell the log in which line a method raised; set in, as the job itself goes on."""
    told = textwrap.indent(traceback.format_exc(), "    ")
    print(f"\n{method.name}: {models} fits are recorded as errors:\n{told}", file=sys.stderr)


class _Recorder:
    """Keeps every model's parameters along training, in the order of the networks."""

    def __init__(self, every: int, iterations: int):
        self.every, self.iterations, self.records = every, iterations, []

    def __call__(self, iteration: int, networks) -> None:
        if iteration % self.every == 0 or iteration == self.iterations:
            flat = [
                p.detach().reshape(p.shape[0], -1)
                for network in networks.values()
                for p in network.in_order()
            ]
            self.records.append(torch.cat(flat, -1))

    def traces(self) -> list[np.ndarray]:
        return list(torch.stack(self.records, 1).cpu().numpy())
