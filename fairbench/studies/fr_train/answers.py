"""The paper's questions, answered by differences with intervals."""

from __future__ import annotations

import pandas as pd

from fairbench.evaluation.verdict_words import held
from fairbench.evaluation.verdicts import UNDECIDED
from fairbench.studies.fr_train.contrasts import QUESTIONS

__all__ = ["answers", "findings"]

_ABOUT = {"clean": "clean", "poisoned": "poisoned", "drop": "lost by the poison"}


def answers(compared: pd.DataFrame) -> str:
    """Write every question with its differences, reading by reading, as Markdown."""
    lines = [
        "- Fits are chosen on validation rows, nearest to the disparate impact (DI) aimed at. What",
        "  differs in accuracy and in DI belongs together: a method that is more accurate and less",
        "  fair has not won. Intervals take account of rows that divisions share. The reading",
        "  `synthetic` has one data set: its splits are seeds, and say nothing about other rows.",
    ]
    for name, question in QUESTIONS.items():
        mine = compared[compared["question"] == name]
        if mine.empty:
            continue
        lines.append(f"- **{question.text}** {_counted(mine)}")
        by_reading = ["reading", "about", "first", "second"]
        for (reading, about, first, second), rows in mine.groupby(by_reading, sort=False):
            sign = "less" if about == "drop" else "minus"
            words = f"{_words(first)} {sign} {_words(second)}"
            lines.append(f"    - {reading}, {_ABOUT[about]}: {words}: {_numbers(rows)}.")
    return "\n".join(lines) + "\n"


def findings(compared: pd.DataFrame, verdicts: pd.DataFrame) -> str:
    """Write at most six sentences that answer the questions by counts, each with its table."""
    said = []
    for name, words in _SENTENCES.items():
        mine = compared[(compared["question"] == name) & (compared["about"] != "clean")]
        accuracy = mine[mine["measure"] == "accuracy"]
        if len(accuracy):
            most = accuracy.loc[accuracy["value"].idxmax()]
            least = accuracy.loc[accuracy["value"].idxmin()]
            said.append(
                f"{words} {_counted(mine)} Accuracy differs by {_interval(least)} "
                f"({least['reading']}) to {_interval(most)} ({most['reading']}) "
                "([contrasts.csv](contrasts.csv))."
            )
    said.append(f"{held(verdicts)}.")
    return "".join(f"- {sentence}\n" for sentence in said)


_SENTENCES = {
    "two_step": "On poisoned data, learning to reweight before a fair method, against that method "
    "alone:",
    "drop": "What poison takes from FR-Train, against methods for fairness alone (above 0: it "
    "loses less):",
    "one_step": "FR-Train against the two steps on poisoned data:",
    "no_clean_row": "FR-Train, which needs clean rows, against thresholds and constraints that "
    "need none:",
}


def _counted(rows: pd.DataFrame) -> str:
    """How often the first of a pair is the more accurate, and how often the fairer."""
    parts = []
    for measure, word in (("accuracy", "accuracy"), ("disparate_impact", "DI")):
        says = rows.loc[rows["measure"] == measure, "says"]
        counts = {each: int((says == each).sum()) for each in ("higher", "lower", UNDECIDED)}
        told = ", ".join(f"{each} in {count}" for each, count in counts.items() if count)
        parts.append(f"{word} {told} of {len(says)}")
    return f"{'; '.join(parts)}."


def _numbers(rows: pd.DataFrame) -> str:
    by = rows.set_index("measure")
    names = {"accuracy": "accuracy", "disparate_impact": "DI"}
    parts = [f"{word} {_interval(by.loc[m])}" for m, word in names.items() if m in by.index]
    return f"{', '.join(parts)}, n = {rows['n'].max()}"


def _interval(row: pd.Series) -> str:
    return f"{row['value']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]"


def _words(label: str) -> str:
    return label.replace("rml_", "RML + ").replace("fr_train", "FR-Train").replace("_", " ")
