"""The part of the plan about tracked runs: which traces there are, and their paths."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairbench.base.paths import as_json, blocks, digest, folders_of, span
from fairbench.config.root import Study, budget_of, method_of
from fairbench.planning.names import setting_folders
from fairbench.studies.tracking.section import Track

if TYPE_CHECKING:
    from fairbench.plan.plan import Plan

#: Figures that are drawn from traces, and so left out where tracking is switched off.
TRACKED_FIGURES = ("fig5", "fig7")


@dataclass(frozen=True)
class TraceFile:
    """The traces of one setting of a method on one block of trials."""

    path: str
    data: str
    method: str
    file: str | None
    settings: dict

    def spec(self) -> str:
        return as_json(method=self.method, file=self.file, **self.settings)


def add_traces(plan: Plan) -> None:
    """Add the traces of every tracked run, and the data that no study needs but they do."""
    for name, track in plan.config.tracks().items():
        study = plan.config.active()[track.study]
        files, specs = [], []
        for trials in blocks(track.trials, study.trials_per_job):
            # Where the study has these trials the data file is the study's own.
            last = min(trials[0] + study.trials_per_job, max(study.trials, track.trials))
            drawn = plan.add_data(study, cell_of(study, track), tuple(range(trials[0], last)))
            trace = _trace(plan, study, track, plan.add_poisoned(study, drawn), trials)
            plan.traces[trace.path] = trace
            files.append(trace.path)
            specs.append(digest(trace.spec()))
        named = {"label": track.label, "study": track.study}
        plan.tracks[name] = {**named, "files": files, "specs": specs}


def cell_of(study: Study, track: Track) -> dict:
    """The cell of a study that is tracked: the one asked for, or the study's first."""
    return {
        "positive_rate": track.positive_rate or study.positive_rate[0],
        "group_coefficient": track.group_coefficient or study.group_coefficient[0],
        "rotation": study.rotation,
    }


def _trace(
    plan: Plan, study: Study, track: Track, source: str, trials: tuple[int, ...]
) -> TraceFile:
    entry = study.entries()[track.label]
    method = method_of(track.label, study, entry)
    preset, budget = budget_of(study, entry)
    options = {
        "lambda_f": track.lambda_f if method.uses_lambda_f else 0.0,
        "lambda_r": track.lambda_r if method.uses_lambda_r else 0.0,
        "every": track.every,
        "coding": track.coding,
        "neighbours": track.neighbours,
        "slope": track.slope,
    }
    settings = {
        "data": (plan.poisoned.get(source) or plan.data[source]).about(),
        "parameters": method.parameters.model_dump(),
        "budget": budget.model_dump(),
        "engine": entry.engine,
        "trials": list(trials),
        **options,
    }
    folder = plan.folder("traces", study, source)
    setting = setting_folders(method, preset, budget, entry.engine)
    shown = folders_of(options | {"coding": "+".join(track.coding) or "none"})
    path = f"{folder}/{setting}/{shown}/{span(trials)}.parquet"
    return TraceFile(path, source, method.name, entry.file, settings)


def drawn_tracks(plan: Plan, figure: str) -> dict[str, dict]:
    """The tracked runs that a figure is drawn from; none where it is not drawn."""
    options = getattr(plan.config.figures, figure)
    if figure not in plan.figures():
        return {}
    names = [options.track] if figure == "fig5" else [*options.equal, *options.published]
    return {name: plan.tracks[name] for name in names}


def compared_tracks(plan: Plan) -> list[str]:
    """The two runs of equal settings that figure 7 compares; none where it is not drawn."""
    return list(plan.config.figures.fig7.equal) if "fig7" in plan.figures() else []


def trace_files(tracks: dict[str, dict]) -> list[str]:
    """Every file of tracked runs."""
    return [file for track in tracks.values() for file in track["files"]]


def training_tables(plan: Plan) -> list[str]:
    """The tables about tracked runs; none where tracking is switched off."""
    return [plan.table(name) for name in ("alignment.csv", "stability.csv")] if plan.tracks else []


def training_options(plan: Plan) -> str:
    """Options of the command that reads both the traces and their tables."""
    if not plan.tracks:
        return ""
    values = [json.dumps(plan.tracks), *training_tables(plan)]
    flags = ("--tracks", "--alignment", "--stability")
    pairs = zip(flags, values, strict=True)
    return " ".join(f"{flag} {shlex.quote(value)}" for flag, value in pairs)
