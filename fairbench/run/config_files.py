"""Which config files a run was given, and how Snakemake reads one."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def files_of(workflow: Any) -> list:
    """The config files, later ones over earlier ones: last is what a complaint names.

    Snakemake lists the files of ``--configfile`` first, but they win.
    """
    return sorted(workflow.configfiles, key=list(workflow.overwrite_configfiles).__contains__)


def given_by_hand(workflow: Any) -> tuple[list, dict[str, object]]:
    """The files of ``--configfile``, and what ``--config`` said."""
    return list(workflow.overwrite_configfiles), dict(workflow.config_settings.config)


def load(file: Path) -> dict:
    """What a config file holds.

    Raises
    ------
    ValueError
        It cannot be read.
    """
    # Late, as most commands need no Snakemake.
    from snakemake.common.configfile import load_configfile
    from snakemake.exceptions import WorkflowError

    try:
        return load_configfile(str(file))
    except (WorkflowError, RecursionError) as error:
        raise ValueError(str(error)) from None
