"""Data set files, read as what they are expected to be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fairbench.data.drawn import resolve
from fairbench.store.tables import read_columns, read_table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def read_dataset(path: Path, expected: dict) -> tuple[pd.DataFrame, dict]:
    """A data set file, if it is the one expected: another cell's has the same columns."""
    return read_table(path, kind="dataset", about=_about(expected))


def dataset_columns(path: Path, expected: dict) -> tuple[dict[str, np.ndarray], dict]:
    """The same as arrays by name."""
    return read_columns(path, kind="dataset", about=_about(expected))


def _about(expected: dict) -> dict:
    if "definition" not in expected:  # of real data, whose parameters are complete
        parameters = resolve(expected["dataset"], expected["parameters"])
        expected = expected | {"parameters": parameters}
    return expected
