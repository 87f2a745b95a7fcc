"""The command that says where a file comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fairbench.base.words import printable


def provenance(
    files: Annotated[list[Path], typer.Argument(help="tables or figures of fairbench")],
    as_json: Annotated[
        bool, typer.Option("--json", help="print the document as it is; of several, one a line")
    ] = False,
) -> None:
    """Say where tables and figures come from, and whether they are as they were written."""
    from fairbench.store.origins import read_provenance

    failed, indent = False, 1 if len(files) == 1 else None
    for path in files:
        try:
            found = read_provenance(path)
        except (OSError, ValueError) as error:
            failed = True
            typer.echo(f"fairbench provenance: {printable(_message(path, error))}", err=True)
            continue
        told = json.dumps(found, indent=indent) if as_json else "\n".join(_told(path, found))
        typer.echo(printable(told))
    raise typer.Exit(int(failed))


def _told(path: Path, found: dict) -> list[str]:
    from fairbench.store import checkout

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
