"""Data set files, read as what they are expected to be."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fairbench.data.drawn import resolve
from fairbench.store.tables import read_table

__all__ = ["read_dataset"]


def read_dataset(path: Path, expected: dict) -> tuple[pd.DataFrame, dict]:
    """A data set file, if it is the one expected: another cell's has the same columns."""
    if "definition" not in expected:  # of real data, whose parameters are complete
        parameters = resolve(expected["dataset"], expected["parameters"])
        expected = expected | {"parameters": parameters}
    return read_table(path, kind="dataset", about=expected)
