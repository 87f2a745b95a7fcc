"""The questions this benchmark asks, answered from its tables in a few lines."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import verdict
from fairbench.evaluation.comparison import MATCHED
from fairbench.evaluation.contrasts import BETTER, WORSE, against
from fairbench.evaluation.lookup import Found, find_real, find_study, oriented
from fairbench.evaluation.scopes import FEW_POSITIVES
from fairbench.evaluation.selection import FREE

_SUM = "accuracy_plus_disparate_impact"
_BEAT = "Does an in-processing method beat group thresholds"
_DIVISIONS = (
    "**What do intervals on real data say?** Their trials divide the same rows anew: the intervals "
    "hold for the division and the training, and are too narrow for other people's data."
)


def answers(
    fits: pd.DataFrame,
    selected: pd.DataFrame,
    summaries: pd.DataFrame,
    comparisons: pd.DataFrame,
    matched: pd.DataFrame,
) -> str:
    """Answer from the numbers, for captions and the README.

    Parameters
    ----------
    fits, selected, summaries, comparisons, matched : DataFrame
        The tables of this package.

    Returns
    -------
    str
        A Markdown list: whether normalised MI helps with few positives, as selected and at equal
        accuracy; whether an in-processing method beats group thresholds, on drawn data and on each
        real data set; the distance to the limit; how often the edge of a grid was chosen; fits
        lost. Differences are given with bootstrap 95 % intervals.
    """
    lines = _normalised(find_study(fits, ["fr_train", "normalized_mi"]), comparisons, matched)
    rivals, real = find_study(fits, ["group_thresholds"]), find_real(fits, ["group_thresholds"])
    trained = fits.loc[~fits["method"].isin(FREE), "label"].unique()
    for found in [rivals] * (rivals is not None) + real:
        lines += _thresholds(found, comparisons, matched, trained)
    if rivals is None and not real:
        lines.append(f"**{_BEAT}?** No study has group thresholds.")
    if real:
        lines.append(_DIVISIONS)
    if rivals is not None:
        here = summaries[(summaries["study"] == rivals.study) & (summaries["poisoning"] == "none")]
        lines += [_limit(here), _edges(here)]
    lines.append(_lost(fits, selected))
    return "\n".join(f"- {line}" for line in lines) + "\n"


def _normalised(found: Found | None, comparisons: pd.DataFrame, matched: pd.DataFrame) -> list[str]:
    question = "**Does normalised MI help under label imbalance?**"
    if found is None:
        return [f"{question} No study on drawn data has it beside FR-Train."]
    lines, shown = [], {}
    for words, table, quantities in (
        ("as selected", comparisons, ("disparate_impact", "accuracy", _SUM)),
        ("at equal accuracy", matched, (MATCHED,)),
    ):
        parts = []
        for quantity in quantities:
            pair = oriented(table, found, "normalized_mi", "fr_train", quantity, FEW_POSITIVES)
            if pair:
                shown[quantity] = verdict(pair["low"], pair["high"], pair["n"], "higher", "lower")
                parts.append(f"{_name(quantity)} {_number(pair)}, {shown[quantity]}")
        differences = "; ".join(parts) or "not compared (unequal grids or no such cells)"
        lines.append(f"{question} Minus FR-Train at {FEW_POSITIVES}, {words}: {differences}.")
    if shown.get("disparate_impact") == "higher" and shown.get(MATCHED) not in (None, "higher"):
        lines[-1] += " No better trade-off curve is shown: the gain as selected comes with where"
        lines[-1] += " the grid lands on it."
    return lines


def _thresholds(
    found: Found, comparisons: pd.DataFrame, matched: pd.DataFrame, trained: np.ndarray
) -> list[str]:
    where = f" on {found.dataset}" if "/" in found.dataset else ""
    where += "" if found.poisoning == "none" else f" with poisoned labels ({found.poisoning})"
    question = f"**{_BEAT}{where}?**"
    rival, lines = found.labels["group_thresholds"], []
    for words, table, quantity in (
        ("by accuracy + DI as selected", comparisons, _SUM),
        ("by DI at equal accuracy", matched, MATCHED),
    ):
        rows = against(table, found.place, "all", quantity, rival)
        rows = rows[rows["label"].isin(trained)].to_dict("records")
        shown = {
            row["label"]: verdict(row["low"], row["high"], row["n"], BETTER, WORSE) for row in rows
        }
        better = ", ".join(label for label in shown if shown[label] == BETTER) or "none"
        each = "; ".join(f"{row['label']} {_number(row)}, {shown[row['label']]}" for row in rows)
        told = f"{better}. {each}" if rows else "nothing to compare here"
        lines.append(f"{question} {words[0].upper()}{words[1:]}: {told}.")
    return lines


def _limit(summaries: pd.DataFrame) -> str:
    distances = _by_label(summaries, "distance_to_limit", "n_disparate_impact", "{:.3f}")
    question = "**How far from the limit?** Accuracy missing to the best possible at the same DI"
    return f"{question}, mean over data sets: {distances}."


def _edges(summaries: pd.DataFrame) -> str:
    grids = summaries[summaries["fits"] > summaries["n"] + summaries["lost"]]
    either = _by_label(grids, "edge_rate", "n", "{:.0%}")
    upper = _by_label(grids, "edge_rate_high", "n", "{:.0%}")
    return f"**How often was an end of the grid chosen?** {either}; the upper end: {upper}."


def _by_label(summaries: pd.DataFrame, quantity: str, count: str, form: str) -> str:
    """Means over data sets per label: cells weigh by the data sets behind them."""
    parts = []
    for label, rows in summaries.dropna(subset=[quantity]).groupby("label", sort=True):
        value = np.average(rows[quantity], weights=rows[count])
        parts.append(f"{label} {form.format(value)}")
    return ", ".join(parts) or "unknown here"


def _lost(fits: pd.DataFrame, selected: pd.DataFrame) -> str:
    lost = fits["status"].isin(["diverged", "error"])
    where = [
        f"{study} / {label} {count}"
        for (study, label), count in fits[lost].groupby(["study", "label"]).size().items()
    ]
    sets = int((selected["status"] == "lost").sum())
    detail = f" ({', '.join(where)})" if where else ""
    fully = f"{sets} of {len(selected)} selections had no fit left"
    return f"**What was lost?** {lost.sum()} of {len(fits)} fits{detail}; {fully}."


def _name(quantity: str) -> str:
    names = {"accuracy": "accuracy", _SUM: "accuracy + DI"}
    return names.get(quantity, "DI")


def _number(row: dict) -> str:
    interval = f" [{row['low']:+.3f}, {row['high']:+.3f}]" if np.isfinite(row["low"]) else ""
    return f"{row['difference']:+.3f}{interval} (n = {row['n']})"
