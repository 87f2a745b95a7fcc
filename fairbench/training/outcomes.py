"""From a trained stack of networks to one outcome a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from fairbench.base.randomness import seed_of
from fairbench.methods.shared.base import Method
from fairbench.training.models import Model, Outcome
from fairbench.training.sight import build_networks


@dataclass
class NetworkOutcome(Outcome):
    """An outcome that keeps its network, a stack of one, because it is more than layers.

    Attributes
    ----------
    network : torch.nn.Module
    seed : int
        Of the draws: the same features give the same prediction, always.
    """

    network: torch.nn.Module | None = None
    seed: int = 0

    def finite(self) -> bool:
        return all(bool(torch.isfinite(p).all()) for p in self.network.parameters())

    @property
    def stochastic(self) -> bool:
        return hasattr(self.network, "noise")

    def probability(self, features: np.ndarray, draws: int | None = None) -> np.ndarray:
        draws = self.draws if draws is None else draws
        rows = self._rows(features)
        with torch.no_grad():
            return self.network.predict(rows, draws=draws, seed=self.seed)[0].cpu().numpy()

    def logit(self, features: np.ndarray) -> np.ndarray:
        p = self.probability(features).astype(np.float64)
        with np.errstate(divide="ignore"):
            return np.log(p) if p.ndim == 2 else np.log(p) - np.log1p(-p)

    def representation(self, features: np.ndarray, draws: int | None = None) -> np.ndarray:
        """What the last layer is handed in a prediction: the mean of its draws, (rows, units)."""
        self.probability(features, draws)
        return self.network.representation[0].cpu().numpy()

    def codes(self, features: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
        """P(T = 1) and a draw of the last binary layer, shape (draws * rows, units) each."""
        rows = self._rows(features)
        found = []
        with torch.no_grad():
            for draw in range(draws):
                self.network.predict(rows, draws=1, seed=seed_of(self.seed, "codes", draw))
                found.append((self.network.probability[0], self.network.code[0]))
        return tuple(torch.cat(part).cpu().numpy() for part in zip(*found, strict=True))

    def _rows(self, features: np.ndarray) -> torch.Tensor:
        like = next(self.network.parameters())
        return torch.as_tensor(features, dtype=like.dtype, device=like.device)[None]


def outcomes_of(
    method: Method, networks, weights, models: Sequence[Model], seconds: float, kind: dict
) -> list[Outcome]:
    """The outcome of each model of a trained stack."""
    if not method.keeps_network:
        generator = networks["generator"]
        stacked = [
            (weight.detach().cpu().numpy(), bias.detach().cpu().numpy()[:, 0])
            for weight, bias in zip(generator.weights, generator.biases, strict=True)
        ]
        if not method.parameters.sees_sensitive:
            stacked[0][0][..., 1 - method.groups :] = 0  # layers alone must not see it either
        return [
            Outcome([(w[index], b[index]) for w, b in stacked], seconds)
            for index in range(len(models))
        ]
    draws = getattr(method.parameters, "draws", 1)
    state = networks["generator"].state_dict()
    outcomes = []
    for index, model in enumerate(models):
        here = slice(index, index + 1)
        first = {name: [layer[here] for layer in layers] for name, layers in weights.items()}
        seed = seed_of(model.seed, "prediction")
        network = build_networks(method, first, seeds=[seed], **kind)["generator"]
        network.load_state_dict({name: value[here] for name, value in state.items()})
        kept = {"network": network, "draws": draws, "seed": seed}
        outcomes.append(NetworkOutcome([], seconds, **kept))
    return outcomes
