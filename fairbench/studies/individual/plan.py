"""The jobs of individual fairness: the seed's experiments, their verdicts and figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairbench.planning.job import Job, Shown, figure_job
from fairbench.planning.shared import Shared
from fairbench.studies.individual.section import IndividualStudy

__all__ = ["individual_jobs"]

_SEED = "An implementation of fairness guarantee framework for neural networks"
_STEPS = "fairbench.studies.individual.steps"
#: Tables of the seed's experiments, and what a row of each is.
_BOSTON = {
    "curves": ("Boston: delta against epsilon", "a unit at a distance"),
    "draws": ("Boston: random units", "a random unit"),
    "descents": ("Boston: descents", "a unit of a descent"),
    "algorithm": ("Boston: Algorithm 1", "a run, the delta optimised and the delta looked at"),
}
#: Of the seed: number, title and the tables that a figure reads.
_FIGURES = {
    "fig2": ("Delta against epsilon", "Boston", ("curves",)),
    "fig3": ("Delta of random units", "Boston", ("draws",)),
    "fig5": ("Descents with and without resampling", "Boston", ("descents",)),
    "algorithm": ("What Algorithm 1 lowers", "Boston", ("algorithm",)),
}


def individual_jobs(config: Any, shared: Shared) -> Iterator[Job]:
    """Every job of the study; none where the config has no such study."""
    study = config.individual
    if study is None:
        return
    made: dict[str, str] = {}
    if study.boston is not None:
        yield from _boston(study, shared, made)
    yield _verdicts(shared, made)


def _boston(study: IndividualStudy, shared: Shared, made: dict[str, str]) -> Iterator[Job]:
    files, about = shared.files(study.boston.dataset, study.boston.profile)
    outputs = {name: _table(shared, name) for name in _BOSTON}
    made |= outputs
    spec = {"data": about, "boston": study.boston.model_dump(), "seed": shared.seed}
    shown = {name: Shown("table", title, row=f"{row}") for name, (title, row) in _BOSTON.items()}
    yield Job(
        "individual_boston",
        f"{_STEPS}:boston",
        "individual/boston",
        outputs,
        "tables",
        "individual_boston",
        spec,
        {"files": files},
        shown=shown,
        is_result=True,
    )
    for name, (title, topic, needed) in _FIGURES.items():
        # What has no number in the seed is a picture of the answers.
        kind = "figure" if name.startswith("fig") else "picture"
        yield figure_job(
            shared.root,
            "individual",
            name,
            f"{_STEPS}:draw_{name}",
            Shown(kind, title, _SEED, topic),
            inputs={table: (outputs[table],) for table in needed},
            spec={"epsilon": study.boston.epsilon},
        )


def _verdicts(shared: Shared, made: dict[str, str]) -> Job:
    folder = f"{shared.root}/individual/tables"
    outputs = {"verdicts": f"{folder}/reproduction.csv", "text": f"{folder}/reproduction.md"}
    outputs |= {name: f"{folder}/{name}.md" for name in ("answers", "findings")}
    shown = {
        "verdicts": Shown("verdicts", "Every value"),
        "answers": Shown("answers", "Details"),
        "findings": Shown("findings", "Findings"),
    }
    return Job(
        "individual_tables",
        f"{_STEPS}:tables",
        "individual/tables",
        outputs,
        "tables",
        "individual_tables",
        {},
        {name: (path,) for name, path in made.items()},
        shown=shown,
        is_result=True,
    )


def _table(shared: Shared, name: str) -> str:
    return f"{shared.root}/individual/tables/{name}.csv"
