"""Reading a configuration, and saying what is wrong with it in one message.

Each complaint names the file, the key, what was given, what is allowed, and the nearest match.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from fairbench import methods
from fairbench.config.root import Config, Study, method_of
from fairbench.planning.complaint import Complaint, ConfigError, Key, read_yaml
from fairbench.planning.datasets import data_problems
from fairbench.planning.methods import method_problems
from fairbench.planning.types import complaint_of, is_beside
from fairbench.studies.representations.problems import representation_problems
from fairbench.studies.tracking.problems import tracking_problems
from fairbench.training.budget import BUDGETS

#: Lines of a message.
SCREEN = 20
_WITHOUT_LAMBDA_R = ("constant", "group_thresholds", "logistic_regression")


def check(raw: dict, files: Iterable[str | Path] = ()) -> Config:
    """Validate a merged configuration.

    Parameters
    ----------
    raw : dict
        What the config files say, later ones over earlier ones.
    files : iterable of path
        Those files, in that order, to name the one at fault.

    Raises
    ------
    ConfigError
        With every complaint found, or about a file that cannot be read as it stands.
    """
    files = [Path(file) for file in files]
    for file in files:
        if file.suffix != ".json":
            read_yaml(file)  # Snakemake, which merged them, does not mind a key that stands twice
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        complaints = [complaint_of(detail) for detail in error.errors() if not is_beside(detail)]
    else:
        complaints = list(_cross_checks(config))
        if not complaints:
            return config
    unique = list(dict.fromkeys(complaint.text(files) for complaint in complaints[:12]))
    raise ConfigError("\n".join(["the configuration cannot be used", *_one_screen(unique)]))


def _one_screen(complaints: list[str]) -> Iterator[str]:
    """As many complaints as are read at once, and how many there are beyond them."""
    lines = 0
    for number, text in enumerate(complaints):
        lines += text.count("\n") + 1
        if number and lines > SCREEN:
            yield f"... and at least {len(complaints) - number} more"
            return
        yield text


def _cross_checks(config: Config) -> Iterator[Complaint]:
    active = config.active()
    if not active:
        yield Complaint(("studies",), None, "every study is switched off", list(config.studies))
    for name, study in active.items():
        yield from _study_checks(("studies", name), study)
    yield from _name_checks(active)
    yield from _figure_checks(config, active)
    yield from itertools.starmap(Complaint, data_problems(config))
    yield from itertools.starmap(Complaint, tracking_problems(config))
    yield from representation_problems(config)


def _study_checks(key: Key, study: Study) -> Iterator[Complaint]:
    yield from _budget_check((*key, "budget"), study.budget)
    if not study.entries():
        yield Complaint(
            (*key, "methods"), None, "every method is switched off", list(study.methods)
        )
    for label, entry in study.entries().items():
        here = (*key, "methods", label)
        yield from _budget_check((*here, "budget"), entry.budget)
        make = partial(method_of, label, study, entry)
        yield from method_problems(here, label, entry, make, variant=entry.variant)
        if (entry.method or label) in _WITHOUT_LAMBDA_R:
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


def _figure_checks(config: Config, active: dict[str, Study]) -> Iterator[Complaint]:
    figures = config.figures
    used = [(("figures", "fig8", i), panel, []) for i, panel in enumerate(figures.fig8 or [])]
    for name in ("fig9", "fig10"):
        curves = getattr(figures, name)
        if curves:
            used.append((("figures", name), curves, [curves.label, *curves.rivals]))
    for key, figure, labels in used:
        if figure.study not in active:
            problem = "no such study, or it is switched off (null leaves the figure out)"
            yield Complaint((*key, "study"), figure.study, problem, list(active))
            continue
        for label in labels:
            there = list(active[figure.study].entries())
            if label not in there:
                problem = f"study {figure.study} has no method with this label"
                yield Complaint((*key, "label"), label, problem, there)
