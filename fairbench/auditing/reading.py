"""The named columns of a table, block by block: what is in memory is one block, and no column else.

A table is a CSV file (plain or compressed), a Parquet file, a frame of pandas or polars (anything
with Arrow's capsule interface), or a mapping of names to arrays.
"""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from fairbench.auditing.errors import AuditError, unknown

Block = dict[str, pa.Array]
_PARQUET = (".parquet", ".pq")
#: Bytes of a CSV file that are parsed at once, and the longest header that is read.
_BLOCK = 1 << 21
_ROWS = 1 << 18
#: What pyarrow raises for values of several types, and for whole numbers of more than 64 bits.
_NO_TYPE = (pa.ArrowException, TypeError, OverflowError)


def blocks(
    data: Any, texts: Sequence[str], numbers: Sequence[str], *, separator: str = ","
) -> Iterator[Block]:
    """Give the named columns of a table, a block of rows at a time.

    Parameters
    ----------
    data : path, frame or mapping
    texts, numbers : sequence of str
        Columns that a CSV file gives as texts and as float64. Other tables have types of their own.
    separator : str
        Of a CSV file.

    Raises
    ------
    AuditError
        A column is not there, or twice with different values; lengths differ; a value that shall be
        a number is none; the file is empty, no table, or not there.
    """
    if isinstance(data, str | Path):
        path = _file(data)
        with _readable(path):
            if path.suffix.lower() in _PARQUET:
                yield from _of_parquet(path, [*texts, *numbers])
            else:
                yield from _of_csv(path, texts, numbers, separator)
    else:
        table = _table(data, [*texts, *numbers])
        for start in range(0, max(len(table), 1), _ROWS):
            part = table.slice(start, _ROWS).combine_chunks()
            yield {name: _whole(part.column(name)) for name in table.column_names}


def named(data: Any) -> str:
    """What a message calls the data."""
    return str(data) if isinstance(data, str | Path) else "the data"


def columns_of(data: Any, *, separator: str = ",") -> list[str]:
    """Names of all columns, without reading them."""
    if isinstance(data, str | Path):
        path = _file(data)
        with _readable(path):
            if path.suffix.lower() in _PARQUET:
                return list(pq.read_schema(path).names)
            return _header(path, separator)
    if isinstance(data, Mapping):
        return list(data)
    if hasattr(data, "collect_schema"):  # of polars, lazy or not
        return data.collect_schema().names()
    names = getattr(data, "column_names", None)
    names = getattr(data, "columns", None) if names is None else names
    if names is None:
        raise AuditError(
            f"the data are a {type(data).__name__}; allowed: a path of a CSV or Parquet file, a "
            "frame of pandas or polars, or a mapping of names to arrays"
        )
    return list(names)


def _file(data: str | Path) -> Path:
    path = Path(data)
    if not path.is_file():
        raise AuditError(
            f"{path}: {'it is a folder' if path.is_dir() else 'there is no such file'}"
        )
    return path


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, csv.Error, UnicodeDecodeError) as error:
        raise AuditError(f"{path}: not readable as a table: {error}") from error


def _of_parquet(path: Path, wanted: list[str]) -> Iterator[Block]:
    file = pq.ParquetFile(path)
    _check(str(path), wanted, file.schema_arrow.names)
    for batch in file.iter_batches(batch_size=_ROWS, columns=wanted):
        yield {name: batch.column(name) for name in wanted}


def _of_csv(
    path: Path, texts: Sequence[str], numbers: Sequence[str], separator: str
) -> Iterator[Block]:
    names = _header(path, separator)
    _check_separator(path, names, separator)
    _check(str(path), [*texts, *numbers], names)
    own = _told_apart(names)
    copies = {
        name: [mine for mine, theirs in zip(own, names, strict=True) if theirs == name]
        for name in [*texts, *numbers]
    }
    kinds = {
        copy: pa.string() if name in texts else pa.float64()
        for name, several in copies.items()
        for copy in several
    }
    try:
        for batch in _parsed(path, own, kinds, separator, threads=True):
            yield _once(path, batch, copies)
    except pa.ArrowInvalid:
        # One thread counts the rows that it has read, and says which one is at fault.
        for _ in _parsed(path, own, kinds, separator, threads=False):
            pass
        raise


