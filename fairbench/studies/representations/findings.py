"""What the representations study found, in at most four sentences."""

from __future__ import annotations

import pandas as pd

from fairbench.evaluation.verdict_words import held, link, listed
from fairbench.studies.representations.claims import DATASETS
from fairbench.studies.representations.gamma_claims import NAMES
from fairbench.studies.representations.gamma_sweep import QUANTITIES
from fairbench.studies.representations.summary import ESTIMATION_ERROR, DataSet, data_sets

_SUM = "auc+1-gpa"


def findings(
    folds: pd.DataFrame, summary: pd.DataFrame, correlations: pd.DataFrame, verdicts: pd.DataFrame
) -> str:
    """Write the findings of the study.

    Parameters
    ----------
    folds, summary, correlations, verdicts : DataFrame
        ``folds.csv`` and the tables made from it and from the sweep.

    Returns
    -------
    str
        A Markdown list whose links lead to the tables beside it: who has the best trade-off, what
        gamma steers, what a forest finds, what was published and comes out. A question that the
        study does not reach is left out.
    """
    sets = list(data_sets(folds))
    sentences = [_best(sets), _steered(correlations), _hidden(sets, summary), f"{held(verdicts)}."]
    return "".join(f"- {sentence}\n" for sentence in sentences if sentence)


def _best(sets: list[DataSet]) -> str:
    """Who leads by AUC + (1 - GPA), and whether the interval of the lead is above 0."""
    leads, unclear = [], []
    for data in sets:
        best, second, lead = data.lead(_SUM)
        if lead is None:
            continue
        numbers = f"{lead.value:+.3f} [{lead.low:+.3f}, {lead.high:+.3f}] over {_name(second)}"
        words = f"{_name(best)} on {_set(data.dataset)} ({numbers}, {lead.n} folds)"
        (leads if lead.low > 0.0 else unclear).append(words)
    parts = [f"the lead is shown for {listed(leads)}"] if leads else []
    parts += [f"no lead is shown: ahead by its mean is {listed(unclear)}"] if unclear else []
    return f"By AUC + (1 - GPA), {'; '.join(parts)} ({link('folds.csv')})." if parts else ""


def _steered(correlations: pd.DataFrame) -> str:
    """Which methods get fairer with gamma, by the interval of the correlation."""
    rows = correlations[correlations["quantity"] == QUANTITIES[0]].dropna(subset=["pearson"])
    said: dict[str, list[str]] = {"fairer": [], "less fair": [], "": []}
    for row in rows.to_dict("records"):
        value, low, high = (f"{row[name]:+.2f}" for name in ("pearson", "low", "high"))
        interval = f" [{low}, {high}]" if row["low"] == row["low"] else ""
        word = "fairer" if row["low"] > 0.0 else "less fair" if row["high"] < 0.0 else ""
        said[word].append(
            f"{_name(row['label'])} ({row['pearson']:+.2f}{interval}, n = {row['n']})"
        )
    parts = []
    for word, who in said.items():
        if who:
            get = f"{listed(who)} get{'s' if len(who) == 1 else ''} {word}"
            parts.append(get if word else f"no change is shown for {listed(who)}")
    if not parts:
        return ""
    where = listed([_set(name) for name in rows["dataset"].unique()])
    told = f"correlation with 1 - GPA; {link('correlations.csv')}"
    return f"With more gamma, on {where}, {'; '.join(parts)} ({told})."


def _hidden(sets: list[DataSet], summary: pd.DataFrame) -> str:
    """How well a forest finds the group, and whether the sum bounds the joint information."""
    parts = []
    for data in sets:
        means = {label: data.mean(label, "probe_auc") for label in data.rows["label"].unique()}
        known = {label: mean.value for label, mean in means.items() if mean.n}
        if known:
            ends = min(known, key=known.get), max(known, key=known.get)
            low, high = (f"{known[label]:.2f} ({_name(label)})" for label in ends)
            parts.append(f"from {low} to {high} on {_set(data.dataset)}")
    if not parts:
        return ""
    rows = summary[(summary["quantity"] == "joint_exceeds_sum") & (summary["n"] > 0)]
    above = round(float((rows["mean"] * rows["n"]).sum()))
    return (
        f"A forest finds the group in the representations with an AUC {listed(parts)}, .5 being "
        f"chance; in {above} of {rows['n'].sum()} chosen models the whole layer tells more "
        f"about the group than the sum of its neurons, by over {ESTIMATION_ERROR} nats "
        f"({link('summary.csv')})."
    )


def _name(label: str) -> str:
    """A label as it is said: a method's own name, or the label's words."""
    return {**NAMES, "plain": "the plain network"}.get(label, label.replace("_", " "))


def _set(dataset: str) -> str:
    return DATASETS.get(dataset, dataset)
