"""The study that a command is asked about: its config files, merged as Snakemake merges them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fairbench.config.check import check
from fairbench.plan.plan import Plan
from fairbench.planning.complaint import ConfigError, read_yaml
from fairbench.run.config_files import load
from fairbench.status.states import RUN_RECORD
from fairbench.store.provenance import as_override

DEFAULT = Path("config") / "config.yaml"


@dataclass(frozen=True)
class Asked:
    """A study and how it is run.

    Attributes
    ----------
    plan : Plan
    overlays : tuple of str
        The config files over the default one.
    cores : int
    overrides : mapping
        What ``--config`` of the last run said over these.
    gone : tuple of str
        Config files of the last run that are not there any more: the study is without them.
    """

    plan: Plan
    overlays: tuple[str, ...]
    cores: int
    overrides: Mapping[str, object] = field(default_factory=dict)
    gone: tuple[str, ...] = ()

    @property
    def threads(self) -> int:
        """Threads of one training job."""
        return self.plan.config.resources.threads

    @property
    def options(self) -> list[str]:
        """Arguments that make Snakemake run this study."""
        return arguments(self.overlays, self.overrides)


def read_study(overlays: Sequence[str | Path] = (), cores: int | None = None) -> Asked:
    """Read a study as the workflow does.

    Parameters
    ----------
    overlays : sequence of path
        Config files over `DEFAULT`. None given: those that the last run in this folder had, with
        what its ``--config`` said.
    cores : int, optional
        Default: those of the last run; else all of this machine.

    Raises
    ------
    ConfigError
        A file is missing or says something that cannot be used.
    """
    last = _last_run()
    if overlays:
        last = last | {"overlays": [str(path) for path in overlays], "overrides": {}, "gone": []}
    names, overrides = last["overlays"], last["overrides"]
    plan = plan_of([DEFAULT, *names], overrides)
    return Asked(plan, tuple(names), cores or last["cores"], overrides, tuple(last["gone"]))


def arguments(overlays: Iterable[str], overrides: Mapping[str, object]) -> list[str]:
    """Config files and overrides as arguments of Snakemake.

    Each takes all words that follow, so a target goes before them.
    """
    files = [*overlays]
    given = [f"{name}={as_override(value)}" for name, value in overrides.items()]
    return [*(["--configfile", *files] if files else []), *(["--config", *given] if given else [])]


def plan_of(files: Sequence[str | Path], overrides: Mapping[str, object] | None = None) -> Plan:
    """The plan of config files, later ones over earlier ones, and of overrides over them all."""
    from snakemake.utils import update_config

    merged: dict = {}
    for file in map(Path, files):
        if not file.is_file():
            here = "start it where the Snakefile is" if file == DEFAULT else "is the path right?"
            raise ConfigError(f"{file}: there is no such config file; {here}")
        update_config(merged, _read(file))
    update_config(merged, overrides or {})
    return Plan(check(merged, files))


def _read(file: Path) -> dict:
    """A config file as Snakemake reads it, or in words what is wrong with it."""
    if file.suffix != ".json":
        read_yaml(file)  # names what is wrong with it, as Snakemake does not
    try:
        return load(file)
    except ValueError as error:
        raise ConfigError(f"{file}: {_fault_of_json(file) or error}") from None


def _fault_of_json(file: Path) -> str:
    """Why a file is no JSON, and in which line; empty if it is."""
    try:
        json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        return f"not readable as JSON: line {error.lineno}, column {error.colno}: {error.msg}"
    except UnicodeDecodeError as error:
        return f"not a text in UTF-8: byte {error.start + 1} is {error.object[error.start]:#04x}"
    except RecursionError:
        return "lists or keys lie too deep in each other"
    return ""


def _last_run() -> dict:
    """What the last run in this folder was started with."""
    every = {"overlays": [], "overrides": {}, "gone": [], "cores": os.cpu_count() or 1}
    try:
        found = json.loads(RUN_RECORD.read_text(encoding="utf-8"))
        named = [str(name) for name in found["overlays"]]
        there = [name for name in named if Path(name).is_file()]
        return {
            "overlays": there,
            "overrides": dict(found.get("overrides", {})),
            "gone": [name for name in named if name not in there],
            "cores": max(1, int(found["cores"])),
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return every
