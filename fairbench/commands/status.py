"""The commands that say how far a study is and how long it takes."""

from __future__ import annotations

import shlex
import sys
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


def status(
    configfile: Overlays = [],  # noqa: B006
    further: Further = [],  # noqa: B006
    cores: Cores = None,
    failed: Annotated[bool, typer.Option(help="the failed jobs alone")] = False,
) -> None:
    """Say of each stage and method what is done, running, failed and why, and to do."""
    from fairbench.status.overview import failures
    from fairbench.status.states import given_up, states_of

    asked = study_of(configfile, further, cores)
    found = states_of(asked.plan.started())
    console = _console()
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
    said = announcement(left, _rates(asked, found), asked.cores, _threads(asked.plan))
    old = said_of_outdated(outdated(asked.plan))
    if not left and not old:
        said += "; whether anything is out of date, `snakemake -n` says"
    print("\n".join(filter(None, [said, old])))


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


def _threads(plan) -> int:
    return plan.config.resources.threads


def _rates(asked, found):
    from fairbench.status.rates import measured_rates

    return measured_rates(found, threads=_threads(asked.plan))


def _console():
    from rich.console import Console

    # Piped, a table is as wide as it needs to be, and plain.
    return Console(width=None if sys.stdout.isatty() else 110, highlight=False)


def _print_overview(console, asked, found) -> None:
    from fairbench.status.outdated import outdated, said_of_outdated
    from fairbench.status.overview import fit_counts, overview
    from fairbench.status.study import arguments

    given = shlex.join(arguments((), asked.overrides))
    config = " + ".join(["config/config.yaml", *asked.overlays])
    console.print(f"config: {config} {given}".rstrip(), markup=False, soft_wrap=True)
    rates = _rates(asked, found)
    console.print(overview(found, rates, asked.cores, _threads(asked.plan)))
    old = said_of_outdated(outdated(asked.plan))
    if old:
        console.print(old, markup=False, soft_wrap=True)
    counts = fit_counts(found)
    if counts is not None:
        console.print(counts)
