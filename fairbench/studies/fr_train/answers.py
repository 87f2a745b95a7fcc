"""The paper's questions, answered by differences with intervals."""

from __future__ import annotations

import pandas as pd

from fairbench.evaluation.verdict_words import held
from fairbench.evaluation.verdicts import UNDECIDED
from fairbench.studies.fr_train.contrasts import QUESTIONS

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
        about = "drop" if name == "drop" else "poisoned"
        mine = compared[(compared["question"] == name) & (compared["about"] == about)]
        accuracy = mine[mine["measure"] == "accuracy"].sort_values("value")
        if accuracy.empty:
            continue
        counts = {word: int((accuracy["says"] == word).sum()) for word in ("higher", "lower")}
        least, most = accuracy.iloc[0], accuracy.iloc[-1]
        fair = mine.loc[mine["measure"] == "disparate_impact", "says"]
        said.append(
            f"{words.format(n=len(accuracy), **counts)}; the rest is undecided. Differences go "
            f"from {_interval(least)} ({least['reading']}) to {_interval(most)} "
            f"({most['reading']}); "
            f"disparate impact differs in {int((fair != UNDECIDED).sum())} of them "
            "([contrasts.csv](contrasts.csv))."
        )
    said.append(f"{held(verdicts)}.")
    return "".join(f"- {sentence}\n" for sentence in said)


_SENTENCES = {
    "two_step": "On poisoned data, a fair method after learning to reweight is more accurate than "
    "alone in {higher} of {n} comparisons and less accurate in {lower}",
    "drop": "Poison takes less accuracy from FR-Train than from methods for fairness alone in "
    "{higher} of {n} comparisons and more in {lower}",
    "one_step": "On poisoned data, FR-Train is more accurate than these two steps in {higher} of "
    "{n} comparisons and less accurate in {lower}",
    "no_clean_row": "On poisoned data, FR-Train is more accurate than thresholds and constraints "
    "that need no clean row in {higher} of {n} comparisons and less accurate in {lower}",
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
