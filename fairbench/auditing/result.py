"""What an audit found, and how it is put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fairbench.auditing.asked import Asked
from fairbench.auditing.errors import AuditError, unknown
from fairbench.auditing.findings import findings
from fairbench.auditing.individual import Certified, certified, individual_lines
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
from fairbench.auditing.reach import compared, curve, distances

#: Groups beyond which thresholds of each are not sought.
_MOST_THRESHOLDS = 20


@dataclass(frozen=True, eq=False)
class Audit:
    """What an audit found.

    Attributes
    ----------
    measures : DataFrame
        A line a number: ``part``, ``attribute``, ``group``, ``against``, ``measure``, ``value``,
        ``low``, ``high`` (95 %), ``rows`` (`fairbench.auditing.lines`).
    thresholds : DataFrame
        How far each measure is from what group thresholds could reach; empty without scores.
    curve : DataFrame
        The trade-off of group thresholds; empty without scores.
    calibration : DataFrame
        Observed shares in bins of the score; empty without scores.
    individual : Certified or None
        The certificates around people, with a model.
    notes : list of str
        What a reader has to know: rows left out, a sample, groups too small, classes that lack.
    about : dict
        What was audited and how: names, settings, counts.
    """

    measures: pd.DataFrame
    thresholds: pd.DataFrame
    curve: pd.DataFrame
    calibration: pd.DataFrame
    individual: Certified | None
    notes: list[str]
    about: dict[str, Any]

    def value(self, measure: str, attribute: str = "", group: str = "", against: str = "") -> float:
        """One number.

        Raises
        ------
        KeyError
            There is none such, with the nearest name.
        """
        own = self.measures
        rows = own[(own["measure"] == measure) & (own["attribute"] == attribute)
                   & (own["group"] == group) & (own["against"] == against)]  # fmt: skip
        if len(rows) == 0:
            known = list(own["measure"].unique())
            told = f"of {attribute or 'all rows'}, {group or 'all groups'}"
            raise KeyError(str(unknown(f"no measure {told}:", measure, known)))
        return float(rows["value"].iloc[0])

    def attributes(self) -> tuple[list[str], list[str]]:
        """Names of the sensitive columns, and of those crossed."""
        alone = list(self.about["settings"]["sensitive"])
        names = [name for name in self.measures["attribute"].unique() if name]
        return alone, [name for name in names if name not in alone]

    def findings(self) -> list[str]:
        """What was found, in sentences."""
        return findings(self.measures, self.thresholds, self.attributes()[0])

    def write(self, folder: str | Path) -> list[Path]:
        """Write the page, the tables and the JSON into a folder, and give their paths."""
        from fairbench.auditing.output import write

        return write(self, Path(folder))


def audited(people: People, asked: Asked, model: Model | None, where: str) -> Audit:
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
    frames: dict[str, list[pd.DataFrame]] = {"thresholds": [], "curve": [], "calibration": []}
    for counted in parts:
        lines += _lines_of(people, counted, asked, probability=probability, frames=frames)
    proved = None
    if model is not None:
        cut = threshold if asked.score is None and asked.threshold is not None else 0.5
        proved = certified(model, people.features, asked, cut)
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
    return Audit(measures, **together, individual=proved, notes=notes, about=about)


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
