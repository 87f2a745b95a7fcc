"""What can be wrong with tracked runs, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairbench import methods
from fairbench.planning.complaint import Complaint
from fairbench.planning.data_sections import DRAWN
from fairbench.planning.datasets import has_many_groups
from fairbench.studies.grid.section import Study, active
from fairbench.studies.tracking.section import Track, runs


def tracking_problems(config: Any) -> Iterator[Complaint]:
    """Give every problem of the section `tracking`."""
    studies = active(config.studies)
    for name, track in runs(config.tracking).items():
        key = ("tracking", name)
        if track.study not in studies:
            text = "no such study, or it is switched off (tracking: null switches tracking off)"
            yield Complaint((*key, "study"), track.study, text, list(studies))
        else:
            yield from _track_problems(key, track, studies[track.study])


def _track_problems(key: tuple[str, ...], track: Track, study: Study) -> Iterator[Complaint]:
    labels = list(study.entries())
    if has_many_groups(study.dataset, study.profile, study.sensitive):
        text = "the information that is tracked is that of two groups, and this study may have more"
        yield Complaint((*key, "study"), track.study, text)
    if track.label not in labels:
        text = f"study {track.study} has no method with this label"
        yield Complaint((*key, "label"), track.label, text, labels)
    else:
        untrained = [label for label in labels if _fitting(study, label) in ("solved", "none")]
        if track.label in untrained:
            able = [label for label in labels if label not in untrained]
            text = "it has no training to track"
            yield Complaint((*key, "label"), track.label, text, able)
        if study.entries()[track.label].trimming:
            text = "its rows are trimmed, which a tracked run does not do: name an entry without"
            yield Complaint((*key, "label"), track.label, text)
    for name in ("positive_rate", "group_coefficient"):
        if study.dataset not in DRAWN:
            if getattr(track, name) is not None:
                text = f"study {track.study} has real data, which have no {name}"
                yield Complaint((*key, name), getattr(track, name), text)
            continue
        offered, asked = getattr(study, name), getattr(track, name)
        if asked not in offered and not (asked is None and len(offered) == 1):
            text = f"name one of the values of study {track.study}"
            yield Complaint((*key, name), asked, text, [format(value, "g") for value in offered])
    if track.lambda_f + track.lambda_r >= 1 - 1e-12:
        text = "lambda_f + lambda_r must stay below 1: the cross-entropy has weight 1 - their sum"
        yield Complaint((*key, "lambda_f"), track.lambda_f + track.lambda_r, text)
    if study.dataset == "imbalance" and track.trials > 10:
        text = "the report's seed rule tells 10 trials apart"
        yield Complaint((*key, "trials"), track.trials, text)


def _fitting(study: Study, label: str) -> str:
    """How a method is fitted; empty for one that there is not, which its study complains of."""
    entry = study.entries()[label]
    try:
        return methods.find(entry.method or label, entry.file).fitting
    except Exception:  # a file of the user's own may raise anything
        return ""
