"""The commands that say how far a study is and how long it takes."""

from __future__ import annotations

import json
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
    found = states_of(_jobs(asked.plan))
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
    run: Annotated[bool, typer.Option(hidden=True, help="asked by a run, on its input")] = False,
) -> None:
    """Say what is left to do of a study and how long that takes, without running it."""
    from fairbench.status.outdated import outdated, said_of_outdated
    from fairbench.status.overview import announcement
    from fairbench.status.states import DONE, states_of

    if run:
        return _announce_run(json.load(sys.stdin))
    asked = study_of(configfile, further, cores)
    found = states_of(_jobs(asked.plan))
    left = [each.job for each in found if each.state != DONE]
    rates = _rates(asked, found, measure=left)
    said = announcement(left, rates, asked.cores, _threads(asked.plan))
    old = said_of_outdated(outdated(asked.plan))
    if not left and not old:
        said += "; whether anything is out of date, `snakemake -n` says"
    print("\n".join(filter(None, [said, old])))


def _announce_run(given: dict) -> None:
    """What a run that starts will cost: it knows which jobs are due."""
    from fairbench.config.check import check
    from fairbench.plan.plan import Plan
    from fairbench.status.jobs import every_job
    from fairbench.status.overview import announcement
    from fairbench.status.states import states_of
    from fairbench.status.study import Asked

    asked = Asked(Plan(check(given["config"])), (), given["cores"])
    found, needed = states_of(every_job(asked.plan)), set(given["outputs"])
    left = [each.job for each in found if needed.intersection(each.job.outputs)]
    rates = _rates(asked, found, measure=left)
    # The run's own messages go to the error stream too, and must stay in order.
    print(announcement(left, rates, asked.cores, _threads(asked.plan)), file=sys.stderr)


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


def _jobs(plan):
    from fairbench.status.jobs import started_jobs

    return started_jobs(plan)


def _threads(plan) -> int:
    return plan.config.resources.threads


def _rates(asked, found, measure=None):
    """Measured rates; the engine's own where training is left that no finished job tells about."""
    from fairbench.status.rates import NOMINAL, TRAINING, measured_rates
    from fairbench.status.states import DONE

    threads = _threads(asked.plan)
    rates = measured_rates(found, NOMINAL, threads=threads)
    left = [each.job for each in found if each.state != DONE] if measure is None else measure
    unknown = {
        job.what
        for job in left
        if job.stage in TRAINING and (job.stage, job.what) not in rates.finished
    }
    if not unknown:
        return rates
    from fairbench.status.calibration import engine_rate

    fits = [fit for fit in asked.plan.fits.values() if fit.method in unknown]
    engine = engine_rate(fits, Path(asked.plan.root) / "benchmarks" / "rate.json")
    return measured_rates(found, engine, threads=threads)


def _console():
    from rich.console import Console

    # Piped, a table is as wide as it needs to be, and plain.
    return Console(width=None if sys.stdout.isatty() else 110, highlight=False)


def _print_overview(console, asked, found) -> None:
    from fairbench.status.outdated import outdated, said_of_outdated
    from fairbench.status.overview import fit_counts, overview, unknown_times
    from fairbench.status.states import DONE
    from fairbench.status.study import arguments

    given = shlex.join(arguments((), asked.overrides))
    config = " + ".join(["config/config.yaml", *asked.overlays])
    console.print(f"config: {config} {given}".rstrip(), markup=False, soft_wrap=True)
    rates = _rates(asked, found)
    console.print(overview(found, rates, asked.cores, _threads(asked.plan)))
    left = [each.job for each in found if each.state != DONE]
    for line in [*unknown_times(left, rates), said_of_outdated(outdated(asked.plan))]:
        if line:
            console.print(line, markup=False, soft_wrap=True)
    counts = fit_counts(found)
    if counts is not None:
        console.print(counts)
