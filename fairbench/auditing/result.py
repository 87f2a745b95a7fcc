"""What an audit found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from fairbench.auditing.errors import unknown
from fairbench.auditing.findings import findings
from fairbench.auditing.individual import Certified

#: Tables beside that of the measures.
FRAMES = ("thresholds", "curve", "limit", "calibration")


@dataclass(frozen=True, eq=False)
class Found:
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
    limit : DataFrame
        The same of thresholds that may be drawn at random; empty without scores.
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
    limit: pd.DataFrame
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
        rows, told = self.measures, ""
        for column, word, name in (
            ("attribute", "attribute", attribute),
            ("group", "group", group),
            ("against", "group held against", against),
            ("measure", "measure", measure),
        ):
            if name not in (known := rows[column].unique()):
                allowed = [each for each in known if each]
                raise KeyError(str(unknown(f"{told}there is no {word}", name, allowed)))
            rows = rows[rows[column] == name]
            told += f"{name}: " if name else ""
        return float(rows["value"].iloc[0])

    def attributes(self) -> tuple[list[str], list[str]]:
        """Names of the sensitive columns, and of those crossed."""
        alone = list(self.about["settings"]["sensitive"])
        names = [name for name in self.measures["attribute"].unique() if name]
        return alone, [name for name in names if name not in alone]

    def findings(self) -> list[str]:
        """What was found, in sentences."""
        return findings(self.measures, self.thresholds, self.attributes()[0])
