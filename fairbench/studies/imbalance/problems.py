"""What can be wrong with the report's figures, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairbench.planning.complaint import Complaint
from fairbench.planning.data_sections import DRAWN
from fairbench.studies.grid.section import Study, active
from fairbench.studies.tracking.section import Track, runs


def imbalance_problems(config: Any) -> Iterator[Complaint]:
    """Give every problem of the section `figures`."""
    yield from _figure_checks(config.figures, active(config.studies))
    if config.tracking is not None:
        yield from _tracked_checks(config)


def _figure_checks(figures: Any, studies: dict[str, Study]) -> Iterator[Complaint]:
    used = [(("figures", "fig8", i), panel, []) for i, panel in enumerate(figures.fig8 or [])]
    for name in ("fig9", "fig10"):
        if curves := getattr(figures, name):
            used.append((("figures", name), curves, [curves.label, *curves.rivals]))
    for key, figure, labels in used:
        if figure.study not in studies:
            problem = "no such study, or it is switched off (null leaves the figure out)"
            yield Complaint((*key, "study"), figure.study, problem, list(studies))
            continue
        there = list(studies[figure.study].entries())
        for label in labels:
            if label not in there:
                problem = f"study {figure.study} has no method with this label"
                yield Complaint((*key, "label"), label, problem, there)
        if labels and studies[figure.study].dataset not in DRAWN:
            drawn = [name for name, study in studies.items() if study.dataset in DRAWN]
            text = "this figure is drawn over P(Y=1), which real data do not have"
            yield Complaint((*key, "study"), figure.study, text, drawn)


def _tracked_checks(config: Any) -> Iterator[Complaint]:
    tracks, fig5, fig7 = runs(config.tracking), config.figures.fig5, config.figures.fig7
    used = []
    if fig5:
        used += [(("figures", "fig5", "track"), fig5.track)]
        used += [(("figures", "fig5", "seeds"), fig5.seeds)] if fig5.seeds else []
    if fig7:
        used += [(("figures", "fig7", "equal"), name) for name in fig7.equal]
        used += [(("figures", "fig7", "published"), name) for name in fig7.published]
    missing = [(key, name) for key, name in used if name not in tracks]
    for key, name in missing:
        text = "no such tracked run, or it is switched off (null leaves the figure out)"
        yield Complaint(key, name, text, list(tracks))
    if missing:
        return
    if fig5 and not tracks[fig5.track].coding:
        text = "figure 5 draws I(V;X,Z,Yhat): its run needs at least one coding"
        yield Complaint(("tracking", fig5.track, "coding"), [], text, ("consistent", "published"))
    if fig7 and len({_conditions(config, tracks[name]) for name in fig7.equal}) > 1:
        text = "the two must share study, cell, lambda_f, lambda_r, trials, every and budget"
        yield Complaint(("figures", "fig7", "equal"), fig7.equal, text)


def _conditions(config: Any, track: Track) -> tuple:
    """What two runs must share to be compared."""
    study = active(config.studies).get(track.study)
    entry = study and study.entries().get(track.label)
    budget = (entry.budget or study.budget) if entry else None
    shared = track.model_dump(exclude={"label", "coding", "neighbours", "slope"})
    return (*shared.values(), budget)
