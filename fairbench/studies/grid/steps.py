"""The jobs of a grid of methods, laws and weights: train, collect, select, summarise."""

from __future__ import annotations

from fairbench.base.call import Call


def train(call: Call) -> None:
    """Train all models of some cells, one cell after the other, and record each fit."""
    import numpy as np
    from tqdm import tqdm

    from fairbench import methods
    from fairbench.data.files import dataset_columns
    from fairbench.store.journal import saw_file
    from fairbench.store.tables import write_table
    from fairbench.training.budget import Budget
    from fairbench.training.cell import cell_columns

    given = dict(call.spec)
    kind = methods.find(given["method"], given["file"])
    method = kind(kind.Parameters(**given["parameters"]))
    saw_file(given["file"])
    cells = list(map(dataset_columns, call.inputs["data"], given["data"]))
    models = sum(len(about["trials"]) for _, about in cells)
    models *= len(given["lambda_f"]) * len(given["lambda_r"])
    told = ("lambda_f", "lambda_r", "engine", "trimming", "with_reserve", "clean_share")
    how = {name: given[name] for name in told if name in given} | call.how
    made = []
    with tqdm(total=models, unit="model", desc=method.name, mininterval=1.0) as progress:
        for number, (frame, about) in enumerate(cells):
            budget = Budget(**given["budget"])
            fits = cell_columns(frame, about, method, budget, **how, done=progress.update)
            made.append({"cell": np.full(len(fits["trial"]), number)} | fits)
    every = {name: np.concatenate([fits[name] for fits in made]) for name in made[0]}
    about = {"data": [about for _, about in cells], "spec": given}
    write_table(every, call.output, kind="fits", about=about)


def collect(call: Call) -> None:
    """Gather every fit of the studies into one tidy table."""
    from fairbench.store.tables import write_table
    from fairbench.studies.grid.collect import collect_fits
    from fairbench.studies.grid.plan import uses_of

    uses = uses_of(call.spec)
    about = {"studies": list(dict.fromkeys(use.study for use in uses))}
    about["settings"] = call.spec["settings"]
    write_table(collect_fits(uses), call.output, kind="fits", about=about)


def select(call: Call) -> None:
    """Select one model per data set and method."""
    from fairbench.evaluation.limits import read_limits
    from fairbench.evaluation.selection import select as choose
    from fairbench.store.csv_tables import write_csv
    from fairbench.studies.grid.tables import read_fits

    fits, limits = read_fits(call.input("fits")), read_limits(call.inputs["limits"])
    chosen = choose(fits, criteria=call.spec["criteria"], limits=limits)
    write_csv(chosen, call.output)


def summarise(call: Call) -> None:
    """Summarise cells and compare methods on the same data sets."""
    from fairbench.evaluation import comparison, summary
    from fairbench.evaluation.baselines import baseline_losses
    from fairbench.evaluation.selection import read_csv
    from fairbench.store.csv_tables import write_csv
    from fairbench.studies.grid.tables import read_fits

    fits, chosen = read_fits(call.input("fits")), read_csv(call.input("selected"))
    made = {
        "cells": summary.cell_summary(chosen, fits),
        "comparisons": comparison.paired_comparisons(chosen, fits, **call.spec),
        "matched": comparison.matched_comparisons(fits, **call.spec),
        "baselines": baseline_losses(chosen),
    }
    for name, frame in made.items():
        write_csv(frame, call.outputs[name])
