"""Information of binary codes against closed forms."""

import itertools
import math

import numpy as np
import pytest

from fairbench.information.codes import code_information, neuron_information


def test_exclusive_or_is_seen_by_the_code_and_by_no_neuron():
    """The lemma sum I(T_i; S) >= I(T; S) of Cerrato et al. fails: 0 against log 2."""
    code = np.array(list(itertools.product((0, 1), repeat=2)) * 5000)
    sensitive = code[:, 0] ^ code[:, 1]
    assert neuron_information(code, sensitive) == pytest.approx(0.0, abs=1e-12)
    assert code_information(code, sensitive) == pytest.approx(math.log(2), abs=1e-3)


def test_copies_of_the_attribute_are_counted_once_by_the_code_and_each_by_the_sum():
    sensitive = np.arange(10_000) % 2
    code = np.stack([sensitive] * 3, axis=1)
    assert code_information(code, sensitive) == pytest.approx(math.log(2), abs=1e-3)
    assert neuron_information(code, sensitive) == pytest.approx(3 * math.log(2))


def test_independent_codes_hold_next_to_nothing_after_the_correction():
    generator = np.random.default_rng(0)
    code = generator.integers(0, 2, (2000, 6))
    found = [code_information(code, generator.integers(0, 2, 2000)) for _ in range(20)]
    # Without Miller and Madow's correction the mean would be 63 / 4000 = 0.016 nats.
    assert np.mean(found) < 0.006


def test_codes_that_occur_once_look_like_the_attribute_itself():
    generator = np.random.default_rng(0)
    code, sensitive = generator.integers(0, 2, (500, 40)), np.arange(500) % 2
    assert code_information(code, sensitive) == pytest.approx(math.log(2), abs=0.01)


def test_probabilities_give_the_information_of_the_mixture():
    p = np.array([[0.2], [0.2], [0.8], [0.8]])
    h = -(0.2 * math.log(0.2) + 0.8 * math.log(0.8))
    assert neuron_information(p, [0, 0, 1, 1]) == pytest.approx(math.log(2) - h)
    assert neuron_information(p, [1, 1, 1, 1]) == pytest.approx(0.0, abs=1e-12)
