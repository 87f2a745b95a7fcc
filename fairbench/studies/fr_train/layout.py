"""The printed tables in the paper's own layout, ours beside them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd


def layout(held: pd.DataFrame) -> str:
    """Write tables 1 to 3, 5 and 7 to 9 as Markdown.

    Parameters
    ----------
    held : DataFrame
        Of `fairbench.studies.fr_train.verdicts.cells`.
    """
    lines = ["# The tables of the FR-Train paper", ""]
    lines += [
        "Each number: fairness / accuracy on test rows, ours as means over splits with half the",
        "length of the 95 % interval. Fits are chosen on validation rows. [tables.csv](tables.csv)",
        "has every number with its verdict, and what other rules of choice would have given.",
    ]
    for (number, dataset), block in held.groupby(["table", "dataset"], sort=True):
        readings = list(dict.fromkeys(block["reading"]))
        data = list(dict.fromkeys(block["training_data"]))
        heads = [f"{d}, {who}" for d in data for who in ("printed", *readings)]
        lines += ["", f"## Table {number}, {dataset}", "", f"| method | {' | '.join(heads)} |"]
        lines += ["|---|" + "---|" * len(heads)]
        for (method, measure), row in block.groupby(["method", "measure"], sort=False):
            name = method if measure == "disparate_impact" else f"{method}, {_said(measure)}"
            lines.append(f"| {name} | {' | '.join(_numbers(row, data, readings))} |")
    return "\n".join(lines) + "\n"


def _said(measure: str) -> str:
    return {"false_positive_ratio": "odds, y = 0", "true_positive_ratio": "odds, y = 1"}[measure]


def _numbers(row: pd.DataFrame, data: list[str], readings: list[str]) -> Iterator[str]:
    for training in data:
        here = row[row["training_data"] == training].set_index("reading")
        if here.empty:
            yield from [""] * (1 + len(readings))
            continue
        printed = here.iloc[0]
        yield f"{printed['published_fairness']:.3f} / {printed['published_accuracy']:.3f}"
        yield from (_ours(here.loc[reading]) for reading in readings)


def _ours(cell: pd.Series) -> str:
    if not np.isfinite(cell["accuracy"]):
        return "no fit"
    parts = []
    for name in ("fairness", "accuracy"):
        half = (cell[f"{name}_high"] - cell[f"{name}_low"]) / 2
        parts.append(f"{cell[name]:.3f} ± {half:.3f}" if half > 5e-4 else f"{cell[name]:.3f}")
    return f"{' / '.join(parts)}, {cell['verdict']}"
