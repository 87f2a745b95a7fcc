"""The commands about a study: whether its config can be used, how far it is, what it lacks."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

Overlays = Annotated[
    list[Path],
    typer.Option(
        metavar="FILE ...",
        help="config files over config/config.yaml; default: those of the last run in this folder",
    ),
]
#: An option takes one word here, where Snakemake's takes all: the others come as arguments.
Further = Annotated[list[Path], typer.Argument(metavar="FILE", hidden=True)]
Cores = Annotated[int | None, typer.Option(min=1, help="default: those of the last run")]


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
    told = f"{' + '.join(map(str, files))}: can be used; {_counted(plan.default())} of `snakemake`"
    apart = [f"{_counted(jobs)} of `snakemake {name}`" for name, jobs in plan.apart().items()]
    print(", ".join([told, *apart]))


def _counted(jobs: list) -> str:
    return f"{len(jobs)} job{'s' if len(jobs) != 1 else ''}"


def status(
    configfile: Overlays = [],  # noqa: B006
    further: Further = [],  # noqa: B006
    cores: Cores = None,
    failed: Annotated[bool, typer.Option(help="the failed jobs alone")] = False,
) -> None:
    """Say of each stage and method what is done, running, failed and why, and to do."""
    from rich.console import Console

    from fairbench.status.overview import failures
    from fairbench.status.states import given_up, states_of

    asked = study_of(configfile, further, cores)
    found = states_of(asked.plan.started())
    # Piped, a table is as wide as it needs to be, and plain.
    console = Console(width=None if sys.stdout.isatty() else 110, highlight=False)
    if not failed:
        _print_overview(console, asked, found)
    blocks = list(failures(found, asked.options, given_up()))
    if failed and not blocks:
        print("no job failed")
    for text in blocks:
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def estimate(
    configfile: Overlays = [],  # noqa: B006
    further: Further = [],  # noqa: B006
    cores: Cores = None,
) -> None:
    """Say what is left to do of a study and how long that takes, without running it."""
    from fairbench.status.announcement import announcement
    from fairbench.status.outdated import outdated, said_of_outdated
    from fairbench.status.states import DONE, states_of

    asked = study_of(configfile, further, cores)
    found = states_of(asked.plan.started())
    left = [each.job for each in found if each.state != DONE]
    said = announcement(left, _rates(asked, found), asked.cores, asked.threads)
    old = said_of_outdated(outdated(asked.plan))
    if not left and not old:
        said += "; whether anything is out of date, `snakemake -n` says"
    print("\n".join(filter(None, [said, old])))


def timed_out(
    configfile: Overlays = [],  # noqa: B006
    further: Further = [],  # noqa: B006
    names: Annotated[bool, typer.Option("--names", help="print names of files alone")] = False,
) -> None:
    """List the files with fits that were stopped for time, and say how to train them again.

    A longer limit is no reason to train again what did not need it, so nothing is trained anew
    by itself when `resources.fit_minutes` changes.
    """
    asked = study_of(configfile, further)
    found = list(_timed_out([job.first for job in asked.plan.jobs if job.has_fits]))
    for path, stopped, fits in found:
        print(path if names else f"{path}: {stopped} of {fits} fits")
    if names:
        return
    if not found:
        print("no fit was stopped for time")
        return
    stopped = {path for path, *_ in found}
    apart = asked.plan.apart().items()
    targets = [name for name, jobs in apart if stopped & {job.first for job in jobs}]
    call = shlex.join(["snakemake", *targets, "--cores", str(asked.cores), *asked.options])
    print("To train them again, raise resources.fit_minutes in the config and call")
    again = ["timed-out", "--names", *option_for_each([*configfile, *further])]
    print(f"  {call} --forcerun $({shlex.join(['python', '-m', 'fairbench', *again])})")


def study_of(configfile: list[Path], further: list[Path], cores: int | None = None):
    """The study that a command is asked about; a file that is gone since the last run is named."""
    from fairbench.status.study import read_study

    if further and len(configfile) > 1:
        raise typer.BadParameter("one --configfile with all files, or one for each, not both")
    asked = read_study([*configfile, *further], cores)
    for name in asked.gone:
        print(
            f"fairbench: {name}, a config file of the last run, is gone: this is the study without "
            "it; --configfile says which one you mean",
            file=sys.stderr,
        )
    return asked


def option_for_each(files: list[Path]) -> list[str]:
    """Config files as they can be given to these commands wherever an argument follows."""
    return [word for file in files for word in ("--configfile", str(file))]


def _rates(asked, found):
    from fairbench.status.rates import measured_rates

    return measured_rates(found, threads=asked.threads)


def _print_overview(console, asked, found) -> None:
    from fairbench.status.outdated import outdated, said_of_outdated
    from fairbench.status.overview import fit_counts, overview
    from fairbench.status.study import arguments

    given = shlex.join(arguments((), asked.overrides))
    config = " + ".join(["config/config.yaml", *asked.overlays])
    console.print(f"config: {config} {given}".rstrip(), markup=False, soft_wrap=True)
    rates = _rates(asked, found)
    console.print(overview(found, rates, asked.cores, asked.threads))
    old = said_of_outdated(outdated(asked.plan))
    if old:
        console.print(old, markup=False, soft_wrap=True)
    counts = fit_counts(found)
    if counts is not None:
        console.print(counts)


def _timed_out(paths: list[str]) -> Iterator[tuple[str, int, int]]:
    """Files of fits with any that were stopped, how many of them, and how many fits they hold."""
    from fairbench.status.losses import statuses
    from fairbench.training.time_limit import REASON

    for path in paths:
        reasons = [str(reason) for _, reason in statuses(path)]
        stopped = sum(reason.endswith(REASON) for reason in reasons)
        if stopped:
            yield path, stopped, len(reasons)
