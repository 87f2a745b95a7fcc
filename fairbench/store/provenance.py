"""Where a file comes from: its commit, versions, config, data, and the command that makes it again.

Every table and figure carries the document that `describe` makes. Nothing in it tells one run
from another: no time, machine, user, number of cores or absolute path. What a command reads is
noted (`fairbench.store.journal`), so that a file knows the commits and versions behind it too: a
figure drawn today may stand on models trained a month ago.

Light, because the workflow imports it while it parses.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from fairbench.store import checkout, journal

HANDED = "FAIRBENCH_PROVENANCE"
"""Environment variable in which a run tells its jobs the commit, the config and its files."""

_ABSOLUTE = re.compile(r"(?<![\w./\-])/(?:[^\s\"'/]+/)*([^\s\"'/]*)")


def describe(path: str | os.PathLike, content: str) -> dict:
    """Say where a file that is being written comes from.

    Parameters
    ----------
    path : path-like
        The file.
    content : str
        SHA-256 of what it holds, the provenance aside.

    Returns
    -------
    dict
        ``commit`` of the code that writes it, with "+changes" if the checkout had uncommitted ones;
        ``other_commits``, those that made files behind it, where they differ; ``config``, SHA-256
        of the config (`config_hash`), None for a command typed by hand; ``command``, which makes
        the file again, or None; ``versions`` of the libraries that made its numbers, here and in
        the files behind it, by name; ``data`` and ``inputs``, the data sets behind it and what the
        command read, each with ``name``, ``sha256`` and the number of ``files``; ``content``;
        ``seal``, SHA-256 of all this; and, of a table, ``settings``, a checksum of what in the
        config decides it (`Job.settings` of the plan).
    """
    run, read = _run(), journal.current()
    versions = {name: set(found) for name, found in read.versions.items()}
    for name, version in checkout.versions().items():
        versions.setdefault(name, set()).add(version)
    settings = settings_asked(path)
    return seal(
        {
            "format": 1,
            "commit": run["commit"],
            "other_commits": sorted(read.commits - {run["commit"]}),
            "config": run.get("config"),
            "command": _command(path, run, read.arguments),
            "versions": {name: sorted(found) for name, found in sorted(versions.items())},
            "data": journal.listed(read.data),
            "inputs": journal.listed(read.inputs),
            "content": content,
        }
        | ({"settings": settings} if settings else {})
    )


def seal(document: Mapping) -> dict:
    """The document with a checksum of itself, which ties it to the content that it names."""
    unsealed = {name: value for name, value in document.items() if name != "seal"}
    return unsealed | {"seal": _hash(dump(unsealed))}


def belongs(document: object, content: str) -> bool:
    """Whether what was found in a file is as `describe` wrote it, and about this content."""
    known = isinstance(document, dict) and document.get("content") == content
    return known and seal(document) == document


def config_hash(config: Mapping) -> str:
    """SHA-256 of a whole validated config, as canonical JSON.

    What belongs to a machine and changes no number is left out: threads, memory and time limits,
    and the folders of data files.
    """
    kept = {name: value for name, value in config.items() if name not in ("resources", "data")}
    return _hash(dump(kept | {"device": config.get("resources", {}).get("device")}))


def settings_asked(path: str | os.PathLike) -> str | None:
    """Checksum of the settings with which this job's run makes a table; None if it says none."""
    return _run().get("settings", {}).get(journal.shown(path))


def hand_to_jobs(
    config: Mapping,
    files: Iterable[str | os.PathLike],
    overrides: Mapping[str, object],
    settings: Mapping[str, str] | None = None,
) -> None:
    """Tell the jobs of a run what they cannot know, by way of the environment.

    Not as a parameter of the rules: a new commit is no reason to run anything again.

    Parameters
    ----------
    config : mapping
        The whole validated config.
    files : iterable of path
        The files of ``--configfile``.
    overrides : mapping
        What ``--config`` said.
    settings : mapping, optional
        Path of a table -> checksum of what decides its content (`Job.settings` of the plan).
    """
    given = [f"{name}={as_override(value)}" for name, value in overrides.items()]
    handed = {
        "commit": checkout.commit(),
        "config": config_hash(config),
        "settings": dict(settings or {}),
        "files": [journal.shown(file, checkout.CHECKOUT) for file in files],
        "overrides": given,
    }
    os.environ[HANDED] = dump(handed)


def as_override(value: object) -> str:
    """A value as Snakemake reads it from ``--config``, which knows True and None by other words."""
    if isinstance(value, str | bool):
        return str(value)
    return "" if value is None else dump(value)


def _run() -> dict:
    """What the run told this job; asked of git for a command typed by hand."""
    try:
        handed = json.loads(os.environ.get(HANDED, "null"))
    except ValueError:
        handed = None
    if isinstance(handed, dict) and "commit" in handed:
        return handed
    return {"commit": checkout.commit()}


def _command(path: str | os.PathLike, run: dict, arguments: list[str]) -> str | None:
    if "config" in run:
        words = ["snakemake", "--cores", "1", "--force", journal.shown(path)]
        # Both take all words that follow, so they come after the file.
        words += ["--configfile", *run["files"]] if run["files"] else []
        words += ["--config", *run["overrides"]] if run["overrides"] else []
    elif arguments:
        words = ["python", "-m", "fairbench", *map(_without_folders, arguments)]
    else:
        return None
    return shlex.join(words)


def _without_folders(argument: str) -> str:
    """An argument in which absolute paths are within the working directory, or names alone."""
    return _ABSOLUTE.sub(r"\1", argument.replace(f"{Path.cwd()}/", ""))


def dump(value: object) -> str:
    """Canonical JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
