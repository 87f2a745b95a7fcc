"""Plug-in entropies and mutual information against closed forms."""

import numpy as np
import pytest

from fairbench.information import entropy, mutual_information, smooth_mutual_information


def binary_entropy(p):
    return -p * np.log(p) - (1 - p) * np.log(1 - p)


def test_entropy_of_known_frequencies():
    assert entropy([0, 1, 1, 1]) == pytest.approx(binary_entropy(0.25), abs=1e-15)
    assert entropy(np.arange(7)) == pytest.approx(np.log(7), abs=1e-14)
    assert entropy(["a"] * 5) == 0.0


def test_rows_of_a_matrix_are_joint_symbols():
    rows = [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert entropy(rows) == pytest.approx(np.log(4), abs=1e-15)
    assert mutual_information(rows, [0, 1, 1, 0]) == pytest.approx(np.log(2), abs=1e-15)


def test_exclusive_or_is_seen_jointly_only():
    a, b = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    assert mutual_information(a, a ^ b) == 0.0
    assert mutual_information(np.column_stack([a, b]), a ^ b) == pytest.approx(np.log(2))


def test_mutual_information_from_entropies():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 5, 400)
    y = (x + rng.integers(0, 3, 400)) % 6
    expected = entropy(x) + entropy(y) - entropy(np.column_stack([x, y]))
    assert mutual_information(x, y) == pytest.approx(expected, abs=1e-12)
    assert mutual_information(y, x) == pytest.approx(expected, abs=1e-12)
    assert mutual_information(x, x) == pytest.approx(entropy(x), abs=1e-12)


def test_weights_act_as_repetitions():
    x, y, counts = np.array([0, 1, 1, 2]), np.array(list("abab")), np.array([3, 1, 0, 2])
    repeated = np.repeat(x, counts), np.repeat(y, counts)
    assert entropy(x, weights=counts) == pytest.approx(entropy(repeated[0]), abs=1e-15)
    assert mutual_information(x, y, weights=counts) == pytest.approx(
        mutual_information(*repeated), abs=1e-15
    )


def test_smooth_equals_plug_in_for_hard_decisions():
    rng = np.random.default_rng(1)
    sensitive = rng.integers(0, 2, 300)
    decision = rng.random(300) < 0.3 + 0.4 * sensitive
    weights = rng.random(300)
    for w in (None, weights):
        assert smooth_mutual_information(decision, sensitive, weights=w) == pytest.approx(
            mutual_information(decision, sensitive, weights=w), abs=1e-8
        )


def test_smooth_value_of_a_known_table():
    # P(decision = 1) is 0.8 in group 1 and 0.2 in group 0, groups of equal size.
    value = smooth_mutual_information([0.8, 0.8, 0.2, 0.2], [1, 1, 0, 0], eps=0.0)
    assert value == pytest.approx(np.log(2) - binary_entropy(0.2), abs=1e-15)


@pytest.mark.parametrize("weighted", [False, True])
def test_smooth_of_hard_decisions_is_the_information_of_many_groups(weighted):
    rng = np.random.default_rng(3)
    sensitive = rng.integers(0, 4, 500)
    decision = rng.random(500) < 0.2 + 0.2 * sensitive
    w = rng.random(500) if weighted else None
    found = smooth_mutual_information(decision, sensitive, weights=w, eps=0.0)
    assert found == pytest.approx(mutual_information(decision, sensitive, weights=w), abs=1e-12)
    assert found > 0.05


@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("eps", [0.0, 1e-10])
def test_smooth_is_zero_for_a_constant_decision(level, eps):
    value = smooth_mutual_information(np.full(10, level), [0] * 4 + [1] * 6, eps=eps)
    assert value == pytest.approx(0.0, abs=1e-9)


def test_smooth_is_zero_for_one_group():
    assert smooth_mutual_information([0.1, 0.9], [1, 1], eps=0.0) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: entropy([]), "non-empty"),
        (lambda: entropy(np.zeros((2, 2, 2))), r"\(2, 2, 2\)"),
        (lambda: mutual_information([0, 1], [0, 1, 1]), "got 2 and 3"),
        (lambda: entropy([0, 1], weights=[1.0]), r"shape \(2,\), got \(1,\)"),
        (lambda: entropy([0, 1], weights=[1.0, -1.0]), "non-negative"),
        (lambda: entropy([0, 1], weights=[0.0, 0.0]), "not all zero"),
        (lambda: smooth_mutual_information([0.5, 1.5], [0, 1]), "1.5"),
        (lambda: smooth_mutual_information([0.5, np.nan], [0, 1]), "probabilities"),
        (lambda: smooth_mutual_information([0.5, 0.5], [-1, 1]), "group numbers"),
        (lambda: smooth_mutual_information([0.5], [0, 1]), "same size"),
        (lambda: smooth_mutual_information([0.5, 0.5], [0, 1], eps=-1.0), "eps"),
    ],
)
def test_errors_say_what_was_given(call, message):
    with pytest.raises(ValueError, match=message):
        call()
