"""What the FR-Train paper printed, as tables. README.md here says where each value is from."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

__all__ = ["confusion", "crowd", "not_judged", "tables"]


def tables() -> pd.DataFrame:
    """Give tables 1 to 3, 5 and 7 to 9.

    Returns
    -------
    DataFrame
        ``table``, ``dataset``, ``method``, ``training_data``, ``measure`` (of fairness),
        ``fairness`` and ``accuracy``.
    """
    return _read("tables.csv")


def confusion() -> pd.DataFrame:
    """Give table 4: ``method``, ``group``, ``y``, ``predicted_0`` and ``predicted_1`` (counts)."""
    return _read("confusion.csv")


def crowd() -> pd.DataFrame:
    """Give table 6: ``dataset``, ``answers`` (averaged, or "trained model"), ``accuracy``."""
    return _read("crowd.csv")


def not_judged() -> pd.DataFrame:
    """Give cells that are not held against ours: table, dataset, method, data and ``reason``."""
    return _read("not_judged.csv")


def _read(name: str) -> pd.DataFrame:
    with files(__name__).joinpath(name).open(encoding="utf-8") as source:
        return pd.read_csv(source)
