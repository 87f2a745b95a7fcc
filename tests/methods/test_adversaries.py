"""Adversaries: the network is led up their loss, they are led down it. By finite differences."""

import numpy as np
import pytest
import torch

from .stacks import cross_entropy, stack

FAIRNESS = ["adversarial", "fr_train", "adv_cls"]
ROBUST = ["fr_train", "naive_mi", "normalized_mi"]


def guess_of(s):
    """D_F's logit of the group: from the representation in AdvCls, from the logit elsewhere."""
    logit = s.logit()
    adv_cls = s.method.name == "adv_cls"
    seen = s.networks["generator"].representation if adv_cls else logit
    return s.networks["fairness_discriminator"](seen)


@pytest.mark.parametrize("name", FAIRNESS)
def test_the_network_is_led_up_the_loss_of_the_fairness_discriminator(name):
    s = stack(name)
    along = s.direction("generator")
    ascent = s.measured(lambda: cross_entropy(guess_of(s), s.batch.sensitive), "generator", along)
    term = s.method.fairness(s.networks, s.batch, s.logit(), None)
    assert abs(ascent) > 1e-3
    assert s.slopes(term, "generator", along) == pytest.approx(-ascent, rel=1e-6)
    assert -term.detach().numpy() == pytest.approx(cross_entropy(guess_of(s), s.batch.sensitive))


@pytest.mark.parametrize("name", FAIRNESS)
def test_the_fairness_discriminator_is_led_down_its_loss_and_the_network_left_alone(name):
    s = stack(name)
    along = s.direction("fairness_discriminator")
    rise = s.measured(
        lambda: cross_entropy(guess_of(s), s.batch.sensitive), "fairness_discriminator", along
    )
    logit = s.logit()
    loss = s.method.discriminator_losses(s.networks, s.batch, logit.detach())[
        "fairness_discriminator"
    ]
    assert abs(rise) > 1e-2
    assert s.slopes(loss, "fairness_discriminator", along) == pytest.approx(rise, rel=1e-6)
    assert s.slopes(loss, "generator", s.direction("generator")) == 0.0


@pytest.mark.parametrize("name", ["adversarial", "fr_train"])
def test_example_weights_count_in_what_the_network_learns_of_the_fairness_discriminator(name):
    s = stack(name)
    weight = torch.linspace(0.1, 2.0, s.batch.y.shape[-1], dtype=torch.float64)
    term = s.method.fairness(s.networks, s.batch, s.logit(), weight)
    guess = torch.movedim(guess_of(s), -1, 0)[..., None]  # one row at a time
    target = torch.movedim(s.batch.sensitive, -1, 0)[..., None]
    row = np.stack([cross_entropy(g, t) for g, t in zip(guess, target, strict=True)], -1)
    assert -term.detach().numpy() == pytest.approx((row * weight.numpy()).mean(-1))


def robustness_logits(s):
    """D_R's logits of the clean rows, with labels -1 and 1, and of the training rows."""
    discriminator = s.networks["robustness_discriminator"]
    labels = torch.where(s.batch.clean_y == 1, 1.0, -1.0).double()
    clean = discriminator(s.batch.clean_features, labels)
    return clean, discriminator(s.batch.features, s.logit())


@pytest.mark.parametrize("name", ROBUST)
def test_the_network_is_led_up_the_loss_of_the_robustness_discriminator(name):
    s = stack(name, robust_gradient="on")
    along = s.direction("generator")
    ascent = s.measured(lambda: cross_entropy(robustness_logits(s)[1], 0.0), "generator", along)
    term = s.method.robustness(s.networks, s.batch, s.logit())
    assert abs(ascent) > 1e-3
    assert s.slopes(term, "generator", along) == pytest.approx(-ascent, rel=1e-6)


@pytest.mark.parametrize("name", ROBUST)
def test_without_robust_gradient_lambda_r_does_not_reach_the_network(name):
    s = stack(name, robust_gradient="off")
    term = s.method.robustness(s.networks, s.batch, s.logit())
    assert s.slopes(term, "generator", s.direction("generator")) == 0.0
    expected = cross_entropy(robustness_logits(s)[1], 0.0)
    assert -term.detach().numpy() == pytest.approx(expected)


@pytest.mark.parametrize("name", ROBUST)
def test_the_robustness_discriminator_learns_to_call_clean_rows_one_and_training_rows_zero(name):
    s = stack(name)

    def value():
        clean, trained = robustness_logits(s)
        return 0.5 * (cross_entropy(clean, 1.0) + cross_entropy(trained, 0.0))

    along = s.direction("robustness_discriminator")
    rise = s.measured(value, "robustness_discriminator", along)
    losses = s.method.discriminator_losses(s.networks, s.batch, s.logit().detach())
    loss = losses["robustness_discriminator"]
    assert loss.detach().numpy() == pytest.approx(value())
    assert s.slopes(loss, "robustness_discriminator", along) == pytest.approx(rise, rel=1e-6)


@pytest.mark.parametrize("form", ["released", "paper"])
def test_rows_that_look_clean_weigh_more(form):
    s = stack("fr_train", reweighting=form)
    ratio = torch.tensor([0.5, 4.0], dtype=torch.float64)
    found = s.method.example_weights(s.networks, s.batch, s.logit(), ratio).detach().numpy()
    trust = 1 / (1 + np.exp(-robustness_logits(s)[1].detach().numpy()))
    mix = 1 / (1 + np.exp(3.0 - ratio.numpy()))[:, None]
    # Released: W = R D + 1 - R. Paper: W = R + D (1 - R). Both rise with D, what D_R trusts.
    expected = mix * trust + 1 - mix if form == "released" else mix + trust * (1 - mix)
    assert found == pytest.approx(expected)
    assert all(np.corrcoef(f, t)[0, 1] > 0.999 for f, t in zip(found, trust, strict=True))
    off = stack("fr_train", reweighting="off")
    assert off.method.example_weights(off.networks, off.batch, off.logit(), ratio) is None