def _parsed(path: Path, names: list[str], kinds: dict, separator: str, *, threads: bool):
    # Only copies need names of their own: what is skipped is a line, whatever a header quotes.
    renamed = any("\0" in name for name in names)
    reader = arrow_csv.open_csv(
        pa.input_stream(str(path), compression="detect"),
        read_options=arrow_csv.ReadOptions(
            column_names=names if renamed else None,
            skip_rows=int(renamed),
            block_size=_BLOCK,
            use_threads=threads,
        ),
        parse_options=arrow_csv.ParseOptions(delimiter=separator, newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=list(kinds), column_types=kinds, strings_can_be_null=True
        ),
    )
    yield from reader


def _once(path: Path, batch: pa.RecordBatch, copies: dict[str, list[str]]) -> Block:
    """A block in which each column stands once, if all copies of a name hold the same."""
    for name, (first, *others) in copies.items():
        for other in others:
            if not batch.column(first).equals(batch.column(other)):
                raise AuditError(
                    f"{path}: {name!r} heads {len(others) + 1} columns that differ: rename one"
                )
    return {name: batch.column(several[0]) for name, several in copies.items()}


def _header(path: Path, separator: str) -> list[str]:
    with pa.input_stream(str(path), compression="detect") as stream:
        start = stream.read(1 << 20)
    text = io.TextIOWrapper(io.BytesIO(start), "utf-8-sig", errors="replace", newline="")
    names = next(csv.reader(text, delimiter=separator), [])
    if not names:
        raise AuditError(f"{path}: it is empty; a first row with the names of columns is expected")
    return names


def _told_apart(names: list[str]) -> list[str]:
    """Each name once: a copy gets its place after what no header holds."""
    seen: set[str] = set()
    own = []
    for place, name in enumerate(names):
        own.append(f"{name}\0{place}" if name in seen else name)
        seen.add(name)
    return own


def _check_separator(path: Path, names: list[str], separator: str) -> None:
    if len(names) == 1:
        for other, word in ((";", "';'"), ("\t", "tab"), ("|", "'|'"), (",", "','")):
            if other != separator and other in names[0]:
                raise AuditError(
                    f"{path}: with {separator!r} as separator it has one column, {names[0]!r}; "
                    f"its separator may be {word}"
                )


def _check(where: str, wanted: Sequence[str], names: Sequence[str]) -> None:
    for name in wanted:
        if name not in names:
            raise unknown(f"{where}: there is no column", name, names)


def _table(data: Any, wanted: list[str]) -> pa.Table:
    names = columns_of(data)
    _check("the data", wanted, names)
    if isinstance(data, Mapping):
        arrays = {name: _vector(name, data[name]) for name in wanted}
        lengths = {name: len(array) for name, array in arrays.items()}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
            raise AuditError(f"all columns need the same number of rows, not {told}")
        return pa.table(arrays)
    if several := [name for name in wanted if names.count(name) > 1]:
        raise AuditError(f"{several[0]!r} heads several columns of the data: rename one")
    frame = data.select(wanted) if hasattr(data, "select") else data[wanted]
    if hasattr(frame, "collect"):  # of polars, lazy
        frame = frame.collect()
    try:
        return pa.table(frame)
    except _NO_TYPE as error:
        raise AuditError(f"the data have a column that no type holds: {error}") from error


def _vector(name: str, values: Any) -> pa.Array:
    array = np.asarray(values)
    if array.ndim != 1:
        raise AuditError(f"{name} has the shape {array.shape}; a column is a vector")
    try:
        return pa.array(array, from_pandas=True)
    except _NO_TYPE as error:
        raise AuditError(f"{name} has values that no type holds: {error}") from error


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
