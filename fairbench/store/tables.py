"""Files that say what they are, are written whole or not at all, and are checked when read.

A table is a Parquet file with two JSON documents in its metadata. One says its kind, what it is
about (parameters, seeds, names), and a hash over everything in it; the other where it comes from
(`fairbench.store.provenance`), and is no part of that hash. Nothing is pickled.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fairbench.base.errors import DamagedFile
from fairbench.store import journal, provenance, stamps
from fairbench.store.columns import (
    arrays_of,
    as_json,
    content_hash,
    dump,
    lasting_hash,
    to_arrays,
    to_arrow,
    to_frame,
    type_of,
)
from fairbench.store.partial import partial_file

if TYPE_CHECKING:
    import pandas as pd

DESCRIPTION = b"fairbench"
PROVENANCE = b"fairbench.provenance"
_UNREADABLE = (pa.ArrowException, OSError, ValueError, LookupError, TypeError, AttributeError)


@contextlib.contextmanager
def atomic_path(path: str | os.PathLike) -> Iterator[Path]:
    """Lend a temporary path beside `path`, and put what was written there in its place.

    Parameters
    ----------
    path : path-like
        The file to make or to replace. Its folder is made if it is missing.

    Yields
    ------
    pathlib.Path
        A path in the same folder with the same suffix (savers such as ``savefig`` choose the
        format by it). The block must write this file.

    Raises
    ------
    OSError
        With ``errno`` ENOSPC or EDQUOT and the file's name if the disk is full. On this and on
        every other exception, KeyboardInterrupt included, the temporary file is removed and
        `path` stays as it was. What a killed process leaves, the next run removes
        (`fairbench.store.partial`).
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = None
    try:
        with partial_file(path) as temporary:
            yield temporary
            with open(temporary, "rb+") as written:
                os.fsync(written.fileno())
            os.replace(temporary, path)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = "no space left on the disk for this file; free some and run snakemake again"
            raise OSError(error.errno, message, str(path)) from error
        raise


def write_text(path: str | os.PathLike, text: str) -> None:
    """Write a UTF-8 text file as it stands, whole or not at all (see `atomic_path`)."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(text.encode("utf-8"))


def write_markdown(path: str | os.PathLike, text: str) -> None:
    """Write a text in Markdown with its provenance."""
    write_text(path, stamps.stamp_text(path, text))


def write_table(
    frame: pd.DataFrame | Mapping[str, np.ndarray],
    path: str | os.PathLike,
    *,
    kind: str,
    about: Mapping[str, object],
) -> None:
    """Write a table with a description of itself.

    Parameters
    ----------
    frame : DataFrame, or mapping of name to array
        Columns of booleans, integers, floats or strings, with distinct string names. The row
        labels are not stored: they read back as 0, 1, 2, ...
    path : path-like
        The file to write. The same table gives the same bytes (under one version of pyarrow).
    kind : str
        What the table is, e.g. ``"dataset"`` or ``"fits"``.
    about : mapping
        Whatever made the table: parameters, seeds, names; JSON values and numpy scalars.

    Raises
    ------
    TypeError
        A column of another type, or a description that JSON cannot hold.
    ValueError
        Repeated or unnamed columns, a named index (it would be lost), NaN in the description.
    """
    arrays = arrays_of(frame)
    columns = [[name, type_of(array)] for name, array in arrays.items()]
    document = {"kind": kind, "about": as_json(about), "columns": columns}
    document["content"] = content_hash(arrays, document)
    table = pa.Table.from_arrays([*map(to_arrow, arrays.values())], names=list(arrays))
    origin = provenance.describe(path, document["content"])
    metadata = {DESCRIPTION: dump(document), PROVENANCE: dump(origin)}
    table = table.replace_schema_metadata({k: v.encode("utf-8") for k, v in metadata.items()})
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        # Floats must not be merged by value (0.0 and -0.0); strings repeat and gain much.
        use_dictionary=[name for name, array in arrays.items() if array.dtype == object],
    )
    with atomic_path(path) as temporary:
        temporary.write_bytes(sink.getvalue())


def read_table(
    path: str | os.PathLike, *, kind: str | None = None, about: Mapping[str, object] | None = None
) -> tuple[pd.DataFrame, dict]:
    """Read a table of `write_table` and check that it is the one expected.

    Parameters
    ----------
    path : path-like
        The file.
    kind : str, optional
        The kind that the table must have.
    about : mapping, optional
        Entries that its description must have; further entries are allowed.

    Returns
    -------
    frame : DataFrame
        The table with the column types it was written with.
    about : dict
        Its whole description.

    Raises
    ------
    DamagedFile
        The file cannot be read, its content does not have the recorded hash, or it is of
        another kind or about something else than expected.
    OSError
        The file is missing or may not be opened.
    """
    arrays, about = read_columns(path, kind=kind, about=about)
    return to_frame(arrays), about


def read_asked(path: str | os.PathLike, *, kind: str) -> pd.DataFrame:
    """A table of `write_table`, if it has the settings with which this job's run makes it."""
    asked = provenance.settings_asked(path)
    return read_table(path, kind=kind, about={"settings": asked} if asked else None)[0]


def read_columns(
    path: str | os.PathLike, *, kind: str | None = None, about: Mapping[str, object] | None = None
) -> tuple[dict[str, np.ndarray], dict]:
    """The same as arrays by name, without pandas: a job may be over before that is imported."""
    arrays, document, origin = read_whole(path)
    if kind is not None and document["kind"] != kind:
        raise DamagedFile(path, f"it holds {document['kind']!r} where {kind!r} is expected")
    _check_about(path, document["about"], about or {})
    is_data = document["kind"] in ("dataset", "table")
    journal.saw(path, lasting_hash(arrays, document), origin=origin, is_data=is_data)
    return arrays, document["about"]


def read_whole(path: str | os.PathLike) -> tuple[dict[str, np.ndarray], dict, dict | None]:
    """The columns of a table, all that it says of itself, and its provenance, if it has one.

    Raises
    ------
    DamagedFile
        It is not as it was written.
    """
    content = Path(path).read_bytes()
    try:
        # `pq.read_table` imports pandas.
        table = pq.ParquetFile(pa.BufferReader(content)).read()
        document = json.loads(table.schema.metadata[DESCRIPTION])
        arrays = to_arrays(table, document["columns"])
        sound = document["content"] == content_hash(arrays, document)
        origin = json.loads(table.schema.metadata.get(PROVENANCE, b"null"))
        sound &= origin is None or provenance.belongs(origin, document["content"])
    except _UNREADABLE as error:
        reason = " ".join(str(error).split())[:200]
        raise DamagedFile(path, f"not a readable table of fairbench ({reason})") from error
    if not sound:
        raise DamagedFile(path, "its content is not what was written (the hash differs)")
    return arrays, document, origin


def _check_about(path: str | os.PathLike, found: dict, expected: Mapping[str, object]) -> None:
    for name, value in as_json(expected).items():
        if name not in found or found[name] != value:
            other = repr(found[name]) if name in found else "missing"
            fault = f"it belongs to another run: {name} is {other} where {value!r} is expected"
            raise DamagedFile(path, fault)
