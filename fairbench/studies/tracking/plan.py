"""The jobs of tracked runs: which traces there are, and their paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairbench.base.paths import as_json, blocks, digest, folders_of, span
from fairbench.planning.job import Job, MethodRef
from fairbench.planning.shared import Data, Shared
from fairbench.planning.training import is_compiled, made_folder, setting_folders, size_of
from fairbench.studies.grid.section import Study, active, budget_of, method_of
from fairbench.studies.tracking.section import Track, runs


def tracking_jobs(config: Any, shared: Shared) -> Iterator[Job]:
    """The traces of every tracked run; what two runs share is made once."""
    made = {}
    for _, track in runs(config.tracking).items():
        for job in _traces(config, track, shared):
            made[job.outputs["trace"]] = job
    yield from made.values()


def tracks_of(config: Any, shared: Shared) -> dict[str, dict]:
    """Every tracked run by name: its label, its study, its files and what they must hold."""
    found = {}
    for name, track in runs(config.tracking).items():
        jobs = list(_traces(config, track, shared))
        named = {"label": track.label, "study": track.study}
        files = [job.outputs["trace"] for job in jobs]
        found[name] = named | {"files": files, "specs": [digest(as_json(**j.spec)) for j in jobs]}
    return found


def _traces(config: Any, track: Track, shared: Shared) -> Iterator[Job]:
    study = active(config.studies)[track.study]
    for trials in blocks(track.trials, study.trials_per_job):
        # Where the study has these trials the data file is the study's own.
        last = min(trials[0] + study.trials_per_job, max(study.trials, track.trials))
        drawn = shared.data_set(study, cell_of(study, track), tuple(range(trials[0], last)))
        yield _trace(study, track, shared.poisoned(drawn, study.poisoning), trials, shared.root)


def cell_of(study: Study, track: Track) -> dict:
    """The cell of a study that is tracked: the one asked for, or the study's first."""
    return {
        "positive_rate": track.positive_rate or study.positive_rate[0],
        "group_coefficient": track.group_coefficient or study.group_coefficient[0],
        "rotation": study.rotation,
    }


def _trace(study: Study, track: Track, data: Data, trials: tuple[int, ...], root: str) -> Job:
    entry = study.entries()[track.label]
    method = method_of(track.label, study, entry)
    preset, budget = budget_of(study, entry)
    options = {
        "lambda_f": track.lambda_f if method.uses_lambda_f else 0.0,
        "lambda_r": track.lambda_r if method.uses_lambda_r else 0.0,
    }
    options |= track.model_dump(include={"every", "coding", "neighbours", "slope"})
    spec = options | {
        "method": method.name,
        "file": entry.file,
        "data": data.about,
        "parameters": method.parameters.model_dump(),
        "budget": budget.model_dump(),
        "engine": entry.engine,
        "trials": list(trials),
    }
    setting = setting_folders(method, preset, budget, entry.engine)
    shown = folders_of(options | {"coding": "+".join(track.coding) or "none"})
    path = f"{made_folder(root, 'traces', data)}/{setting}/{shown}/{span(trials)}.parquet"
    models, iterations = size_of(spec)
    name = path.removeprefix(f"{root}/").removesuffix(".parquet")
    return Job(
        "track",
        "fairbench.studies.tracking.steps:track",
        name,
        {"trace": path},
        "tracking",
        method.name,
        spec,
        {"data": (data.path,)},
        method=MethodRef(method.name, entry.file),
        models=models,
        iterations=iterations,
        trains=True,
        is_compiled=is_compiled(spec),
    )
