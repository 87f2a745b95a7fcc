"""Read what a file of any kind says of its origin, if it is as it was written."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fairbench.store import provenance as origins
from fairbench.store import stamps
from fairbench.store.tables import DESCRIPTION, PROVENANCE, DamagedFile, read_whole


def said_by(path: Path) -> tuple[dict, dict]:
    """What a table says of itself and of its origin, of which nothing has been checked.

    Both are empty where it says nothing, or cannot be read: what reads it whole says why.
    """
    description, origin = {}, None
    with contextlib.suppress(pa.ArrowException, OSError, ValueError, LookupError, TypeError):
        if path.suffix == ".csv":
            origin = stamps.read_beside(path) if path.exists() else None
        else:
            metadata = pq.read_metadata(path).metadata or {}
            description = json.loads(metadata[DESCRIPTION])
            origin = json.loads(metadata.get(PROVENANCE, b"null"))
    return description, origin if isinstance(origin, dict) else {}


def read_provenance(path: Path) -> dict:
    """Read what a file says of its origin, if the file is as it was written.

    What lies beside a table in CSV stands for that table.

    Raises
    ------
    OSError
        The file cannot be read.
    ValueError
        It carries no provenance, or it or its provenance is damaged; the message says which.
    """
    path = stamps.table_of(path)
    if not path.is_file():
        raise OSError("there is no such file" if not path.exists() else "it is no plain file")
    content = path.read_bytes()
    try:
        if content.startswith(b"PAR1"):
            _, description, document = read_whole(path)
            sha256 = description["content"]
        elif path.suffix == ".csv":
            document, sha256 = stamps.read_beside(path), hashlib.sha256(content).hexdigest()
        else:
            document, sha256 = stamps.take_apart(content)
    except UnicodeDecodeError as error:
        raise ValueError("it is no parquet, CSV, PDF, PNG or Markdown file") from error
    except (DamagedFile, ValueError, LookupError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ValueError(f"it is damaged, or no file of fairbench ({reason})") from error
    if document is None:
        lost = f": {stamps.beside(path.name)} is not beside it" if path.suffix == ".csv" else ""
        raise ValueError(f"it carries no provenance{lost}")
    if not origins.belongs(document, sha256):
        raise ValueError("it is damaged: the file or its provenance is not what was written")
    return document
