"""Five classes and four groups: more lambda_f, less of the groups, and the label is still told."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from scipy.special import softmax
from scipy.stats import entropy
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from torch.distributions import Independent, Normal, kl_divergence

from fairbench.data.groups import with_groups
from fairbench.methods import Batch, find
from fairbench.methods.shared.binary_losses import joint_bits
from fairbench.networks.noise import Noise
from fairbench.training import reference
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Split

from ..information.laws import Law
from .test_lambdas import CASES

CLASSES, GROUPS, ITERATIONS = 5, 4, 200
ABLE = [case[:3] for case in CASES if find(case[0]).knows_any_classes()]


def drawn(rows: int, seed: int) -> Split:
    """A score for each class, of which the group raises one; the largest makes the label."""
    rng = np.random.default_rng(seed)
    z, known = rng.integers(0, GROUPS, rows), rng.normal(size=(rows, CLASSES))
    raised = known + (np.arange(CLASSES) == z[:, None])
    y = (raised + 0.25 * rng.normal(size=known.shape)).argmax(1)
    columns = with_groups(known.astype(np.float32), z, GROUPS)
    return Split(columns, z.astype(np.float32), y.astype(np.float32))


@pytest.mark.parametrize("name,parameters,schedule", ABLE, ids=[case[0] for case in ABLE])
def test_more_lambda_f_leaves_less_of_the_groups_and_tells_the_classes(name, parameters, schedule):
    train, held_out = drawn(400, 1), drawn(2000, 2)
    kind = find(name)
    method = kind(kind.Parameters(**parameters)).for_data(GROUPS, CLASSES)
    faster = schedule.generator_rate * schedule.iterations / ITERATIONS
    schedule = schedule.model_copy(update={"iterations": ITERATIONS, "generator_rate": faster})
    models = [Model(0, lambda_f, 0.0, 5) for lambda_f in (0.0, 0.9)]
    sizes = method.networks(train.features.shape[1])
    first = draw_initial(sizes, 5, generator="numpy", weights=method.initial_weights)
    data = {0: (train, drawn(100, 3))}
    group, label = [], []
    for fit in reference.train_models(method, data, models, [first] * 2, schedule):
        assert fit.error == ""
        shown = fit.representation(train.features)
        probe = LogisticRegression(max_iter=1000).fit(shown, train.sensitive)
        found = probe.predict_proba(fit.representation(held_out.features))
        group.append(roc_auc_score(held_out.sensitive, found, multi_class="ovr"))
        label.append(np.mean(fit.prediction(held_out.features) == held_out.y))
    assert group[0] - group[1] > 0.12 and group[1] < 0.62, group
    # The group tells part of the label, so that some accuracy goes with it.
    majority = np.bincount(held_out.y.astype(int)).max() / len(held_out.y)
    assert label[0] > majority + 0.25 and label[1] > majority + 0.1, (majority, label)


def test_the_bound_of_vfae_is_told_the_class_in_columns():
    """-log p(x|z1,s) without its constant, KL of z1 from p(z1|z2,y), KL of z2 from N(0, I)."""
    kind, latent = find("vfae"), 3
    parameters = kind.Parameters(hidden_layers=1, hidden_units=4, latent_units=latent, alpha=2.0)
    method = kind(parameters).for_data(2, 3)
    sizes = method.networks(4)
    assert (sizes["classifier"], sizes["second_encoder"]) == ((3, 3), (5, 4, 6))
    first = draw_initial(sizes, 0, generator="numpy", weights="he")
    weights = {name: [layer[None] for layer in layers] for name, layers in first.items()}
    network = method.build(weights, seeds=[0], dtype=torch.float64)["generator"]
    rng = np.random.default_rng(0)
    y, z = rng.integers(0, 3, 30), rng.integers(0, 2, 30)
    columns = torch.tensor(np.eye(3)[y][:, 1:])[None]
    rows, label, sensitive = (
        torch.tensor(part, dtype=torch.float64)[None]
        for part in (np.c_[rng.normal(size=(30, 3)), z], y, z)
    )
    logit = network(rows)
    assert logit.shape == (1, 30, 3)
    z1 = network.representation
    network.noise = Noise([7])
    batch = Batch(rows, sensitive, label, None, None)
    found = method.objective({"generator": network}, batch, logit, None)["cross_entropy"]
    noise = Noise([7]).normal(30, latent, dtype=torch.float64)

    def part(name, *inputs):
        mean, raw = network.parts[name].outputs(*inputs).chunk(2, -1)
        return Independent(Normal(mean, (2 * (raw / 4).tanh()).exp()), 1)

    q1, q2 = part("encoder", rows), part("second_encoder", z1, columns)
    prior = part("second_decoder", q2.mean + q2.stddev * noise, columns)
    rebuilt = network.parts["decoder"].outputs(z1, sensitive)
    seen = -Independent(Normal(rebuilt, 1.0), 1).log_prob(rows[..., :-1])
    seen = seen - 0.5 * 3 * math.log(2 * math.pi)
    standard = Independent(Normal(torch.zeros_like(q2.mean), 1.0), 1)
    bound = (seen + kl_divergence(q1, prior) + kl_divergence(q2, standard)).mean()
    told = torch.nn.functional.cross_entropy(logit[0], label[0].long())
    assert found.item() == pytest.approx((told + bound / 2).item())


@dataclass(frozen=True)
class TenGroups:
    """The group is one of ten directions, the likelier the nearer two hidden numbers lie to it."""

    law: Law
    strength: float

    def chance(self, u):
        """P(S | u), shape (rows, 10)."""
        angle = 2 * np.pi * np.arange(10) / 10
        return softmax(self.strength * u @ np.stack([np.cos(angle), np.sin(angle)]), axis=1)

    def bits(self, codes=800):
        """I(T; S), from exact P(S | code) by a grid over the hidden numbers."""
        generator = np.random.default_rng(1)
        p, _ = self.law.rows(codes, generator)
        drawn, (points, weight) = generator.random(p.shape) < p, self.law._grid()
        at = np.clip(self.law.activation(points), 1e-12, 1 - 1e-12)
        fit = drawn @ np.log(at / (1 - at)).T + np.log1p(-at).sum(1)
        given = softmax(fit + np.log(weight), axis=1) @ self.chance(points)
        return entropy(weight @ self.chance(points), base=2) - entropy(given, axis=1, base=2).mean()

    def batch(self, seed, rows=256):
        """Probabilities, a draw and groups of one batch."""
        rng = np.random.default_rng(seed)
        u = rng.normal(size=(rows, 2))
        z = (rng.random((rows, 1)) > self.chance(u).cumsum(1)).sum(1)
        p = self.law.activation(u)
        return p, (rng.random(p.shape) < p).astype(float), z.astype(float)


@pytest.mark.parametrize("units,sharpness,strength", [(10, 1, 6), (64, 0.1, 1.5), (64, 1, 0)])
def test_the_joint_information_of_ten_groups_is_that_of_the_law(units, sharpness, strength):
    """In batches of 256 rows, 25 of each group: the mean of eight is within 0.15 bits."""
    made = TenGroups(Law(units, hidden=2, sharpness=sharpness), strength)
    batches = zip(*(made.batch(seed) for seed in range(8)), strict=True)
    p, code, z = (torch.tensor(np.stack(part)) for part in batches)
    known = made.bits()
    assert joint_bits(p, code, z, 10).mean().item() == pytest.approx(known, abs=0.15)
    assert known > 0.4 if strength else abs(known) < 1e-9
