"""The jobs of the FR-Train paper: the fits of every reading, its tables, its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fairbench.base.paths import as_json, blocks, digest
from fairbench.planning.board import Board
from fairbench.planning.comparison import Group, TestValues, comparison_jobs
from fairbench.planning.job import Job, Shown, figure_job
from fairbench.planning.shared import Data, Shared
from fairbench.studies.fr_train.section import LINKED, TRAINING, FRTrainStudy, Part, parts
from fairbench.studies.grid.plan import MEASURES, Use, assumptions, train_job, uses

_PAPER = "FR-Train: A Mutual Information-Based Approach to Fair and Robust Training"
_STEPS = "fairbench.studies.fr_train.steps"
#: The law of the synthetic benchmark.
_LAW = {"positive_rate": 0.5, "group_coefficient": 1.0, "rotation": -45.0}
#: By the paper's names: tables of the people shown to a crowd, of its answers, and of the data.
_CROWDS = {
    "COMPAS": {
        "people": ("crowd_compas", "people440"),
        "answers": ("crowd_compas", "answers440"),
        "data": ("compas", "raw7214"),
    },
    "Adult": {
        "people": ("crowd_adult", "people3046"),
        "answers": ("crowd_adult", "answers3046"),
        "data": ("adult", "complete45222"),
    },
}
_FIGURES = {
    "fig1": ("Ten people, two of them poisoned", "Idea"),
    "fig2": ("The poisoned data, and what poison does to fairness constraints", "Trade-off"),
    "fig4": ("Trade-offs on clean and on poisoned data", "Trade-off"),
    "tables": ("The printed tables, and what came out", "Tables"),
}
_SHOWN = {
    "tables": Shown("table", "FR-Train's tables", row="a printed cell and a reading of its data"),
    "chosen": Shown(
        "table", "FR-Train: chosen fits", row="a fit chosen for a division of a data set"
    ),
    "contrasts": Shown(
        "table", "FR-Train: contrasts", row="a paired difference of methods on a reading"
    ),
    "crowd": Shown("table", "FR-Train: the crowd's labels", row="a number of answers averaged"),
    "links": Shown("table", "FR-Train: rows that the crowd saw", row="a crowd set"),
    "verdicts": Shown("verdicts", "Every value"),
    "findings": Shown("findings", "Findings"),
}


def fr_train_jobs(config: Any, shared: Shared) -> Iterator[Job]:
    """Every job of the study; none where the config has no such study."""
    study = config.fr_train
    if study is None:
        return
    fits = {use.path: use for use in _uses(study, shared)}
    for use in fits.values():
        yield train_job(use, shared.root)
    given = study.model_dump(mode="json", exclude_defaults=True)
    yield from _tables(study, given, tuple(fits), shared)
    yield from _figures(study, shared, config.limit_draws)


def uses_of(spec: Mapping) -> list[Use]:
    """The fits of a study that a spec holds, for the step that collects them."""
    study = FRTrainStudy.model_validate(spec["study"])
    return _uses(study, Shared(spec["results"], spec["seed"], spec["folder"]))


def _uses(study: FRTrainStudy, shared: Shared) -> list[Use]:
    found: list[Use] = []
    for part in parts(study):
        source = shared if part.crowd_answers is None else _CrowdRows(shared, part)
        found += uses({part.name: part.study}, source)
    return found


class _CrowdRows:
    """Hands out data sets as `Shared` does, with a crowd's rows for clean ones."""

    def __init__(self, shared: Shared, part: Part):
        self.shared, self.part, self.root = shared, part, shared.root
        self.poisoned = shared.poisoned

    def data_set(self, study: Any, cell: dict, trials: tuple[int, ...]) -> Data:
        of = self.part.stands_for
        data = self.shared.data_set(study, cell, trials)
        told = _CROWDS[of] | {"data": (study.dataset, LINKED[study.dataset, study.profile])}
        inputs = {
            f"crowd_{what}": (self.shared.table(*where).path,) for what, where in told.items()
        }
        named = {"crowd_answers": self.part.crowd_answers}
        return self.shared.changed(data, f"{_STEPS}:crowd_rows", named, {"of": of}, inputs)


