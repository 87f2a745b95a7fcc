"""All measures of people whose columns were read, attribute by attribute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace

import numpy as np
import pandas as pd

from fairbench.auditing.asked import Asked
from fairbench.auditing.coding import plain
from fairbench.auditing.errors import AuditError, unknown
from fairbench.auditing.individual import certified, individual_lines
from fairbench.auditing.information import information_lines
from fairbench.auditing.lines import Line, table
from fairbench.auditing.model import Model
from fairbench.auditing.notes import notes_of
from fairbench.auditing.people import People, parts_of
from fairbench.auditing.ranking import (
    binned,
    calibration,
    calibration_lines,
    overall_line,
    ranking_lines,
)
from fairbench.auditing.rates import (
    Counted,
    comparison_lines,
    count,
    group_lines,
    overall_lines,
    reference_lines,
)
from fairbench.auditing.reach import compared, curve, distances, limit
from fairbench.auditing.result import FRAMES, Found

#: Groups beyond which thresholds of each are not sought.
_MOST_THRESHOLDS = 20


def measured(people: People, asked: Asked, model: Model | None, where: str) -> Found:
    """Measure people whose columns were read.

    Parameters
    ----------
    people : People
        Its prediction is None where the score has to be cut.
    asked : Asked
    model : Model or None
    where : str
        What the data are called.
    """
    if model is not None and model.about and people.one and plain(people.one) != model.about:
        raise AuditError(
            f"the model's probability is of {model.about!r}, and {people.one!r} counts as 1 in "
            f"{asked.label}: name the model's class as positive"
        )
    probability = people.score is not None and _is_probability(people.score, asked, where)
    threshold = asked.threshold
    if threshold is None and probability:
        threshold = 0.5
    if people.prediction is None:
        if threshold is None:
            low, high = people.score.min(), people.score.max()
            raise AuditError(
                f"{asked.score} goes from {low:g} to {high:g} and is no probability: say above "
                "which threshold it is a decision for 1 (--threshold)"
            )
        people = replace(people, prediction=people.score > threshold)
    parts = [
        count(people, each, asked.smallest, _reference(each, asked))
        for each in parts_of(people.attributes)
    ]
    lines = [*overall_lines(parts[0])]
    if people.score is not None:
        lines.append(overall_line(people))
    frames: dict[str, list[pd.DataFrame]] = {name: [] for name in FRAMES}
    for counted in parts:
        lines += _lines_of(people, counted, asked, probability=probability, frames=frames)
    proved = None
    if model is not None and model.network is not None:
        proved = certified(model, people.features, asked, _cut(asked))
        lines += individual_lines(proved)
    measures = table(lines)
    about = {
        "data": where,
        "rows": people.total,
        "complete_rows": people.complete,
        "measured_rows": people.rows,
        "missing": people.missing,
        "probability": bool(probability),
        "settings": asdict(asked) | {"threshold": threshold},
    }
    notes = notes_of(people, parts, asked, threshold, model)
    together = {name: _together(several) for name, several in frames.items()}
    return Found(measures, **together, individual=proved, notes=notes, about=about)


def _cut(asked: Asked) -> float:
    """Above which the model's probability is a decision for 1."""
    if asked.score is not None or asked.threshold is None:
        return 0.5
    if not 0 < asked.threshold < 1:
        raise AuditError(f"threshold is {asked.threshold}; one of probabilities is between 0 and 1")
    return asked.threshold


def _lines_of(
    people: People,
    counted: Counted,
    asked: Asked,
    *,
    probability: bool,
    frames: dict[str, list[pd.DataFrame]],
) -> Iterator[Line]:
    """The lines of an attribute; tables of it are added to those there are."""
    yield from group_lines(counted)
    yield from comparison_lines(counted)
    yield from reference_lines(counted)
    if people.score is not None:
        yield from ranking_lines(people, counted, probability=probability)
        found = calibration(people, counted, binned(people.score))
        frames["calibration"].append(found)
        if probability:
            yield from calibration_lines(found, counted, asked.seed)
    yield from information_lines(people, counted, seed=asked.seed)
    if people.score is not None and 2 <= len(counted.compared) <= _MOST_THRESHOLDS:
        rows = compared(people, counted, seed=asked.seed)
        frames["thresholds"].append(distances(rows, counted.attribute.name))
        frames["curve"].append(curve(rows, counted.attribute.name))
        frames["limit"].append(limit(rows, counted.attribute.name))


def _is_probability(score: np.ndarray, asked: Asked, where: str) -> bool:
    """Whether scores are probabilities; an error where they shall be or nearly are, and are not."""
    outside = (score < 0) | (score > 1)
    if asked.score_kind == "ranking":
        return False
    share = outside.mean()
    if share == 0:
        return True
    worst = score[np.argmax(np.maximum(-score, score - 1))]
    told = (
        f"{where}: {asked.score} is outside [0, 1] in {int(outside.sum()):,} of {len(score):,} "
        f"rows, such as {worst:g}"
    )
    if asked.score_kind == "probability":
        raise AuditError(f"{told}: probabilities lie between 0 and 1")
    if share < 0.5:
        raise AuditError(
            f"{told}, and inside in the others: mend it, or say that it is a score of another "
            "scale (--score-kind ranking)"
        )
    return False


def _reference(attribute, asked: Asked) -> str | None:
    """The group that an attribute's others are held against, if it was named."""
    if not set(attribute.columns) <= set(asked.reference):
        return None
    group = " and ".join(asked.reference[name] for name in attribute.columns)
    if len(attribute.columns) == 1 and group not in attribute.names:
        raise unknown(f"{attribute.name}: there is no group", group, attribute.names)
    return group


def _together(several: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(several, ignore_index=True) if several else pd.DataFrame()
