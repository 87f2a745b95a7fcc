"""The command that says where a file comes from; `fairbench.cli` lists it with the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

#: No file of ours comes near; a larger one is not read.
_LARGEST = 1 << 30


def provenance(
    files: Annotated[list[Path], typer.Argument(help="tables or figures of fairbench")],
    as_json: Annotated[
        bool, typer.Option("--json", help="print the document as it is; of several, one a line")
    ] = False,
) -> None:
    """Say where tables and figures come from, and whether they are as they were written."""
    failed, indent = False, 1 if len(files) == 1 else None
    for path in files:
        try:
            found = read_provenance(path)
        except (OSError, ValueError) as error:
            failed = True
            typer.echo(f"fairbench provenance: {_clean(_message(path, error))}", err=True)
            continue
        told = json.dumps(found, indent=indent) if as_json else "\n".join(_told(path, found))
        typer.echo(_clean(told))
    raise typer.Exit(int(failed))


def read_provenance(path: Path) -> dict:
    """Read what a file says of its origin, if the file is as it was written.

    Raises
    ------
    OSError
        The file cannot be read.
    ValueError
        It carries no provenance, or it or its provenance is damaged; the message says which.
    """
    from fairbench import provenance as origins
    from fairbench import stamps

    if not path.is_file():
        raise OSError("there is no such file" if not path.exists() else "it is no plain file")
    if path.stat().st_size > _LARGEST:
        raise ValueError("it is too large to be a file of fairbench")
    content = path.read_bytes()
    try:
        if content.startswith(b"PAR1"):
            document, sha256 = _of_table(path, content)
        else:
            document, sha256 = stamps.take_apart(content)
    except UnicodeDecodeError as error:
        raise ValueError("it is no parquet, CSV, PDF, PNG or Markdown file") from error
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ValueError(f"it is damaged, or no file of fairbench ({_short(error)})") from error
    if document is None:
        raise ValueError("it carries no provenance")
    if not origins.belongs(document, sha256):
        raise ValueError("it is damaged: the file or its provenance is not what was written")
    return document


def _of_table(path: Path, content: bytes) -> tuple[dict | None, str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from fairbench.storage import PROVENANCE, DamagedFile, read_table

    try:
        metadata = pq.read_metadata(pa.BufferReader(content)).metadata or {}
        if PROVENANCE not in metadata:
            return None, ""
        document = json.loads(metadata[PROVENANCE])
        read_table(path)
    except (pa.ArrowException, OSError, DamagedFile) as error:
        raise ValueError(_short(error)) from error
    return document, document["content"]


def _told(path: Path, found: dict) -> list[str]:
    from fairbench import checkout

    here = checkout.commit()
    lines = [f"{path}: as it was written"]
    place = "this checkout" if found["commit"] == here else f"this checkout is at {here}"
    if found["commit"] == checkout.UNKNOWN:
        place = "not made in a checkout"
    lines += _rows("commit", [f"{found['commit']} ({place})"])
    lines += _rows("made from files of", [f"commit {other}" for other in found["other_commits"]])
    config = f"sha256 {found['config']}" if found["config"] else "none: a command typed by hand"
    lines += _rows("config", [config])
    if found.get("settings"):
        lines += _rows("settings", [f"checksum {found['settings']} of what decides this table"])
    lines += _rows("command", [found["command"] or "none: not written by a command of fairbench"])
    versions = (f"{name} {' and '.join(given)}" for name, given in found["versions"].items())
    lines += _rows("versions", [", ".join(versions)])
    for name in ("data", "inputs"):
        lines += _rows(name, [_listed(entry) for entry in found[name]] or ["none"])
    return lines + _rows("content", [f"sha256 {found['content']}"])


def _rows(name: str, values: list[str]) -> list[str]:
    heads = [name, *[""] * (len(values) - 1)]
    return [f"  {head:<20}{value}" for head, value in zip(heads, values, strict=False)]


def _listed(entry: dict) -> str:
    several = f" ({entry['files']} files, as sha256sum lists them)" if entry["files"] > 1 else ""
    return f"sha256 {entry['sha256']}  {entry['name']}{several}"


def _message(path: Path, error: Exception) -> str:
    return f"{path}: {getattr(error, 'strerror', None) or error}"


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _clean(text: str) -> str:
    """Text of a stranger's file, without what would steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
