"""`joint_bits`, the loss of BinaryMI, against exact values and its own formula."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from fairbench.methods.shared import binary_losses
from fairbench.methods.shared.binary_losses import PRIOR, joint_bits

from ..information.laws import Law

LAWS = {
    "7 units, nearly certain": Law(7, "square", 3.0, 3.0),
    "10 units, two numbers": Law(10, "linear", 2.0, 1.0, hidden=2, prior=0.3),
    "20 units, exclusive or": Law(20, "product", 6.0, 1.0, hidden=2),
    "20 units, nearly certain": Law(20, "linear", 5.0, 3.0),
    "50 units, diffuse": Law(50, "linear", 1.5, 0.05),
    "50 units, square": Law(50, "square", 3.0, 0.7),
    "50 units, exclusive or, nearly certain": Law(50, "product", 6.0, 3.0, hidden=2),
    "50 units, independent": Law(50, "linear", 0.0, 3.0),
}


def double(*arrays):
    return [torch.tensor(np.asarray(a), dtype=torch.float64) for a in arrays]


@pytest.mark.parametrize("rows", [150, 250])
@pytest.mark.parametrize("name", LAWS)
def test_mean_and_deviation_over_batches_are_those_of_the_docstring(name, rows):
    found = joint_bits(*double(*LAWS[name].batches(100, rows))).numpy()
    truth = LAWS[name].bits()
    assert found.mean() == pytest.approx(truth, abs=0.05)
    assert found.std(ddof=1) <= 0.1


def written_out(p, code, sensitive, tau, top):
    """The formula of the docstring for one model, row by row, at a given tau.

    `top` is the log-likelihood of the row that explains each scored code best: the unit of the
    weights, which the gradient leaves where it is.
    """
    scored, total = len(top), 0.0
    share = [(sensitive == s).double().mean() for s in (0, 1)]
    count = [(sensitive[:scored] == s).sum() for s in (0, 1)]
    for i in range(scored):
        s = int(sensitive[i])
        others = torch.arange(len(p)) != i
        weight = (tau * (log_likelihood(p, code[i]) - top[i])).exp()
        same, every = weight[others & (sensitive == s)].sum(), weight[others].sum()
        without = (same + PRIOR * share[s]) / (every + PRIOR)
        with_it = (same + weight[i] + PRIOR * share[s]) / (every + weight[i] + PRIOR)
        guess = 0.5 * (without.log() + with_it.log()) - share[s].log()
        total = total + share[s] / count[s] * guess / math.log(2)
    return total


def log_likelihood(p, code):
    return (code * p.log() + (1 - code) * (1 - p).log()).sum(-1)


@pytest.fixture(params=[0.25, 1.0])
def case(request, monkeypatch):
    """40 rows of 9 units, 16 of them scored, at one exponent."""
    monkeypatch.setattr(binary_losses, "CODES", 16)
    monkeypatch.setattr(binary_losses, "EXPONENTS", (request.param,))
    generator = np.random.default_rng(0)
    p = generator.uniform(0.1, 0.9, (40, 9))
    code, s = generator.uniform(size=p.shape) < p, generator.integers(0, 2, 40)
    return (*double(p, code, s), request.param)


def test_value_and_gradient_are_those_of_the_formula_written_out(case):
    """The gradient is autograd's through the weights, and a flipped bit's through the draw."""
    p, code, s, tau = case
    fits = [log_likelihood(p, code[i]) for i in range(16)]
    top = torch.stack([torch.cat([fit[:i], fit[i + 1 :]]).max() for i, fit in enumerate(fits)])
    p.requires_grad_()
    value = joint_bits(p[None], code[None], s[None])[0]
    known = written_out(p, code, s, tau, top)
    assert value.item() == pytest.approx(known.item(), abs=1e-9)
    ours, through_weights = (torch.autograd.grad(v, p)[0] for v in (value, known))
    expected = through_weights.clone()
    with torch.no_grad():
        for i in range(16):
            for u in range(9):
                one, zero = code.clone(), code.clone()
                one[i, u], zero[i, u] = 1, 0
                flip = written_out(p, one, s, tau, top) - written_out(p, zero, s, tau, top)
                expected[i, u] += flip
    assert (expected - through_weights).abs().max() > 1e-3  # the flips are no small matter
    assert ours.numpy() == pytest.approx(expected.numpy(), abs=1e-7)


GRADIENTS = [
    (Law(20, "linear", 5.0, 0.1), 0.25),
    (Law(50, "linear", 1.5, 0.05), 0.25),
    (Law(20, "square", 3.0, 0.3), 0.25),
]


@pytest.mark.parametrize(("law", "within"), GRADIENTS, ids=str)
def test_the_mean_gradient_is_the_slope_of_the_exact_value(law, within):
    """Along the sharpness of the layer, which more information comes with."""
    step = 0.15
    ends = [replace(law, sharpness=law.sharpness * (1 + h)).bits(40_000) for h in (-step, step)]
    slope = (ends[1] - ends[0]) / (2 * step)
    generator, found = np.random.default_rng(4), []
    weight = np.random.default_rng(law.units)
    w, b = weight.normal(size=(law.hidden, law.units)), 0.7 * weight.normal(size=law.units)
    for _ in range(80):
        u = generator.normal(size=(200, law.hidden))
        s = generator.random(200) < law.chance(u)
        scale = torch.ones((), dtype=torch.float64, requires_grad=True)
        inner, s = double(law.sharpness * (u @ w + b), s)
        p = (6 * (scale * inner).tanh()).sigmoid()[None]
        code = double(generator.random(p.shape))[0] < p.detach()
        value = joint_bits(p, code.double(), s[None]).sum()
        found.append(torch.autograd.grad(value, scale)[0].item())
    assert slope > 0.02
    assert np.mean(found) == pytest.approx(slope, rel=within)


def test_a_large_batch_is_the_mean_of_its_parts():
    p, code, s = double(*Law(20).batches(1, 2000))
    parts = [joint_bits(*(x[:, k : k + 250] for x in (p, code, s))) for k in range(0, 2000, 250)]
    assert joint_bits(p, code, s).item() == pytest.approx(torch.stack(parts).mean().item())


def test_codes_that_know_nothing_are_never_far_below_zero():
    """A network must gain nothing by codes that mislead: 50 units, of every sharpness."""
    for sharpness in (0.1, 0.5, 1.0, 3.0):
        law = Law(50, "linear", 0.0, sharpness)
        assert joint_bits(*double(*law.batches(60, 150))).mean() >= -0.05
