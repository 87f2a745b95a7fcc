"""The information of binary layers where it has a closed form or can be enumerated."""

import itertools
import math

import numpy as np
import pytest
import torch

from fairbench.methods.shared.binary_losses import counted_bits, joint_bits, neuron_bits


def tensors(*arrays):
    """Stacks of one model each, in double precision."""
    return [torch.tensor(np.asarray(a, float), dtype=torch.float64)[None] for a in arrays]


def enumerated(p, sensitive):
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
    code = np.array(list(itertools.product((0.0, 1.0), repeat=2)) * 40)
    p, sensitive = tensors(code, code[:, 0] != code[:, 1])
    assert neuron_bits(p, sensitive).item() == pytest.approx(0.0, abs=1e-12)
    assert joint_bits(p, p, sensitive).item() == pytest.approx(1.0, abs=1e-4)
    assert counted_bits(p, sensitive).item() == pytest.approx(1.0, abs=1e-12)


def test_a_copy_of_the_attribute_has_its_entropy():
    sensitive = np.array([1.0] * 30 + [0.0] * 90)
    p, s = tensors(sensitive[:, None], sensitive)
    entropy = -(0.25 * math.log2(0.25) + 0.75 * math.log2(0.75))
    assert neuron_bits(p, s).item() == pytest.approx(entropy)
    assert joint_bits(p, p, s).item() == pytest.approx(entropy, abs=1e-4)
    assert counted_bits(p, s).item() == pytest.approx(entropy)


@pytest.mark.parametrize("units", [1, 2, 4])
def test_narrow_layers_are_summed_over_every_code(units):
    generator = np.random.default_rng(units)
    values, groups = generator.uniform(0.05, 0.95, (600, units)), np.arange(600) % 2
    p, code, s = tensors(values, values > 0.5, groups)
    assert joint_bits(p, code, s).item() == pytest.approx(enumerated(values, groups), abs=1e-9)


def test_counts_are_the_plug_in_value():
    generator = np.random.default_rng(0)
    codes, groups = generator.integers(0, 2, (90, 3)), generator.integers(0, 2, 90)
    assert counted_bits(*tensors(codes, groups)).item() == pytest.approx(enumerated(codes, groups))


def test_the_gradient_of_a_count_asks_for_less_information():
    """Unit 0 often says the group, unit 1 never: the gradient is against saying it more often."""
    generator = np.random.default_rng(0)
    groups = generator.integers(0, 2, 200)
    codes = np.stack([groups ^ (generator.random(200) < 0.2), generator.integers(0, 2, 200)], 1)
    code, s = tensors(codes, groups)
    value = counted_bits(code.requires_grad_(), s)
    gradient = torch.autograd.grad(value.sum(), code)[0][0].numpy()
    changed = []
    for row in range(200):
        flipped = codes.copy()
        flipped[row, 0] ^= 1
        changed.append(counted_bits(*tensors(flipped, groups)).item() - value.item())
    promised = gradient[:, 0] * (1 - 2 * codes[:, 0])
    assert np.corrcoef(promised, changed)[0, 1] > 0.9
    toward = gradient * (2 * groups[:, None] - 1)
    assert toward[:, 0].mean() > 10 * abs(toward[:, 1].mean())


def test_a_count_of_codes_that_occur_once_is_the_entropy_of_the_group_whatever_they_know():
    codes = np.random.default_rng(0).integers(0, 2, (200, 40))
    found = counted_bits(*tensors(codes, np.arange(200) % 4 == 0)).item()
    assert found == pytest.approx(-(0.25 * math.log2(0.25) + 0.75 * math.log2(0.75)), abs=1e-9)


def both(units):
    """`joint_bits` as three models of 150 rows with different groups and codes."""
    generator = np.random.default_rng(3)
    p = torch.tensor(generator.uniform(size=(3, 150, units)))
    code = (torch.tensor(generator.uniform(size=p.shape)) < p).double()
    return p, code, torch.tensor(generator.integers(0, 2, (3, 150)).astype(float))


@pytest.mark.parametrize("units", [2, 20])
def test_models_do_not_see_each_other(units):
    p, code, s = both(units)
    for together, alone in (
        (neuron_bits(p, s), [neuron_bits(p[k, None], s[k, None]) for k in range(3)]),
        (counted_bits(code, s), [counted_bits(code[k, None], s[k, None]) for k in range(3)]),
        (
            joint_bits(p, code, s),
            [joint_bits(*(x[k, None] for x in (p, code, s))) for k in range(3)],
        ),
    ):
        assert torch.allclose(together, torch.cat(alone))


@pytest.mark.parametrize("units", [2, 20])
def test_an_absent_group_gives_zero_and_no_nan(units):
    p, code, _ = both(units)
    p, s = p.requires_grad_(), torch.ones(3, 150, dtype=torch.float64)
    straight = code + p - p.detach()
    for value in (neuron_bits(p, s), joint_bits(p, code, s), counted_bits(straight, s)):
        assert value.detach().numpy() == pytest.approx(np.zeros(3), abs=1e-6)
        assert torch.isfinite(torch.autograd.grad(value.sum(), p)[0]).all()
