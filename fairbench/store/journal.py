"""What a command reads, noted so that what it writes can say what it was made from."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fairbench.base.errors import DamagedFile
from fairbench.store.checkout import UNKNOWN

#: So many files are listed one by one; more are put together under one checksum, but for tables:
#: they are few, and whether they belong together is asked of each.
_LISTED = 12


@dataclass
class Journal:
    """What this process was asked to do, and what it has read since."""

    arguments: list[str]
    inputs: dict[tuple[str, str], int] = field(default_factory=dict)
    data: dict[tuple[str, str], int] = field(default_factory=dict)
    commits: set[str] = field(default_factory=set)
    versions: dict[str, set[str]] = field(default_factory=dict)
    #: Name of a file -> each checksum of it that a file says it was made from -> that file.
    made_from: dict[str, dict[str, str]] = field(default_factory=dict)


_journal: Journal | None = None


def begin(arguments: Iterable[str]) -> None:
    """Note from now on what is read: called at the start of a command, with its arguments.

    Elsewhere, as in a notebook, nothing is noted: what was read before a file was written need
    have nothing to do with it.
    """
    global _journal
    _journal = Journal(list(arguments))


@contextlib.contextmanager
def apart() -> Iterator[Journal]:
    """Note what is read in the block in a journal of its own, which the block is given.

    For a command that looks at files by themselves: they need not belong together.
    """
    global _journal
    outer, _journal = _journal, Journal([])
    try:
        yield _journal
    finally:
        _journal = outer


def current() -> Journal:
    """What has been noted so far; an empty journal where nothing is."""
    return _journal or Journal([])


def saw(
    path: str | os.PathLike,
    sha256: str,
    *,
    origin: Mapping | None = None,
    is_data: bool = False,
) -> None:
    """Note that a file of ours was read.

    Parameters
    ----------
    path : path-like
    sha256 : str
        Checksum of what it holds.
    origin : mapping, optional
        Its own provenance; without it, its commit counts as unknown.
    is_data : bool
        Whether it is a data set.

    Raises
    ------
    DamagedFile
        By their provenance this file and one that was read before do not belong together.
    """
    if _journal is None:
        return
    origin = origin or {"commit": UNKNOWN}
    _note(path, sha256, is_data)
    _journal.commits |= {origin["commit"], *origin.get("other_commits", ())}
    for name, versions in origin.get("versions", {}).items():
        _journal.versions.setdefault(name, set()).update(versions)
    _must_belong_together(shown(path), origin)
    for given in origin.get("data", ()):
        _journal.data[given["name"], given["sha256"]] = given["files"]


def _must_belong_together(path: str, origin: Mapping) -> None:
    for given in origin.get("inputs", ()):
        # Files elsewhere go by their name alone, which two may share.
        if given["files"] == 1 and "/" in given["name"]:
            _journal.made_from.setdefault(given["name"], {})[given["sha256"]] = path
    read: dict[str, set[str]] = {}
    for name, sha256 in _journal.inputs:
        read.setdefault(name, set()).add(sha256)
    for name, makers in _journal.made_from.items():
        for sha256, made in makers.items():
            if sha256 not in read.get(name, {sha256}):
                fault = f"it belongs to another run: it was not made from this {name}"
                raise DamagedFile(made, fault)


def saw_file(path: str | os.PathLike | None, *, is_data: bool = False) -> None:
    """Note that a file of somebody else's was read: a method's source, the table of a data set."""
    if path is not None and _journal is not None:
        with open(path, "rb") as file:
            _note(path, hashlib.file_digest(file, "sha256").hexdigest(), is_data)


def _note(path: str | os.PathLike, sha256: str, is_data: bool) -> None:
    for noted in (_journal.inputs, _journal.data)[: 1 + is_data]:
        noted[shown(path), sha256] = 1


def shown(path: str | os.PathLike, *roots: Path) -> str:
    """A path within one of the roots or the working directory; its name alone elsewhere."""
    path = Path(path)
    if not path.is_absolute() and ".." not in path.parts:
        return path.as_posix()
    for root in (*roots, Path.cwd()):
        if Path(os.path.abspath(path)).is_relative_to(root):
            return Path(os.path.abspath(path)).relative_to(root).as_posix()
    return path.name


def listed(files: Mapping[tuple[str, str], int]) -> list[dict]:
    """Files with their checksums; many under one (`put_together`), but for tables."""
    single = sorted(entry for entry, count in files.items() if count == 1)
    groups = {entry: count for entry, count in files.items() if count > 1}
    many = [entry for entry in single if Path(entry[0]).parent.name != "tables"]
    if len(many) > _LISTED:
        folder = os.path.commonpath([name for name, _ in many]) or "."
        groups[folder, put_together(many)] = len(many)
        single = [entry for entry in single if entry not in many]
    entries = [(*entry, 1) for entry in single] + sorted((*k, n) for k, n in groups.items())
    return [{"name": name, "sha256": sha256, "files": n} for name, sha256, n in entries]


def put_together(files: Iterable[tuple[str, str]]) -> str:
    """One checksum of files given by name and checksum, made as `sha256sum` lists them."""
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(files))
    return hashlib.sha256(lines.encode("utf-8")).hexdigest()
