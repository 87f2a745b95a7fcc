"""The state of a study as tables to print."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from fairbench.planning.job import STAGES
from fairbench.status.announcement import cores_of
from fairbench.status.losses import statuses
from fairbench.status.notices import block, block_of, command_alone
from fairbench.status.rates import Rates, time_left, words
from fairbench.status.states import DONE, FAILED, RUNNING, TO_DO, Found, GivenUp

STATES = (DONE, RUNNING, FAILED, TO_DO)
#: Most failed jobs that are shown one by one.
MOST = 20


def overview(found: Iterable[Found], rates: Rates, cores: int, threads: int = 1) -> Table:
    """Tabulate how many jobs of each stage and method are done, running, failed and to do.

    Parameters
    ----------
    found : iterable of Found
        All jobs of a study.
    rates : Rates
    cores, threads : int
        Cores of a run, and threads of one of its training jobs.
    """
    found = list(found)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)
    counts = Counter(each.state for each in found)
    table.add_column("stage", footer="together")
    table.add_column("method")
    for state in STATES:
        table.add_column(state, justify="right", footer=_count(counts[state]))
    *_, time = _cells(found, rates, cores, threads)
    footer = f"{time} on {cores_of(cores)}" if time else ""
    table.add_column("time left", justify="right", footer=footer)
    for stage in dict.fromkeys([*STAGES, *(each.job.stage for each in found)]):
        here = [each for each in found if each.job.stage == stage]
        if not any(each.job.trains for each in here):
            if here:
                table.add_row(stage, "", *_cells(here, rates, cores, threads))
            continue
        for k, method in enumerate(sorted({each.job.what for each in here})):
            mine = [each for each in here if each.job.what == method]
            table.add_row("" if k else stage, escape(method), *_cells(mine, rates, cores, threads))
    return table


def _cells(found: list[Found], rates: Rates, cores: int, threads: int) -> list[str]:
    counts = Counter(each.state for each in found)
    left = [each.job for each in found if each.state != DONE]
    time = words(time_left(left, rates, cores, threads)) if any(map(rates.know, left)) else ""
    if not all(map(rates.know, left)):
        time = f"over {time}" if time else "unknown"
    return [*(_count(counts[state]) for state in STATES), time]


def _count(number: int) -> str:
    return str(number) if number else "-"


def fit_counts(found: Iterable[Found]) -> Table | None:
    """Tabulate status and reason of the fits recorded so far; None if all of them are ok."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for each in found:
        if each.job.has_fits and each.state == DONE:
            for status, reason in statuses(each.job.first):
                counts[each.job.what, status, reason] += 1
    if all(status == "ok" for _, status, _ in counts):
        return None
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left")
    table.title = f"{sum(counts.values())} fits recorded; those that are not plainly ok:"
    for name, side in (("method", "left"), ("status", "left"), ("fits", "right"), ("why", "left")):
        table.add_column(name, justify=side)
    for (method, status, reason), number in sorted(counts.items()):
        if status != "ok":
            table.add_row(escape(method), escape(status), str(number), escape(reason))
    return table


def failures(
    found: Iterable[Found], options: Sequence[str], given_up: Iterable[GivenUp] = ()
) -> Iterator[str]:
    """Give every failed job as a block: why, its log, and how to run it alone.

    Parameters
    ----------
    found : iterable of Found
    options : sequence of str
        Arguments that make Snakemake run this study.
    given_up : iterable of GivenUp
        What failed in the last run; what of it is none of these jobs is shown too.
    """
    found = list(found)
    blocks = [_block(each, options) for each in found if each.state == FAILED]
    planned = {path for each in found for path in each.job.files}
    blocks += [
        block_of(job)
        for job in given_up
        if not planned.intersection(job.outputs) and not all(map(os.path.exists, job.outputs))
    ]
    yield from blocks[:MOST]
    if len(blocks) > MOST:
        yield f"\n... and {len(blocks) - MOST} more failed jobs"


def _block(found: Found, options: Sequence[str]) -> str:
    job = found.job
    missing = [path for path in job.files if not os.path.exists(path)] or list(job.files)
    command = command_alone(missing[:1], options)
    return block(f"{job.stage}, {job.what}", found.reason, [job.log], command)
