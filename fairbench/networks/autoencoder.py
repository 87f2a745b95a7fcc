"""The networks of the variational fair autoencoder, stacked (Louizos et al., ICLR 2016)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from fairbench.networks.mlp import StackedMLP
from fairbench.networks.noise import Noise, mean_over_draws

#: Log-variances are kept within +-this: one divided by a tiny variance would drown the labels.
_LIMIT = 4.0


class StackedAutoencoder(torch.nn.Module):
    """Encoder, classifier and decoders around two latent layers.

    Parameters
    ----------
    weights : dict of lists of array, shape (models, out, in)
        ``encoder`` q(z1|x,s), ``second_encoder`` q(z2|z1,y), ``second_decoder`` p(z1|z2,y),
        ``decoder`` p(x|z1,s), ``classifier`` q(y|z1).
    seeds : sequence of int, shape (models,)
        Seeds of the latent draws.
    features : int
        Random Fourier features of the discrepancy's kernel.
    groups : int
        How many groups s tells apart.

    Attributes
    ----------
    representation : Tensor, shape (models, rows, latent)
        z1 of the last pass: a draw, after a prediction the mean over its draws.
    """

    def __init__(
        self,
        weights: dict[str, list],
        *,
        seeds: Sequence[int],
        features: int,
        groups: int = 2,
        dtype=torch.float32,
        device="cpu",
    ):
        super().__init__()
        parts = {name: StackedMLP(layers, dtype, device) for name, layers in weights.items()}
        self.parts = torch.nn.ModuleDict(parts)
        self.noise, self.groups = Noise(seeds, device), groups
        latent = weights["classifier"][0].shape[-1]
        fixed = torch.Generator().manual_seed(0)  # one approximation of the kernel, for all models
        self.frequencies = torch.randn(latent, features, generator=fixed).to(device, dtype)
        self.phases = 2 * math.pi * torch.rand(features, generator=fixed).to(device, dtype)

    def forward(self, features: Tensor) -> Tensor:
        """Logits of y from a draw of z1, as of a `StackedMLP`; keeps what the losses need."""
        self.posterior = self._gaussian("encoder", features)
        z1 = self._drawn(*self.posterior)
        self.representation = z1
        return self.parts["classifier"](z1)

    def in_order(self) -> list[Tensor]:
        """The parameters part by part and layer by layer."""
        return [p for part in self.parts.values() for p in part.in_order()]

    def predict(self, features: Tensor, *, draws: int, seed: int) -> Tensor:
        """Mean over draws of P(Yhat = 1 | z1), or of each class, as `probability_of`."""
        self.noise = Noise([seed] * len(features), self.noise.device)
        return mean_over_draws(self, features, draws)

    def bound(self, features: Tensor, y: Tensor) -> Tensor:
        """Negative evidence bound without the label's term, in nats a row, shape (models,).

        Reconstruction of x by a Gaussian of unit variance (its constant left out), KL(q(z1) ||
        p(z1|z2,y)) and KL(q(z2) || N(0, I)), of the last pass's z1. Of more than two classes `y` is
        a column for each but the first, (models, rows, classes - 1).
        """
        z1, columns = self.representation, self.groups - 1
        mean2, log2 = self._gaussian("second_encoder", z1, y)
        z2 = self._drawn(mean2, log2)
        prior = self._gaussian("second_decoder", z2, y)
        rebuilt = self.parts["decoder"].outputs(z1, features[..., -columns:])
        error = 0.5 * (rebuilt - features[..., :-columns]).square().sum(-1)
        zero = torch.zeros_like(mean2)
        divergence = _divergence(*self.posterior, *prior) + _divergence(mean2, log2, zero, zero)
        return (error + divergence).mean(-1)

    def discrepancy(self, sensitive: Tensor) -> Tensor:
        """Squared MMD of z1 between the groups, by random Fourier features, shape (models,).

        The kernel is Gaussian with variance the number of latent units. Zero where one of two
        groups has no rows. Of more groups it is the sum over them of that to all rows together.
        """
        z1 = self.representation
        width = math.sqrt(z1.shape[-1])
        count = self.frequencies.shape[-1]
        psi = math.sqrt(2 / count) * (z1 @ self.frequencies / width + self.phases).cos()
        if self.groups > 2:
            member = torch.nn.functional.one_hot(sensitive.long(), self.groups)
            return self._to_all_rows(psi, member.to(psi.dtype))
        one = sensitive[:, None]
        means = [(group @ psi)[:, 0] / group.sum(-1).clamp(min=1) for group in (1 - one, one)]
        both = (sensitive.sum(-1) > 0) & ((1 - sensitive).sum(-1) > 0)
        return both * (means[0] - means[1]).square().sum(-1)

    @staticmethod
    def _to_all_rows(psi: Tensor, member: Tensor) -> Tensor:
        count = member.sum(-2)  # (models, groups)
        means = member.mT @ psi / count.clamp(min=1)[..., None]
        away = (means - psi.mean(-2, keepdim=True)).square().sum(-1)
        return ((count > 0) * away).sum(-1)

    def _gaussian(self, name: str, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = self.parts[name].outputs(*inputs).chunk(2, -1)
        return mean, _LIMIT * (log_variance / _LIMIT).tanh()

    def _drawn(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        noise = self.noise.normal(*mean.shape[1:], dtype=mean.dtype)
        return mean + (0.5 * log_variance).exp() * noise


def _divergence(mean: Tensor, log_variance: Tensor, mean0: Tensor, log_variance0: Tensor) -> Tensor:
    """KL of two diagonal Gaussians in nats, summed over the units, shape (models, rows)."""
    ratio = (log_variance - log_variance0).exp()
    distance = (mean - mean0).square() * (-log_variance0).exp()
    return 0.5 * (ratio + distance - 1 - log_variance + log_variance0).sum(-1)
