"""Columns of tables: which types a file holds, how they go there and back, and their hash.

Here a table is a mapping of names to numpy arrays, with texts in arrays of objects: a job may be
over before pandas is imported.
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


def arrays_of(frame: pd.DataFrame | Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The columns of a table; TypeError or ValueError if a file cannot hold them."""
    names = list(frame)
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise ValueError(f"columns need distinct names that are strings, not {names}")
    if not isinstance(frame, Mapping):
        if any(name is not None for name in frame.index.names):
            raise ValueError(f"the index {frame.index.names} would be lost: reset_index() first")
        frame = {name: _array(frame[name]) for name in names}
    for name, array in frame.items():
        if array.dtype.kind not in "biufO" or array.itemsize > 8:
            raise TypeError(f"column {name!r} has type {array.dtype}: no file holds it")
    return dict(frame)


def _array(column: pd.Series) -> np.ndarray:
    import pandas as pd

    if isinstance(column.dtype, np.dtype) and column.dtype != object:
        return column.to_numpy()
    if pd.api.types.infer_dtype(column, skipna=True) not in ("string", "empty"):
        raise TypeError(
            f"column {column.name!r} has type {column.dtype}: no table file can hold it"
        )
    return column.astype(object).where(column.notna(), None).to_numpy()


def type_of(array: np.ndarray) -> str:
    """The name by which a file describes the type of a column."""
    return "str" if array.dtype == object else str(array.dtype)


def to_arrow(array: np.ndarray) -> pa.Array:
    """A column as it goes to the file."""
    if array.dtype == bool or (array.dtype == object and None in array):
        return pa.array(array, pa.large_string() if array.dtype == object else None)
    # By their buffers: `pa.array` would import pandas, to ask whether it is one of its.
    if array.dtype != object:
        kind, content = pa.from_numpy_dtype(array.dtype), np.ascontiguousarray(array)
        return pa.Array.from_buffers(kind, len(array), [None, pa.py_buffer(content)])
    texts = [text.encode("utf-8") for text in array]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))]
    return pa.Array.from_buffers(pa.large_string(), len(array), buffers)


def to_arrays(table: pa.Table, columns: list[list[str]]) -> dict[str, np.ndarray]:
    """A table of a file; TypeError if it has other types than described."""
    arrays = {}
    for name, described in columns:
        values = table.column(name)
        # Arrow's own `to_numpy` imports pandas.
        if pa.types.is_large_string(values.type):
            arrays[name] = np.array(values.to_pylist(), object)
        elif pa.types.is_boolean(values.type):
            arrays[name] = np.array(values.to_pylist(), bool)
        else:
            arrays[name] = np.from_dlpack(values.combine_chunks())
        if type_of(arrays[name]) != described:
            raise TypeError(f"column {name} is {arrays[name].dtype}, described as {described}")
    return arrays


def to_frame(arrays: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """The same as a DataFrame."""
    import pandas as pd

    texts = {
        name: pd.array(array, "str") for name, array in arrays.items() if array.dtype == object
    }
    return pd.DataFrame({**arrays, **texts})


def content_hash(arrays: Mapping[str, np.ndarray], document: Mapping[str, object]) -> str:
    """SHA-256 of the description and of every value, whatever the file format does with them."""
    described = {name: document[name] for name in ("kind", "about", "columns")}
    rows = len(next(iter(arrays.values())))
    digest = hashlib.sha256(dump([described, rows]).encode("utf-8"))
    for name, _ in document["columns"]:
        array = arrays[name]
        if array.dtype == object:
            digest.update(dump(array.tolist()).encode("utf-8"))
            continue
        # Missing values count by their place alone: a NaN can have many bit patterns.
        missing = np.isnan(array) if array.dtype.kind == "f" else np.zeros(len(array), bool)
        values = np.where(missing, np.zeros((), array.dtype), array)
        digest.update(np.packbits(missing).tobytes() + values.tobytes())
    return digest.hexdigest()


def lasting_hash(arrays: Mapping[str, np.ndarray], document: Mapping[str, object]) -> str:
    """`content_hash` without the times that fits took, which no two runs have in common."""
    lasting = [column for column in document["columns"] if column[0] not in PASSING]
    if len(lasting) == len(document["columns"]):
        return document["content"]
    return content_hash(arrays, {**document, "columns": lasting})


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
