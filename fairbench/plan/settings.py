"""What of a config decides the content of each table that is read again.

A table is whole, and has its right hash, in another run too. So each carries a checksum of the
settings that it was made with, and a run takes none that was made with others. What a checksum
covers makes the table's rule run again when it changes. In which order a config names its studies,
methods and runs is no setting: Snakemake and our commands merge the same files in other orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairbench.base.paths import as_json, digest

if TYPE_CHECKING:
    from fairbench.plan.plan import Plan

__all__ = ["settings_of_tables"]


def settings_of_tables(plan: Plan) -> dict[str, str]:
    """Checksum of the settings of each table, by path."""
    config = plan.config
    studies = config.model_dump(mode="json", include={"seed", "studies"}, exclude_defaults=True)
    fits = digest(as_json(**studies))
    selected = digest(as_json(studies=studies, draws=config.limit_draws))
    summary = digest(as_json(selected=selected, bootstrap=config.bootstrap))
    given = {"seed": config.seed, "bootstrap": config.bootstrap}
    specs = {name: track["specs"] for name, track in plan.tracks.items()}
    tracks = digest(as_json(tracks=specs, **given))
    found = {
        "fits.parquet": fits,
        "selected.csv": selected,
        "cells.csv": summary,
        "baselines.csv": selected,
        "comparisons.csv": summary,
        "matched.csv": summary,
        "alignment.csv": tracks,
        "stability.csv": tracks,
    }
    study = plan.representations
    made = {"folds.csv": study.folds, "sweep.csv": study.sweeps}
    return {plan.table(name): value for name, value in found.items()} | {
        study.table(name): digest(as_json(specs=sorted(file.spec() for file in files.values())))
        for name, files in made.items()
    }
