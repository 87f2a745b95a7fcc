"""`joint_information` against exact values, closed forms, and what it cannot see."""

import numpy as np
import pytest

from fairbench.information import joint_information

from .laws import Law

BITS = np.log(2)
LAWS = {
    "7 units, diffuse": Law(7, sharpness=0.05),
    "7 units, nearly certain": Law(7, "square", 3.0, 3.0),
    "10 units, two numbers": Law(10, "linear", 2.0, 1.0, hidden=2, prior=0.3),
    "10 units, exclusive or": Law(10, "product", 6.0, 3.0, hidden=2),
    "20 units, exclusive or": Law(20, "product", 6.0, 1.0, hidden=2),
    "20 units, nearly certain": Law(20, "linear", 5.0, 3.0),
    "50 units, diffuse": Law(50, "linear", 1.5, 0.05),
    "50 units, square": Law(50, "square", 3.0, 0.7),
    "50 units, nearly certain, two numbers": Law(50, "linear", 2.0, 3.0, hidden=2, prior=0.3),
    "20 units, independent": Law(20, "linear", 0.0, 1.0),
    "50 units, independent": Law(50, "linear", 0.0, 3.0),
}


def estimates(law, rows, batches, **options):
    """Estimates in bits for `batches` batches of `rows` rows."""
    p, _, groups = law.batches(batches, rows)
    options = {"draws": 5} | options
    pairs = zip(p, groups, strict=True)
    return np.array([joint_information(*pair, **options) / BITS for pair in pairs])


@pytest.mark.parametrize("rows", [150, 250])
@pytest.mark.parametrize("name", LAWS)
def test_mean_and_deviation_over_batches_are_those_of_the_docstring(name, rows):
    law = LAWS[name]
    found = estimates(law, rows, 30)
    assert found.mean() == pytest.approx(law.bits(), abs=0.05)
    assert found.std(ddof=1) <= 0.1


def test_the_truth_by_quadrature_is_that_of_enumeration():
    law = Law(3, "product", 4.0, 1.0, hidden=2)
    points, weight = law._grid()
    p, chance = law.activation(points), law.chance(points)
    codes = np.array(np.meshgrid(*[[0, 1]] * 3)).reshape(3, -1).T
    given = np.prod(np.where(codes[:, None], p, 1 - p), axis=2) * weight  # (codes, points)
    joint = np.stack([given @ chance, given @ (1 - chance)], axis=1)
    independent = joint.sum(1, keepdims=True) * joint.sum(0)
    assert law.bits() == pytest.approx((joint * np.log2(joint / independent)).sum(), abs=0.02)


def test_exclusive_or_of_two_bits_is_all_there_is_to_know():
    bits = np.random.default_rng(0).integers(0, 2, (600, 2))
    found = joint_information(bits, bits[:, 0] ^ bits[:, 1])
    assert found == pytest.approx(np.log(2), abs=0.01)


@pytest.mark.parametrize("groups", [2, 3, 5])
def test_a_copy_of_the_group_has_its_entropy(groups):
    """One-hot codes of K groups of unequal shares."""
    share = np.arange(1, groups + 1) / (groups * (groups + 1) / 2)
    group = np.repeat(np.arange(groups), np.round(600 * share).astype(int))
    share = np.bincount(group) / len(group)
    found = joint_information(np.eye(groups)[group], group)
    assert found == pytest.approx(-(share * np.log(share)).sum(), abs=0.02)


def test_a_noisy_unit_for_each_of_three_groups_by_closed_form():
    group = np.arange(900) % 3
    p = np.where(np.eye(3)[group] == 1, 0.9, 0.1)
    codes = np.array(np.meshgrid(*[[0, 1]] * 3)).reshape(3, -1).T
    given = np.array([np.prod(np.where(codes, q, 1 - q), 1) for q in 0.1 + 0.8 * np.eye(3)])
    known = (given / 3 * np.log(given / given.mean(0))).sum()
    assert joint_information(p, group, draws=8) == pytest.approx(known, abs=0.01)


def test_three_groups_under_names_that_know_nothing_have_none():
    generator = np.random.default_rng(0)
    p, names = generator.random((300, 20)), generator.choice(["a", "b", "c"], 300)
    assert joint_information(p, names, draws=8) == pytest.approx(0.0, abs=0.04)
    numbers = np.array([{"a": 7, "b": 8, "c": 9}[name] for name in names])
    assert joint_information(p, names, draws=2) == joint_information(p, numbers, draws=2)


def test_the_seed_decides():
    p, _, groups = (part[0] for part in Law(20).batches(1, 150))
    assert joint_information(p, groups, seed=3) == joint_information(p, groups, seed=3)
    assert joint_information(p, groups, seed=3) != joint_information(p, groups, seed=4)


@pytest.mark.parametrize("rows", [1, 5])
def test_one_group_has_no_information(rows):
    p = np.random.default_rng(0).random((rows, 8))
    assert joint_information(p, np.ones(rows)) == pytest.approx(0.0, abs=1e-12)


def test_a_group_of_one_row_is_an_estimate_like_any():
    p = np.random.default_rng(0).random((100, 12))
    found = joint_information(p, np.arange(100) == 0)
    assert -0.05 < found < 0.06  # its entropy is 0.056


def test_what_many_hidden_numbers_hide_is_not_seen_and_not_made_up():
    """Ten hidden numbers, 20 units: no batch has neighbours enough. Bounded, not estimated."""
    law = Law(20, "linear", 3.0, 0.3, hidden=10)
    found, truth = estimates(law, 200, 20), law.bits(2000)
    assert -0.05 <= found.mean() <= truth + 0.05


@pytest.mark.parametrize(
    ("p", "groups", "options", "message"),
    [
        (np.ones(3), [0, 1, 1], {}, r"got \(3,\) and \(3,\)"),
        (np.ones((3, 2)), [0, 1], {}, r"got \(3, 2\) and \(2,\)"),
        (np.ones((0, 2)), [], {}, "neither empty"),
        ([[0.5], [1.5]], [0, 1], {}, "0.5 to 1.5"),
        ([[0.5], [np.nan]], [0, 1], {}, r"\[0, 1\]"),
        ([[0.5], [0.5]], [0, np.nan], {}, "some are NaN"),
        ([[0.5], [0.5]], [0, 1], {"draws": 0}, "at least 1, got 0"),
    ],
)
def test_errors_say_what_was_given(p, groups, options, message):
    with pytest.raises(ValueError, match=message):
        joint_information(p, groups, **options)
