"""Accuracy limits of laws, read from the files of their jobs."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

import pandas as pd

from fairbench.base.paths import limit_name
from fairbench.store.tables import DamagedFile, read_table


def read_limits(paths: Iterable[str | PathLike]) -> pd.DataFrame:
    """Accuracy limits from their files, with the law's positive_rate and group_coefficient.

    Without files, as where all data are real, a table without rows.
    """
    columns = ["positive_rate", "group_coefficient", "disparate_impact", "accuracy"]
    frames = [pd.DataFrame(columns=columns, dtype=float)]
    for path in paths:
        frame, about = read_table(path, kind="limit")
        if not Path(path).as_posix().endswith(f"/{limit_name(about, about['seed'])}.parquet"):
            raise DamagedFile(path, "it holds the limit of another law than its path says")
        for column in ("group_coefficient", "positive_rate"):
            frame.insert(0, column, about[column])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
