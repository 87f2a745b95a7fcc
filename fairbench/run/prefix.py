"""The prefix that another workflow puts before our paths when it uses this one as a module."""

from __future__ import annotations

from typing import Any

from fairbench.config.root import Config
from fairbench.planning.data_sections import DataFiles

_TAKEN = "taken_by_fairbench"


def take_prefix(workflow: Any) -> str:
    """Take over a module's prefix: from here on it is in our paths, and Snakemake adds none.

    Commands get paths in their options too, where Snakemake puts no prefix. The same object comes
    again where one module statement is followed by several `use rule`.

    Parameters
    ----------
    workflow : snakemake.workflow.Workflow
        While it reads its rules.

    Returns
    -------
    str
        Empty or ending in a slash.
    """
    path_modifier = workflow.modifier.path_modifier
    if not hasattr(path_modifier, _TAKEN):
        setattr(path_modifier, _TAKEN, path_modifier.prefix or "")
        path_modifier.prefix = None
    return getattr(path_modifier, _TAKEN)


def with_prefix(raw: dict, prefix: str) -> dict:
    """A configuration whose folders lie below a prefix; the one given is left as it was."""
    if not prefix:
        return raw
    data = raw.get("data") or {}
    folder = data.get("folder", DataFiles.model_fields["folder"].default)
    results = raw.get("results", Config.model_fields["results"].default)
    return raw | {"results": f"{prefix}{results}", "data": data | {"folder": f"{prefix}{folder}"}}
