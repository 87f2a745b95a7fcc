"""The commands: those of people, and `run`, by which every rule does its job.

Heavy imports stay inside the commands, so that a command pays only for what it uses.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from fairbench.commands import check, diff, fetch, provenance, report, run, status, timeouts

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

NO_MEMORY = (
    "out of memory: run fewer jobs at once (--cores), on a cluster raise resources.memory_mb of "
    "the config, and run snakemake again"
)


def main() -> None:
    """Run a command; a foreseen failure ends in its message, without a traceback."""
    from fairbench.config.check import ConfigError
    from fairbench.data.real.entry import EntryError
    from fairbench.store import journal
    from fairbench.store.tables import DamagedFile

    journal.begin(sys.argv[1:])
    try:
        app()
    except (ConfigError, DamagedFile, EntryError, OSError) as error:
        sys.exit(f"fairbench {' '.join(sys.argv[1:2])}: {error}")
    except json.JSONDecodeError as error:
        sys.exit(f"fairbench {' '.join(sys.argv[1:2])}: an option is not readable as JSON: {error}")
    except MemoryError as error:
        sys.exit(f"fairbench {' '.join(sys.argv[1:2])}: {error or 'MemoryError'}; {NO_MEMORY}")
    except KeyboardInterrupt:
        sys.exit(130)


# What rules and make call; a person has `snakemake` for it.
app.command(hidden=True)(run.run)
app.command(hidden=True)(report.readme)
for command in (
    fetch.fetch,
    report.report,
    check.check,
    status.status,
    provenance.provenance,
    diff.diff,
    status.estimate,
    timeouts.timed_out,
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
