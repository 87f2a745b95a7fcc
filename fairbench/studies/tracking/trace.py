"""What a model was like along its training, computed afterwards from its recorded parameters.

Training records parameters and nothing else (``every`` of the two engines), so tracking cannot
change it. Here the recorded iterations of one model become a stack of models: the leading axis of
every tensor is the iteration, and the method's own losses are evaluated on all of them at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import torch

from fairbench.base.randomness import seed_of
from fairbench.methods.shared.base import Batch, Method
from fairbench.methods.shared.losses import binary_cross_entropy
from fairbench.metrics import decisions as metrics
from fairbench.studies.tracking.trace_information import RobustnessInformation, fairness_information
from fairbench.training.budget import Budget
from fairbench.training.models import Model, Split
from fairbench.training.sight import build_networks

#: Recorded iterations evaluated together; more only costs memory.
_CHUNK = 64

Networks = dict[str, torch.nn.Module]


def recorded_iterations(iterations: int, every: int) -> np.ndarray:
    """Iterations at which the engines record: 0, every, 2 every, ... and the end."""
    return np.append(np.arange(0, iterations, every), iterations)


def trace_frame(
    method: Method,
    model: Model,
    splits: Mapping[str, Split],
    records: np.ndarray,
    *,
    budget: Budget,
    every: int,
    compact: bool,
    coding: Sequence[str] = ("consistent",),
    neighbours: int = 8,
    slope: float = 20.0,
) -> pd.DataFrame:
    """Tidy trace of one model.

    Parameters
    ----------
    method : Method
    model : Model
        Its two weights are needed for the generator's loss.
    splits : mapping of str to Split
        ``train``, ``clean`` and ``test`` rows of the model's trial.
    records : array, shape (records, parameters)
        `fairbench.training.models.Outcome.trace`.
    budget, every
        As the model was trained and recorded.
    compact : bool
        The records are in the order of the fast engine.
    coding : sequence of {"consistent", "published"}
        Codings of the label beside V in the robustness information; none leaves it out.
    neighbours : int
        k of its nearest-neighbour estimate.
    slope : float
        beta of the pseudo-labels sigmoid(beta logit) in ``information_smooth``.

    Returns
    -------
    DataFrame
        One row a recorded iteration t, of the parameters with which t begins: ``iteration``;
        ``cross_entropy`` and ``generator_loss`` (with all example weights at 1); ``<network>_loss``
        of each discriminator; accuracy and disparate impact on ``train_`` (with the labels trained
        on) and ``test_`` rows; ``information_*`` and ``entropy_sensitive`` as explained in
        `fairbench.studies.tracking.trace_information`. Losses and information in nats.
    """
    iterations = recorded_iterations(budget.iterations, every)
    # A record between the last multiple and the end may be left unused by an engine.
    kept = np.append(np.arange(len(iterations) - 1), len(records) - 1)
    sizes = method.networks(splits["train"].features.shape[1])
    parameters = _in_order(records[kept], sizes, compact)
    robustness = [RobustnessInformation(splits, neighbours=neighbours, coding=c) for c in coding]
    parts = []
    for start in range(0, len(parameters), _CHUNK):
        here = slice(start, start + _CHUNK)
        networks = _networks(method, parameters[here], sizes, seed_of(model.seed, "trace"))
        warm = iterations[here] < budget.warm_up
        with torch.no_grad():
            columns, logit = _losses(method, model, networks, splits, warm)
            columns |= _measures(networks["generator"], logit, splits)
        columns |= fairness_information(logit, splits["train"].sensitive, slope)
        for estimate in robustness:
            columns |= estimate(logit > 0)
        parts.append(pd.DataFrame(columns))
    frame = pd.concat(parts, ignore_index=True).astype(np.float64)
    frame.insert(0, "iteration", iterations)
    return frame


def _in_order(records: np.ndarray, sizes: Mapping[str, tuple], compact: bool) -> np.ndarray:
    """Records in the order of the method's networks; the fast engine keeps places for all three."""
    if not compact:
        return records
    absent = []
    if "fairness_discriminator" not in sizes:
        absent += [4, 5]
    if "robustness_discriminator" not in sizes:
        absent.append(records.shape[1] - 1)
    return np.delete(records, absent, axis=1)


def _networks(method: Method, parameters: np.ndarray, sizes: Mapping, seed: int) -> Networks:
    """One stack of networks, whose models are the recorded iterations of one model."""
    values = torch.from_numpy(np.ascontiguousarray(parameters))
    count = len(values)
    empty = {
        name: [np.zeros((count, o, i), np.float32) for i, o in itertools.pairwise(shape)]
        for name, shape in sizes.items()
    }
    kind = {"dtype": values.dtype, "device": "cpu"}
    networks = build_networks(method, empty, seeds=[seed] * count, **kind)
    used = 0
    for network in networks.values():
        for parameter in network.requires_grad_(False).in_order():
            end = used + parameter[0].numel()
            parameter.copy_(values[:, used:end].reshape(parameter.shape))
            used = end
    if used != parameters.shape[1]:
        raise ValueError(f"records of {parameters.shape[1]} parameters for networks of {used}")
    return networks


def _losses(
    method: Method,
    model: Model,
    networks: Networks,
    splits: Mapping[str, Split],
    warm: np.ndarray,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The method's own losses, and the logits of the training rows, shape (iterations, rows)."""
    batch = _batch(splits, networks["generator"].in_order()[0])
    logit = networks["generator"](batch.features)
    terms = method.objective(networks, batch, logit, None)
    share = 1 - model.lambda_f - model.lambda_r
    loss = share * terms["cross_entropy"]
    for name, weight in (("fairness", model.lambda_f), ("robustness", model.lambda_r)):
        if name in terms:
            loss = loss + weight * terms[name]
    fitting = method.parameters.warm_up_scale * binary_cross_entropy(2 * logit, batch.y)
    columns = {
        "cross_entropy": terms["cross_entropy"],
        "generator_loss": torch.where(torch.from_numpy(warm), fitting, loss),
    }
    for name, value in method.discriminator_losses(networks, batch, logit).items():
        columns[f"{name}_loss"] = value
    return {name: value.numpy() for name, value in columns.items()}, logit.numpy()


def _batch(splits: Mapping[str, Split], like: torch.Tensor) -> Batch:
    """The same rows for every recorded iteration, without copying them."""

    def repeated(split: str, attribute: str) -> torch.Tensor:
        rows = torch.from_numpy(getattr(splits[split], attribute)).to(like.dtype)
        return rows.expand(len(like), *rows.shape)

    names = ("features", "sensitive", "y")
    clean = (repeated("clean", "features"), repeated("clean", "y"))
    return Batch(*(repeated("train", name) for name in names), *clean)


def _measures(
    generator: torch.nn.Module, train_logit: np.ndarray, splits: Mapping[str, Split]
) -> dict[str, np.ndarray]:
    """Accuracy and disparate impact of the hard predictions 1[logit > 0]."""
    rows = torch.from_numpy(splits["test"].features).to(generator.in_order()[0].dtype)
    logits = {"train": train_logit, "test": generator(rows.expand(len(train_logit), -1, -1))}
    columns = {}
    for name, logit in logits.items():
        split, prediction = splits[name], np.asarray(logit) > 0
        measured = metrics.describe_batch(split.y, prediction, sensitive=split.sensitive)
        columns |= {f"{name}_{m}": measured[m] for m in ("accuracy", "disparate_impact")}
    return columns
