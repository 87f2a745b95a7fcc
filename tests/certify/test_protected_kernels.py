"""The compiled parts behind `protected_share`, each against enumeration of all points of a box."""

from itertools import product

import numpy as np
import pytest

from fairbench.certify import Domain, Network, box_kernel, halfspace_kernel, relaxation_kernel
from fairbench.certify.people import People, kernel_network

#: A whole-number column with many values, some with few, and a one-hot group without one member.
LOWER = np.array([-3.0, 0, 1, 0, 0, 0, 0, 2])
UPPER = np.array([40.0, 1, 4, 1, 1, 0, 1, 2])
KIND = np.array([0, 0, 0, 2, 2, 2, 2, 0])


def points():
    """All points of the box, shape (points, columns)."""
    members = [np.eye(4)[i] for i in (0, 1, 3)]
    ordinary = [np.arange(LOWER[c], UPPER[c] + 1) for c in (0, 1, 2, 7)]
    return np.array([[a, b, c, *m, d] for a, b, c, d in product(*ordinary) for m in members])


def test_the_measure_of_a_box_counts_its_points():
    assert box_kernel.measure(LOWER, UPPER, KIND) == len(points())


@pytest.mark.parametrize("bins", [64, 512, 4096])
@pytest.mark.parametrize("seed", range(8))
def test_counts_of_a_halfspace_bracket_enumeration(bins, seed):
    rng = np.random.default_rng(seed)
    scratch = halfspace_kernel.scratch(len(KIND), len(KIND))
    everyone = points()
    form = rng.normal(size=len(KIND)) * rng.choice([0, 0.1, 1, 10], len(KIND))
    values = everyone @ form
    for quantile in (0.001, 0.1, 0.5, 0.8, 0.999):
        constant = -np.quantile(values, quantile) + 1e-7 * rng.normal()
        exact = (values + constant > 0).sum()
        under, over = (
            halfspace_kernel.above(
                form, constant, LOWER, UPPER, KIND, float(len(everyone)), side, bins, scratch
            )
            for side in (False, True)
        )
        assert under <= exact <= over
        rounding = len(KIND) * np.ptp(values) / bins + 1e-9  # a bin a column at most
        assert under >= (values + constant > rounding).sum()
        assert over <= (values + constant > -rounding).sum()


def test_one_term_is_counted_exactly():
    scratch = halfspace_kernel.scratch(1, 1)
    lower, upper, kind = np.array([0.0]), np.array([20000.0]), np.array([0])
    for limit in (0.5, 17.5, 19999.5):
        for sign in (1, -1):
            given = (np.array([0.3 * sign]), -0.3 * sign * limit, lower, upper, kind, 20001.0)
            exact = (sign * (np.arange(20001) - limit) > 0).sum()
            assert halfspace_kernel.above(*given, False, 64, scratch) == exact
            assert halfspace_kernel.above(*given, True, 64, scratch) == exact


@pytest.mark.parametrize("hidden", [(), (10,), (6, 5), (4, 4, 4)])
@pytest.mark.parametrize("share", [0.0, 1e-3, 1e-2])
@pytest.mark.parametrize("seed", range(3))
def test_linear_bounds_hold_but_for_the_share_that_they_say(hidden, share, seed):
    rng = np.random.default_rng(seed)
    sizes = [9, *hidden, 1]
    weights = [rng.normal(size=(b, a)) for a, b in zip(sizes[:-1], sizes[1:], strict=True)]
    weights[0][:, 0] /= 20
    network = Network(weights, [rng.normal(size=b) for b in sizes[1:]])
    upper = np.array([*UPPER[:3], 1, 1, 0, 1, 2, 3])
    domain = Domain([*LOWER, 0], upper, integer=[0, 1, 2, 7, 8], groups=[[3, 4, 5, 6]])
    people = People.of(domain, [8])
    numbers = kernel_network(network, people, 0.0)
    arrays = relaxation_kernel.arrays(numbers[0], len(numbers[2]))
    box = (people.lower, people.upper, people.kind)
    relaxation_kernel.relax(numbers, *box, 0.0, arrays)
    beyond = relaxation_kernel.relax(numbers, *box, share, arrays) if share else 0.0
    forms, constants = arrays[3], arrays[4]
    everyone = points()[:, [0, 1, 2, 3, 4, 5, 6]]
    wrong = np.zeros(len(everyone), bool)
    biases = numbers[2][:, 0, : sizes[1]]
    for value in people.values:
        rows = people.row(everyone, value)
        logits = network.logit(rows)
        start = network.weights[0] @ people.row(np.zeros(7), value) + network.biases[0]
        kept = int(np.argmin(np.abs(biases - start).max(1)))
        wrong |= everyone @ forms[kept, 0] + constants[kept, 0] > logits
        wrong |= everyone @ forms[kept, 1] + constants[kept, 1] < logits
    assert wrong.mean() <= beyond


def test_ranges_of_open_units_are_cut_where_few_points_are():
    """Of 50^3 points few are near both ends of a sum of three columns."""
    network = Network([[[1.0, 1.1, 0.9, 0.5]], [[1.0]]], [[-70.0], [-5.0]])
    people = People.of(Domain(np.zeros(4), [49, 49, 49, 1], integer=range(4)), [3])
    numbers = kernel_network(network, people, 0.0)
    arrays = relaxation_kernel.arrays(numbers[0], 2)
    box = (people.lower, people.upper, people.kind)
    relaxation_kernel.relax(numbers, *box, 0.0, arrays)
    least, most = arrays[0][0, 0, 0]
    beyond = relaxation_kernel.relax(numbers, *box, 0.01, arrays)
    low, up = arrays[0][0, 0, 0]
    sums = np.add.outer(np.add.outer(np.arange(50) * 1.0, np.arange(50) * 1.1), np.arange(50) * 0.9)
    assert beyond == 0.02 and low - least > 15 and most - up > 15
    assert (sums - 70 < low).mean() <= 0.01 and (sums - 70 > up).mean() <= 0.01
