"""How parameters are written in paths."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fairbench.base.schema import canonical

if TYPE_CHECKING:
    from fairbench.methods import Method
    from fairbench.training.budget import Budget

#: Longest file or folder name that every common file system takes.
_LONGEST_NAME = 200


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


def name_of(parameters: dict) -> str:
    """``key=value,key=value``, shortened by a hash where a file system would not take it."""
    text = ",".join(
        f"{key}={canonical(value) if isinstance(value, (int, float)) else value}"
        for key, value in parameters.items()
    )
    if len(text) <= _LONGEST_NAME:
        return text
    kept = text[: _LONGEST_NAME - 18]
    # Every part stays key=value, which Snakemake asks for where it hands a path to a cluster job.
    whole, _, last = kept.rpartition(",")
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"{kept if '=' in last else whole},hash={digest}"


def setting_name(method: Method, preset: str, budget: Budget, engine: str) -> str:
    """A method with its budget and with whatever is not at its default."""
    shown: dict = {"method": method.name, "budget": preset}
    if preset == "custom":
        shown["budget"] = "_".join(canonical(value) for value in budget.model_dump().values())
    if engine != "auto":
        shown["engine"] = engine
    defaults = type(method).Parameters().model_dump()
    given = method.parameters.model_dump()
    return name_of(shown | {k: value for k, value in given.items() if value != defaults[k]})


def digest(spec: str) -> str:
    """A short checksum of what defines a file."""
    return hashlib.sha256(spec.encode()).hexdigest()[:16]


def as_json(**values) -> str:
    """JSON of the values by name, always in the same order."""
    return json.dumps(values, sort_keys=True)
