"""Verdicts in words: as a page, and as a sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.evaluation.verdicts import (
    NOT_REPRODUCED,
    REPRODUCED,
    UNDECIDED,
    VERDICTS,
    counted,
)


def link(table: str) -> str:
    """A link to a table of the same folder, in Markdown."""
    return f"[{table}]({table})"


def listed(parts: list[str]) -> str:
    """Words as a list in a sentence: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def to_markdown(frame: pd.DataFrame) -> str:
    """Write a table of verdicts for reading: counts of verdicts, then place by place."""
    lines = ["# What was published, and what came out here", ""]
    lines += [
        "Re-executed: the authors' own seeds and data. Replicated: new data, or many seeds.",
        "",
        f"| kind | {' | '.join(VERDICTS)} |",
        f"|---|{'---|' * len(VERDICTS)}",
    ]
    for kind, row in counted(frame).iterrows():
        lines.append(f"| {kind} | {' | '.join(str(row[name]) for name in VERDICTS)} |")
    for place, group in frame.groupby("place", sort=False):
        sources = ", ".join(group["source"].unique())
        lines += ["", f"## {place[0].upper()}{place[1:]}", "", f"Source: {sources}.", ""]
        lines += ["| quantity | kind | published | ours | interval | n | p | verdict | reason |"]
        lines += ["|---|---|---|---|---|---|---|---|---|"]
        lines += [_markdown_row(row) for row in group.to_dict("records")]
    return "\n".join(lines) + "\n"


def _markdown_row(row: dict) -> str:
    def number(value: float) -> str:
        return "" if np.isnan(value) else f"{value:.4f}".removesuffix("0")

    interval = "" if np.isnan(row["low"]) else f"{number(row['low'])} to {number(row['high'])}"
    p = "" if np.isnan(row["p_holm"]) else f"{row['p']:.2g}, Holm {row['p_holm']:.2g}"
    verdict = row["verdict"]
    if row["verdict_holm"] != verdict:
        verdict += f" ({row['verdict_holm']} by Holm)"
    cells = [row["quantity"], row["kind"], number(row["published"]), number(row["ours"])]
    cells += [interval, row["n"], p, verdict, row["reason"]]
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def held(verdicts: pd.DataFrame) -> str:
    """What was published and comes out: values run again, and statements tested anew."""
    counts = counted(verdicts)[[REPRODUCED, NOT_REPRODUCED, UNDECIDED]]
    (same, *other), (replicated, refuted, undecided) = counts.to_numpy().tolist()
    parts = []
    if same + sum(other):
        parts.append(
            f"of {same + sum(other)} published values run again with the authors' seeds and data "
            f"{same} come out the same"
        )
    if replicated + refuted + undecided:
        parts.append(
            f"of {replicated + refuted + undecided} statements tested anew {replicated} are "
            f"replicated, {refuted} refuted and {undecided} undecided"
        )
    found = "; ".join(parts) or "nothing that was published can be judged by these studies"
    return f"{found[0].upper()}{found[1:]} ({link('reproduction.csv')})"
