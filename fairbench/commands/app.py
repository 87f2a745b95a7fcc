"""The commands of people. `fairbench.commands.run` is that of the rules.

Heavy imports stay inside the commands, so that a command pays only for what it uses.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairbench.commands import audit, diff, fetch, provenance, report, site, status

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

# What make calls.
app.command(hidden=True)(report.readme)
for command in (
    fetch.fetch,
    audit.audit,
    report.report,
    site.site,
    status.check,
    status.status,
    provenance.provenance,
    diff.diff,
    status.estimate,
    status.timed_out,
):
    app.command()(command)


@app.command()
def where(results: Annotated[Path, typer.Argument()] = Path("results")) -> None:
    """Say where the figures, tables and logs are."""
    from fairbench.store.stamps import plain_text, table_of

    for folder, what in (("figures", "*.pdf"), ("tables", "*.*"), ("logs", "**/*.log")):
        found = (results / folder).glob(what)
        count = sum(path == table_of(path) for path in found)
        print(f"{folder + ':':<9} {results / folder}{'/':<3} {count} files")
    findings = results / "tables" / "findings.md"
    if findings.is_file():
        print(f"\n{plain_text(findings.read_text('utf-8', 'replace')).strip()}")
