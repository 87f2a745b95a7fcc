"""Methods on three groups: what each says of them, and that two groups are a case of it."""

import numpy as np
import pytest
import torch
from scipy.optimize import check_grad, minimize

from fairbench import information, methods
from fairbench.information import joint_information, mutual_information
from fairbench.information.codes import neuron_information
from fairbench.methods import Batch
from fairbench.methods.shared import binary_losses, losses
from fairbench.methods.shared.adversary import Adversary, GroupAdversary
from fairbench.methods.shared.logistic import with_intercept
from fairbench.networks.mlp import StackedMLP
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model
from fairbench.training.solved import solve_models

from .stacks import adversary_loss
from .test_lambdas import informative

#: Rows of (z, yhat, y), three groups and a law in which all depend on each other.
TABLE = np.array([[[120, 30], [60, 90]], [[200, 20], [40, 240]], [[50, 60], [10, 80]]])
Z, GUESS, Y = np.indices(TABLE.shape).reshape(3, -1).repeat(TABLE.ravel(), 1)


def told(name, groups=3, **parameters):
    kind = methods.find(name)
    return kind(kind.Parameters(**parameters)).for_data(groups)


def known(criterion):
    """I(Z; Yhat) - H(Z), given Y or Y = 1 where the criterion says so."""
    among = {"demographic_parity": [Y >= 0], "equal_opportunity": [Y == 1]}
    parts = among.get(criterion, [Y == 0, Y == 1])
    value = [mutual_information(Z[p], GUESS[p]) - information.entropy(Z[p]) for p in parts]
    return np.average(value, weights=[p.sum() for p in parts])


@pytest.mark.parametrize("name", ["fr_train", "adversarial"])
@pytest.mark.parametrize("criterion", ["demographic_parity", "equalized_odds", "equal_opportunity"])
def test_at_the_best_discriminator_the_term_is_the_information(name, criterion):
    method = told(name, criterion=criterion)
    sizes = method.networks(4)["fairness_discriminator"]
    assert sizes == (3 if criterion == "equalized_odds" else 1, 3)
    first = draw_initial({"d": sizes}, 0, generator="numpy")["d"]
    network = StackedMLP([layer[None] for layer in first], dtype=torch.float64)
    z, guess, y = (torch.tensor(part, dtype=torch.float64)[None] for part in (Z, GUESS, Y))
    batch = Batch(torch.zeros(1, len(Z), 4), z, y, None, None)
    networks, logit = {"fairness_discriminator": network}, 3 * (2 * guess - 1)

    def loss():
        return -method.fairness(networks, batch, logit, None).sum()

    steps = torch.optim.LBFGS(network.parameters(), max_iter=500, tolerance_grad=1e-10)

    def again():
        steps.zero_grad()
        value = loss()
        value.backward()
        return value

    for _ in range(5):
        steps.step(again)
    assert -loss().item() == pytest.approx(known(criterion), abs=1e-6)
    assert known(criterion) + information.entropy(Z) > 0.003


@pytest.mark.parametrize("weighted", [False, True])
def test_the_soft_table_of_hard_guesses_has_their_information(weighted):
    share = np.random.default_rng(0).uniform(0.5, 2, len(Z)) if weighted else None
    z, guess = (torch.tensor(part, dtype=torch.float64)[None] for part in (Z, GUESS))
    given = {"weight": None if share is None else torch.tensor(share)[None], "epsilon": 1e-12}
    found = losses.smooth_mutual_information(guess, z, groups=3, **given)
    weights = {"weights": share}
    expected = (
        mutual_information(Z, GUESS, **weights),
        information.entropy(Z, **weights),
        information.entropy(GUESS, **weights),
    )
    assert [part.item() for part in found] == pytest.approx(expected, abs=1e-9)
    # Two groups are a case of it: the third has no rows.
    q, two = torch.rand(2, 50, dtype=torch.float64), (torch.arange(100) % 2.0).reshape(2, 50)
    for one, other in zip(
        losses.smooth_mutual_information(q, two.double()),
        losses.smooth_mutual_information(q, two.double(), groups=3),
        strict=True,
    ):
        assert torch.allclose(one, other, atol=1e-8)


def test_information_of_a_binary_layer_is_that_of_its_table():
    rng = np.random.default_rng(1)
    z = rng.integers(0, 3, 900)
    p = np.clip(0.2 + 0.3 * np.stack([z == 1, z == 2], 1) + 0.1 * rng.random((900, 2)), 0, 1)
    code = (rng.random(p.shape) < p).astype(float)
    rows = [torch.tensor(part, dtype=torch.float64)[None] for part in (p, code, z)]
    nats = np.log(2)
    bits = binary_losses.neuron_bits(rows[0], rows[2], 3).item()
    assert bits * nats == pytest.approx(neuron_information(p, z), abs=1e-9)
    counted = binary_losses.counted_bits(rows[1], rows[2], 3).item()
    assert counted * nats == pytest.approx(mutual_information(code @ [1, 2], z), abs=1e-9)
    # Few codes for the rows: summed over all of them.
    joint = binary_losses.joint_bits(*rows, 3).item()
    assert joint * nats == pytest.approx(joint_information(p, z, draws=256), abs=0.01)
    wide = binary_losses.joint_bits(*(part[:, :200] for part in rows), 3).item()
    monte_carlo = joint_information(p[:200], z[:200], draws=256)
    assert wide * nats == pytest.approx(monte_carlo, abs=0.1)
    for third in (2, 3):  # without a row of the third group it is as if there were two
        two = (rows[0][:, z < 2], rows[2][:, z < 2], third)
        assert binary_losses.neuron_bits(*two).item() == pytest.approx(
            neuron_information(p[z < 2], z[z < 2]) / nats, abs=1e-9
        )


