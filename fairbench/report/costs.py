"""Run time and memory of the jobs that are finished, by stage and method."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from fairbench.planning.job import STAGES
from fairbench.status.rates import benchmark
from fairbench.status.states import DONE, Found


def costs(found: Iterable[Found]) -> pd.DataFrame:
    """Summarise the ``benchmark:`` files of finished jobs.

    Parameters
    ----------
    found : iterable of Found
        The jobs of a plan.

    Returns
    -------
    DataFrame
        A row for each stage, and for each method where models are trained: ``jobs`` measured,
        their ``total``, ``median`` and ``longest`` seconds, and the ``memory`` of the largest
        (resident, MB; missing where every job was too short to be measured).
    """
    rows = []
    for each in found:
        measured = benchmark(Path(each.job.benchmark))
        if each.state == DONE and "s" in measured:
            method = each.job.what if each.job.trains else ""
            rows.append((each.job.stage, method, measured["s"], measured.get("max_rss")))
    frame = pd.DataFrame(rows, columns=["stage", "method", "seconds", "memory"])
    frame["memory"] = pd.to_numeric(frame["memory"])
    grouped = frame.groupby(["stage", "method"])
    seconds = grouped["seconds"].agg(jobs="size", total="sum", median="median", longest="max")
    summary = seconds.assign(memory=grouped["memory"].max()).reset_index()
    stages = list(dict.fromkeys([*STAGES, *summary["stage"]]))
    order = summary["stage"].map(stages.index)
    return summary.loc[order.sort_values(kind="stable").index].reset_index(drop=True)
