"""The study that a command is asked about: its config files, merged as Snakemake merges them."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fairbench.check import check
from fairbench.complaint import ConfigError, read_yaml
from fairbench.plan import Plan
from fairbench.status.states import RUN_RECORD

__all__ = ["DEFAULT", "Asked", "plan_of", "read_study"]

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
    """

    plan: Plan
    overlays: tuple[str, ...]
    cores: int

    @property
    def options(self) -> list[str]:
        """Arguments that make Snakemake run this study."""
        return ["--configfile", *self.overlays] if self.overlays else []


def read_study(overlays: Sequence[str | Path] = (), cores: int | None = None) -> Asked:
    """Read a study as the workflow does.

    Parameters
    ----------
    overlays : sequence of path
        Config files over `DEFAULT`. None given: those that the last run in this folder had.
    cores : int, optional
        Default: those of the last run; else all of this machine.

    Raises
    ------
    ConfigError
        A file is missing or says something that cannot be used.
    """
    last = _last_run()
    names = [str(path) for path in overlays] or last["overlays"]
    return Asked(plan_of([DEFAULT, *names]), tuple(names), cores or last["cores"])


def plan_of(files: Sequence[str | Path]) -> Plan:
    """The plan of config files, later ones over earlier ones."""
    from snakemake.common.configfile import load_configfile
    from snakemake.exceptions import WorkflowError
    from snakemake.utils import update_config

    merged: dict = {}
    for file in map(Path, files):
        if not file.is_file():
            here = "start it where the Snakefile is" if file == DEFAULT else "is the path right?"
            raise ConfigError(f"{file}: there is no such config file; {here}")
        if file.suffix != ".json":
            read_yaml(file)  # names what is wrong with it, as Snakemake does not
        try:
            update_config(merged, load_configfile(str(file)))
        except WorkflowError as error:
            raise ConfigError(f"{file}: {error}") from None
    return Plan(check(merged, files))


def _last_run() -> dict:
    every = {"overlays": [], "cores": os.cpu_count() or 1}
    try:
        found = json.loads(RUN_RECORD.read_text(encoding="utf-8"))
        overlays = [str(name) for name in found["overlays"] if Path(name).is_file()]
        return {"overlays": overlays, "cores": max(1, int(found["cores"]))}
    except (OSError, ValueError, LookupError, TypeError):
        return every
