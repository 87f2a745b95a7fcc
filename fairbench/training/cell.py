"""One job's work: train every model of a cell and record what became of each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fairbench.data.groups import class_count, group_count
from fairbench.methods.shared.base import Method
from fairbench.metrics import decisions as metrics
from fairbench.metrics.classes import describe_classes
from fairbench.training import rows
from fairbench.training.budget import Budget
from fairbench.training.fit import fit_models
from fairbench.training.initial import initial_seed
from fairbench.training.models import Model, Outcome, Split, split_rows
from fairbench.training.postprocess import points_of, thresholds_of
from fairbench.training.trimming import kept_rows

if TYPE_CHECKING:
    import pandas as pd

MEASURED_SPLITS = ("train", "selection", "test")
_RATIOS = ("true_positive_ratio", "false_positive_ratio")


def train_cell(*given, **options) -> pd.DataFrame:
    """The fits of `cell_columns` as a DataFrame."""
    import pandas as pd

    return pd.DataFrame(cell_columns(*given, **options))


def cell_columns(*given, **options) -> dict[str, np.ndarray]:
    """Train a cell as `fit_cell` does, and measure its fits.

    Returns
    -------
    dict of name to array
        One row per fit: trial, lambda_f, lambda_r, initial_seed, engine ("solved" or "none" where
        nothing is trained), iterations, status, reason, seconds, the measures of each split (see
        `fairbench.metrics.decisions.describe`; a positive rate for each group of the data set; of
        more than two classes `fairbench.metrics.classes.describe_classes`), and a note on the test
        split's disparate impact where a convention made it.
    """
    fitted = fit_cell(*given, **options)
    fits = [row for index in range(len(fitted.models)) for row in fitted.records(index)]
    names = list(fits[0])
    names[4:4] = fitted.how
    return {name: _column([(row | fitted.how)[name] for row in fits]) for name in names}


class Fitted(NamedTuple):
    """The models of a cell, what became of each, and the rows that they are measured on.

    Attributes
    ----------
    method : Method
        Told how many groups and classes the data have.
    models : list of Model
    outcomes : list of Outcome
    splits : dict of trial -> split -> Split
    kept : dict of trial -> array of bool, shape (training rows,)
        Which of them the method learned from.
    how : dict
        ``engine`` and ``iterations``.
    """

    method: Method
    models: list[Model]
    outcomes: list[Outcome]
    splits: Mapping[int, Mapping[str, Split]]
    kept: Mapping[int, np.ndarray]
    how: dict

    def records(self, index: int) -> list[dict]:
        """The rows of a model in a table of fits: one, or one a point if it is post-processed."""
        model = self.models[index]
        given = self.splits[model.trial], self.kept[model.trial]
        return _records(self.method, model, self.outcomes[index], *given)


def fit_cell(
    frame: pd.DataFrame | Mapping[str, np.ndarray],
    data_about: dict,
    method: Method,
    budget: Budget,
    *,
    lambda_f: list[float],
    lambda_r: list[float],
    trimming: dict | None = None,
    with_reserve: bool = False,
    clean_share: float = 1.0,
    engine: str = "auto",
    device: str = "cpu",
    threads: int = 1,
    minutes: float | None = None,
    done: Callable[[int], None] = lambda count: None,
) -> Fitted:
    """Train all trials and lambdas of a cell together, and keep the models.

    Parameters
    ----------
    frame : DataFrame or mapping of name to array
        A data set, see `fairbench.data.drawn.build`.
    data_about : dict
        Its description: dataset, parameters, seed.
    trimming : dict, optional
        ``share`` and ``rounds`` of `kept_rows`: the method learns from what these leave.
    with_reserve : bool
        Whether rows that the published data set keeps back are trained on too.
    clean_share : float
        Share of the clean rows that the method is given, at least one of them.
    engine : {"auto", "fast", "reference"}
        "auto" takes the fast engine where it knows the method.
    minutes : float, optional
        After so long the reference engine stops a batch of fits and records them as errors.

    Returns
    -------
    Fitted

    Raises
    ------
    ValueError
        If the fast engine is asked for a method that it does not know, or there are more than two
        groups and the method knows two.
    """
    method, splits = method.for_data(group_count(frame), class_count(frame)), split_rows(frame)
    if with_reserve:
        splits = {trial: rows.with_reserve(parts) for trial, parts in splits.items()}
    models, generator = _models(method, data_about, list(splits), lambda_f, lambda_r)
    kept = {trial: _kept(parts["train"], trimming) for trial, parts in splits.items()}
    data = {
        t: (rows.only(parts["train"], kept[t]), rows.first(parts["clean"], clean_share))
        for t, parts in splits.items()
    }
    told = {"generator": generator, "engine": engine, "device": device, "threads": threads}
    outcomes, how = fit_models(method, data, models, budget, **told, minutes=minutes, done=done)
    return Fitted(method, models, outcomes, splits, kept, how)


def _column(values: list) -> np.ndarray:
    return np.array(values, object if isinstance(values[0], str) else None)


def _kept(split, trimming: dict | None) -> np.ndarray:
    return np.ones(len(split.y), bool) if trimming is None else kept_rows(split, **trimming)


def _models(method, about, trials, lambda_f, lambda_r) -> tuple[list[Model], str]:
    """The models of a cell in grid order, and the kind of generator of their initial weights."""
    chosen = [initial_seed(about["dataset"], about["parameters"], t, about["seed"]) for t in trials]
    seeds = {trial: seed for trial, (_, seed) in zip(trials, chosen, strict=True)}
    grid = itertools.product(
        trials,
        lambda_r if method.uses_lambda_r else [0.0],
        lambda_f if method.uses_lambda_f else [0.0],
    )
    return [Model(t, float(f), float(r), seeds[t]) for t, r, f in grid], chosen[0][0]


def _records(method: Method, model: Model, outcome: Outcome, splits, kept) -> list[dict]:
    """The rows of one trained model: one, or one per trade-off point if it is post-processed."""
    row = {
        "trial": model.trial,
        "lambda_f": model.lambda_f,
        "lambda_r": model.lambda_r,
        "initial_seed": model.seed,
        "status": "ok",
        "reason": "",
        "seconds": outcome.seconds,
    }
    measures = _measures(method)
    row |= {f"{s}_{m}": np.nan for s in MEASURED_SPLITS for m in measures} | {"note": ""}
    points = points_of(method, model)
    failed = outcome.failure
    if failed:
        return [row | {"lambda_f": f, "status": failed[0], "reason": failed[1]} for f in points]
    thresholds = thresholds_of(method, points, outcome, splits, kept)
    rows = [row | {"lambda_f": float(f)} for f in points]
    for name in MEASURED_SPLITS:
        prediction, measured = _measured(method, outcome, splits[name], thresholds)
        for k, target in enumerate(rows):
            target |= {f"{name}_{m}": float(measured[m][k]) for m in measures}
            # Why the test split's disparate impact is 0 or missing, where it is by convention.
            target["note"] = str(measured["note"][k])
            if name == "selection" and (prediction[k] == prediction[k, 0]).all():
                target["status"] = "degenerate"
                target["reason"] = f"predicts {int(prediction[k, 0])} for every selection row"
    return rows


def _measures(method: Method) -> list[str]:
    """What is recorded of each split."""
    groups = range(method.groups)
    if method.classes > 2:
        return ["accuracy", "information", *(f"accuracy_{k}" for k in groups)]
    return ["accuracy", "disparate_impact", *(f"positive_rate_{k}" for k in groups), *_RATIOS]


def _measured(method: Method, outcome: Outcome, split: Split, thresholds) -> tuple:
    """Predictions (points, rows), and each of their measures, (points,)."""
    groups = {"sensitive": split.sensitive, "groups": method.groups}
    if method.classes > 2:
        prediction = outcome.prediction(split.features)
        found = describe_classes(split.y, prediction, classes=method.classes, **groups)
        return prediction[None], {name: [value] for name, value in found.items()}
    own = thresholds[:, split.sensitive.astype(int)]
    prediction = outcome.logit(split.features)[None] > own
    return prediction, metrics.describe_batch(split.y, prediction, **groups)
