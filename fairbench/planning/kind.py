"""What a study kind is: the contract of every folder under `fairbench.studies`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from fairbench.planning.complaint import Complaint
from fairbench.planning.job import Job
from fairbench.planning.shared import Shared


@dataclass(frozen=True)
class StudyKind:
    """A sort of study: its section of the config, what can be wrong there, and its jobs.

    Attributes
    ----------
    name : str
        Its folder here, and its rules, ``workflow/rules/NAME.smk``.
    key, section, field
        Its section of the config: the key, the type, the default with its description.
    problems : callable
        Given the whole config, every complaint beyond the types of the keys.
    jobs : callable
        Given the whole config and what is shared, every job but those of data.
    by_default : bool
        Whether a plain `snakemake` makes it; else `snakemake NAME` does.
    """

    name: str
    key: str
    section: Any
    field: FieldInfo
    problems: Callable[[Any], Iterator[Complaint]]
    jobs: Callable[[Any, Shared], Iterator[Job]]
    by_default: bool = True
