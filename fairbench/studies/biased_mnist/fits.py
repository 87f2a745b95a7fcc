"""Fits of one method on one draw, in all its settings, and what is measured of each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fairbench.base.randomness import seed_of
from fairbench.data.biased_mnist import COLOURS
from fairbench.methods.shared.base import Method
from fairbench.metrics.classes import confusion
from fairbench.metrics.probes import information_found, random_forest_probe
from fairbench.studies.biased_mnist.columns import CELL, INSIDE, MEASURED
from fairbench.training.budget import Budget
from fairbench.training.cell import fit_cell
from fairbench.training.layers import information
from fairbench.training.models import Outcome, Split
from fairbench.training.rows import only


def trained(
    frame: Mapping[str, np.ndarray], about: Mapping, method: Method, given: Mapping, **how
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train a method in every setting.

    Parameters
    ----------
    frame : mapping of name to array
        A trial, see `fairbench.data.biased_mnist`.
    about : mapping
        Its description.
    given : mapping
        ``budget``, ``lambda_f`` and ``generator_rate`` (lists), ``seed``, ``probe_trees`` and
        ``probe_rows``.
    **how
        ``threads``, ``device``, ``minutes``, and ``done``, told the number of models as they end.

    Returns
    -------
    fits : DataFrame
        A row a setting: accuracy on every split of `MEASURED`, `INSIDE`, seconds, status, reason.
    cells : DataFrame
        Of each setting, rows and correct ones of every digit and colour of the unbiased test rows.
    """
    fits, cells = [], []
    for rate in given["generator_rate"]:
        budget = Budget(**given["budget"] | {"generator_rate": rate})
        grid = {"lambda_f": given["lambda_f"], "lambda_r": [0.0], "engine": "reference"}
        fitted = fit_cell(frame, dict(about), method, budget, **grid, **how)
        for model, outcome in zip(fitted.models, fitted.outcomes, strict=True):
            splits = fitted.splits[model.trial]
            setting = {"lambda_f": model.lambda_f, "generator_rate": rate}
            row, counts = _measured(outcome, splits, given, threads=how.get("threads", 1))
            row["iterations"] = fitted.how["iterations"]
            fits.append(setting | row)
            cells += [setting | cell for cell in counts]
    return pd.DataFrame(fits), pd.DataFrame(cells, columns=[*setting, *CELL])


def _measured(
    outcome: Outcome, splits: Mapping[str, Split], given: Mapping, threads: int
) -> tuple[dict, list[dict]]:
    row = dict.fromkeys((*MEASURED, *INSIDE), float("nan"))
    row |= {"draws": outcome.draws, "seconds": outcome.seconds, "status": "ok", "reason": ""}
    failed = outcome.failure
    if failed:
        return row | dict(zip(("status", "reason"), failed, strict=True)), []
    for name in MEASURED:
        split = splits[name]
        counts = confusion(
            split.y,
            outcome.prediction(split.features),
            sensitive=split.sensitive,
            classes=len(COLOURS),
            groups=len(COLOURS),
        )  # (colours, digits, predictions)
        row[name] = counts.trace(axis1=1, axis2=2).sum() / counts.sum()
        said = np.flatnonzero(counts.sum((0, 1)))
        if name == "selection" and len(said) == 1:
            row["status"], row["reason"] = "degenerate", f"predicts {said[0]} for every row"
        if name == "test":
            cells = _cells(counts)
    return row | _inside(outcome, splits["test"], given, threads), cells


def _cells(counts: np.ndarray) -> list[dict]:
    rows, correct = counts.sum(2).T, counts.diagonal(axis1=1, axis2=2).T  # (digits, colours)
    return [
        dict(zip(CELL, (digit, colour, rows[digit, colour], correct[digit, colour]), strict=True))
        for digit, colour in np.ndindex(rows.shape)
    ]


def _inside(outcome: Outcome, split: Split, given: Mapping, threads: int) -> dict[str, float]:
    """What the penultimate layer tells of the colour, on rows whose digit does not tell it."""
    few = only(split, np.arange(min(given["probe_rows"], len(split.y))))
    seed, features = seed_of(given["seed"], "biased_mnist"), few.features
    found = information(outcome, few, seed=seed)
    shown = outcome.representation(features)
    # Of a binary layer one draw, which is what its information is about.
    code = outcome.codes(features, 1)[1] if outcome.stochastic else shown
    found["information_found"] = information_found(code, few.sensitive, seed=seed)
    how = {"seed": seed, "trees": given["probe_trees"], "threads": threads}
    found["probe_accuracy"] = random_forest_probe(shown, few.sensitive, **how)["accuracy"]
    return found
