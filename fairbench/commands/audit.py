"""The command that audits a model of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer


def audit(
    data: Annotated[Path, typer.Argument(help="a CSV or Parquet file")],
    label: Annotated[str, typer.Option(help="column of what came true, of two values")],
    sensitive: Annotated[list[str], typer.Option(help="column of groups; may be said again")],
    prediction: Annotated[str | None, typer.Option(help="column of decisions")] = None,
    score: Annotated[str | None, typer.Option(help="column of scores")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="a score above it is a decision for 1")
    ] = None,
    score_kind: Annotated[
        Literal["auto", "probability", "ranking"],
        typer.Option(help="what scores are; auto: probabilities if all lie in [0, 1]"),
    ] = "auto",
    positive: Annotated[
        list[str], typer.Option(help="value that counts as 1, if not 1 or true")
    ] = [],  # noqa: B006
    reference: Annotated[
        list[str],
        typer.Option(metavar="COLUMN=GROUP", help="group that others are held against"),
    ] = [],  # noqa: B006
    missing: Annotated[
        Literal["drop", "group", "refuse"],
        typer.Option(help="rows without a value; group: a missing group is a group"),
    ] = "drop",
    smallest: Annotated[int, typer.Option(help="rows of the smallest group compared")] = 30,
    rows: Annotated[int, typer.Option(help="most rows measured; of more, a sample")] = 2_000_000,
    separator: Annotated[str, typer.Option(help="of a CSV file")] = ",",
    model: Annotated[
        Path | None,
        typer.Option(help="to certify: .onnx, .nnet, .skops, or .parquet of a saved estimator"),
    ] = None,
    feature: Annotated[
        list[str], typer.Option(help="column that the model takes, in order; may be said again")
    ] = [],  # noqa: B006
    one_hot: Annotated[
        list[str], typer.Option(metavar="A,B,...", help="features of which one is 1")
    ] = [],  # noqa: B006
    free: Annotated[
        list[str], typer.Option(help="feature that similar people may differ in, as sensitive ones")
    ] = [],  # noqa: B006
    epsilon: Annotated[
        float, typer.Option(help="similar: features differ by this share of their range")
    ] = 0.1,
    norm: Annotated[
        Literal["inf", "1", "2"], typer.Option(help="how features' differences count together")
    ] = "inf",
    people: Annotated[int, typer.Option(help="rows around which the model is certified")] = 200,
    seconds: Annotated[float, typer.Option(help="for the search of certificates")] = 30.0,
    seed: Annotated[int, typer.Option(help="of all that is drawn")] = 0,
    output: Annotated[Path, typer.Option(help="folder of the page and the tables")] = Path("audit"),
) -> None:
    """Measure how decisions or scores treat groups: a page, tables and JSON in a folder."""
    from fairbench.auditing import audit as measure
    from fairbench.auditing.output import check_folder
    from fairbench.base.words import printable

    check_folder(output)
    found = measure(
        data,
        label=label,
        sensitive=sensitive,
        prediction=prediction,
        score=score,
        threshold=threshold,
        score_kind=score_kind,
        positive=positive,
        reference=_pairs(reference),
        missing=missing,
        smallest=smallest,
        rows=rows,
        separator="\t" if separator in ("tab", "\\t") else separator,
        model=model,
        features=feature,
        one_hot=[group.split(",") for group in one_hot],
        free=free,
        epsilon=epsilon,
        norm=norm,
        people=people,
        seconds=seconds,
        seed=seed,
    )
    for note in found.notes:
        print(printable(f"note: {note}"))
    for text in found.findings():
        print(printable(f"- {text}"))
    for path in found.write(output):
        print(path)


def _pairs(given: list[str]) -> dict[str, str]:
    """COLUMN=GROUP as a mapping."""
    from fairbench.auditing import AuditError

    pairs = {}
    for text in given:
        column, found, group = text.partition("=")
        if not found:
            raise AuditError(f"--reference {text!r}: COLUMN=GROUP is expected")
        pairs[column] = group
    return pairs
