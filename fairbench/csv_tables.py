"""Tables for people, which further rules read too: CSV, after a line that says where it is from.

That line is a comment (`fairbench.stamps`): ``pandas.read_csv(path, comment="#")`` reads the table.
It carries the hash of what follows, as a table that people open is easily edited.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from pathlib import Path

import pandas as pd

from fairbench import journal, provenance, stamps
from fairbench.storage import DamagedFile, atomic_path, note
from fairbench.storage_columns import PASSING

__all__ = ["read_csv", "write_csv"]


def write_csv(frame: pd.DataFrame, path: str | os.PathLike) -> None:
    """Write a table with what is known about it, whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(stamps.stamp_csv(path, _content(frame)))


def read_csv(path: str | os.PathLike) -> pd.DataFrame:
    """Read a table, if it is what was written.

    Raises
    ------
    DamagedFile
        The first line or the table is not what was written, or it was made with other settings
        than this run's, or from another version of a file that was read too.
    """
    try:
        origin, content = stamps.split_csv(Path(path).read_bytes())
    except (ValueError, RecursionError) as error:
        raise DamagedFile(path, "the line that says where it is from cannot be read") from error
    if origin is None:
        raise DamagedFile(path, "it has no line that says where it is from")
    found = hashlib.sha256(content).hexdigest()
    if not provenance.belongs(origin, found):
        raise DamagedFile(path, "its content is not what was written (the hash differs)")
    settings = origin.get("settings")
    if settings and provenance.settings_asked(path) not in (None, settings):
        raise DamagedFile(path, "it belongs to another run: it was made with other settings")
    # A method may be called "nan" or "null".
    frame = pd.read_csv(io.BytesIO(content), keep_default_na=False, na_values=[""])
    if journal.is_recording():
        note(path, _lasting_hash(frame, found), origin)
    return frame


def _content(frame: pd.DataFrame) -> bytes:
    text = frame.to_csv(index=False, lineterminator="\n")
    if "#" in text:
        # Outside of quotes it would start a comment for whoever reads the table as one with these.
        text = frame.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    return text.encode("utf-8")


def _lasting_hash(frame: pd.DataFrame, found: str) -> str:
    """The hash without the times that fits took, which no two runs have in common."""
    lasting = frame.drop(columns=PASSING, errors="ignore")
    if lasting.shape == frame.shape:
        return found
    return hashlib.sha256(_content(lasting)).hexdigest()
