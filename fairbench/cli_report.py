"""The command that writes the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairbench.cli_status import Overlays


def report(
    results: Annotated[
        Path | None, typer.Option(help="folder of the results; default: the config's")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="the page; default: report.html in that folder")
    ] = None,
    configfile: Overlays = [],  # noqa: B006
) -> None:
    """Write one page of whatever is finished, to be opened without a network."""
    from fairbench.report.page import write
    from fairbench.status.study import read_study

    asked = read_study(configfile)
    results = results or Path(asked.plan.root)
    output = output or results / "report.html"
    if not results.is_dir():
        raise OSError(f"{results}: there is no such folder; run snakemake first")
    given = write(asked.plan, results, output, asked.overlays)
    left = sum(number for *_, number in given.gaps())
    print(f"{output}: {output.stat().st_size / 1e6:.1f} MB, {len(given.found) - left} jobs", end="")
    print(f"; {left} are not finished and said to be missing" if left else ", all there are")
    for fault in sorted(set(given.faults)):
        print(f"not used: {fault}")
