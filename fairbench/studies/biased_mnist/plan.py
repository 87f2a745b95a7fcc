"""The jobs of the Biased-MNIST study: fits, the settings that are chosen, tables and figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fairbench.base.paths import folders_of, span
from fairbench.methods import Method
from fairbench.planning.board import Board, Measure, assumed_by
from fairbench.planning.comparison import Group, TestValues, comparison_jobs
from fairbench.planning.job import Job, MethodRef, Shown, figure_job, table_job
from fairbench.planning.shared import Data, Shared
from fairbench.studies.biased_mnist.section import (
    BiasedMnist,
    budget_of,
    method_of,
    settings_of,
)

_PAPER = "Invariant Representations with Stochastically Quantized Neural Networks"
_STEPS = "fairbench.studies.biased_mnist.steps"
#: Who has biased data has biased rows to choose by. What is shown no colour is a bound, no rival.
_RIVALS = {"chosen_by": "biased", "sees_sensitive": True}
_MEASURES = (
    Measure("test", "accuracy without the bias"),
    Measure("probe_accuracy", "colour found by a forest", larger_is_better=False, weight=0),
)
_SHOWN = {
    "fits": Shown("table", "Biased-MNIST: fits", row="a fit in a setting"),
    "chosen": Shown("table", "Biased-MNIST: chosen settings", row="a fit that is chosen"),
    "summary": Shown("table", "Biased-MNIST: means", row="a mean over draws"),
    "cells": Shown("table", "Biased-MNIST: digits and colours", row="a digit on a colour"),
    "differences": Shown("table", "Biased-MNIST: differences", row="a paired difference"),
    "verdicts": Shown("verdicts", "Every value"),
    "findings": Shown("findings", "Findings"),
}
#: Number or name, title and the tables that a figure reads; what has no number is a picture.
_FIGURES = {
    "table1": ("Accuracy without the bias", "Biased-MNIST", ("summary",)),
    "cells": ("Accuracy by digit and colour", "Biased-MNIST", ("cells",)),
    "gamma": ("What gamma does", "Biased-MNIST", ("fits",)),
}


def biased_mnist_jobs(config: Any, shared: Shared) -> Iterator[Job]:
    """Every job of the study; none where the config has no such study."""
    study = config.biased_mnist
    if study is None:
        return
    fits = list(_fits(study, shared))
    yield from fits
    yield from _tables(study, shared, fits)
    yield _samples(study, shared)


def _data(study: BiasedMnist, shared: Shared, correlation: float, trial: int) -> Data:
    return shared.biased_mnist(correlation, study.rows.model_dump(), trial)


def _fits(study: BiasedMnist, shared: Shared) -> Iterator[Job]:
    """A job for each correlation, draw and method, which trains all of its settings."""
    for correlation in study.correlations:
        for trial in range(study.trials):
            data = _data(study, shared, correlation, trial)
            for label in study.entries():
                yield _fit(study, shared, label, data)


def _fit(study: BiasedMnist, shared: Shared, label: str, data: Data) -> Job:
    entry, method = study.entries()[label], method_of(study, label)
    budget, settings = budget_of(study, method), settings_of(study, label)
    correlation = data.about["parameters"]["correlation"]
    spec = {
        "label": label,
        "method": method.name,
        "file": entry.file,
        "variant": entry.variant or "",
        "data": data.about,
        "parameters": method.parameters.model_dump(),
        "budget": budget.model_dump(),
        "seed": shared.seed,
        "probe_trees": study.probe_trees,
        "probe_rows": study.probe_rows,
    } | settings
    place = (
        f"{folders_of({'correlation': correlation})}/{label}/{span(tuple(data.about['trials']))}"
    )
    made = {
        name: f"{shared.root}/biased_mnist/{name}/{place}.parquet" for name in ("fits", "cells")
    }
    count = len(settings["lambda_f"]) * len(settings["generator_rate"])
    return Job(
        "biased_mnist_train",
        f"{_STEPS}:train",
        f"biased_mnist/fits/{place}",
        made,
        "training",
        f"Biased-MNIST, {label}",
        spec,
        {"data": (data.path,)},
        method=MethodRef(method.name, entry.file),
        models=count,
        iterations=budget.for_rows(study.rows.train).iterations,
        has_fits=True,
        trains=True,
    )


def _tables(study: BiasedMnist, shared: Shared, fits: list[Job]) -> Iterator[Job]:
    folder = f"{shared.root}/biased_mnist/tables"
    names = ("fits", "chosen", "summary", "differences", "cells")
    path = {name: f"{folder}/{name}.csv" for name in names}
    read = {name: tuple(job.outputs[name] for job in fits) for name in ("fits", "cells")}
    shown = {name: _SHOWN[name] for name in names}
    shown["chosen"] = replace(shown["chosen"], board=_board(study))
    yield table_job(_STEPS, "biased_mnist_gather", path, {}, read, shown=shown)
    made = {"verdicts": f"{folder}/reproduction.csv", "text": f"{folder}/reproduction.md"}
    made["findings"] = f"{folder}/findings.md"
    read = {name: (path[name],) for name in ("chosen", "summary", "differences")}
    shown = {name: _SHOWN[name] for name in ("verdicts", "findings")}
    # What the published numbers have of their own, and ours may not.
    spec = {"network": study.network, "epochs": study.schedule.epochs, "rows": study.rows.train}
    yield table_job(_STEPS, "biased_mnist_tables", made, spec, read, shown=shown)
    yield from comparison_jobs(shared, "biased_mnist", *_compared(study, path["chosen"]))
    for name, (title, topic, needed) in _FIGURES.items():
        inputs = {table: (path[table],) for table in needed}
        yield _figure(shared, name, Shown("picture", title, _PAPER, topic), inputs, spec)


def _compared(study: BiasedMnist, chosen: str) -> tuple[TestValues, list[Group]]:
    """What is compared: a correlation is a data set, within which draws are averaged."""
    values = TestValues(chosen, ("correlation",), ("trial",), quantities={"accuracy": "test"})
    counts = len(_rivals(study)), len(study.correlations)
    return values, [Group("biased_mnist", "Biased-MNIST", _RIVALS, *counts)]


def _board(study: BiasedMnist) -> Board:
    assumed = {label: assumed_by(method) for label, method in _rivals(study).items()}
    return Board(("correlation",), _MEASURES, assumed, only=_RIVALS)


def _rivals(study: BiasedMnist) -> dict[str, Method]:
    every = {label: method_of(study, label) for label in study.entries()}
    return {label: each for label, each in every.items() if each.parameters.sees_sensitive}


def _samples(study: BiasedMnist, shared: Shared) -> Job:
    data = _data(study, shared, study.correlations[0], 0)
    shown = Shown("figure", "Training and test images", _PAPER, "Biased-MNIST")
    return _figure(shared, "fig5", shown, {"data": (data.path,)}, {"data": data.about})


def _figure(shared: Shared, name: str, shown: Shown, inputs: dict, spec: dict) -> Job:
    given = {"inputs": inputs, "spec": spec}
    job = figure_job(shared.root, "biased_mnist", name, f"{_STEPS}:draw_{name}", shown, **given)
    return replace(job, what=f"biased_mnist_{name}")
