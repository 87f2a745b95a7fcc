"""Columns of tables: which types a file holds, how they go there and back, and their hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

#: Columns that differ from run to run by their nature.
PASSING = {"seconds"}


def described_columns(frame: pd.DataFrame) -> list[list[str]]:
    """Name and type of each column; TypeError or ValueError if a file cannot hold them."""
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


def is_text(dtype: str) -> bool:
    """Whether a described type is one of the two for strings."""
    return dtype in ("str", "string")


def to_arrow(column: pd.Series, dtype: str) -> pa.Array:
    """A column as it goes to the file."""
    if isinstance(column.dtype, np.dtype) and not is_text(dtype):
        return pa.array(column.to_numpy())
    return pa.array(column, pa.large_string() if is_text(dtype) else None, from_pandas=True)


def to_frame(table: pa.Table, columns: list[list[str]]) -> pd.DataFrame:
    """A table of a file with the described types; TypeError if it has others."""
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


def content_hash(frame: pd.DataFrame, document: Mapping[str, object]) -> str:
    """SHA-256 of the description and of every value, whatever the file format does with them."""
    described = {name: document[name] for name in ("kind", "about", "columns")}
    digest = hashlib.sha256(dump([described, len(frame)]).encode("utf-8"))
    for name, dtype in document["columns"]:
        column = frame[name]
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


def lasting_hash(frame: pd.DataFrame, document: Mapping[str, object]) -> str:
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
