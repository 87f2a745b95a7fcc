"""The commands that write the pages: the report, and what the README says was found."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from fairbench.commands.status import Further, Overlays, study_of

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


def readme(
    findings: Path,
    page: Path,
    name: Annotated[str, typer.Option(help="of the markers in the page")] = "answers",
    picture: Annotated[Path | None, typer.Option(help="a PNG, copied into docs/")] = None,
) -> None:
    """Put what was found between its markers in a page, below its picture."""
    from fairbench.store.stamps import plain_text
    from fairbench.store.tables import write_text

    start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(start)
    _, found, after = rest.partition(end)
    if not found:
        raise OSError(f"{page} has no {start} ... {end}")
    text, folder = plain_text(findings.read_text(encoding="utf-8")).strip(), findings.parent
    # Links of the text lead to the tables beside it.
    parts = [re.sub(r"\]\((?=[\w.]+\))", f"]({folder.as_posix()}/", text)]
    if picture is not None:
        parts.insert(0, _shown(picture, page))
    details = folder / "reproduction.md"
    parts.append(f"Every verdict with its reason: [{details.name}]({details.as_posix()}).")
    body = "\n\n".join(parts)
    write_text(page, f"{before}{start}\n{body}\n{end}{after}")


def _shown(picture: Path, page: Path) -> str:
    """Copy a picture into ``docs/`` beside a page, and give it with its caption in Markdown."""
    from fairbench.store.stamps import plain_text
    from fairbench.store.tables import atomic_path

    copy = Path("docs") / picture.name
    with atomic_path(page.parent / copy) as temporary:
        temporary.write_bytes(picture.read_bytes())
    caption = plain_text(picture.with_suffix(".md").read_text(encoding="utf-8")).strip()
    return f"![{caption.partition('.')[0]}]({copy.as_posix()})\n\n{caption}"
