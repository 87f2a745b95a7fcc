"""A Snakemake that was started by another one to run its jobs, as every cluster job is.

It reads no profile, and Snakemake 9.27 hands it the jobs in a form that it cannot read back where
a path has commas (https://github.com/snakemake/snakemake/issues/2366).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

_FLAG = "--target-jobs"
#: ``name=value`` as a job is handed over: in quotes where the value has a comma.
_WILDCARD = re.compile(r'(\w+)=(?:"([^"]*)"|([^,]*))(?:,|$)')


def adopt(workflow, arguments: Sequence[str]) -> None:
    """Let a spawned Snakemake find the jobs it was given, and go on after one that fails.

    Parameters
    ----------
    workflow : snakemake.workflow.Workflow
    arguments : sequence of str
        Its command line.
    """
    workflow.execution_settings.keep_going = True
    settings = workflow.dag_settings
    if settings is None or _FLAG not in arguments:
        return
    after = arguments[arguments.index(_FLAG) + 1 :]
    texts = takewhile(lambda text: not text.startswith("-"), after)
    settings.target_jobs = [
        job._replace(wildcards_dict=wildcards_of(text))
        for job, text in zip(settings.target_jobs, texts, strict=True)
    ]


def wildcards_of(text: str) -> dict[str, str]:
    """Wildcards of a job from ``rule:name=value,...``.

    >>> wildcards_of('train:fit="c=1,p=0.5/trials=0-9"')
    {'fit': 'c=1,p=0.5/trials=0-9'}
    """
    _, _, wildcards = text.partition(":")
    return {name: quoted or plain for name, quoted, plain in _WILDCARD.findall(wildcards)}
