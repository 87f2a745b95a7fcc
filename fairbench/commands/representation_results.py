"""The commands about the results of the representations study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairbench.commands.shared import Input, Output, write_csv, write_markdown


def representation_tables(
    searches: Input,
    folds: Input,
    summary: Output,
    correlations: Output,
    table: Output,
    text: Output,
    answers: Output,
    findings: Output,
    sweep: Annotated[Path | None, typer.Option(help="left out where nothing was swept")] = None,
) -> None:
    """Summarise the representations study and hold it against what was published."""
    from fairbench.store.csv_tables import read_csv
    from fairbench.store.tables import read_table
    from fairbench.studies.imbalance.reproduction import to_markdown
    from fairbench.studies.representations import answers as representation_answers
    from fairbench.studies.representations import claims as representation_claims
    from fairbench.studies.representations import findings as finding
    from fairbench.studies.representations.gamma_sweep import correlation_table
    from fairbench.studies.representations.summary import summary as summarise

    trials, _ = read_table(searches, kind="searches")
    chosen = read_csv(folds)
    means = summarise(chosen, trials)
    swept = read_csv(sweep) if sweep is not None else None
    steering = correlation_table(swept)
    verdicts = representation_claims.reproduction(chosen, steering)
    write_csv(means, summary)
    write_csv(steering, correlations)
    write_csv(verdicts, table)
    write_markdown(to_markdown(verdicts), text)
    tables = chosen, means, steering, verdicts
    write_markdown(representation_answers.answers(*tables), answers)
    write_markdown(finding.findings(*tables), findings)


def representation_figure(
    name: Annotated[str, typer.Argument(help="fig2, fig3 or fig4")],
    output: Annotated[Path, typer.Option(help="the PDF; PNG and caption go beside it")],
    folds: Annotated[Path | None, typer.Option(help="for fig2 and fig4")] = None,
    summary: Annotated[Path | None, typer.Option(help="for fig2 and fig4")] = None,
    sweep: Annotated[Path | None, typer.Option(help="for fig3")] = None,
    correlations: Annotated[Path | None, typer.Option(help="for fig3")] = None,
) -> None:
    """Draw a figure of the representations study as PDF and PNG, with its caption."""
    from fairbench.plotting.style import save
    from fairbench.store.csv_tables import read_csv
    from fairbench.studies.representations.figures.sources import FIGURES

    if name not in FIGURES:
        raise OSError(f"no figure is called {name!r}; there are {', '.join(FIGURES)}")
    function, needed = FIGURES[name]
    files = {"folds": folds, "summary": summary, "sweep": sweep, "correlations": correlations}
    missing = [f"--{file}" for file in needed if files[file] is None]
    if missing:
        raise OSError(f"{name} is drawn from {' and '.join(missing)}, which is not given")
    drawn = function(*(read_csv(files[file]) for file in needed))
    save(drawn.figure, output.with_suffix(""), drawn.caption)
