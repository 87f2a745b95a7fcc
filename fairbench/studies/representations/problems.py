"""What can be wrong with the study of invariant representations, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from fairbench import methods
from fairbench.methods import Method
from fairbench.methods.shared.space import Choice, Range
from fairbench.planning.complaint import Complaint, Key
from fairbench.planning.data_sections import known_datasets
from fairbench.planning.datasets import entry_problems, has_many_groups
from fairbench.planning.methods import group_problems, method_problems
from fairbench.studies.representations.section import Representation, Representations
from fairbench.training.budget import RATES

KEY = "representations"


def representation_problems(config: Any) -> Iterator[Complaint]:
    """Give every problem of the section `representations`."""
    study = config.representations
    if study is None:
        return
    for key in ("datasets", "methods"):
        if not any(value is not None for value in getattr(study, key).values()):
            problem = f"all {key} are switched off"
            yield Complaint((KEY, key), None, problem, list(getattr(study, key)))
    owners = {name: name for name in known_datasets()}
    for name, table in study.tables().items():
        here = (KEY, "datasets", name)
        yield from entry_problems(here, table.dataset or name, table.profile, owners)
    for label, entry in study.entries().items():
        yield from _method_problems((KEY, "methods", label), label, entry, study)
    yield from _sweep_problems(study)


def _method_problems(
    key: Key, label: str, entry: Representation, study: Representations
) -> Iterator[Complaint]:
    def make() -> Method:
        kind = methods.find(entry.method or label, entry.file)
        return kind(kind.Parameters(**entry.parameters))

    problems = list(method_problems(key, label, entry, make))
    yield from problems or _trained_problems(key, type(make()), entry, study)
    tables = study.tables().items()
    many = any(has_many_groups(table.dataset or name, table.profile) for name, table in tables)
    yield from () if problems else group_problems(key, type(make()), many)


def _trained_problems(
    key: Key, kind: type[Method], entry: Representation, study: Representations
) -> Iterator[Complaint]:
    if not _is_trained(kind):
        able = [n for n in methods.built_in() if _is_trained(methods.find(n))]
        problem = (
            "post-processing decides and has no probabilities to rank by"
            if kind.postprocess
            else "it is solved for and learns no representation"
        )
        yield Complaint(key, kind.name, problem, able)
        return
    highest = study.search.space.gamma[1]
    if kind.uses_lambda_r and highest + entry.lambda_r >= 1 - 1e-12:
        text = "gamma + lambda_r must stay below 1"
        given = f"{entry.lambda_r} beside gamma up to {highest}"
        yield Complaint((*key, "lambda_r"), given, text)
    yield from _searched_problems(key, kind, entry.file)


def _is_trained(kind: type[Method]) -> bool:
    return kind.fitting == "trained" and not kind.postprocess


def _searched_problems(key: Key, kind: type[Method], file: str | None) -> Iterator[Complaint]:
    """What a method's file declares to be searched must be there and take every value."""
    fields, where = kind.Parameters.model_fields, (*key, "file") if file else key
    for name, what in kind.searched.items():
        if not isinstance(what, Range | Choice):
            problem = f"searched: {name} needs a Range or a Choice of fairbench.methods"
            yield Complaint(where, repr(what), problem)
        elif name not in fields and name not in RATES:
            problem = "searched: the method has no such parameter and training no such rate"
            yield Complaint(where, name, problem, [*sorted(fields), *RATES])
        elif name in fields:
            try:
                for value in what.ends():
                    kind.Parameters(**{name: value})
            except ValidationError as error:
                problem = f"searched: {name} {error.errors()[0]['msg']}"
                yield Complaint(where, error.errors()[0]["input"], problem)


def _sweep_problems(study: Representations) -> Iterator[Complaint]:
    sweep, tables, labels = study.sweep, list(study.tables()), list(study.entries())
    if sweep is None:
        return
    if sweep.dataset not in tables:
        text = "no data set of the study has this name (sweep: null leaves the sweep out)"
        yield Complaint((KEY, "sweep", "dataset"), sweep.dataset, text, tables)
    for label in sweep.swept():
        if label not in labels:
            text = "the study has no method with this label"
            yield Complaint((KEY, "sweep", "methods"), label, text, labels)
