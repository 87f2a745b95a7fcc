"""VFAE: its bound against torch.distributions, its discrepancy against the exact kernel."""

import math

import pytest
import torch
from torch.distributions import Independent, Normal, kl_divergence

from fairbench.networks.autoencoder import _divergence
from fairbench.networks.noise import Noise

from .stacks import MODELS, ROWS, stack

LATENT = 3


def gaussian(mean, log_variance):
    return Independent(Normal(mean, (0.5 * log_variance).exp()), 1)


def fresh(**parameters):
    return stack("vfae", hidden_layers=1, hidden_units=4, latent_units=LATENT, **parameters)


def test_the_divergence_is_that_of_two_gaussians():
    generator = torch.Generator().manual_seed(0)
    a, b, c, d = torch.randn(4, MODELS, ROWS, LATENT, generator=generator, dtype=torch.float64)
    expected = kl_divergence(gaussian(a, b), gaussian(c, d))
    assert torch.allclose(_divergence(a, b, c, d), expected, rtol=1e-12)
    assert torch.allclose(_divergence(a, b, a, b), torch.zeros(MODELS, ROWS).double())


def test_the_bound_is_reconstruction_and_both_divergences():
    """-log p(x|z1,s) without its constant, KL of z1 from p(z1|z2,y), KL of z2 from N(0, I)."""
    s = fresh()
    network, batch = s.networks["generator"], s.batch
    noise = Noise(range(MODELS))
    e1, e2 = (noise.normal(ROWS, LATENT, dtype=torch.float64) for _ in range(2))
    s.logit()
    bound = network.bound(batch.features, batch.y)

    def part(name, *inputs):
        mean, raw = network.parts[name].outputs(*inputs).chunk(2, -1)
        return gaussian(mean, 4 * (raw / 4).tanh())  # log-variances kept within 4

    q1 = part("encoder", batch.features)
    z1 = q1.mean + q1.stddev * e1
    assert torch.allclose(network.representation, z1)
    q2 = part("second_encoder", z1, batch.y)
    prior = part("second_decoder", q2.mean + q2.stddev * e2, batch.y)
    rebuilt = network.parts["decoder"].outputs(z1, batch.sensitive)
    features = batch.features[..., :-1]
    constant = 0.5 * features.shape[-1] * math.log(2 * math.pi)
    seen = -Independent(Normal(rebuilt, 1.0), 1).log_prob(features) - constant
    standard = gaussian(torch.zeros_like(q2.mean), torch.zeros_like(q2.mean))
    first, second = kl_divergence(q1, prior), kl_divergence(q2, standard)
    assert min(seen.mean(), first.mean(), second.mean()) > 0.1  # none is too small to be missed
    assert torch.allclose(bound, (seen + first + second).mean(-1))


def test_the_objective_weighs_bound_and_discrepancy_as_it_says():
    s = fresh(alpha=7.0, mmd_weight=3.0)
    network, batch = s.networks["generator"], s.batch
    logit = s.logit()
    z1 = network.representation
    network.noise = Noise(range(MODELS))
    terms = s.method.objective(s.networks, batch, logit, None)
    network.representation, network.noise = z1, Noise(range(MODELS))
    label = -torch.distributions.Bernoulli(logits=logit).log_prob(batch.y).mean(-1)
    bound = network.bound(batch.features, batch.y)
    assert torch.allclose(terms["cross_entropy"], label + bound / 7.0)
    assert torch.allclose(terms["fairness"], 3.0 * network.discrepancy(batch.sensitive))


def exact_discrepancy(z, sensitive):
    """Squared MMD of a Gaussian kernel whose variance is the number of units."""
    kernel = (-torch.cdist(z, z).square() / (2 * z.shape[-1])).exp()
    zero, one = sensitive == 0, sensitive == 1
    within = kernel[zero][:, zero].mean() + kernel[one][:, one].mean()
    return (within - 2 * kernel[zero][:, one].mean()).item()


@pytest.mark.parametrize("shift", [0.3, 1.0, 3.0])
def test_the_discrepancy_is_that_of_the_gaussian_kernel(shift):
    """To 4 standard errors of a mean over the features.

    A feature gives 2 (difference of the groups' mean cosines)^2, whose mean is the kernel's
    value and whose standard deviation is at most 1.9 times it on these groups.
    """
    features = 40_000
    network = fresh(mmd_features=features).networks["generator"]
    generator = torch.Generator().manual_seed(3)
    z = torch.randn(MODELS, 200, LATENT, generator=generator, dtype=torch.float64)
    sensitive = (torch.arange(200) % 2).double().expand(MODELS, 200)
    network.representation = z + shift * sensitive[..., None]
    for found, z, s in zip(
        network.discrepancy(sensitive), network.representation, sensitive, strict=True
    ):
        exact = exact_discrepancy(z, s)
        assert found.item() == pytest.approx(exact, rel=4 * 1.9 / math.sqrt(features))


def test_equal_groups_have_no_discrepancy_and_a_missing_one_gives_none():
    network = fresh().networks["generator"]
    half = torch.randn(MODELS, 7, LATENT, dtype=torch.float64)
    network.representation = torch.cat([half, half], 1)
    sensitive = torch.cat([torch.zeros(MODELS, 7), torch.ones(MODELS, 7)], 1).double()
    assert network.discrepancy(sensitive).tolist() == pytest.approx([0.0] * MODELS, abs=1e-20)
    assert network.discrepancy(torch.ones(MODELS, 14).double()).tolist() == [0.0] * MODELS
