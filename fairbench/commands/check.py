"""The command that tries a config; `fairbench.commands.app` lists it with the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def check(
    configfile: Annotated[
        list[Path] | None, typer.Argument(help="files laid over the default, as for snakemake")
    ] = None,
) -> None:
    """Say whether config files can be used, and if not, what is wrong with which of them.

    Snakemake reads them too, but has words of its own for one that is missing or no UTF-8.
    """
    from fairbench.status.study import DEFAULT, plan_of

    files = [DEFAULT, *(configfile or [])]
    plan = plan_of(files)
    told = f"{' + '.join(map(str, files))}: can be used; {_jobs(plan.default())} of `snakemake`"
    apart = [f"{_jobs(jobs)} of `snakemake {name}`" for name, jobs in plan.apart().items()]
    print(", ".join([told, *apart]))


def _jobs(jobs: list) -> str:
    return f"{len(jobs)} job{'s' if len(jobs) != 1 else ''}"
