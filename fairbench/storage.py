"""Files that say what they are, are written whole or not at all, and are checked when read.

A table is a Parquet file with a JSON document in its metadata: its kind, what it is about
(parameters, seeds, names), and a hash over everything in it. Nothing is pickled.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["DamagedFile", "atomic_path", "read_table", "write_table", "write_text"]

_KEY = b"fairbench"
_UNREADABLE = (pa.ArrowException, OSError, ValueError, LookupError, TypeError, AttributeError)
_REMEDY = "delete it and run snakemake again"


class DamagedFile(Exception):
    """A file is not what it should be; the message names it, the fault and the remedy."""

    def __init__(self, path: str | os.PathLike, fault: str) -> None:
        super().__init__(f"{os.fspath(path)}: {fault}; {_REMEDY}")


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
        `path` stays as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".partial-{secrets.token_hex(8)}{path.suffix}"
    try:
        yield temporary
        with open(temporary, "rb+") as written:
            os.fsync(written.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = "no space left on the disk for this file; free some and run snakemake again"
            raise OSError(error.errno, message, str(path)) from error
        raise


def write_text(path: str | os.PathLike, text: str) -> None:
    """Write a UTF-8 text file as it stands, whole or not at all (see `atomic_path`)."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(text.encode("utf-8"))


def write_table(
    frame: pd.DataFrame, path: str | os.PathLike, *, kind: str, about: Mapping[str, object]
) -> None:
    """Write a table with a description of itself.

    Parameters
    ----------
    frame : DataFrame
        Columns of booleans, integers, floats (plain or nullable) or strings, with distinct string
        names. The row labels are not stored: they read back as 0, 1, 2, ...
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
    columns = _described_columns(frame)
    document = {"kind": kind, "about": _as_json(about), "columns": columns}
    document["content"] = _content_hash(frame, document)
    arrays = [_to_arrow(frame[name], dtype) for name, dtype in columns]
    table = pa.table(arrays, names=[name for name, _ in columns])
    table = table.replace_schema_metadata({_KEY: _dump(document).encode("utf-8")})
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        # Floats must not be merged by value (0.0 and -0.0); strings repeat and gain much.
        use_dictionary=[name for name, dtype in columns if _is_text(dtype)],
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
    content = Path(path).read_bytes()
    try:
        table = pq.read_table(pa.BufferReader(content))
        document = json.loads(table.schema.metadata[_KEY])
        frame = _to_frame(table, document["columns"])
        sound = document["content"] == _content_hash(frame, document)
    except _UNREADABLE as error:
        reason = " ".join(str(error).split())[:200]
        raise DamagedFile(path, f"not a readable table of fairbench ({reason})") from error
    if not sound:
        raise DamagedFile(path, "its content is not what was written (the hash differs)")
    if kind is not None and document["kind"] != kind:
        raise DamagedFile(path, f"it holds {document['kind']!r} where {kind!r} is expected")
    _check_about(path, document["about"], about or {})
    return frame, document["about"]


def _check_about(path: str | os.PathLike, found: dict, expected: Mapping[str, object]) -> None:
    for name, value in _as_json(expected).items():
        if name not in found or found[name] != value:
            other = repr(found[name]) if name in found else "missing"
            fault = f"it belongs to another run: {name} is {other} where {value!r} is expected"
            raise DamagedFile(path, fault)


def _described_columns(frame: pd.DataFrame) -> list[list[str]]:
    names = list(frame.columns)
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise ValueError(f"columns need distinct names that are strings, not {names}")
    if any(name is not None for name in frame.index.names):
        raise ValueError(f"the index {frame.index.names} would be lost: call reset_index() first")
    return [[name, _dtype_name(frame[name])] for name in names]


def _dtype_name(column: pd.Series) -> str:
    dtype = column.dtype
    if pd.api.types.is_object_dtype(dtype) and pd.api.types.infer_dtype(column, skipna=True) in (
        "string",
        "empty",
    ):
        return "str"
    if isinstance(dtype, pd.StringDtype):
        return str(dtype)
    plain = getattr(dtype, "numpy_dtype", dtype)
    if isinstance(plain, np.dtype) and plain.kind in "biuf" and plain.itemsize <= 8:
        return str(dtype)
    raise TypeError(f"column {column.name!r} has type {dtype}, which a table file cannot hold")


def _is_text(dtype: str) -> bool:
    return dtype in ("str", "string")


def _to_arrow(column: pd.Series, dtype: str) -> pa.Array:
    if isinstance(column.dtype, np.dtype) and not _is_text(dtype):
        return pa.array(column.to_numpy())
    return pa.array(column, pa.large_string() if _is_text(dtype) else None, from_pandas=True)


def _to_frame(table: pa.Table, columns: list[list[str]]) -> pd.DataFrame:
    series = {}
    for name, dtype_name in columns:
        values, dtype = table.column(name), pd.api.types.pandas_dtype(dtype_name)
        if isinstance(dtype, np.dtype):
            series[name] = values.to_numpy()
            if series[name].dtype != dtype:
                raise TypeError(f"column {name} is {series[name].dtype}, described as {dtype}")
        else:
            series[name] = dtype.__from_arrow__(values)
    return pd.DataFrame(series, index=pd.RangeIndex(table.num_rows))


def _content_hash(frame: pd.DataFrame, document: Mapping[str, object]) -> str:
    described = {name: document[name] for name in ("kind", "about", "columns")}
    digest = hashlib.sha256(_dump([described, len(frame)]).encode("utf-8"))
    for name, dtype in document["columns"]:
        column = frame[name]
        missing = column.isna().to_numpy()
        if _is_text(dtype):
            texts = column.astype(object).where(~missing, None)
            digest.update(_dump(texts.tolist()).encode("utf-8"))
            continue
        plain = getattr(column.dtype, "numpy_dtype", column.dtype)
        # Missing values count by their place alone: a NaN can have many bit patterns.
        zero = np.zeros((), plain)
        values = np.where(missing, zero, column.fillna(zero.item()).to_numpy(plain))
        digest.update(np.packbits(missing).tobytes() + values.tobytes())
    return digest.hexdigest()


def _as_json(about: Mapping[str, object]) -> dict:
    return json.loads(_dump(dict(about)))


def _dump(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, np.generic | Mapping):
        return value.item() if isinstance(value, np.generic) else dict(value)
    raise TypeError(f"a description cannot hold {value!r} of type {type(value).__name__}")
