"""The three jobs of the study: a block of trials, the chosen model of a fold, and the sweep."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from fairbench.base.randomness import seed_of
from fairbench.data.real.entry import View
from fairbench.methods.shared.base import Method
from fairbench.studies.representations import measures
from fairbench.studies.representations.fits import train
from fairbench.studies.representations.folds import inner_folds, outer_fold
from fairbench.studies.representations.space import SHAPE, search_space
from fairbench.training.layers import information

Done = Callable[[int], None]
_NAN = float("nan")


def search_trials(
    table: pd.DataFrame,
    view: View,
    kind: type[Method],
    given: Mapping,
    earlier: pd.DataFrame | None,
    *,
    done: Done = lambda count: None,
    **how,
) -> pd.DataFrame:
    """Train a block of trials of a round on the inner folds of an outer one.

    Parameters
    ----------
    table, view
        A real data set, see `fairbench.data.real.load`.
    kind : type of Method
    given : mapping
        The job's spec (`fairbench.studies.representations.plan`).
    earlier : DataFrame, optional
        What the rounds before found.
    done : callable
        Told the number of trials as they end.
    **how
        ``device``, ``threads`` and ``minutes``.

    Returns
    -------
    DataFrame
        One row a trial; AUC, GPA, AUDC and objective are means over the inner folds, missing
        unless every one of them is ok.
    """
    # Optuna costs a second, which the other jobs save.
    from fairbench.studies.representations.proposals import distributions, propose

    names = (view.name, view.profile, given["fold"])
    folds = inner_folds(
        table, view, given["outer_folds"], given["fold"], given["inner_folds"], given["seed"]
    )
    turn = given["round"]
    settings = propose(
        distributions(search_space(kind, given["space"], given["parameters"])),
        earlier,
        count=len(turn),
        random_first=given["random_first"],
        seed=seed_of(given["seed"], "search", *names, turn[0]),
    )
    rows = []
    for trial, setting in zip(turn, settings, strict=True):
        if trial in given["trials"]:
            gammas = [setting.get("gamma", 0.0)]
            fits = train(kind, folds, given, (*names, "inner"), setting, gammas, **how)
            rows.append({"trial": trial} | _setting(setting) | _mean_of(fits, folds))
            done(1)
    return pd.DataFrame(rows)


def fit_fold(
    table: pd.DataFrame,
    view: View,
    kind: type[Method],
    given: Mapping,
    trials: pd.DataFrame,
    *,
    threads: int = 1,
    **how,
) -> pd.DataFrame:
    """Train the best setting of a search on an outer fold, and measure it on its held-out rows."""
    fold = outer_fold(table, view, given["outer_folds"], given["fold"], given["seed"])
    sizes = {"train_rows": len(fold.train.y), "test_rows": len(fold.held_out.y)}
    good = trials[trials["status"] == "ok"]
    if good.empty:
        reason = f"none of {len(trials)} trials of the search was ok: {trials['reason'].iloc[0]}"
        return pd.DataFrame([sizes | {"trials": len(trials), "status": "error", "reason": reason}])
    best = good.loc[good["objective"].idxmax()]
    setting = json.loads(best["parameters"])
    names = (view.name, view.profile, given["fold"], "outer")
    gammas = [setting.get("gamma", 0.0)]
    [(*_, outcome)] = train(kind, [fold], given, names, setting, gammas, threads=threads, **how)
    row = _setting(setting) | sizes | {"trials": len(trials), "seconds": outcome.seconds}
    row["status"], row["reason"] = measures.status_of(outcome, fold.held_out)
    if row["status"] == "ok":
        rows, seed = fold.held_out, seed_of(given["seed"], *names)
        probe = {"trees": given["probe_trees"], "seed": seed, "threads": threads}
        row |= measures.decisions(outcome, rows) | {"draws": outcome.draws}
        row |= measures.at_draws(measures.ranking, outcome, rows)
        row |= information(outcome, rows, seed=seed)
        row |= measures.at_draws(measures.probes, outcome, rows, **probe)
        row["probe_trees"] = given["probe_trees"]
    return pd.DataFrame([row])


def sweep_gamma(
    table: pd.DataFrame, view: View, kind: type[Method], given: Mapping, **how
) -> pd.DataFrame:
    """Train one shape at every gamma, on every outer fold, all in one stack."""
    sweep, count = given["sweep"], given["outer_folds"]
    folds = [outer_fold(table, view, count, k, given["seed"]) for k in range(count)]
    names = (view.name, view.profile, "sweep")
    gammas = sweep["gamma"] if kind.uses_lambda_f else [0.0]
    rows = []
    fits = train(kind, folds, given, names, sweep, gammas, sweep["seeds"], **how)
    for fold, seed, gamma, outcome in fits:
        held_out = folds[fold].held_out
        status, reason = measures.status_of(outcome, held_out)
        row = {"fold": fold, "seed": seed, "gamma": gamma, "status": status, "reason": reason}
        row |= {name: sweep[name] for name in ("batch_size", *SHAPE)}
        row["seconds"] = outcome.seconds
        if status == "ok":
            decided = measures.decisions(outcome, held_out)
            row |= {name: decided[name] for name in ("accuracy", "disparate_impact")}
            row |= measures.at_draws(measures.ranking, outcome, held_out) | {"draws": outcome.draws}
        rows.append(row)
    return pd.DataFrame(rows)


def _setting(setting: Mapping) -> dict:
    """A setting as columns; those that a method does not have are missing."""
    columns = {name: setting.get(name, _NAN) for name in ("batch_size", *SHAPE)}
    text = json.dumps(dict(setting), sort_keys=True)
    return {"gamma": setting.get("gamma", 0.0)} | columns | {"parameters": text}


def _mean_of(fits, folds) -> dict:
    """Means over the inner folds, and the first status that is not ok."""
    states = [measures.status_of(outcome, folds[fold].held_out) for fold, _, _, outcome in fits]
    status, reason = next((s for s in states if s[0] != "ok"), ("ok", ""))
    row = dict.fromkeys((*measures.RANKING, "objective"), _NAN)
    if status == "ok":
        found = [measures.ranking(outcome, folds[fold].held_out) for fold, _, _, outcome in fits]
        row = {name: float(np.mean([f[name] for f in found])) for name in measures.RANKING}
        row["objective"] = measures.objective(row)
        if not np.isfinite(row["objective"]):
            status, reason = "degenerate", "a group of a fold has no rows of one label"
    seconds = sum(outcome.seconds for *_, outcome in fits)
    return row | {"status": status, "reason": reason, "seconds": seconds}
