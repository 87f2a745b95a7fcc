"""The jobs of the report: how runs train, verdicts and findings, its figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairbench.base.paths import as_json, digest
from fairbench.planning.job import Job, Shown, figure_job, table_job
from fairbench.planning.shared import Shared
from fairbench.studies.grid.plan import limits_of, table
from fairbench.studies.tracking.plan import tracks_of

_PAPER = "Enhancing FR-Train in Data Imbalance"
_STEPS = "fairbench.studies.imbalance.steps"
#: Title, topic, and the tables that it is drawn from.
_FIGURES = {
    "fig3": ("Mutual information against disparate impact", "Theory", ""),
    "fig4": ("The data, and what c does to the groups", "Data", ""),
    "fig5": ("Discriminator losses and information", "Training", "alignment"),
    "fig6": ("Smooth pseudo-labels", "Theory", ""),
    "fig7": ("How steadily methods train", "Training", "stability"),
    "fig8": ("Accuracy against disparate impact", "Trade-off", "fits compared"),
    "fig9": ("FR-Train under label imbalance", "Label imbalance", "fits selected compared"),
    "fig10": ("Normalised MI under label imbalance", "Label imbalance", "fits selected compared"),
    "answers": ("Methods against simple baselines", "Answers", "selected compared"),
}
_TRAINING = {
    "alignment": Shown(
        "table",
        "Losses and information along training",
        row="a correlation over a phase of a tracked run",
    ),
    "stability": Shown("table", "Stability of training", row="a statistic of tracked runs"),
}
_REPRODUCED = {
    "table": Shown("verdicts", "Every value"),
    "findings": Shown("findings", "Findings"),
}
#: Figures that are drawn from traces, and so left out where tracking is switched off.
_TRACKED = ("fig5", "fig7")


def imbalance_jobs(config: Any, shared: Shared) -> Iterator[Job]:
    """The tables about training, the verdicts and findings, and every figure asked for."""
    tracks, root = tracks_of(config, shared), shared.root
    figures = config.figures.model_dump(exclude_none=True)
    if config.tracking is None:
        figures = {name: figures[name] for name in figures if name not in _TRACKED}
    if tracks:
        yield _training(config, tracks, figures, root)
    yield _reproduction(config, tracks, root)
    limits = limits_of(config, shared)
    for name, options in figures.items():
        title, topic, tables = _FIGURES[name]
        shown = Shown("figure", title, _PAPER, topic)
        if name == "answers":
            shown = Shown("picture", title, topic)
        spec, read = {"options": options, "seed": shared.seed}, _inputs(root, tables, limits)
        if name in _TRACKED:
            drawn = [options["track"]] if name == "fig5" else None
            drawn = drawn or options["equal"] + options["published"]
            spec["tracks"] = {run: tracks[run] for run in drawn}
            read["traces"] = _files(spec["tracks"])
        step = f"fairbench.studies.imbalance.figures.steps:{name}"
        given = {"spec": spec, "inputs": read, "listed": ("traces",)}
        yield figure_job(root, "", name, step, shown, **given)


def _inputs(root: str, tables: str, limits: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The tables that a figure is drawn from, by what its step calls them."""
    every = {
        "alignment": {"training": (table(root, "alignment.csv"),)},
        "stability": {"training": (table(root, "stability.csv"),)},
        "fits": {"fits": (table(root, "fits.parquet"),), "limits": limits},
        "selected": {"selected": (table(root, "selected.csv"),)},
        "compared": {"comparisons": (table(root, "comparisons.csv"), table(root, "matched.csv"))},
    }
    return {name: paths for key in tables.split() for name, paths in every[key].items()}


def _files(tracks: dict[str, dict]) -> tuple[str, ...]:
    return tuple(file for track in tracks.values() for file in track["files"])


def _training(config: Any, tracks: dict, figures: dict, root: str) -> Job:
    equal = figures["fig7"]["equal"] if "fig7" in figures else []
    specs = {name: track["specs"] for name, track in tracks.items()}
    made = {name: table(root, f"{name}.csv") for name in _TRAINING}
    spec, read = {"tracks": tracks, "equal": equal}, {"traces": _files(tracks)}
    told = {"listed": ("traces",), "shown": _TRAINING}
    told["settings"] = digest(as_json(tracks=specs, seed=config.seed, bootstrap=config.bootstrap))
    return table_job(_STEPS, "describe_training", made, spec, read, **told)


def _reproduction(config: Any, tracks: dict, root: str) -> Job:
    names = ["selected", "cells", "comparisons", "matched", "baselines"]
    read = {name: (table(root, f"{name}.csv"),) for name in names + [*_TRAINING] * bool(tracks)}
    read |= {"fits": (table(root, "fits.parquet"),), "traces": _files(tracks)}
    made = {
        "table": table(root, "reproduction.csv"),
        "text": table(root, "reproduction.md"),
        "findings": table(root, "findings.md"),
    }
    spec, told = {"seed": config.seed, "tracks": tracks}, {"listed": ("traces",)}
    return table_job(_STEPS, "reproduce", made, spec, read, shown=_REPRODUCED, **told)
