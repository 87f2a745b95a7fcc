"""What can be wrong with tracked runs and their figures, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fairbench.config.root import Config, Study
from fairbench.studies.tracking.section import Track

__all__ = ["tracking_problems"]

Problem = tuple[tuple[str, ...], object, str, Sequence[str]]
"""Key, what was given, what is wrong with it, what is allowed."""


def tracking_problems(config: Config) -> Iterator[Problem]:
    """Give every problem of the sections `tracking`, `figures.fig5` and `figures.fig7`."""
    active = config.active()
    for name, track in config.tracks().items():
        key = ("tracking", name)
        if track.study not in active:
            text = "no such study, or it is switched off (tracking: null switches tracking off)"
            yield (*key, "study"), track.study, text, list(active)
            continue
        yield from _track_problems(key, track, active[track.study])
    if config.tracking is not None:
        yield from _figure_problems(config)


def _track_problems(key: tuple[str, ...], track: Track, study: Study) -> Iterator[Problem]:
    labels = list(study.entries())
    if track.label not in labels:
        text = f"study {track.study} has no method with this label"
        yield (*key, "label"), track.label, text, labels
    for name in ("positive_rate", "group_coefficient"):
        offered, asked = getattr(study, name), getattr(track, name)
        if asked not in offered and not (asked is None and len(offered) == 1):
            text = f"name one of the values of study {track.study}"
            yield (*key, name), asked, text, [format(value, "g") for value in offered]
    if track.lambda_f + track.lambda_r >= 1 - 1e-12:
        text = "lambda_f + lambda_r must stay below 1: the cross-entropy has weight 1 - their sum"
        yield (*key, "lambda_f"), track.lambda_f + track.lambda_r, text, ()
    if study.dataset == "imbalance" and track.trials > 10:
        text = "the report's seed rule tells 10 trials apart"
        yield (*key, "trials"), track.trials, text, ()


def _figure_problems(config: Config) -> Iterator[Problem]:
    tracks, fig5, fig7 = config.tracks(), config.figures.fig5, config.figures.fig7
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
        yield key, name, text, list(tracks)
    if missing:
        return
    if fig5 and not tracks[fig5.track].coding:
        text = "figure 5 draws I(V;X,Z,Yhat): its run needs at least one coding"
        yield ("tracking", fig5.track, "coding"), [], text, ("consistent", "published")
    if fig7 and len({_conditions(config, tracks[name]) for name in fig7.equal}) > 1:
        text = "the two must share study, cell, lambda_f, lambda_r, trials, every and budget"
        yield ("figures", "fig7", "equal"), fig7.equal, text, ()


def _conditions(config: Config, track: Track) -> tuple:
    """What two runs must share to be compared."""
    study = config.active().get(track.study)
    entry = study and study.entries().get(track.label)
    budget = (entry.budget or study.budget) if entry else None
    shared = track.model_dump(exclude={"label", "coding", "neighbours", "slope"})
    return (*shared.values(), budget)
