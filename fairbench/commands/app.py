"""One command a rule. Each is thin: read files, call the package, write one file.

Those that only rules call are hidden from ``--help``: they take what the plan writes, and a person
has `snakemake` for them.

Heavy imports stay inside the commands, so that a command pays only for what it uses.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from fairbench.commands import check as cli_check
from fairbench.commands import data as cli_data
from fairbench.commands import diff as cli_diff
from fairbench.commands import provenance as cli_provenance
from fairbench.commands import report as cli_report
from fairbench.commands import representations as cli_representations
from fairbench.commands import shared as cli_shared
from fairbench.commands import status as cli_status
from fairbench.commands import timeouts as cli_timeouts
from fairbench.commands import tracking as cli_tracking
from fairbench.commands.representation_results import representation_figure, representation_tables
from fairbench.commands.shared import (
    Input,
    Number,
    Output,
    Seconds,
    Spec,
    Tracks,
    read_dataset,
    write_csv,
    write_markdown,
)

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

NO_MEMORY = (
    "out of memory: run fewer jobs at once (--cores), on a cluster raise resources.memory_mb of "
    "the config, and run snakemake again"
)
of_rules = app.command(hidden=True)
Configuration = Annotated[str, typer.Option("--config", help="the whole config, as JSON")]


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


@of_rules
def train(
    spec: Spec,
    data: Input,
    output: Output,
    threads: Annotated[int, typer.Option(min=1)] = 1,
    device: str = "cpu",
    fit_seconds: Seconds = 0,
) -> None:
    """Train all models of a cell and record each fit."""
    from tqdm import tqdm

    from fairbench import methods
    from fairbench.store.journal import saw_file
    from fairbench.store.tables import write_table
    from fairbench.training.budget import Budget
    from fairbench.training.cell import train_cell

    given = json.loads(spec)
    kind = methods.find(given["method"], given["file"])
    method = kind(kind.Parameters(**given["parameters"]))
    saw_file(given["file"])
    frame, about = read_dataset(data, given["data"])
    models = frame["trial"].nunique() * len(given["lambda_f"]) * len(given["lambda_r"])
    with tqdm(total=models, unit="model", desc=method.name, mininterval=1.0) as progress:
        fits = train_cell(
            frame,
            about,
            method,
            Budget(**given["budget"]),
            lambda_f=given["lambda_f"],
            lambda_r=given["lambda_r"],
            engine=given["engine"],
            device=device,
            threads=threads,
            minutes=fit_seconds / 60,
            done=progress.update,
        )
    write_table(fits, output, kind="fits", about={"data": about, "spec": given})


@of_rules
def limit(spec: Spec, output: Output) -> None:
    """Compute the best accuracy at each disparate impact for a known law."""
    from fairbench.data.limit import accuracy_limit
    from fairbench.store.tables import write_table

    given = json.loads(spec)
    write_table(accuracy_limit(**given), output, kind="limit", about=given)


@of_rules
def collect(config: Configuration, output: Output) -> None:
    """Gather every fit of the studies into one tidy table."""
    from fairbench.config.check import check
    from fairbench.plan.plan import Plan
    from fairbench.plan.settings import settings_of_tables
    from fairbench.store.tables import write_table
    from fairbench.studies.grid.collect import collect_fits

    plan = Plan(check(json.loads(config)))
    fits = collect_fits(plan)
    settings = settings_of_tables(plan)[plan.table("fits.parquet")]
    about = {"studies": list(plan.config.active()), "settings": settings}
    write_table(fits, output, kind="fits", about=about)


@of_rules
def select(
    criteria: Annotated[str, typer.Option(help="criterion of each study, as JSON")],
    fits: Input,
    output: Output,
    limits: Annotated[list[Path], typer.Option(help="files of accuracy limits")] = [],  # noqa: B006
) -> None:
    """Select one model per data set and method."""
    from fairbench.evaluation.selection import select as choose
    from fairbench.studies.grid.collect import read_fits, read_limits

    frame = read_fits(fits)
    chosen = choose(frame, criteria=json.loads(criteria), limits=read_limits(limits))
    write_csv(chosen, output)


@of_rules
def summarise(
    fits: Input,
    selected: Input,
    cells: Output,
    comparisons: Output,
    matched: Output,
    baselines: Output,
    seed: Number,
    resamples: Number,
) -> None:
    """Summarise cells and compare methods on the same data sets."""
    from fairbench.evaluation import comparison, selection, summary
    from fairbench.evaluation.baselines import baseline_losses
    from fairbench.studies.grid.collect import read_fits

    frame = read_fits(fits)
    chosen = selection.read_csv(selected)
    how = {"seed": seed, "resamples": resamples}
    write_csv(summary.cell_summary(chosen, frame), cells)
    write_csv(comparison.paired_comparisons(chosen, frame, **how), comparisons)
    write_csv(comparison.matched_comparisons(frame, **how), matched)
    write_csv(baseline_losses(chosen), baselines)


@of_rules
def reproduce(
    fits: Input,
    selected: Input,
    cells: Input,
    comparisons: Input,
    matched: Input,
    baselines: Input,
    seed: Number,
    table: Output,
    text: Output,
    answers: Output,
    findings: Output,
    tracks: Tracks = "{}",
    alignment: Path | None = None,
    stability: Path | None = None,
) -> None:
    """Hold the tables against what was published, and answer the questions asked."""
    from fairbench.evaluation.selection import read_csv
    from fairbench.studies.grid import answers as answering
    from fairbench.studies.grid import findings as finding
    from fairbench.studies.grid.collect import read_fits
    from fairbench.studies.grid.reproduction import reproduction, to_markdown

    frame = read_fits(fits)
    found = [read_csv(path) for path in (selected, cells, comparisons, matched)]
    training = cli_tracking.read_training(tracks, alignment, stability)
    verdicts = reproduction(frame, *found, training=training, seed=seed)
    write_csv(verdicts, table)
    write_markdown(to_markdown(verdicts), text)
    said = answering.answers(frame, *found) + answering.what_holds(verdicts)
    write_markdown(said, answers)
    chosen, _, *compared = found
    judged = read_csv(baselines), verdicts
    said = finding.findings(frame, chosen, *compared, *judged, cli_shared.seen_by(frame))
    write_markdown(said, findings)


@of_rules
def figure(
    name: Annotated[str, typer.Argument(help="fig3, fig4, ...")],
    options: Annotated[str, typer.Option(help="the figure's section of the config, as JSON")],
    seed: Number,
    output: Annotated[Path, typer.Option(help="the PDF; PNG and caption go beside it")],
    fits: Path | None = None,
    selected: Path | None = None,
    comparisons: Annotated[list[Path], typer.Option(help="tables of comparisons")] = [],  # noqa: B006
    limits: Annotated[list[Path], typer.Option(help="files of accuracy limits")] = [],  # noqa: B006
    tracks: Tracks = "{}",
    training: Annotated[Path | None, typer.Option(help="table about the tracked runs")] = None,
) -> None:
    """Draw a figure as PDF and PNG, with its caption."""
    from fairbench.plotting.style import save
    from fairbench.studies.grid.figures.sources import FIGURES, Sources

    given = Sources(json.loads(options), seed, fits, selected, tuple(comparisons), tuple(limits))
    given = replace(given, tracks=json.loads(tracks), training_file=training)
    if name not in FIGURES:
        raise typer.BadParameter(f"no figure {name!r}; allowed: {', '.join(FIGURES)}")
    drawn = FIGURES[name](given)
    save(drawn.figure, output.with_suffix(""), drawn.caption)


of_rules(cli_data.draw)
of_rules(cli_data.poison)
app.command()(cli_data.fetch)
of_rules(cli_data.table)
app.command()(cli_report.report)
of_rules(cli_report.readme)
app.command()(cli_check.check)
app.command()(cli_status.status)
app.command()(cli_provenance.provenance)
app.command()(cli_diff.diff)
app.command()(cli_status.estimate)
app.command()(cli_timeouts.timed_out)
of_rules(cli_representations.representation_trials)
of_rules(cli_representations.representation_fold)
of_rules(cli_representations.representation_sweep)
of_rules(cli_representations.representation_collect)
of_rules(cli_tracking.track)
of_rules(cli_tracking.describe_training)
of_rules(representation_tables)
of_rules(representation_figure)


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
