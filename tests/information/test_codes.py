"""The sum over neurons of their information against closed forms."""

import itertools
import math

import numpy as np
import pytest

from fairbench.information.codes import neuron_information


def test_exclusive_or_is_seen_by_no_neuron():
    """The lemma sum I(T_i; S) >= I(T; S) of Cerrato et al. fails: 0 against log 2."""
    code = np.array(list(itertools.product((0, 1), repeat=2)))
    assert neuron_information(code, code[:, 0] ^ code[:, 1]) == pytest.approx(0.0, abs=1e-12)


def test_copies_of_the_attribute_are_counted_each():
    sensitive = np.arange(1000) % 2
    code = np.stack([sensitive] * 3, axis=1)
    assert neuron_information(code, sensitive) == pytest.approx(3 * math.log(2))


def test_probabilities_give_the_information_of_the_mixture():
    p = np.array([[0.2], [0.2], [0.8], [0.8]])
    h = -(0.2 * math.log(0.2) + 0.8 * math.log(0.8))
    assert neuron_information(p, [0, 0, 1, 1]) == pytest.approx(math.log(2) - h)
    assert neuron_information(p, [1, 1, 1, 1]) == pytest.approx(0.0, abs=1e-12)
