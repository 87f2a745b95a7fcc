"""The table of fits, read as what it is expected to be."""

from __future__ import annotations

from os import PathLike

import pandas as pd

from fairbench.store.tables import read_asked


def read_fits(path: str | PathLike) -> pd.DataFrame:
    """The table of `collect_fits`, if it is of the studies that this run is about."""
    return read_asked(path, kind="fits")
