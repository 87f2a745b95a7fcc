"""A fitted predictor as plain arrays, and its logits.

They are computed in double precision, and for each row as if it stood alone: the decision about a
person depends on no other in the table. So a stochastic network has the same draws for every row,
where a study's prediction has others for each.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fairbench.base.randomness import seed_of
from fairbench.methods import Method
from fairbench.training.initial import layers_of
from fairbench.training.models import Outcome

#: Rows that go through a network together, and images through one of convolutions.
_ROWS, _IMAGES = 1 << 16, 500


def arrays_of(outcome: Outcome) -> dict[str, np.ndarray]:
    """The weights of a fitted model by name, in the precision that it was trained in."""
    network = getattr(outcome, "network", None)
    if network is None:
        parts = ("weight", "bias")
        return {
            f"{depth}.{part}": np.array(array)
            for depth, layer in enumerate(outcome.layers)
            for part, array in zip(parts, layer, strict=True)
        }
    return {name: value.cpu().numpy().copy() for name, value in network.state_dict().items()}


def logits(
    method: Method, weights: Mapping[str, np.ndarray], features: np.ndarray, seed: int
) -> np.ndarray:
    """Logit of each row, shape (rows,), or of more than two classes of each, (rows, C); float64.

    Parameters
    ----------
    method : Method
        With the parameters it was fitted with, told how many groups and classes there are.
    weights : mapping of name to array
        Of `arrays_of`.
    features : array, shape (rows, width)
        With the groups last, as for a `fairbench.training.models.Split`.
    seed : int
        Of the fit: for a network that draws.
    """
    features = features.astype(np.float64)
    if method.fitting == "none":
        return np.zeros(len(features))
    if method.keeps_network and method.fitting == "trained":
        network = _rebuilt(method, weights, features.shape[1])
        step = _IMAGES if hasattr(network, "head") else _ROWS
        parts = [features[start : start + step] for start in range(0, len(features), step)]
        return np.concatenate([_through(network, method, part, seed) for part in parts])
    return Outcome(_layers(weights), 0.0).logit(features)


def perceptron(
    method: Method, weights: Mapping[str, np.ndarray], width: int
) -> tuple[list[tuple[np.ndarray, np.ndarray]], bool]:
    """Layers, weight (out, in) and bias (out,), and whether hidden units leak below zero.

    Parameters
    ----------
    method, weights
        As for `logits`.
    width : int
        Of the features with the groups.

    Raises
    ------
    ValueError
        Saying what the predictor is, if it is no perceptron that gives one logit and never draws.
    """
    if method.fitting == "none":
        raise ValueError("as it decides alike about everybody")
    if not (method.keeps_network and method.fitting == "trained"):
        return _layers(weights), True
    from fairbench.networks.mlp import is_leaky

    network = _rebuilt(method, weights, width)
    if hasattr(network, "noise"):
        raise ValueError("as its network draws at random")
    leaks = is_leaky(network)
    if leaks is None:
        raise ValueError("as its network is no perceptron")
    stacked = zip(network.weights, network.biases, strict=True)
    layers = [(weight[0], bias[0, 0]) for weight, bias in stacked]
    return [tuple(p.detach().numpy() for p in layer) for layer in layers], leaks


def _layers(weights: Mapping[str, np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [
        tuple(weights[f"{depth}.{part}"].astype(np.float64) for part in ("weight", "bias"))
        for depth in range(len(weights) // 2)
    ]


def _rebuilt(method: Method, weights: Mapping[str, np.ndarray], width: int):
    """The generator of a method, a stack of one in double precision."""
    import torch

    from fairbench.training.sight import build_networks

    empty = {
        name: [np.zeros((1, out, into)) for into, out in layers_of(sizes)]
        for name, sizes in method.networks(width).items()
    }
    network = build_networks(method, empty, seeds=[0], dtype=torch.float64)["generator"]
    state = {name: torch.from_numpy(np.array(value, np.float64)) for name, value in weights.items()}
    network.load_state_dict(state)
    return network.eval()  # normalised by what training saw, not by the rows beside it


def _through(network, method: Method, features: np.ndarray, seed: int) -> np.ndarray:
    """Logit of the mean probability over the draws of a network, one draw if it has none."""
    import torch
    from scipy.special import log_softmax, logsumexp

    rows, draws = torch.from_numpy(features)[None], 1
    if hasattr(network, "noise"):
        from fairbench.estimators.draws import SameForRows

        # Behind convolutions it is the head that draws.
        getattr(network, "head", network).noise = SameForRows([seed_of(seed, "prediction")])
        draws = getattr(method.parameters, "draws", 1)
    with torch.no_grad():
        told = np.stack([network(rows)[0].numpy() for _ in range(draws)])
    if draws == 1:
        return told[0]
    if told.ndim == 3:  # (draws, rows, C)
        return logsumexp(log_softmax(told, axis=2), axis=0) - np.log(draws)
    # log(mean p) - log(mean (1 - p)), of which neither is ever log(0)
    yes, no = (logsumexp(-np.logaddexp(0, sign * told), axis=0) for sign in (-1, 1))
    return yes - no
