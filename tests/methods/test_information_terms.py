"""The information that methods minimise, against tables written out, with units and gradients."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from fairbench.methods import find, losses
from fairbench.training import kernel

from .stacks import stack


def information(joint, logarithm=np.log):
    """I of a joint table, shape (2, 2)."""
    outer = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
    present = joint > 0
    return float((joint[present] * logarithm(joint[present] / outer[present])).sum())


def entropy(p):
    return float(-p * math.log(p) - (1 - p) * math.log(1 - p))


def table(chance, sensitive):
    """P(T = t, S = s) of a binary T that is 1 with a chance in each row."""
    return np.array([[np.mean(q * (sensitive == s)) for s in (0, 1)] for q in (1 - chance, chance)])


def decision_tables(s):
    """The table of every model's soft decision sigmoid(beta logit)."""
    beta = s.method.parameters.beta
    chance = 1 / (1 + np.exp(-beta * s.logit().detach().numpy()))
    return [table(c, z) for c, z in zip(chance, s.batch.sensitive.numpy(), strict=True)]


def normalised(s):
    """I(Z; Yhat) of every model over the entropy that the method names."""
    found = []
    for joint, y in zip(decision_tables(s), s.batch.y.numpy(), strict=True):
        group, decided = entropy(joint[:, 1].sum()), entropy(joint[1].sum())
        over = {
            "label_entropy": entropy(y.mean()),
            "prediction_entropy": decided,
            "geometric_mean": math.sqrt(group * decided),
        }
        found.append(information(joint) / over[s.method.parameters.normalizer])
    return np.array(found)


def assert_is_and_falls_like(s, value):
    """The fairness term is the value, and its gradient the value's slope: down is down."""
    term = s.method.fairness(s.networks, s.batch, s.logit(), None)
    assert term.detach().numpy() == pytest.approx(value(), rel=1e-6)
    along = s.direction("generator")
    slope = s.measured(value, "generator", along)
    assert abs(slope) > 1e-3
    assert s.slopes(term, "generator", along) == pytest.approx(slope, rel=1e-5)


def test_naive_mi_minimises_the_information_of_the_soft_decision():
    # A slope of 20 leaves hardly a row undecided, and no gradient to compare.
    s = stack("naive_mi", beta=2.0)
    assert_is_and_falls_like(s, lambda: np.array([information(t) for t in decision_tables(s)]))


@pytest.mark.parametrize("over", ["label_entropy", "prediction_entropy", "geometric_mean"])
def test_normalised_mi_minimises_it_over_the_entropy_that_it_names(over):
    s = stack("normalized_mi", beta=2.0, normalizer=over)
    assert_is_and_falls_like(s, lambda: normalised(s))


def test_binary_bernoulli_minimises_the_information_of_each_neuron_in_bits():
    s = stack("binary_bernoulli", hidden_layers=1, hidden_units=4)

    def value():
        s.logit()
        found = []
        for p, z in zip(s.networks["generator"].probability, s.batch.sensitive, strict=True):
            neurons = [table(unit, z.numpy()) for unit in p.detach().numpy().T]
            found.append(sum(information(t, np.log2) for t in neurons))
        return np.array(found)

    assert_is_and_falls_like(s, value)


def test_a_decision_that_copies_the_group_holds_log_2_nats_and_a_neuron_one_bit():
    """The units: the methods of the report are in nats, those of binary layers in bits."""
    sensitive = torch.tensor([[0.0, 1.0] * 8], dtype=torch.float64)
    batch = SimpleNamespace(sensitive=sensitive, y=sensitive)
    copied = 40 * (2 * sensitive - 1)
    assert find("naive_mi")().fairness({}, batch, copied, None).item() == pytest.approx(math.log(2))
    assert find("normalized_mi")().fairness({}, batch, copied, None).item() == pytest.approx(1.0)
    layer = {"generator": SimpleNamespace(probability=sensitive[..., None])}
    assert find("binary_bernoulli")().fairness(layer, batch, copied, None).item() == pytest.approx(
        1.0
    )


@pytest.mark.parametrize("rows", [50, 1000])
def test_a_cell_that_rounds_below_zero_loses_no_fit(rows):
    """Every member of a group is decided for: its empty cell is a difference of equal sums."""
    draw = torch.Generator().manual_seed(0)
    sensitive = (torch.rand(300, rows, generator=draw) < torch.rand(300, 1, generator=draw)).float()
    decided = torch.sigmoid(15 + 20 * torch.randn(300, rows, generator=draw).abs())
    decided = torch.where(sensitive == 1, 1, decided).requires_grad_()
    terms = losses.smooth_mutual_information(decided, sensitive)
    sum(term.sum() for term in terms).backward()
    assert all(torch.isfinite(term).all() for term in terms)
    assert torch.isfinite(decided.grad).all()


def test_the_compiled_term_loses_no_fit_to_rounding_either():
    draw = np.random.default_rng(0)
    settings = SimpleNamespace(
        beta=1.0,
        epsilon=1e-10,
        weighted_information=False,
        normalizer=kernel.PREDICTION_ENTROPY,
        lambda_f=1.0,
    )
    values = []
    for _ in range(300):
        sensitive = (draw.random(1000) < draw.random()).astype(np.float32)
        logit = np.where(sensitive == 0, 40, draw.random(1000)).astype(np.float32)
        gradient = np.zeros(1000, np.float32)
        value = kernel.information_gradient.py_func(
            logit, SimpleNamespace(z=sensitive), np.ones(1000, np.float32), settings, gradient
        )
        values += [value, *gradient]
    assert np.isfinite(values).all()
