"""Fits that keep their weights, as certificates are of weights and not of measures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from fairbench.certify import Domain, Network
from fairbench.certify.converters import LEAK, from_leaky
from fairbench.methods.shared.base import Method
from fairbench.training.budget import Budget
from fairbench.training.cell import Fitted, fit_cell
from fairbench.training.models import NOT_FEATURES

#: Points of group thresholds that are kept of those that a fit has, by lambda_f.
_POINTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def trained_fits(
    frame: pd.DataFrame, about: Mapping, method: Method, given: Mapping, **how
) -> pd.DataFrame:
    """Train the models of a job.

    Parameters
    ----------
    frame : DataFrame
        A data set.
    about : mapping
        Its description.
    given : mapping
        The job's spec: ``lambda_f``, ``lambda_r``, ``engine``, ``budget``.
    **how
        ``threads``, ``device``, ``minutes``, ``done``.

    Returns
    -------
    DataFrame
        A row a fit: the measures of `fairbench.training.cell.cell_columns`, ``majority`` (share of
        the larger label among test rows), ``layers`` (weights and biases, as JSON) and ``leak``
        (slope of the hidden units below zero). A fit that failed has no layers.
    """
    grid = {name: given[name] for name in ("lambda_f", "lambda_r", "engine")}
    fitted = fit_cell(frame, dict(about), method, Budget(**given["budget"]), **grid, **how)
    return pd.DataFrame(list(kept_fits(fitted)))


def kept_fits(fitted: Fitted) -> Iterator[dict]:
    """A row for each fit, with its weights."""
    from fairbench.training.postprocess import points_of, thresholds_of

    for index, model in enumerate(fitted.models):
        outcome, splits = fitted.outcomes[index], fitted.splits[model.trial]
        positive = float(splits["test"].y.mean())
        records = fitted.records(index)
        failed = records[0]["status"] in ("error", "diverged")
        layers, leak = ([], 0.0) if failed else _layers(outcome)
        thresholds = np.zeros((len(records), fitted.method.groups))
        if not failed:
            kept = fitted.kept[model.trial]
            points = points_of(fitted.method, model)
            thresholds = thresholds_of(fitted.method, points, outcome, splits, kept)
        for record, own in zip(records, thresholds, strict=False):
            if len(records) == 1 or record["lambda_f"] in _POINTS:
                moved = _with_thresholds(layers, own)
                told = {"majority": max(positive, 1 - positive), "leak": leak}
                yield record | fitted.how | told | {"layers": _written(moved)}


def _layers(outcome) -> tuple[list, float]:
    """Weights and biases of a fit, and the slope of its hidden units below zero.

    A mean over draws and convolutions are no such network: they have no layers.
    """
    network = getattr(outcome, "network", None)
    if network is None:
        return list(outcome.layers), LEAK
    from fairbench.networks.mlp import is_leaky

    leaky = is_leaky(network)
    if outcome.stochastic or leaky is None:
        return [], 0.0
    pairs = zip(network.weights, network.biases, strict=True)
    layers = [tuple(p[0].detach().cpu().numpy() for p in pair) for pair in pairs]
    return layers, LEAK if leaky else 0.0


def _with_thresholds(layers: Sequence, thresholds: np.ndarray) -> list:
    """The layers of logit - threshold of the group, whose sign decides.

    The group is the last input of a linear fit, and its threshold a part of that input's weight.
    """
    layers = [(np.asarray(w, float).copy(), np.asarray(b, float).ravel().copy()) for w, b in layers]
    if not layers or not thresholds.any():
        return layers
    if len(layers) > 1:
        raise ValueError("thresholds for each group are known for linear fits alone")
    (weight, bias), more = layers[0], len(thresholds) - 1
    weight[0, -more:] -= thresholds[1:] - thresholds[0]
    bias -= thresholds[0]
    return layers


def _written(layers: Sequence) -> str:
    return json.dumps([[w.tolist(), b.tolist()] for w, b in layers])


def network_of(layers: str, leak: float, domain: Domain) -> Network:
    """The network of a row of `trained_fits`, as it is on a domain."""
    pairs = [(np.array(w, float), np.array(b, float)) for w, b in json.loads(layers)]
    if leak == 0 or len(pairs) == 1:
        return Network([w for w, _ in pairs], [b for _, b in pairs])
    return from_leaky(pairs, leak=leak, domain=domain)


def space_of(frame: pd.DataFrame, groups: int = 2) -> dict:
    """What inputs may be, from the columns of a data set: its features and the group behind them.

    Returns
    -------
    dict
        ``columns``; ``lower`` and ``upper``, those of the rows but at least 0 and 1 where inputs
        are scaled to that; ``integer`` and ``groups`` as a `Domain` has them; ``free``, the
        columns of the group, which people may differ in and still be the same.
    """
    names = [name for name in frame if name not in NOT_FEATURES]
    features = frame[names]
    lower, upper = features.min().to_numpy(float), features.max().to_numpy(float)
    whole = [k for k, name in enumerate(names) if features[name].dtype.kind in "iu"]
    one_hot: dict[str, list[int]] = {}
    for k in whole:
        if "=" in names[k]:
            one_hot.setdefault(names[k].partition("=")[0], []).append(k)
    listed = [k for members in one_hot.values() for k in members]
    lower[listed], upper[listed] = 0.0, 1.0
    more = groups - 1
    free = list(range(len(names), len(names) + more))
    return {
        "columns": [*names, *(f"group {k + 1}" for k in range(more))],
        "lower": [*np.minimum(lower, 0.0).tolist(), *[0.0] * more],
        "upper": [*np.maximum(upper, 1.0).tolist(), *[1.0] * more],
        "integer": [*(k for k in whole if k not in listed), *free],
        "groups": list(one_hot.values()),
        "free": free,
    }