def test_the_discrepancy_of_three_groups_is_that_to_all_rows():
    method = told("vfae", hidden_units=4, hidden_layers=1)
    sizes = method.networks(5)  # three features and two columns for the groups
    assert sizes["decoder"] == (4 + 2, 4, 3)
    first = draw_initial(sizes, 0, generator="numpy", weights="he")
    weights = {name: [layer[None] for layer in layers] for name, layers in first.items()}
    network = method.build(weights, seeds=[0])["generator"]
    rows = informative(90, 0, 3)
    features, z = (torch.tensor(part)[None] for part in (rows.features, rows.sensitive))
    network(features)
    assert torch.isfinite(network.bound(features, torch.tensor(rows.y)[None])).all()
    z1 = network.representation[0]
    count = network.frequencies.shape[-1]
    psi = (z1 @ network.frequencies / z1.shape[-1] ** 0.5 + network.phases).cos()
    psi = (2 / count) ** 0.5 * psi
    away = [((psi[z[0] == k].mean(0) - psi.mean(0)) ** 2).sum() for k in range(3)]
    assert network.discrepancy(z).item() == pytest.approx(sum(away).item(), rel=1e-4)
    same = z1[:30].repeat(3, 1)[None]
    network.representation = same
    assert network.discrepancy(torch.arange(3.0).repeat_interleave(30)[None]).item() < 1e-10


def solved(name, split, lambda_f, groups=3, **parameters):
    method = told(name, groups, **parameters)
    models = [Model(0, f, 0.0, 1) for f in lambda_f]
    outcomes = solve_models(method, {0: (split, split)}, models)
    assert [outcome.error for outcome in outcomes] == [""] * len(models)
    return outcomes


def test_constraints_hold_for_every_group_and_cost_what_they_must():
    split = informative(600, 4, 3)
    rows, member = with_intercept(split.features), split.sensitive == np.arange(3)[:, None]
    member = member - member.mean(1, keepdims=True)
    covariance = member @ rows / len(rows)
    outcomes = solved("fairness_constraints", split, [0, 0.4, 1.0], ridge=0)
    free, *_ = found = [member @ o.logit(split.features) / len(rows) for o in outcomes]
    assert np.abs(free).max() > 0.1

    def loss(w):
        logit = rows @ w
        return np.mean(np.logaddexp(0, logit) - split.y * logit)

    for share, kept, outcome in zip([0.6, 0.0], found[1:], outcomes[1:], strict=True):
        assert kept == pytest.approx(share * free, abs=1e-6)
        equal = {"type": "eq", "fun": lambda w, s=share: covariance[1:] @ w - s * free[1:]}
        best = minimize(loss, np.zeros(rows.shape[1]), constraints=[equal], tol=1e-12)
        w = np.r_[outcome.layers[0][0][0], outcome.layers[0][1]]
        assert loss(w) <= best.fun + 1e-6


@pytest.mark.parametrize("shown_label", [False, True])
def test_gradients_of_the_softmax_adversary_are_finite_differences(shown_label):
    generator = np.random.default_rng(0)
    adversary = GroupAdversary(shown_label, 3, generator)
    adversary.parameters += generator.normal(size=adversary.parameters.shape)
    start = adversary.parameters[0].copy()
    y, z = generator.integers(0, 2, 40).astype(float), generator.integers(0, 3, 40).astype(float)

    def at(x, slopes):
        adversary.parameters = x[None, 40:]
        if not slopes:
            return adversary_loss(adversary, x[None, :40], y, z)[0]
        by_logit, own = (each[0] for each in adversary.slopes(x[None, :40], y, z))
        return np.r_[by_logit / 40, own]

    point = np.r_[generator.normal(size=40), start]
    assert check_grad(lambda x: at(x, False), lambda x: at(x, True), point) < 1e-6


def test_a_softmax_over_two_groups_is_the_adversary_of_two():
    generator = np.random.default_rng(1)
    two, softmax = Adversary(True, generator), GroupAdversary(True, 2, generator)
    weights = np.stack([np.zeros(4), two.parameters[0, :4]], 1)
    softmax.parameters = np.r_[weights.ravel(), two.parameters[0, 4]][None]
    logit = generator.normal(size=(1, 40))
    y, z = generator.integers(0, 2, (2, 40)).astype(float)
    found, expected = (adversary_loss(each, logit, y, z) for each in (softmax, two))
    assert found == pytest.approx(expected)
    assert softmax.slopes(logit, y, z)[0] == pytest.approx(two.slopes(logit, y, z)[0])


@pytest.mark.parametrize(
    "name,parameters",
    [
        ("fairness_constraints", {}),
        ("label_bias_correction", {"rounds": 60}),
        ("adversarial_debiasing", {"passes": 30}),
        ("adversarial_debiasing", {"passes": 60, "projection": False, "alpha": 8}),
    ],
)
def test_more_lambda_f_leaves_less_information_in_the_decisions(name, parameters):
    split, held_out = informative(2000, 5, 3), informative(4000, 6, 3)
    (much,) = solved(name, split, [1.0], **parameters)
    plain = solved("fairness_constraints", split, [0.0])[0]  # what the projection starts from
    before, after = (
        mutual_information(o.logit(held_out.features) > 0, held_out.sensitive)
        for o in (plain, much)
    )
    assert before > 0.03 and after < 0.35 * before, (before, after)
    assert np.mean((much.logit(held_out.features) > 0) == held_out.y) > 0.75
