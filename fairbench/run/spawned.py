"""A Snakemake that was started by another one to run its jobs, as every cluster job is.

It reads no profile, and Snakemake 9.27 hands it the jobs in a form that it cannot read back where
a path has commas (https://github.com/snakemake/snakemake/issues/2366).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import wraps
from itertools import dropwhile, islice, takewhile

_FLAG = "--target-jobs"
#: ``name=value`` as a job is handed over: in quotes where the value has a comma.
_WILDCARD = re.compile(r'(\w+)=(?:"([^"]*)"|([^,]*))(?:,|$)')


def adopt(workflow, arguments: Sequence[str]) -> None:
    """Let a spawned Snakemake find the jobs it was given, and go on after one that fails.

    Parameters
    ----------
    workflow : snakemake.workflow.Workflow
        While it reads its rules: Snakemake tells it of its settings only afterwards.
    arguments : sequence of str
        Its command line.
    """
    execute = workflow.execute

    @wraps(execute)
    def execute_as_told(*args, **kwargs):
        workflow.execution_settings.keep_going = True
        settings = workflow.dag_settings
        settings.target_jobs = [
            job._replace(wildcards_dict=wildcards_of(text))
            for job, text in zip(settings.target_jobs, jobs_in(arguments), strict=True)
        ]
        return execute(*args, **kwargs)

    workflow.execute = execute_as_told


def jobs_in(arguments: Sequence[str]) -> list[str]:
    """The jobs that a command line names, as text."""
    after = dropwhile(lambda text: text != _FLAG, arguments)
    return list(takewhile(lambda text: not text.startswith("-"), islice(after, 1, None)))


def wildcards_of(text: str) -> dict[str, str]:
    """Wildcards of a job from ``rule:name=value,...``.

    >>> wildcards_of('train:fit="c=1,p=0.5/trials=0-9"')
    {'fit': 'c=1,p=0.5/trials=0-9'}
    """
    _, _, wildcards = text.partition(":")
    return {name: quoted or plain for name, quoted, plain in _WILDCARD.findall(wildcards)}
