"""What was measured, one line a number: the table that files and page are made from."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

NAN = float("nan")


@dataclass(frozen=True)
class Line:
    """A number with its interval.

    Attributes
    ----------
    part : str
        "groups", "reference", "comparisons", "ranking", "information" or "individual".
    attribute : str
        A sensitive column, or several joined by "and"; empty for all rows together.
    group, against : str
        Whose number it is, and whom it is held against; empty where all groups are.
    measure : str
    value, low, high : float
        The number and its 95 % interval, NaN where there is none.
    rows : int
        Rows that the number comes from: for a true positive rate those with label 1.
    """

    part: str
    attribute: str
    group: str
    against: str
    measure: str
    value: float
    low: float = NAN
    high: float = NAN
    rows: int = 0


def table(lines: list[Line]) -> pd.DataFrame:
    """All of them, in their order."""
    frame = pd.DataFrame([asdict(line) for line in lines])
    return frame.astype({"value": float, "low": float, "high": float, "rows": int})
