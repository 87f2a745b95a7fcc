"""Tables for people, which further rules read too: CSV, with what is known about it beside it.

A CSV file cannot carry a hash of itself as the Parquet files do (`fairbench.storage`), and it is
easily edited. Its hash and its provenance lie beside it: ``selected.csv-metadata.json`` for
``selected.csv`` (`fairbench.stamps`).
"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pandas as pd

from fairbench import journal, provenance, stamps
from fairbench.storage import DamagedFile, note, write_text
from fairbench.storage_columns import PASSING

__all__ = ["read_csv", "write_csv"]


def write_csv(frame: pd.DataFrame, path: str | os.PathLike) -> None:
    """Write a table and what is known about it, each whole or not at all."""
    text = _text(frame)
    # The hash first: if the table then fails to appear, nothing claims to be one.
    write_text(*stamps.csv_metadata(path, text.encode("utf-8")))
    _old_seal(path).unlink(missing_ok=True)
    write_text(path, text)


def read_csv(path: str | os.PathLike) -> pd.DataFrame:
    """Read a table, if it is what was written. One with nothing beside it is taken as it is.

    Raises
    ------
    DamagedFile
        The content does not have the hash that was written beside it, or that is damaged, or it
        was made from another version of a file that was read too.
    """
    content = Path(path).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    try:
        beside = stamps.read_csv_note(path) or {"fairbench": None}
        origin, settings = beside["fairbench"], beside.get("settings")
        sound = _has_old_seal(path, found) if origin is None else provenance.belongs(origin, found)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise DamagedFile(path, "what lies beside it about it cannot be read") from error
    if not sound:
        raise DamagedFile(path, "its content is not what was written (the hash differs)")
    if settings and provenance.settings_asked(path) not in (None, settings):
        raise DamagedFile(path, "it belongs to another run: it was made with other settings")
    frame = pd.read_csv(io.BytesIO(content))
    if journal.is_recording():
        note(path, _lasting_hash(frame, found), origin)
    return frame


def _text(frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False, lineterminator="\n")


def _lasting_hash(frame: pd.DataFrame, found: str) -> str:
    """The hash without the times that fits took, which no two runs have in common."""
    lasting = frame.drop(columns=PASSING, errors="ignore")
    if lasting.shape == frame.shape:
        return found
    return hashlib.sha256(_text(lasting).encode("utf-8")).hexdigest()


def _old_seal(path: str | os.PathLike) -> Path:
    """Where earlier versions put the hash."""
    path = Path(path)
    return path.with_name(f".{path.name}.sha256")


def _has_old_seal(path: str | os.PathLike, found: str) -> bool:
    seal = _old_seal(path)
    return not seal.exists() or seal.read_text(encoding="utf-8").strip() == found
