"""ReBias, RUBi, LearnedMixin+H and group DRO, held against what is worked out by hand."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from fairbench.methods import Batch, find
from fairbench.methods.shared.dependence import gaussian_kernel, hsic
from fairbench.training.budget import Budget
from fairbench.training.cell import fit_cell
from tests.digits import trial

TELLER = "fairness_discriminator"


def by_definition(k: np.ndarray, second: np.ndarray) -> float:
    """HSIC as a mean over all four different rows (Song et al., JMLR 2012, eq. 4)."""
    terms = [
        k[i, j] * (second[i, j] + second[q, r] - 2 * second[i, q])
        for i, j, q, r in itertools.permutations(range(len(k)), 4)
    ]
    return float(np.mean(terms))


def kernels(rows: int = 7):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(2, rows, 3, generator=generator, dtype=torch.float64)
    y = x[..., :2].square() + 0.3 * torch.randn(2, rows, 2, generator=generator).double()
    return gaussian_kernel(x), gaussian_kernel(y, 0.7), x, y


def test_hsic_is_what_it_is_defined_to_be():
    first, second, x, y = kernels()
    found = hsic(first, second)
    for model in range(2):
        wanted = by_definition(first[model].numpy(), second[model].numpy())
        assert float(found[model]) == pytest.approx(wanted, abs=1e-12)
    distance = float((y[1, 2] - y[1, 5]).square().sum())
    assert float(second[1, 2, 5]) == pytest.approx(np.exp(-distance / (2 * 0.49)))
    with pytest.raises(ValueError, match="at least 4 rows, not 3"):
        hsic(first[:, :3, :3], second[:, :3, :3])


def test_what_the_released_code_does_to_the_diagonal_changes_nothing():
    """It takes 1 from every entry: the diagonal is 0 then, and HSIC knows no constant."""
    first, second, *_ = kernels()
    assert torch.allclose(hsic(first, second), hsic(first - 1, second - 1), atol=1e-15, rtol=1e-12)
    # Not so of the biased estimate, or of another number taken away.
    assert not torch.allclose(hsic(first, second), hsic(first - 0.5, second * 0.5), rtol=1e-3)


def setting(name: str, classes: int, **parameters):
    """A method of some classes, and the logits and features of a fixed network of colours."""
    kind = find(name)
    method = kind(kind.Parameters(**parameters)).for_data(10, classes)
    generator = torch.Generator().manual_seed(1)
    shape = (2, 5) if classes == 2 else (2, 5, classes)

    def draw(*size):
        return torch.randn(*size, generator=generator, dtype=torch.float64)

    told, h = draw(*shape), draw(2, 5, 4)
    teller = SimpleNamespace(representation=draw(2, 5, 6))
    networks = {"generator": SimpleNamespace(representation=h), TELLER: lambda x: told}
    y = torch.tensor([[0, 1, 1, 0, 1]] * 2).double()
    batch = Batch(draw(2, 5, 3), y, y, None, None)
    return method, networks, batch, draw(*shape), told, teller, draw


def cross_entropy(logit, y):
    """Of one model, by softmax in any case."""
    logit = np.stack([np.zeros_like(logit), logit], -1) if logit.ndim == 1 else logit
    log = logit - np.log(np.exp(logit).sum(-1, keepdims=True))
    return float(-log[np.arange(len(y)), y.astype(int)].mean())


class Told:
    """A network whose call gives its logits, with features beside."""

    def __init__(self, logit, representation=None):
        self.logit, self.representation = logit, representation

    def __call__(self, *_):
        return self.logit


@pytest.mark.parametrize("classes", [2, 3])
def test_rubi_masks_logits_by_the_sigmoid_of_what_colours_say(classes):
    method, networks, batch, logit, told, teller, draw = setting("rubi", classes)
    networks[TELLER] = Told(told, teller.representation)
    networks["mask"] = Told(told)
    found = method.objective(networks, batch, logit, None)["cross_entropy"]
    for model in range(2):
        z, m, y = (x[model].numpy() for x in (logit, told, batch.y))
        wanted = cross_entropy(z / (1 + np.exp(-m)), y) + cross_entropy(m, y)
        assert float(found[model]) == pytest.approx(wanted)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_mixture_adds_logits_by_a_factor_and_an_entropy(classes):
    method, networks, batch, logit, told, _, draw = setting("learned_mixin", classes)
    factor = draw(2, 5)
    networks |= {TELLER: Told(told), "factor": Told(factor)}
    found = method.objective(networks, batch, logit, None)["cross_entropy"]
    for model in range(2):
        z, m, f, y = (x[model].numpy() for x in (logit, told, factor, batch.y))
        by = np.log1p(np.exp(f))
        second = m * (by if classes == 2 else by[:, None])
        both = np.stack([0 * second, second], -1) if classes == 2 else second
        p = np.exp(both) / np.exp(both).sum(-1, keepdims=True)
        wanted = cross_entropy(z + second, y) + 0.36 * float(-(p * np.log(p)).sum(-1).mean())
        assert float(found[model]) == pytest.approx(wanted)


def test_rebias_pulls_the_colours_network_near_and_pushes_the_other_away():
    given = setting("rebias", 3, sigma=2.0)
    method, networks, batch, logit, told, teller, _ = given
    networks[TELLER] = Told(told, teller.representation)
    h = networks["generator"].representation
    likeness = hsic(gaussian_kernel(h, 2.0), gaussian_kernel(teller.representation, 2.0))
    terms = method.objective(networks, batch, logit, None)
    assert torch.allclose(terms["fairness"], likeness)
    own = method.discriminator_losses(networks, batch, logit)[TELLER]
    for model in range(2):
        wanted = cross_entropy(told[model].numpy(), batch.y[model].numpy())
        assert float(own[model] + likeness[model]) == pytest.approx(wanted)


def test_group_dro_weighs_cells_by_how_badly_they_fare():
    kind = find("group_dro")
    method = kind(kind.Parameters(step=0.5)).for_data(3, 2)
    y = torch.tensor([[0.0, 0.0, 1.0, 1.0]], dtype=torch.float64)
    sensitive = torch.tensor([[0.0, 0.0, 2.0, 1.0]], dtype=torch.float64)
    logit = torch.tensor([[2.0, -1.0, 0.5, -3.0]], dtype=torch.float64)
    networks = {"generator": SimpleNamespace()}
    method.begin(networks, None, None)
    batch = Batch(None, sensitive, y, None, None)
    loss = np.log1p(np.exp([2.0, -1.0, -0.5, 3.0]))
    # Cells are label * groups + group: 0, 5 and 4 have rows, of six.
    cells = np.array([loss[:2].mean(), 0, 0, 0, loss[3], loss[2]])
    weight = np.ones(6)
    for _ in range(2):
        weight = weight * np.exp(0.5 * cells)
        weight /= weight.sum()
        found = method.objective(networks, batch, logit, None)["cross_entropy"]
        assert float(found) == pytest.approx(float(weight @ cells))


@pytest.fixture(scope="module")
def frame():
    return trial(0.9, train=64)


def fitted(frame, name: str, iterations: int, warm_up: int = 0, seen=None, **parameters):
    kind = find(name)

    class Watched(kind):
        any_groups = any_classes = True

        def build(self, weights, **how):
            made = super().build(weights, **how)
            if seen is not None:
                seen.append((made, {part: state(network) for part, network in made.items()}))
            return made

    method = Watched(kind.Parameters(hidden_layers=1, hidden_units=8, **parameters))
    budget = Budget(iterations=iterations, batch_size=32, generator_rate=0.01, warm_up=warm_up)
    about = {"dataset": "biased_mnist", "parameters": {"correlation": 0.9}, "seed": 0}
    return fit_cell(frame, about, method, budget, lambda_f=[0.5], lambda_r=[0.0])


def state(network) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in network.parameters()])


@pytest.mark.parametrize("name", ["rubi", "learned_mixin"])
def test_the_released_code_never_trains_its_own_layer(frame, name):
    layer = {"rubi": "mask", "learned_mixin": "factor"}[name]
    for own, moves in (("trained", True), ("fixed", False)):
        seen = []
        outcome = fitted(frame, name, 3, warm_up=1, seen=seen, own_layer=own).outcomes[0]
        assert outcome.error == ""
        networks, before = seen[0]
        assert torch.equal(state(networks[layer]), before[layer]) == (not moves)


def test_the_mixture_s_colours_network_learns_first_and_is_then_kept(frame):
    made = {}
    for iterations in (2, 4):
        seen = []
        fitted(frame, "learned_mixin", iterations, warm_up=2, seen=seen)
        networks, first = seen[0]
        made[iterations] = {part: state(network) for part, network in networks.items()}
    early, late = made[2], made[4]
    # In warm-up it learns and the predictor waits; after it the other way round.
    assert torch.equal(early["generator"], first["generator"])
    assert not torch.equal(early[TELLER], first[TELLER])
    assert torch.equal(early[TELLER], late[TELLER])
    assert not torch.equal(early["generator"], late["generator"])


def test_convolutions_learn_what_shapes_tell(frame):
    whole = trial(0.5)
    outcome = fitted(whole, "plain", 40, network="pooled")
    found, split = outcome.outcomes[0], outcome.splits[0]["test_rho0"]
    assert (found.prediction(split.features) == split.y).mean() > 0.8
