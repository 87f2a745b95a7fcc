"""Where each figure gets its tables from.

`FIGURES` is the registry. A new figure is a function that draws it from tables, a line here that
hands it those tables, and a rule in ``workflow/rules/figures.smk``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from fairbench.evaluation.contrasts import contrasts
from fairbench.evaluation.selection import read_csv
from fairbench.plotting.style import Drawn
from fairbench.studies.grid.collect import read_fits, read_limits
from fairbench.studies.imbalance import published
from fairbench.studies.imbalance.figures.answers import figure_answers
from fairbench.studies.imbalance.figures.imbalance import figure_imbalance
from fairbench.studies.imbalance.figures.inputs import draw_samples, draw_triples
from fairbench.studies.imbalance.figures.samples import figure_4
from fairbench.studies.imbalance.figures.theory import figure_3, figure_6
from fairbench.studies.imbalance.figures.trade_off import figure_8
from fairbench.studies.imbalance.figures.training_alignment import figure_5
from fairbench.studies.imbalance.figures.training_stability import figure_7
from fairbench.studies.tracking.traces import read_tracks


@dataclass(frozen=True)
class Sources:
    """What a figure's rule names: its section of the config, and the files of its tables."""

    options: object
    seed: int
    fits_file: Path | None = None
    selected_file: Path | None = None
    comparison_files: tuple[Path, ...] = ()
    limit_files: tuple[Path, ...] = ()
    tracks: Mapping[str, Mapping] = field(default_factory=dict)
    training_file: Path | None = None

    @property
    def fits(self) -> pd.DataFrame:
        return read_fits(self.fits_file)

    @property
    def comparisons(self) -> pd.DataFrame:
        return pd.concat([read_csv(path) for path in self.comparison_files])

    @property
    def limits(self) -> pd.DataFrame:
        return read_limits(self.limit_files)

    def of_study(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of the study that the figure is about."""
        return table[table["study"] == self.options["study"]]


def _imbalance(sources: Sources, name: str) -> Drawn:
    return figure_imbalance(
        sources.of_study(read_csv(sources.selected_file)),
        sources.of_study(sources.fits),
        sources.limits,
        published.imbalance_rows(),
        label=sources.options["label"],
        rivals=sources.options.get("rivals", ()),
        published_figure=name,
        comparisons=sources.comparisons,
    )


def _trade_off(sources: Sources) -> Drawn:
    points = published.trade_off_points()
    return figure_8(sources.fits, sources.limits, points, panels=sources.options)


def _alignment(sources: Sources) -> Drawn:
    table, runs = read_csv(sources.training_file), read_tracks(sources.tracks)
    many = (table["track"] == sources.options.get("seeds")) & (table["runs"] > 1)
    return figure_5(
        runs[runs["trial"] == runs["trial"].min()],
        table[many | (table["track"] == sources.options["track"]) & (table["runs"] == 1)],
        window=sources.options["window"],
    )


def _stability(sources: Sources) -> Drawn:
    asked = {name: sources.options[name] for name in ("equal", "published")}
    return figure_7(read_tracks(sources.tracks), read_csv(sources.training_file), **asked)


FIGURES: dict[str, Callable[[Sources], Drawn]] = {
    "fig3": lambda s: figure_3(draw_triples(s.options, s.seed)),
    "fig4": lambda s: figure_4(draw_samples(rows=s.options)),
    "fig5": _alignment,
    "fig6": lambda s: figure_6(s.options),
    "fig7": _stability,
    "fig8": _trade_off,
    "fig9": lambda s: _imbalance(s, "fig9"),
    "fig10": lambda s: _imbalance(s, "fig10"),
    "answers": lambda s: figure_answers(contrasts(read_csv(s.selected_file), s.comparisons)),
}
