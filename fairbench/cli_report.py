"""The command that writes the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairbench.cli_status import Further, Overlays, study_of

#: So many files that were not used are named; the page names all.
_LISTED = 12


def report(
    output: Annotated[
        Path | None, typer.Option(help="the page; default: report.html in the folder of results")
    ] = None,
    configfile: Overlays = [],  # noqa: B006
    further: Further = [],  # noqa: B006
) -> None:
    """Write one page of whatever is finished, to be opened without a network."""
    from fairbench.report.page import write
    from fairbench.status.study import arguments

    asked = study_of(configfile, further)
    results = Path(asked.plan.root)
    if not results.is_dir():
        raise OSError(f"{results}: there is no such folder; run snakemake first")
    output = output or results / "report.html"
    if output.is_dir():
        raise OSError(f"{output}: it is a folder; name the page, such as {output / 'report.html'}")
    said = arguments((), asked.overrides)
    given = write(asked.plan, output, [*asked.overlays, *([" ".join(said)] if said else [])])
    left = sum(number for *_, number in given.gaps())
    print(f"{output}: {output.stat().st_size / 1e6:.1f} MB, {len(given.found) - left} jobs", end="")
    print(f"; {left} are not finished and said to be missing" if left else ", all there are")
    faults = given.refused()
    for path, fault in faults[:_LISTED]:
        print(f"not used: {path}: {fault}")
    if len(faults) > _LISTED:
        print(f"and {len(faults) - _LISTED} more, listed at the top of the page")
