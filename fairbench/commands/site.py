"""The command that makes the site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairbench.commands.status import Further, Overlays, study_of


def site(
    output: Annotated[Path, typer.Option(help="folder of the site")] = Path("site"),
    configfile: Overlays = [],  # noqa: B006
    further: Further = [],  # noqa: B006
) -> None:
    """Make a site of the pages and of whatever is finished, to be opened without a network."""
    from fairbench.site.build import build

    asked = study_of(configfile, further)
    given = build(asked.plan, output, asked.overlays)
    print(f"{output / 'index.html'}: {len(given.used)} files of {asked.plan.root} shown", end="")
    faults = given.refused()
    print(f"; {len(faults)} not used, named on the front page" if faults else "")
