"""Networks of a method in double precision on a small batch, and slopes by finite differences."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from fairbench.methods import Batch, Method, find
from fairbench.training.initial import draw_initial

MODELS, ROWS, CLEAN_ROWS, FEATURES = 2, 14, 5, 3
STEP = 1e-6


@dataclass
class Stack:
    """Two models of one method, and the rows that they see."""

    method: Method
    networks: dict[str, torch.nn.Module]
    batch: Batch

    def logit(self) -> Tensor:
        return self.networks["generator"](self.batch.features)

    def slopes(self, loss: Tensor, network: str, direction: list[Tensor]) -> float:
        """What autograd says the loss gains along a direction in a network's parameters."""
        parameters = list(self.networks[network].parameters())
        given = torch.autograd.grad(loss.sum(), parameters, allow_unused=True, retain_graph=True)
        pairs = zip(given, direction, strict=True)
        return float(sum((g * d).sum() for g, d in pairs if g is not None))

    def measured(
        self, value: Callable[[], np.ndarray], network: str, direction: list[Tensor]
    ) -> float:
        """What a value gains along that direction, by central differences."""
        found = []
        for sign in (1.0, -1.0):
            self._move(network, direction, sign * STEP)
            found.append(float(np.sum(value())))
            self._move(network, direction, -sign * STEP)
        return (found[0] - found[1]) / (2 * STEP)

    def direction(self, network: str, seed: int = 0) -> list[Tensor]:
        """A random direction in a network's parameters."""
        generator = torch.Generator().manual_seed(seed)
        parameters = self.networks[network].parameters()
        return [torch.randn(p.shape, generator=generator, dtype=p.dtype) for p in parameters]

    def _move(self, network: str, direction: list[Tensor], by: float) -> None:
        with torch.no_grad():
            for parameter, towards in zip(
                self.networks[network].parameters(), direction, strict=True
            ):
                parameter += by * towards


def stack(name: str, **parameters) -> Stack:
    """A method's networks at a point that nothing makes special: no bias is zero."""
    kind = find(name)
    method = kind(kind.Parameters(**parameters))
    drawn = [
        draw_initial(method.networks(FEATURES), seed, generator="numpy", weights="he")
        for seed in range(MODELS)
    ]
    weights = {
        part: [np.stack(layer) for layer in zip(*(d[part] for d in drawn), strict=True)]
        for part in drawn[0]
    }
    networks = method.build(weights, seeds=range(MODELS), dtype=torch.float64)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for network in networks.values():
            for parameter in network.parameters():
                parameter += 0.3 * torch.randn(parameter.shape, generator=generator).double()
    return Stack(method, networks, _batch())


def _batch() -> Batch:
    """Rows in which both groups and both labels occur, the group as the last feature."""
    generator = torch.Generator().manual_seed(2)

    def rows(count: int) -> tuple[Tensor, Tensor, Tensor]:
        features = torch.randn(MODELS, count, FEATURES, generator=generator, dtype=torch.float64)
        sensitive = (torch.arange(count) % 3 == 0).double().expand(MODELS, count)
        y = (torch.arange(count) % 2 == 0).double().expand(MODELS, count)
        return torch.cat([features[..., :-1], sensitive[..., None]], -1), sensitive, y

    clean_features, _, clean_y = rows(CLEAN_ROWS)
    return Batch(*rows(ROWS), clean_features, clean_y)


def cross_entropy(logit: Tensor, target) -> np.ndarray:
    """Mean cross-entropy in nats by its definition, shape (models,)."""
    p = 1 / (1 + np.exp(-logit.detach().numpy()))
    target = np.asarray(target)
    return -(target * np.log(p) + (1 - target) * np.log(1 - p)).mean(-1)


def adversary_loss(adversary, logit, y, z) -> np.ndarray:
    """Mean cross-entropy of an adversary's guesses, (models,), of two groups or of several."""
    guess, _ = adversary._guess(logit, y)
    if guess.ndim == 2:
        return np.mean(np.logaddexp(0.0, guess) - z * guess, axis=1)
    own = guess[:, np.arange(len(z)), z.astype(int)]
    return np.mean(np.logaddexp.reduce(guess, axis=2) - own, axis=1)
