"""Columns of tables: which types a file holds, how they go there and back, and their hash.

A table is a DataFrame or, for jobs that are over before pandas is imported, a mapping of names to
numpy arrays, with texts in arrays of objects.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd

#: Columns that differ from run to run by their nature.
PASSING = {"seconds", "witness_seconds"}

#: What `described_columns` and the hashes take.
Table = "pd.DataFrame | Mapping[str, np.ndarray]"


def described_columns(frame: Table) -> list[list[str]]:
    """Name and type of each column; TypeError or ValueError if a file cannot hold them."""
    names = list(frame)
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise ValueError(f"columns need distinct names that are strings, not {names}")
    if isinstance(frame, Mapping):
        return [[name, _kind(name, array)] for name, array in frame.items()]
    if any(name is not None for name in frame.index.names):
        raise ValueError(f"the index {frame.index.names} would be lost: call reset_index() first")
    return [[name, _dtype_name(frame[name])] for name in names]


def _kind(name: str, array: np.ndarray) -> str:
    if array.dtype != object and array.dtype.kind not in "iuf":
        raise TypeError(f"column {name!r} has type {array.dtype}: give it as a DataFrame's")
    return "str" if array.dtype == object else str(array.dtype)


def _dtype_name(column: pd.Series) -> str:
    import pandas as pd

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


def is_text(dtype: str) -> bool:
    """Whether a described type is one of the two for strings."""
    return dtype in ("str", "string")


def to_arrow(column: pd.Series | np.ndarray, dtype: str) -> pa.Array:
    """A column as it goes to the file."""
    if isinstance(column, np.ndarray):
        return _by_buffers(column)
    if isinstance(column.dtype, np.dtype) and not is_text(dtype):
        return pa.array(column.to_numpy())
    return pa.array(column, pa.large_string() if is_text(dtype) else None, from_pandas=True)


def _by_buffers(column: np.ndarray) -> pa.Array:
    """An array in Arrow; `pa.array` would import pandas, to ask whether it is one of its."""
    if column.dtype != object:
        kind, content = pa.from_numpy_dtype(column.dtype), np.ascontiguousarray(column)
        return pa.Array.from_buffers(kind, len(column), [None, pa.py_buffer(content)])
    texts = [text.encode("utf-8") for text in column]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))]
    return pa.Array.from_buffers(pa.large_string(), len(column), buffers)


def to_frame(table: pa.Table, columns: list[list[str]]) -> pd.DataFrame:
    """A table of a file with the described types; TypeError if it has others."""
    import pandas as pd

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


def to_arrays(table: pa.Table, columns: list[list[str]]) -> dict[str, np.ndarray]:
    """The same as arrays; TypeError if it has other types, or one that only pandas knows."""
    arrays = {}
    for name, dtype in columns:
        values = table.column(name)
        # Arrow's own `to_numpy` imports pandas.
        if is_text(dtype):
            arrays[name] = np.array(values.to_pylist(), object)
        else:
            arrays[name] = np.from_dlpack(values.combine_chunks())
        found = "str" if pa.types.is_large_string(values.type) else str(arrays[name].dtype)
        if found != dtype:
            raise TypeError(f"column {name} is {found}, described as {dtype}")
    return arrays


def content_hash(frame: Table, document: Mapping[str, object]) -> str:
    """SHA-256 of the description and of every value, whatever the file format does with them."""
    described = {name: document[name] for name in ("kind", "about", "columns")}
    rows = len(frame[document["columns"][0][0]]) if isinstance(frame, Mapping) else len(frame)
    digest = hashlib.sha256(dump([described, rows]).encode("utf-8"))
    for name, dtype in document["columns"]:
        column = frame[name]
        if isinstance(column, np.ndarray):
            _add_array(digest, column)
            continue
        missing = column.isna().to_numpy()
        if is_text(dtype):
            texts = column.astype(object).where(~missing, None)
            digest.update(dump(texts.tolist()).encode("utf-8"))
            continue
        plain = getattr(column.dtype, "numpy_dtype", column.dtype)
        # Missing values count by their place alone: a NaN can have many bit patterns.
        zero = np.zeros((), plain)
        values = np.where(missing, zero, column.fillna(zero.item()).to_numpy(plain))
        digest.update(np.packbits(missing).tobytes() + values.tobytes())
    return digest.hexdigest()


def _add_array(digest, column: np.ndarray) -> None:
    """What `content_hash` adds for a column of pandas, of an array."""
    if column.dtype == object:
        digest.update(dump(column.tolist()).encode("utf-8"))
        return
    missing = np.isnan(column) if column.dtype.kind == "f" else np.zeros(len(column), bool)
    values = np.where(missing, np.zeros((), column.dtype), column)
    digest.update(np.packbits(missing).tobytes() + values.tobytes())


def lasting_hash(frame: Table, document: Mapping[str, object]) -> str:
    """`content_hash` without the times that fits took, which no two runs have in common."""
    lasting = [column for column in document["columns"] if column[0] not in PASSING]
    if len(lasting) == len(document["columns"]):
        return document["content"]
    return content_hash(frame, {**document, "columns": lasting})


def as_json(about: Mapping[str, object]) -> dict:
    """A description as it reads back from JSON."""
    return json.loads(dump(dict(about)))


def dump(value: object) -> str:
    """Canonical JSON of JSON values and numpy scalars."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, np.generic | Mapping):
        return value.item() if isinstance(value, np.generic) else dict(value)
    raise TypeError(f"a description cannot hold {value!r} of type {type(value).__name__}")
