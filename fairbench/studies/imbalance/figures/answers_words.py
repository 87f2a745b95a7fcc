"""Words of the picture of the answers."""

from __future__ import annotations

import pandas as pd

from fairbench.evaluation.contrasts import (
    BETTER,
    EQUAL_ACCURACY,
    SELECTED,
    UNDECIDED,
    UNKNOWN,
    WORSE,
    outcome,
)
from fairbench.plotting.style import method_looks


def name_of(label: str) -> str:
    """Display name of a method."""
    return method_looks([label])[label].name


def block_title(block: pd.DataFrame, *, with_baseline: bool) -> str:
    """Labels, range of P(Y=1) or data set, and the baseline of panel (a) where blocks differ."""
    row = block.iloc[0]
    labels = "clean labels" if row["poisoning"] == "none" else "poisoned labels"
    where = row["dataset"] if row["scope"] == "all" else row["scope"]
    against = block.loc[block["panel"] == SELECTED, "baseline"].unique()
    lines = [labels, where.replace("<=", " ≤ ").replace(">=", " ≥ ")]
    if with_baseline:
        lines += [f"(a) minus {name_of(label)}" for label in against]
    return "\n".join(lines)


def caption(contrasts: pd.DataFrame) -> str:
    """Say what is seen and count what the intervals show; then, in smaller print, of what."""
    seen = [
        "What each method gains over the best simple baseline: right of the line it is better.",
        "Hollow markers show no difference.",
        _counted(contrasts, SELECTED),
        _counted(contrasts, EQUAL_ACCURACY),
    ]
    how = [
        "Lines are 95 % intervals over n data sets. The baseline is the simple method (group "
        "thresholds, logistic regression or one answer for everybody) with the largest accuracy + "
        "disparate impact (DI) on the selection rows of the same data sets; at equal accuracy it "
        "is group thresholds, the only one with a curve.",
        '"Apart" is the share of data sets whose two curves share no accuracy; they are not in n.',
    ]
    return f"{' '.join(seen)}\n\n{' '.join(how)}"


def _counted(contrasts: pd.DataFrame, panel: str) -> str:
    rows = contrasts[contrasts["panel"] == panel]
    counts = pd.Series([outcome(row) for _, row in rows.iterrows()], dtype=str).value_counts()
    found = [
        f"{counts[word]} {word}" for word in (BETTER, WORSE, UNKNOWN, UNDECIDED) if word in counts
    ]
    return f"{panel[0].upper()}{panel[1:]}: {', '.join(found) or 'nothing compared'}."
