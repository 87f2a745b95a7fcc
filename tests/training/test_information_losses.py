"""The information losses of binary layers against closed forms and brute force."""

import itertools
import math

import numpy as np
import pytest
import torch

from fairbench.methods.losses import code_information, neuron_information


def tensors(p, sensitive):
    p = torch.tensor(np.asarray(p), dtype=torch.float64)[None]
    return p, torch.tensor(np.asarray(sensitive), dtype=torch.float64)[None]


def brute_force(p, sensitive):
    """I(T; S) in bits by writing out every code of every row."""
    p, sensitive = np.asarray(p), np.asarray(sensitive)
    total = 0.0
    for code in itertools.product((0, 1), repeat=p.shape[1]):
        q = np.prod(np.where(code, p, 1 - p), axis=1)
        for s in (0, 1):
            group = q[sensitive == s].mean()
            if group > 0:
                total += np.mean(sensitive == s) * group * math.log2(group / q.mean())
    return total


def test_exclusive_or_has_no_information_in_its_neurons_and_one_bit_in_its_code():
    """The counter-example to the lemma sum I(T_i; S) >= I(T; S) of Cerrato et al."""
    code = np.array(list(itertools.product((0.0, 1.0), repeat=2)))
    p, sensitive = tensors(code, code[:, 0] != code[:, 1])
    assert neuron_information(p, sensitive).item() == pytest.approx(0.0, abs=1e-12)
    assert code_information(p, p, sensitive).item() == pytest.approx(1.0, abs=1e-4)


def test_a_copy_of_the_attribute_has_its_entropy():
    sensitive = np.array([1.0] * 3 + [0.0] * 9)
    p, s = tensors(sensitive[:, None], sensitive)
    entropy = -(0.25 * math.log2(0.25) + 0.75 * math.log2(0.75))
    assert neuron_information(p, s).item() == pytest.approx(entropy)
    assert code_information(p, p, s).item() == pytest.approx(entropy, abs=1e-4)


def test_equal_probabilities_hold_nothing():
    p, s = tensors(np.full((20, 3), 0.3), np.arange(20) % 2)
    assert neuron_information(p, s).item() == pytest.approx(0.0, abs=1e-12)
    assert code_information(p, (p > 0.5).double(), s).item() == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("units", [1, 2, 4])
def test_small_layers_are_summed_over_every_code(units):
    generator = np.random.default_rng(units)
    p, s = generator.uniform(0.05, 0.95, (40, units)), np.arange(40) % 2
    ours = code_information(*tensors(p, s)[:1], tensors(p > 0.5, s)[0], tensors(p, s)[1])
    assert ours.item() == pytest.approx(brute_force(p, s), abs=1e-9)


def test_wide_layers_are_summed_over_the_codes_that_were_drawn_each_once():
    generator = np.random.default_rng(0)
    # Nearly certain neurons: what was drawn is all there is, and many rows share a code.
    codes = generator.integers(0, 2, (6, 7))[generator.integers(0, 6, 30)].astype(float)
    p, s = np.clip(codes, 1e-6, 1 - 1e-6), np.arange(30) % 2
    (p_, s_), code = tensors(p, s), tensors(codes, s)[0]
    assert code_information(p_, code, s_).item() == pytest.approx(brute_force(p, s), abs=1e-3)
    twice = code_information(*(torch.cat([x, x], 1) for x in (p_, code, s_)))
    assert twice.item() == pytest.approx(code_information(p_, code, s_).item(), abs=1e-9)


def test_models_do_not_see_each_other():
    generator = np.random.default_rng(3)
    p = torch.tensor(generator.uniform(size=(3, 50, 4)))
    s = torch.tensor(generator.integers(0, 2, (3, 50)).astype(float))
    together = neuron_information(p, s)
    alone = torch.cat([neuron_information(p[k : k + 1], s[k : k + 1]) for k in range(3)])
    assert torch.allclose(together, alone)


def test_an_absent_group_gives_zero_and_no_nan():
    p = torch.rand(1, 10, 3, requires_grad=True)
    s = torch.ones(1, 10)
    for value in (neuron_information(p, s), code_information(p, (p > 0.5).float(), s)):
        assert value.item() == pytest.approx(0.0, abs=1e-6)
        assert torch.isfinite(torch.autograd.grad(value.sum(), p)[0]).all()
