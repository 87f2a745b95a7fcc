"""Tables for people, which further rules read too: plain CSV, with what is known beside it.

Every program reads the table with its defaults. As a table that people open is easily edited, its
checksum lies beside it (`fairbench.store.stamps`), and `read_csv` takes no table without.
"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pandas as pd

from fairbench.store import journal, provenance, stamps
from fairbench.store.columns import PASSING
from fairbench.store.tables import DamagedFile, atomic_path


def write_csv(frame: pd.DataFrame, path: str | os.PathLike) -> None:
    """Write a table and what is known about it, both or, to every reader, neither.

    Where the process is killed between the two, the table lies there alone: `read_csv` refuses it,
    and Snakemake, to which both are outputs, makes it again.
    """
    content, beside = _content(frame), Path(stamps.beside(path))
    # The one within is put in its place first.
    with atomic_path(beside) as known, atomic_path(path) as table:
        known.write_text(stamps.csv_metadata(path, content), encoding="utf-8")
        table.write_bytes(content)
        # It is about the old table, and must not lie beside the new one.
        beside.unlink(missing_ok=True)


def read_csv(path: str | os.PathLike) -> pd.DataFrame:
    """Read a table, if it is what was written.

    Raises
    ------
    DamagedFile
        The table or what lies beside it is not what was written, or is not there, or it was made
        with other settings than this run's, or from another version of a file that was read too.
    """
    content = Path(path).read_bytes()
    try:
        origin = stamps.read_beside(path)
    except ValueError as error:
        raise DamagedFile(path, f"{error}, which says where it is from") from error
    if origin is None:
        name = Path(stamps.beside(path)).name
        raise DamagedFile(path, f"{name}, which says where it is from, is not beside it")
    found = hashlib.sha256(content).hexdigest()
    if not provenance.belongs(origin, found):
        raise DamagedFile(path, "its content is not what was written (the hash differs)")
    settings = origin.get("settings")
    if settings and provenance.settings_asked(path) not in (None, settings):
        raise DamagedFile(path, "it belongs to another run: it was made with other settings")
    # A method may be called "nan" or "null".
    frame = pd.read_csv(io.BytesIO(content), keep_default_na=False, na_values=[""])
    journal.saw(path, _lasting_hash(frame, found), origin=origin)
    return frame


def _content(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _lasting_hash(frame: pd.DataFrame, found: str) -> str:
    """The hash without the times that fits took, which no two runs have in common."""
    lasting = frame.drop(columns=PASSING, errors="ignore")
    if lasting.shape == frame.shape:
        return found
    return hashlib.sha256(_content(lasting)).hexdigest()
