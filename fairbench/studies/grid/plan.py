"""The jobs of a grid: the fits of every study, cell and method, and the tables made of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fairbench.base.paths import as_json, blocks, digest, folders_of, joined, span
from fairbench.planning.board import Assumed, Board, Measure, assumed_by, merged
from fairbench.planning.comparison import Group, TestValues, comparison_jobs
from fairbench.planning.data_sections import DRAWN
from fairbench.planning.job import Job, MethodRef, Shown, table_job
from fairbench.planning.shared import Data, Shared, dataset_name
from fairbench.planning.training import is_compiled, made_folder, setting_folders, size_of
from fairbench.studies.grid.section import Study, active, budget_of, method_of, poisoning_name

_STEPS = "fairbench.studies.grid.steps"


@dataclass(frozen=True)
class Use:
    """The place in a study of the fits of a method on one cell and some trials.

    Attributes
    ----------
    study : str
    path : str
        The file, which may hold other cells too.
    cell : int
        Which cell of the file.
    columns : dict
        What its rows are called in the tables.
    spec : dict
        What the file must say that it holds.
    data : tuple of Data
        What its models are trained on, cell by cell.
    """

    study: str
    path: str
    cell: int
    columns: dict
    spec: dict
    data: tuple[Data, ...]


def table(root: str, name: str) -> str:
    """Path of a table, such as ``selected.csv``."""
    return f"{root}/tables/{name}"


def cells(study: Study) -> Iterator[dict]:
    """The laws of a study's grid; a real data set is one cell without a law."""
    if study.dataset not in DRAWN:
        yield {}
        return
    for p in study.positive_rate:
        for c in study.group_coefficient:
            yield {"positive_rate": p, "group_coefficient": c, "rotation": study.rotation}


def limits_of(config: Any, shared: Shared) -> tuple[str, ...]:
    """The accuracy limits of every law of the studies."""
    laws = (cell for study in active(config.studies).values() for cell in cells(study) if cell)
    return tuple(dict.fromkeys(shared.limit(cell, config.limit_draws) for cell in laws))


def uses(studies: Mapping[str, Study], shared: Shared) -> Iterator[Use]:
    """Every method on every cell of every study, in the order of the table of fits."""
    for name, study in studies.items():
        for gathered in _gathered(study):
            yield from _uses(name, study, gathered, shared)


def uses_of(spec: Mapping) -> list[Use]:
    """The same for the studies that a spec holds, for the step that collects them."""
    studies = {name: Study.model_validate(given) for name, given in spec["studies"].items()}
    return list(uses(studies, Shared(spec["results"], spec["seed"], spec["folder"])))


def _gathered(study: Study) -> Iterator[list[dict]]:
    """The cells of a study by the job that trains them: some values of c at one P(Y = 1)."""
    every = list(cells(study))
    row = len(study.group_coefficient) if every[0] else 1
    for start in range(0, len(every), row):
        for block in blocks(row, study.cells_per_job):
            yield [every[start + number] for number in block]


def _uses(name: str, study: Study, gathered: list[dict], shared: Shared) -> Iterator[Use]:
    files = {}
    for trials in blocks(study.trials, study.trials_per_job):
        drawn = (shared.data_set(study, cell, trials) for cell in gathered)
        data = tuple(shared.poisoned(each, study.poisoning) for each in drawn)
        files[trials] = {
            label: _fits(study, label, data, trials, shared.root) for label in study.entries()
        }
    for number, cell in enumerate(gathered):
        # Missing for real data, which have no known law.
        law = {key: cell.get(key, math.nan) for key in ("positive_rate", "group_coefficient")}
        for by_label in files.values():
            for label, (path, spec, columns, data) in by_label.items():
                place = {"study": name, "dataset": dataset_name(data[0].about)} | law
                place |= {"poisoning": poisoning_name(study), "label": label}
                yield Use(name, path, number, place | columns, spec, data)


def _fits(
    study: Study, label: str, data: tuple[Data, ...], trials: tuple[int, ...], root: str
) -> tuple[str, dict, dict, tuple[Data, ...]]:
    """A file of fits: its path, its spec, what its rows are called, and its data."""
    entry = study.entries()[label]
    method = method_of(label, study, entry)
    preset, budget = budget_of(study, entry)
    # Which rows it learns from, where these are not all.
    kept = {"trimming", "with_reserve", "clean_share"}
    rows = entry.model_dump(include=kept, exclude_defaults=True)
    if entry.trimming is not None:
        rows["trimming"] = entry.trimming.model_dump()
    spec = {
        "method": method.name,
        "file": entry.file,
        "data": [each.about for each in data],
        "parameters": method.parameters.model_dump(),
        "budget": budget.model_dump(),
        "lambda_f": (entry.lambda_f or study.lambda_f) if method.uses_lambda_f else [0.0],
        "lambda_r": (entry.lambda_r or study.lambda_r) if method.uses_lambda_r else [0.0],
        "engine": entry.engine,
    } | rows
    grid = folders_of({key: joined(spec[key]) for key in ("lambda_f", "lambda_r")})
    setting = setting_folders(method, preset, budget, entry.engine)
    said = {f"trimmed_{name}": value for name, value in rows.get("trimming", {}).items()}
    said |= {name: value for name, value in rows.items() if name != "trimming"}
    setting = "/".join([setting, *([folders_of(said)] if said else [])])
    path = f"{made_folder(root, 'fits', *data)}/{setting}/{grid}/{span(trials)}.parquet"
    columns = {
        "method": method.name,
        "variant": entry.variant or "",
        "budget": preset,
        "sees_sensitive": method.parameters.sees_sensitive,
        "parameters": as_json(**spec["parameters"], **rows),
        # What it was allowed to see, beyond the features and the selection rows.
        "fitted_on": "+".join(method.fitted_on),
        "uses_clean_rows": method.uses_clean_rows,
        "needs_sensitive_at_test": method.needs_sensitive_at_test,
    }
    return path, spec, columns, data


