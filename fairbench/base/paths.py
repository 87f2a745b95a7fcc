"""How parameters are written in paths: a folder each, of characters that everybody takes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

from fairbench.base.schema import canonical

#: Longest file or folder name that every common file system takes.
_LONGEST_NAME = 200
#: What the law of the data depends on, in the order of the paths.
_LAW = ("positive_rate", "group_coefficient", "rotation")
#: What a shell, a cluster or a URL may read as something else. A comma is worst: it separates the
#: wildcards of a job that Snakemake hands to a cluster.
_MINDED = re.compile(r"[^A-Za-z0-9_.=+-]+")


def blocks(trials: int, size: int) -> Iterator[tuple[int, ...]]:
    """Trials in blocks that do not move when trials are added."""
    for start in range(0, trials, size):
        yield tuple(range(start, min(start + size, trials)))


def span(trials: tuple[int, ...]) -> str:
    """Name of a block of trials."""
    return f"trials={trials[0]}-{trials[-1]}"


def joined(values: list[float]) -> str:
    """Numbers of a grid, ``0.1+0.2``."""
    return "+".join(canonical(value) for value in values)


def folders_of(parameters: Mapping[str, object]) -> str:
    """Parameters as folders in each other.

    >>> folders_of({"positive_rate": 0.10, "rows": "1800+200"})
    'positive_rate=0.1/rows=1800+200'
    """
    return "/".join(map(_folder, words_of(parameters)))


def words_of(parameters: Mapping[str, object]) -> list[str]:
    """Parameters as ``key=value``, with one way to write a number."""
    return [
        f"{key}={canonical(value) if isinstance(value, (int, float)) else value}"
        for key, value in parameters.items()
    ]


def _folder(word: str) -> str:
    """A word as the name of a folder; a hash tells apart what lost its end or a character."""
    name = _MINDED.sub("-", word)
    if name == word and len(name) <= _LONGEST_NAME:
        return name
    mark = hashlib.sha256(word.encode()).hexdigest()[:12]
    return f"{name[: _LONGEST_NAME - len(mark) - 1]}-{mark}"


def digest(spec: str) -> str:
    """A short checksum of what defines a file."""
    return hashlib.sha256(spec.encode()).hexdigest()[:16]


def as_json(**values) -> str:
    """JSON of the values by name, always in the same order."""
    return json.dumps(values, sort_keys=True)


def limit_name(cell: dict, seed: int) -> str:
    """Name of the file of a law's accuracy limit."""
    return folders_of({name: cell[name] for name in _LAW} | {"seed": seed})
