"""One job's work: train the models of a trace with their parameters recorded, and measure them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import torch

from fairbench.methods.shared.base import Method
from fairbench.studies.tracking.trace import trace_frame
from fairbench.training import reference
from fairbench.training.budget import Budget
from fairbench.training.compiled import fast
from fairbench.training.initial import draw_initial, initial_seed
from fairbench.training.models import Model, split_rows


def track_models(
    frame: pd.DataFrame,
    data_about: dict,
    method: Method,
    budget: Budget,
    *,
    lambda_f: float,
    lambda_r: float,
    every: int,
    engine: str = "auto",
    device: str = "cpu",
    minutes: float | None = None,
    done: Callable[[int], None] = lambda count: None,
    **measured,
) -> pd.DataFrame:
    """Traces of one setting of a method on all trials of a data set frame.

    The models are those that `fairbench.training.cell.train_cell` trains: same data, same seeds.

    Parameters
    ----------
    frame, data_about, method, budget, engine, device, minutes
        As for `fairbench.training.cell.train_cell`.
    lambda_f, lambda_r : float
    every : int
        Iterations between two rows of a trace.
    done : callable
        Told the number of traces as they are finished.
    **measured
        ``coding``, ``neighbours`` and ``slope`` of `trace_frame`.

    Returns
    -------
    DataFrame
        ``trial``, ``initial_seed`` and the columns of `trace_frame`, one trace after the other.

    Raises
    ------
    RuntimeError
        If training a model raised.
    """
    splits = split_rows(frame)
    where = (data_about["dataset"], data_about["parameters"])
    seeds = {trial: initial_seed(*where, trial, data_about["seed"]) for trial in splits}
    models = [Model(trial, lambda_f, lambda_r, seed) for trial, (_, seed) in seeds.items()]
    count, width = next(iter(splits.values()))["train"].features.shape
    budget = budget.for_rows(count)
    sizes = method.networks(width)
    initial = [
        draw_initial(sizes, m.seed, generator=seeds[m.trial][0], weights=method.initial_weights)
        for m in models
    ]
    data = {trial: (parts["train"], parts["clean"]) for trial, parts in splits.items()}
    quick = engine != "reference" and fast.applies(method, width, budget)
    if quick:
        outcomes = fast.train_models(method, data, models, initial, budget, every=every)
    else:
        outcomes = reference.train_models(
            method, data, models, initial, budget, device=device, every=every, minutes=minutes
        )
    torch.set_num_threads(1)
    traces = []
    for model, outcome in zip(models, outcomes, strict=True):
        if outcome.error:
            raise RuntimeError(f"training {method.name}, trial {model.trial}: {outcome.error}")
        recorded = method, model, splits[model.trial], outcome.trace
        trace = trace_frame(*recorded, budget=budget, every=every, compact=quick, **measured)
        trace.insert(0, "trial", model.trial)
        trace.insert(1, "initial_seed", model.seed)
        traces.append(trace)
        done(1)
    return pd.concat(traces, ignore_index=True)