def grid_jobs(config: Any, shared: Shared) -> Iterator[Job]:
    """Every fit, and the tables of all of them."""
    limits = limits_of(config, shared)
    every = list(uses(active(config.studies), shared))
    fits = {use.path: use for use in every}
    for use in fits.values():
        yield train_job(use, shared.root)
    yield from _tables(config, shared, tuple(fits), limits)


def train_job(
    use: Use, root: str, path: str | None = None, rule: str = "train", step: str = f"{_STEPS}:train"
) -> Job:
    """The job that makes the fits of a use, and of all that lie in the same file.

    Another study may keep them at another path, with more than a table of fits has.
    """
    models, iterations = size_of(use.spec)
    path = path or use.path
    return Job(
        rule,
        step,
        path.removeprefix(f"{root}/").removesuffix(".parquet"),
        {"fits": path},
        "training",
        use.spec["method"],
        use.spec,
        {"data": tuple(each.path for each in use.data)},
        method=MethodRef(use.spec["method"], use.spec["file"]),
        models=models,
        iterations=iterations,
        has_fits=True,
        trains=True,
        is_compiled=is_compiled(use.spec),
    )


def _tables(config: Any, shared: Shared, fits: tuple, limits: tuple) -> Iterator[Job]:
    studies = config.model_dump(mode="json", include={"seed", "studies"}, exclude_defaults=True)
    settings = digest(as_json(**studies))
    chosen = digest(as_json(studies=settings, draws=config.limit_draws))
    compared = digest(as_json(selected=chosen, bootstrap=config.bootstrap))
    every, selected = table(shared.root, "fits.parquet"), table(shared.root, "selected.csv")
    spec = {"seed": shared.seed, "results": shared.root, "folder": shared.folder}
    given = {name: study for name, study in studies["studies"].items() if study}
    spec |= {"studies": given, "settings": settings}
    made, read = {"fits": every}, {"fits": fits}
    yield table_job(_STEPS, "collect", made, spec, read, settings=settings, listed=("fits",))
    spec = {"criteria": {name: study.criterion for name, study in active(config.studies).items()}}
    made, read = {"table": selected}, {"fits": (every,), "limits": limits}
    shown = {"table": replace(_SELECTED, board=_board(config))}
    yield table_job(_STEPS, "select", made, spec, read, settings=chosen, shown=shown)
    yield from comparison_jobs(shared, "", *_compared(config, selected, every, limits))
    spec = {"seed": config.seed, "resamples": config.bootstrap}
    made = {name: table(shared.root, f"{name}.csv") for name in _SUMMARIES}
    read = {"fits": (every,), "selected": (selected,)}
    yield table_job(_STEPS, "summarise", made, spec, read, settings=compared, shown=_SUMMARIES)


def _compared(
    config: Any, selected: str, every: str, limits: tuple
) -> tuple[TestValues, list[Group]]:
    """What is compared over the cells of each study: there a cell is a data set."""
    law = ("positive_rate", "group_coefficient")
    values = TestValues(selected, law, ("trial",), fits=every, limits=limits)
    return values, [
        Group(
            name,
            name.replace("_", " ").capitalize(),
            {"study": name},
            len(study.entries()),
            len(list(cells(study))),
        )
        for name, study in active(config.studies).items()
    ]


def assumptions(studies: Mapping[str, Study]) -> dict[str, Assumed]:
    """What each label of some studies assumes."""
    return merged(
        (label, assumed_by(method_of(label, study, entry), entry))
        for study in studies.values()
        for label, entry in study.entries().items()
    )


def _board(config: Any) -> Board:
    place = ("study", "dataset", "poisoning", "positive_rate", "group_coefficient")
    return Board(
        place,
        MEASURES,
        assumptions(active(config.studies)),
        limit="distance_to_limit",
        edge="at_grid_edge",
    )


#: What tables of chosen fits are ranked by.
MEASURES = (Measure("accuracy", "accuracy"), Measure("disparate_impact", "disparate impact"))
_SELECTED = Shown("table", "Selected models", row="the model chosen for a data set and method")
_SUMMARIES = {
    "cells": Shown(
        "table", "Cells", row="a method on all data sets of a cell: means and intervals"
    ),
    "comparisons": Shown(
        "table", "Methods compared, as selected", row="a paired difference of methods"
    ),
    "matched": Shown(
        "table", "Methods compared at equal accuracy", row="a paired difference of methods"
    ),
    "baselines": Shown(
        "table",
        "Losses to the baselines",
        row="how often a method scores less than a constant answer, or than group thresholds",
    ),
}
