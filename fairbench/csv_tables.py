"""Tables for people, which further rules read too: CSV, with a seal beside it.

A CSV file cannot carry a hash of itself as the Parquet files do (`fairbench.storage`), and it is
easily edited. Its hash lies beside it, hidden: ``.selected.csv.sha256`` for ``selected.csv``.
"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pandas as pd

from fairbench.storage import DamagedFile, write_text

__all__ = ["read_csv", "write_csv"]


def write_csv(frame: pd.DataFrame, path: str | os.PathLike) -> None:
    """Write a table and its seal, each whole or not at all."""
    text = frame.to_csv(index=False, lineterminator="\n")
    # The seal first: if the table then fails to appear, nothing claims to be one.
    write_text(_seal(path), _hash(text.encode("utf-8")))
    write_text(path, text)


def read_csv(path: str | os.PathLike) -> pd.DataFrame:
    """Read a table, if it is what was written. One without a seal is taken as it is.

    Raises
    ------
    DamagedFile
        The content does not have the hash of the seal.
    """
    content, seal = Path(path).read_bytes(), _seal(path)
    if seal.exists() and seal.read_text(encoding="utf-8") != _hash(content):
        raise DamagedFile(path, "its content is not what was written (the hash differs)")
    return pd.read_csv(io.BytesIO(content))


def _seal(path: str | os.PathLike) -> Path:
    path = Path(path)
    return path.with_name(f".{path.name}.sha256")


def _hash(content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}\n"
