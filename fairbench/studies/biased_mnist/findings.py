"""What the Biased-MNIST study found, in a few sentences."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fairbench.evaluation.verdict_words import held, link, listed
from fairbench.plotting.style import method_looks
from fairbench.studies.biased_mnist.gathered import BIASED, TEST


def findings(found: Mapping[str, pd.DataFrame], judged: pd.DataFrame) -> str:
    """Write the findings as a Markdown list.

    Parameters
    ----------
    found : mapping of str to DataFrame
        ``summary`` and ``differences`` of `fairbench.studies.biased_mnist.gathered`.
    judged : DataFrame
        Of `fairbench.studies.biased_mnist.claims.reproduction`.
    """
    summary, differences = found["summary"], found["differences"]
    said = [_best(summary), _helped(differences), _leak(differences), _variants(differences)]
    return "".join(f"- {sentence}\n" for sentence in [*said, f"{held(judged)}."] if sentence)


def _best(summary: pd.DataFrame) -> str:
    """Who is most accurate without the bias, and the plain network, at each correlation."""
    rows = summary[(summary["chosen_by"] == BIASED) & (summary["quantity"] == TEST)]
    rows = rows[rows["sees_sensitive"].astype(bool)].dropna(subset=["mean"])
    parts = []
    for correlation, mine in rows.groupby("correlation", sort=True):
        best, worst = mine.loc[mine["mean"].idxmax()], mine.loc[mine["mean"].idxmin()]
        parts.append(f"at rho {correlation:g} from {_row(worst)} to {_row(best)}")
    if not parts:
        return ""
    return f"Without the bias accuracy goes {listed(parts)} ({link('summary.csv')})."


def _row(row: pd.Series) -> str:
    return f"{row['mean']:.3f}{_interval(row)} ({_name(row['label'])})"


def _helped(differences: pd.DataFrame) -> str:
    """Which methods are shown to be better or worse than the plain network."""
    rows = differences[differences["kind"] == "vanilla"]
    parts = []
    for correlation, mine in rows.groupby("correlation", sort=True):
        sure = mine["p_holm"] <= 0.05
        better, worse = (mine[sure & (sign * mine["difference"] > 0)] for sign in (1, -1))
        told = [
            f"{word} is {listed([_change(row) for row in some.to_dict('records')])}"
            for word, some in (("better", better), ("worse", worse))
            if len(some)
        ]
        parts.append(f"at rho {correlation:g} {'; '.join(told) or 'nothing is shown'}")
    if not parts:
        return ""
    rest = "differences that hold after Holm's correction"
    return f"Beside the plain network, {listed(parts)} ({rest}; {link('differences.csv')})."


def _leak(differences: pd.DataFrame) -> str:
    """What choosing by rows without the bias would have added."""
    rows = differences[differences["kind"] == "leak"].dropna(subset=["difference"])
    if rows.empty:
        return ""
    parts = []
    for correlation, mine in rows.groupby("correlation", sort=True):
        most = mine.loc[mine["difference"].idxmax()]
        mean = mine["difference"].mean()
        parts.append(f"{mean:+.3f} at rho {correlation:g} (at most {_change(most)})")
    return (
        "Choosing settings by rows without the bias, which a user does not have, would add "
        f"{listed(parts)} on average over methods with several settings "
        f"({link('differences.csv')})."
    )


def _variants(differences: pd.DataFrame) -> str:
    """What the released code's faults change."""
    rows = differences[differences["kind"] == "variant"].dropna(subset=["difference"])
    if rows.empty:
        return ""
    parts = [f"{_change(row)} at rho {row['correlation']:g}" for row in rows.to_dict("records")]
    return (
        f"The released code, less what its papers say, is {listed(parts)} "
        f"({link('differences.csv')})."
    )


def _change(row: Mapping) -> str:
    return f"{_name(row['label'])} {row['difference']:+.3f}{_interval(row, '+')}"


def _interval(row: Mapping, sign: str = "") -> str:
    if not np.isfinite(row["low"]):
        return ""
    return f" [{row['low']:{sign}.3f}, {row['high']:{sign}.3f}]"


def _name(label: str) -> str:
    return method_looks([label])[label].name
