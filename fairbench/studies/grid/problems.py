"""What can be wrong with grids, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from fairbench import methods
from fairbench.planning.complaint import Complaint, Key
from fairbench.planning.data_sections import DRAWN, known_datasets
from fairbench.planning.datasets import entry_problems, has_many_groups
from fairbench.planning.methods import group_problems, method_problems
from fairbench.studies.grid.section import Study, active, method_of
from fairbench.training.budget import BUDGETS


def grid_problems(config: Any) -> Iterator[Complaint]:
    """Give every problem of the section `studies`."""
    studies = active(config.studies)
    if not studies:
        yield Complaint(("studies",), None, "every study is switched off", list(config.studies))
    for name, study in studies.items():
        yield from study_problems(("studies", name), study)
    yield from _name_checks(studies)
    owners = {name: name for name in known_datasets()}
    for name, study in studies.items():
        if study.dataset not in DRAWN:
            told = study.dataset, study.profile, owners, study.sensitive
            yield from entry_problems(("studies", name), *told)


def study_problems(key: Key, study: Study) -> Iterator[Complaint]:
    """Give every problem of one study."""
    yield from _budget_check((*key, "budget"), study.budget)
    if not study.entries():
        yield Complaint(
            (*key, "methods"), None, "every method is switched off", list(study.methods)
        )
    many = has_many_groups(study.dataset, study.profile, study.sensitive)
    yield from _poisoning_check((*key, "poisoning", "group"), study, many)
    for label, entry in study.entries().items():
        here = (*key, "methods", label)
        yield from _budget_check((*here, "budget"), entry.budget)
        make = partial(method_of, label, study, entry)
        problems = list(method_problems(here, label, entry, make, variant=entry.variant))
        yield from problems
        if not problems:
            method = make()
            yield from group_problems(here, type(method), many)
            if method.fitting != "trained" or not (method.uses_lambda_f or method.uses_lambda_r):
                continue  # nothing there takes weight from the cross-entropy while training
        # The grid is the study's unless the method has its own: one complaint then for all methods.
        own = entry.lambda_f is not None or entry.lambda_r is not None
        largest = max(entry.lambda_f or study.lambda_f) + max(entry.lambda_r or study.lambda_r)
        if largest >= 1 - 1e-12 and not study.allow_negative_cross_entropy_weight:
            yield Complaint(
                (*(here if own else key), "lambda_f"),
                f"largest lambda_f + largest lambda_r = {largest:.10g}",
                "lambda_f + lambda_r must stay below 1: the cross-entropy has weight "
                "1 - lambda_f - lambda_r (allow_negative_cross_entropy_weight lifts this)",
            )


def _poisoning_check(key: Key, study: Study, many: bool) -> Iterator[Complaint]:
    group = study.poisoning.group if study.poisoning else "any"
    if group not in (0, 1, "any") and not many:
        yield Complaint(key, group, "the data set has two groups", ["0", "1", "any"])


def _name_checks(active: dict[str, Study]) -> Iterator[Complaint]:
    """Paths carry a method's name, so that two methods of one name would share their fits."""
    files = dict.fromkeys(methods.built_in())
    for name, study in active.items():
        for label, entry in study.entries().items():
            method = entry.method or label
            if files.setdefault(method, entry.file) != entry.file and entry.file:
                other = files[method] or "a method of fairbench"
                problem = f"the name {method} belongs to {other} already: give this one another"
                yield Complaint(("studies", name, "methods", label, "file"), entry.file, problem)


def _budget_check(key: Key, budget) -> Iterator[Complaint]:
    if isinstance(budget, str) and budget not in BUDGETS:
        yield Complaint(key, budget, "no such budget preset", list(BUDGETS))
