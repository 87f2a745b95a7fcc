"""The jobs of invariant representations: searches, folds, the sweep, tables, figures 2 to 4.

A search is its files of trials. Each holds a block of trials of one round, and every round's
blocks are made from the files of all rounds before: stop at any time, and what is there is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fairbench import methods
from fairbench.base.paths import as_json, blocks, digest, span
from fairbench.planning.board import Board, Measure, assumed_by
from fairbench.planning.comparison import Group, TestValues, comparison_jobs
from fairbench.planning.job import Job, MethodRef, Shown, figure_job
from fairbench.planning.shared import Data, Shared
from fairbench.studies.representations.section import Representations

_PAPER = "Invariant Representations with Stochastically Quantized Neural Networks"
_STEPS = "fairbench.studies.representations.steps"
#: What the jobs that train are called, before the method's name.
_WORDS = {"trials": "search", "fold": "outer folds", "sweep": "gamma"}
_FIGURES = {
    "fig2": ("AUC against fairness", "Trade-off", ("folds", "summary")),
    "fig3": ("What gamma does", "Steering", ("sweep", "correlations")),
    "fig4": ("What a forest finds in them", "Representations", ("folds", "summary")),
}
#: AUC and 1 - GPA, as in the paper; the others for those who ask.
_MEASURES = (
    Measure("auc", "AUC"),
    Measure("gpa", "GPA", larger_is_better=False),
    Measure("accuracy", "accuracy", weight=0),
    Measure("disparate_impact", "disparate impact", weight=0),
)
_SHOWN = {
    "folds": Shown("table", "Representations: outer folds", row="a model on its fold"),
    "summary": Shown(
        "table", "Representations: summary", row="a method on a data set, over the outer folds"
    ),
    "correlations": Shown(
        "table", "Representations: what gamma does", row="a correlation of gamma with a measure"
    ),
    "table": Shown("verdicts", "Every value"),
    "findings": Shown("findings", "Findings"),
}


def representation_jobs(config: Any, shared: Shared) -> Iterator[Job]:
    """Every job of the study; none where the config has no such study."""
    if config.representations is None:
        return
    trained = list(_trained(config.representations, shared))
    yield from trained
    yield from _tables(config, trained, shared)


def files_of(spec: Mapping) -> list[str]:
    """The files of one kind (trials, fold or sweep) of a study, in the order of their table."""
    study = Representations.model_validate(spec["representations"])
    shared = Shared(spec["results"], spec["seed"], spec["folder"])
    return [job.first for job in _of_kind(_trained(study, shared), spec["kind"])]


def _of_kind(jobs: Any, kind: str) -> list[Job]:
    return [job for job in jobs if job.step == f"{_STEPS}:{kind}"]


def _trained(study: Representations, shared: Shared) -> Iterator[Job]:
    for name in study.tables():
        for label in study.entries():
            common, table = _common(study, name, label, shared)
            for fold in range(study.outer_folds):
                yield from _search(study, common | {"fold": fold}, table, shared)
    sweep = study.sweep
    for label in sweep.swept() if sweep is not None else ():
        common, table = _common(study, sweep.dataset, label, shared)
        spec = common | {"sweep": sweep.of(label)}
        yield _job("sweep", f"sweep/{sweep.dataset}/{label}", spec, table, shared)


def _common(
    study: Representations, name: str, label: str, shared: Shared
) -> tuple[dict[str, Any], Data]:
    """What all jobs of a method on a data set are told, and the table that they read."""
    chosen, entry = study.tables()[name], study.entries()[label]
    dataset = chosen.dataset or name
    table = shared.table(dataset, chosen.profile)
    return {
        "method": entry.method or label,
        "file": entry.file,
        "dataset": name,
        "label": label,
        "data": table.about | {"entry": dataset},
        "seed": shared.seed,
        "parameters": entry.parameters,
        "lambda_r": entry.lambda_r,
        "schedule": study.schedule.model_dump(exclude_none=True),
        "outer_folds": study.outer_folds,
    }, table


def _search(study: Representations, common: dict, table: Data, shared: Shared) -> Iterator[Job]:
    """The trials of an outer fold, round by round, and the model that they lead to."""
    search = study.search
    common = common | {
        "inner_folds": study.inner_folds,
        "space": search.space.model_dump(),
        "random_first": search.random_first,
    }
    mark = _mark(common, search.trials_per_round)
    marked = f"{common['dataset']}/{common['label']}-{mark}/fold={common['fold']}"
    before: tuple[str, ...] = ()
    for turn in blocks(search.trials, search.trials_per_round):
        made = []
        for part in blocks(len(turn), search.trials_per_job):
            trials = tuple(turn[index] for index in part)
            spec = common | {"round": list(turn), "trials": list(trials)}
            job = _job("trials", f"search/{marked}/{span(trials)}", spec, table, shared, before)
            made.append(job.first)
            yield job
        before += tuple(made)
    spec = common | {"probe_trees": study.probe_trees}
    yield _job("fold", f"fits/{marked}", spec, table, shared, before)


def _mark(common: dict, rounds: int) -> str:
    """What tells two searches of one label apart; more trials of the same are not another."""
    told = {k: v for k, v in common.items() if k not in ("fold", "method", "file")}
    return hashlib.sha256(as_json(**told, rounds=rounds).encode()).hexdigest()[:8]


def _job(
    kind: str, place: str, spec: dict, table: Data, shared: Shared, earlier: tuple[str, ...] = ()
) -> Job:
    method, name = MethodRef(spec["method"], spec["file"]), f"representations/{place}"
    return Job(
        f"representation_{kind}",
        f"{_STEPS}:{kind}",
        name,
        {"rows": f"{shared.root}/{name}.parquet"},
        "representations",
        f"{_WORDS[kind]}, {method.name}",
        spec,
        {"data": (table.path,), "earlier": earlier},
        method=method,
        has_fits=True,
        trains=True,
    )


def _tables(config: Any, trained: list[Job], shared: Shared) -> Iterator[Job]:
    folder = f"{shared.root}/representations/tables"
    path = {name: f"{folder}/{name}.csv" for name in ("folds", "sweep", "summary", "correlations")}
    path |= {"searches": f"{folder}/searches.parquet", "table": f"{folder}/reproduction.csv"}
    path |= {"text": f"{folder}/reproduction.md", "findings": f"{folder}/findings.md"}
    spec = {"seed": shared.seed, "results": shared.root, "folder": shared.folder}
    spec["representations"] = config.representations.model_dump(mode="json", exclude_defaults=True)
    swept = ()
    for name, kind in {"searches": "trials", "folds": "fold", "sweep": "sweep"}.items():
        jobs = _of_kind(trained, kind)
        if not jobs:
            continue
        told, made = spec | {"kind": kind}, {"table": path[name]}
        read = {"files": tuple(job.first for job in jobs)}
        given = {"listed": ("files",)}
        if name in _SHOWN:
            given["shown"] = {"table": replace(_SHOWN[name], board=_board(config.representations))}
        if name != "searches":
            given["settings"] = digest(as_json(specs=sorted(as_json(**job.spec) for job in jobs)))
        rule = name
        if name == "sweep":
            rule, swept = "swept", (path[name],)
        yield _table(rule, "collect", f"collect/{name}", made, told, read, **given)
    read = {"searches": (path["searches"],), "folds": (path["folds"],), "sweep": swept}
    made = {name: path[name] for name in ("summary", "correlations", "table", "text", "findings")}
    shown = {name: _SHOWN[name] for name in made if name in _SHOWN}
    yield _table("tables", "tables", "tables", made, {}, read, shown=shown)
    yield from comparison_jobs(shared, "representations", *_compared(config, path["folds"]))
    for name, (title, topic, needed) in _FIGURES.items():
        if swept or "sweep" not in needed:
            shown = Shown("figure", title, _PAPER, topic)
            inputs = {table: (path[table],) for table in needed}
            step = f"{_STEPS}:{name}"
            job = figure_job(shared.root, "representations", name, step, shown, inputs=inputs)
            yield replace(job, stage="representations", what="figures")


def _compared(config: Any, folds: str) -> tuple[TestValues, list[Group]]:
    """What is compared over the data sets: outer folds are averaged within each."""
    study, criterion = config.representations, ("auc", "gpa", "audc")
    names = {name: name for name in ("accuracy", "disparate_impact", *criterion)}
    values = TestValues(folds, ("dataset",), ("fold",), quantities=names, criterion=criterion)
    counts = len(study.entries()), len(study.tables())
    return values, [Group("representations", "Invariant representations", {}, *counts)]


def _board(study: Representations) -> Board:
    assumed = {}
    for label, entry in study.entries().items():
        kind = methods.find(entry.method or label, entry.file)
        assumed[label] = assumed_by(kind(kind.Parameters(**entry.parameters)))
    return Board(("dataset", "profile"), _MEASURES, assumed)


def _table(rule: str, step: str, name: str, made: dict, spec: dict, read: dict, **given) -> Job:
    rule, step, name = f"representation_{rule}", f"{_STEPS}:{step}", f"representations/{name}"
    given = {"is_result": True} | given
    return Job(rule, step, name, made, "representations", "tables", spec, read, **given)
