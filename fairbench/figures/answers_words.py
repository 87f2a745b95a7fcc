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
from fairbench.figures.style import method_looks

__all__ = ["block_title", "caption"]


def block_title(row: pd.Series) -> str:
    """Labels and range of P(Y=1) in two lines, or the data set where there is but one law."""
    labels = "clean labels" if row["poisoning"] == "none" else "poisoned labels"
    where = {"all": row["dataset"]}.get(row["scope"], row["scope"])
    return f"{labels}\n{where.replace('<=', ' ≤ ').replace('>=', ' ≥ ')}"


def caption(contrasts: pd.DataFrame) -> str:
    """Say what is seen, and count what the intervals show."""
    return " ".join(
        [
            "What each method gains over the best simple baseline. Right of the line it is better. "
            f"{_counted(contrasts, SELECTED)} {_counted(contrasts, EQUAL_ACCURACY)}",
            *_twins(contrasts),
            "\n\nLines are 95 % intervals over n data sets. The baseline is the simple method "
            "(group thresholds, logistic regression, one answer for everybody) with the largest "
            "accuracy + disparate impact on the selection rows of the same data sets; at equal "
            'accuracy, the best that has a curve. "Apart" is the share of data sets whose two '
            "curves share no accuracy: they are not in n.",
        ]
    ).replace(" \n", "\n")


def _counted(contrasts: pd.DataFrame, panel: str) -> str:
    rows = contrasts[contrasts["panel"] == panel]
    counts = pd.Series([outcome(row) for _, row in rows.iterrows()], dtype=str).value_counts()
    found = [
        f"{counts[word]} {word}" for word in (BETTER, WORSE, UNKNOWN, UNDECIDED) if word in counts
    ]
    return f"{panel[0].upper()}{panel[1:]}: {', '.join(found) or 'nothing compared'}."


def _twins(contrasts: pd.DataFrame) -> list[str]:
    """A sentence for each two labels that are equal in every row of some study."""
    found = {}
    for place, rows in contrasts.groupby(["study", "dataset", "poisoning"], sort=False):
        wide = rows.pivot_table(index=["scope", "panel"], columns="label", values="difference")
        for at, a in enumerate(wide.columns):
            for b in wide.columns[at + 1 :]:
                if (wide[a] - wide[b]).abs().max() < 1e-9:
                    found.setdefault((a, b), place[0])
    looks = method_looks(contrasts["label"])
    why = {("adversarial", "fr_train"): ", as FR-Train without its robust part is the other"}
    return [
        f"{looks[a].name} and {looks[b].name} have equal numbers in {study}{why.get((a, b), '')}."
        for (a, b), study in found.items()
    ]