def _tables(
    study: FRTrainStudy, given: dict, fits: tuple[str, ...], shared: Shared
) -> Iterator[Job]:
    folder = f"{shared.root}/fr_train/tables"
    path = {"fits": f"{folder}/fits.parquet"}
    path |= {
        name: f"{folder}/{name}.csv" for name in ("tables", "chosen", "contrasts", "crowd", "links")
    }
    spec = {"study": given, "seed": shared.seed}
    settings = digest(as_json(**spec))
    where = {"results": shared.root, "folder": shared.folder}
    told = spec | where | {"settings": settings}
    collected = _table("fits", {"table": path["fits"]}, told, {"fits": fits})
    yield replace(collected, listed=("fits",), settings=settings)
    read = {"fits": (path["fits"],)}
    if study.crowd:
        tables = {
            f"{name}_{what}": (shared.table(*where).path,)
            for name, tables in _CROWDS.items()
            for what, where in tables.items()
        }
        made = {name: path[name] for name in ("crowd", "links")}
        yield _table("crowd", made, {"seed": shared.seed}, tables)
        read["crowd"] = (path["crowd"],)
    texts = {name: f"{folder}/{name}.md" for name in ("answers", "findings", "tables")}
    made = {name: path[name] for name in ("tables", "chosen", "contrasts")}
    made |= {"verdicts": f"{folder}/reproduction.csv", "verdicts_text": f"{folder}/reproduction.md"}
    made |= {"answers": texts["answers"], "findings": texts["findings"], "layout": texts["tables"]}
    yield _table("tables", made, spec, read, chosen=_board(study))
    yield from comparison_jobs(shared, "fr_train", *_compared(study, path["chosen"]))


def _compared(study: FRTrainStudy, chosen: str) -> tuple[TestValues, list[Group]]:
    """What is compared over the data sets: readings and divisions are averaged within each."""
    trial = ("reading", "split")
    values, groups = TestValues(chosen, ("dataset",), trial, label="method"), []
    for training in TRAINING:
        mine = [part for part in parts(study) if part.training == training]
        labels = {label for part in mine for label in part.study.entries()}
        where = {"rule": "criterion", "training_data": training}
        counts = len(labels), len({part.stands_for for part in mine})
        groups.append(Group(training, f"FR-Train's methods, {training} data", where, *counts))
    return values, groups


def _board(study: FRTrainStudy) -> Board:
    place = ("dataset", "reading", "training_data", "attack")
    assumed = assumptions({part.name: part.study for part in parts(study)})
    # The project's own rule of choice, which the other boards follow too.
    return Board(place, MEASURES, assumed, label="method", only={"rule": "criterion"})


def _table(name: str, made: dict, spec: dict, read: dict, **boards: Board) -> Job:
    rule = f"fr_train_{name}"
    shown = {output: _SHOWN[output] for output in made if output in _SHOWN}
    shown |= {output: replace(shown[output], board=board) for output, board in boards.items()}
    given = {"shown": shown, "is_result": True}
    return Job(
        rule, f"{_STEPS}:{name}", f"fr_train/{name}", made, "tables", rule, spec, read, **given
    )


def _figures(study: FRTrainStudy, shared: Shared, draws: int) -> Iterator[Job]:
    folder = f"{shared.root}/fr_train/tables"
    fits = {"fits": (f"{folder}/fits.parquet",), "limit": (shared.limit(_LAW, draws),)}
    read: dict[str, dict] = {
        "fig1": {},
        "fig4": fits,
        "tables": {"tables": (f"{folder}/tables.csv",)},
    }
    drawn = [p for p in parts(study) if p.study.dataset == "published" and p.training == "poisoned"]
    if drawn:
        grid = drawn[0].study
        # The file of the first trials, which the fits are made from too.
        first = next(blocks(grid.trials, grid.trials_per_job))
        data = shared.poisoned(shared.data_set(grid, _LAW, first), grid.poisoning)
        read["fig2"] = fits | {"data": (data.path,)}
    for name, (title, topic) in _FIGURES.items():
        if name in read:
            # What has no number in the paper is a picture of the answers.
            kind = "picture" if name == "tables" else "figure"
            step, shown = f"{_STEPS}:draw_{name}", Shown(kind, title, _PAPER, topic)
            told = {"spec": {"target": study.target} if name == "tables" else {}}
            yield figure_job(shared.root, "fr_train", name, step, shown, inputs=read[name], **told)
