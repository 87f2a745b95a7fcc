"""The jobs of invariant representations: searches, folds, the sweep, tables, figures 2 to 4.

A search is its files of trials. Each holds a block of trials of one round, and every round's
blocks are made from the files of all rounds before: stop at any time, and what is there is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fairbench.base.paths import as_json, blocks, digest, span
from fairbench.planning.job import Job, MethodRef, Shown, figure_job
from fairbench.planning.shared import Data, Shared
from fairbench.studies.representations.section import Representation, Representations

_PAPER = "Invariant Representations with Stochastically Quantized Neural Networks"
_STEPS = "fairbench.studies.representations.steps"
#: What the jobs that train are called, before the method's name.
_WORDS = {"trials": "search", "fold": "outer folds", "sweep": "gamma"}
_FIGURES = {
    "fig2": ("AUC against fairness", "Trade-off", ("folds", "summary")),
    "fig3": ("What gamma does", "Steering", ("sweep", "correlations")),
    "fig4": ("What a forest finds in them", "Representations", ("folds", "summary")),
}
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
    return [job.outputs["rows"] for job in _of_kind(_trained(study, shared), spec["kind"])]


def _of_kind(jobs: Any, kind: str) -> list[Job]:
    return [job for job in jobs if job.step == f"{_STEPS}:{kind}"]


def _trained(study: Representations, shared: Shared) -> Iterator[Job]:
    for name, chosen in study.tables().items():
        table = shared.table(chosen.dataset or name, chosen.profile)
        for label, entry in study.entries().items():
            for fold in range(study.outer_folds):
                yield from _search(study, name, label, entry, table, fold, shared)
    for label in study.sweep.swept() if study.sweep is not None else ():
        yield _sweep(study, label, shared)


def _common(
    study: Representations, name: str, label: str, table: Data, shared: Shared
) -> dict[str, Any]:
    entry = study.entries()[label]
    dataset = study.tables()[name].dataset or name
    return {
        "dataset": name,
        "label": label,
        "data": table.about | {"entry": dataset},
        "seed": shared.seed,
        "parameters": entry.parameters,
        "lambda_r": entry.lambda_r,
        "schedule": study.schedule.model_dump(exclude_none=True),
        "outer_folds": study.outer_folds,
    }


def _search(
    study: Representations,
    name: str,
    label: str,
    entry: Representation,
    table: Data,
    fold: int,
    shared: Shared,
) -> Iterator[Job]:
    """The trials of an outer fold, round by round, and the model that they lead to."""
    search = study.search
    common = _common(study, name, label, table, shared) | {
        "fold": fold,
        "inner_folds": study.inner_folds,
        "space": search.space.model_dump(),
        "random_first": search.random_first,
    }
    marked = f"{name}/{label}-{_mark(common, search)}/fold={fold}"
    before: list[str] = []
    for turn in blocks(search.trials, search.trials_per_round):
        made = []
        for part in blocks(len(turn), search.trials_per_job):
            trials = tuple(turn[index] for index in part)
            spec = common | {"round": list(turn), "trials": list(trials)}
            place = f"search/{marked}/{span(trials)}"
            yield _job("trials", place, spec, label, entry, table, shared, before)
            made.append(f"{shared.root}/representations/{place}.parquet")
        before = before + made
    spec = common | {"probe_trees": study.probe_trees}
    yield _job("fold", f"fits/{marked}", spec, label, entry, table, shared, before)


def _sweep(study: Representations, label: str, shared: Shared) -> Job:
    sweep = study.sweep
    chosen, entry = study.tables()[sweep.dataset], study.entries()[label]
    table = shared.table(chosen.dataset or sweep.dataset, chosen.profile)
    spec = _common(study, sweep.dataset, label, table, shared) | {"sweep": sweep.of(label)}
    return _job("sweep", f"sweep/{sweep.dataset}/{label}", spec, label, entry, table, shared)


def _job(
    kind: str,
    place: str,
    spec: dict,
    label: str,
    entry: Representation,
    table: Data,
    shared: Shared,
    earlier: list[str] | None = None,
) -> Job:
    method = MethodRef(entry.method or label, entry.file)
    name = f"representations/{place}"
    return Job(
        f"representation_{kind}",
        f"{_STEPS}:{kind}",
        name,
        {"rows": f"{shared.root}/{name}.parquet"},
        "representations",
        f"{_WORDS[kind]}, {method.name}",
        {"method": method.name, "file": method.file} | spec,
        {"data": (table.path,), "earlier": tuple(earlier or ())},
        method=method,
        has_fits=True,
        trains=True,
    )


def _tables(config: Any, trained: list[Job], shared: Shared) -> Iterator[Job]:
    root, study = f"{shared.root}/representations", config.representations
    path = {"searches": f"{root}/tables/searches.parquet"}
    path |= {name: f"{root}/tables/{name}.csv" for name in ("folds", "sweep", "summary")}
    path["correlations"] = f"{root}/tables/correlations.csv"
    given = study.model_dump(mode="json", exclude_defaults=True)
    spec = {"seed": shared.seed, "results": shared.root, "folder": shared.folder}
    for name, kind in {"searches": "trials", "folds": "fold", "sweep": "sweep"}.items():
        jobs = _of_kind(trained, kind)
        if jobs:
            made = {"table": path[name]}
            files = tuple(job.outputs["rows"] for job in jobs)
            told = spec | {"kind": kind, "representations": given}
            settings = digest(as_json(specs=sorted(as_json(**job.spec) for job in jobs)))
            yield replace(
                _table("collect", f"collect/{name}", made, told, {"files": files}),
                rule="representation_swept" if name == "sweep" else f"representation_{name}",
                listed=("files",),
                settings="" if name == "searches" else settings,
                shown={"table": _SHOWN[name]} if name in _SHOWN else {},
            )
    swept = (path["sweep"],) if _of_kind(trained, "sweep") else ()
    read = {"searches": (path["searches"],), "folds": (path["folds"],), "sweep": swept}
    made = {name: path[name] for name in ("summary", "correlations")}
    made |= {"table": f"{root}/tables/reproduction.csv", "text": f"{root}/tables/reproduction.md"}
    made["findings"] = f"{root}/tables/findings.md"
    shown = {name: _SHOWN[name] for name in made if name in _SHOWN}
    yield replace(_table("tables", "tables", made, {}, read), shown=shown)
    for name, (title, topic, needed) in _FIGURES.items():
        if swept or "sweep" not in needed:
            shown = Shown("figure", title, _PAPER, topic)
            inputs = {table: (path[table],) for table in needed}
            step = f"{_STEPS}:{name}"
            job = figure_job(shared.root, "representations", name, step, shown, inputs=inputs)
            yield replace(job, stage="representations", what="figures")


def _table(step: str, name: str, made: dict, spec: dict, read: dict) -> Job:
    return Job(
        f"representation_{step}",
        f"{_STEPS}:{step}",
        f"representations/{name}",
        made,
        "representations",
        "tables",
        spec,
        read,
        is_result=True,
    )


def _mark(common: dict, search: Any) -> str:
    """What tells two searches of one label apart; more trials of the same are not another."""
    told = {key: value for key, value in common.items() if key != "fold"}
    told |= {"rounds": search.trials_per_round}
    return hashlib.sha256(as_json(**told).encode()).hexdigest()[:8]
