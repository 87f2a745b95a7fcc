"""Shares that a protected attribute decides, against brute force and closed forms."""

from itertools import product

import numpy as np
import pytest

from fairbench.certify import Domain, Network
from fairbench.certify.protected import protected_share


def random_network(rng, inputs, hidden=(), scale=1.0):
    sizes = [inputs, *hidden, 1]
    weights = [rng.normal(scale=scale, size=(b, a)) for a, b in zip(sizes, sizes[1:], strict=False)]
    return Network(weights, [rng.normal(scale=scale, size=b) for b in sizes[1:]])


def choices(domain, column):
    return np.arange(domain.lower[column], domain.upper[column] + 1)


def brute_force(network, domain, protected, threshold=0.0):
    """Share of people whose class depends on the attribute; integer domains with no groups."""
    rest = [c for c in range(domain.inputs) if c not in protected]
    people = np.array(list(product(*(choices(domain, c) for c in rest))))
    classes = []
    for value in product(*(choices(domain, c) for c in protected)):
        rows = np.empty((len(people), domain.inputs))
        rows[:, rest], rows[:, list(protected)] = people, value
        classes.append(network.logit(rows) > threshold)
    return 1 - np.mean(np.all(np.array(classes) == classes[0], axis=0))


def centred(network, domain, rng):
    """The network with its last bias moved, so that both classes are in the domain."""
    rows = rng.uniform(domain.lower, domain.upper, (200, domain.inputs))
    biases = [*network.biases[:-1], network.biases[-1] - np.median(network.logit(rows))]
    return Network(network.weights, biases)


INTEGERS = Domain([-2, 0, 0, 0, 1], [3, 1, 8, 4, 6], integer=range(5))


@pytest.mark.parametrize("hidden", [(), (4,), (12,), (5, 5), (4, 4, 4)])
@pytest.mark.parametrize("protected", [[1], [3], [1, 3]])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_run_to_the_end_counts_what_enumeration_counts(hidden, protected, seed):
    rng = np.random.default_rng(seed)
    network = centred(random_network(rng, 5, hidden), INTEGERS, rng)
    exact = brute_force(network, INTEGERS, protected)
    share = protected_share(network, INTEGERS, protected=protected)
    assert share.complete and share.undecided == 0
    assert share.certified_unfair == pytest.approx(exact, abs=1e-15)
    assert share.certified_fair == pytest.approx(1 - exact, abs=1e-15)
    assert share.answer == ("yes" if exact > 0 else "no")


@pytest.mark.parametrize("boxes", [1, 2, 5, 20, 100])
@pytest.mark.parametrize("seed", range(4))
def test_a_stopped_search_brackets_the_share(boxes, seed):
    rng = np.random.default_rng(seed)
    domain = Domain([0, 0, 0, 0, 0], [30, 1, 6, 9, 2], integer=range(5))
    network = centred(random_network(rng, 5, (6, 4), 0.7), domain, rng)
    exact = brute_force(network, domain, [1])
    share = protected_share(network, domain, protected=[1], boxes=boxes)
    assert share.boxes <= max(boxes, 1)
    assert share.certified_unfair <= exact + 1e-15
    assert share.certified_fair <= 1 - exact + 1e-15
    total = share.certified_fair + share.certified_unfair + share.undecided
    assert total == pytest.approx(1, abs=1e-12)


def test_a_full_pool_lets_boxes_go_and_stays_sound(monkeypatch):
    from fairbench.certify import protected_search

    monkeypatch.setattr(protected_search, "_FIRST", 32)
    monkeypatch.setattr(protected_search, "_MEMORY", 1)
    rng = np.random.default_rng(0)
    domain = Domain([0, 0, 0, 0, 0], [30, 1, 9, 9, 9], integer=range(5))
    network = centred(random_network(rng, 5, (12, 8), 0.7), domain, rng)
    exact = brute_force(network, domain, [1])
    share = protected_share(network, domain, protected=[1], boxes=20_000)
    assert not share.complete and share.boxes < 20_000  # all that was kept is settled
    assert 0 < exact - share.certified_unfair < 0.05
    assert 0 <= 1 - exact - share.certified_fair < 0.2


def test_a_limit_of_boxes_makes_a_search_repeatable():
    rng = np.random.default_rng(3)
    network = centred(random_network(rng, 5, (8, 8)), INTEGERS, rng)
    first, second = (protected_share(network, INTEGERS, protected=[1], boxes=31) for _ in "ab")
    assert first.certified_fair == second.certified_fair
    assert first.certified_unfair == second.certified_unfair
    assert (first.witness == second.witness).all()


def test_the_witness_is_one_person_with_two_classes():
    rng = np.random.default_rng(5)
    network = centred(random_network(rng, 5, (8,)), INTEGERS, rng)
    share = protected_share(network, INTEGERS, protected=[3], threshold=0.25)
    assert (np.delete(share.witness[0] == share.witness[1], 3)).all()
    assert INTEGERS.holds(share.witness).all()
    assert share.logits[0] > 0.25 >= share.logits[1]
    assert (network.logit(share.witness) == share.logits).all()


def test_a_threshold_moves_the_class():
    rng = np.random.default_rng(6)
    network = random_network(rng, 5, (6,))
    for threshold in (-1.0, 0.5):
        share = protected_share(network, INTEGERS, protected=[1], threshold=threshold)
        exact = brute_force(network, INTEGERS, [1], threshold)
        assert share.certified_unfair == pytest.approx(exact, abs=1e-15)


def planted(inputs, corner):
    """logit = -1/2 + relu(sum of (x - corner) + protected): above 0 in one corner alone."""
    weight = np.ones((1, inputs))
    return Network([weight, [[1.0]]], [[-float(np.sum(corner))], [-0.5]])


def test_a_planted_unfair_corner_is_found():
    """One person in 10^12 is treated unfairly: the one at the top of all columns."""
    domain = Domain(np.zeros(7), [*[99] * 6, 1], integer=range(7))
    share = protected_share(planted(7, [99] * 6), domain, protected=[6])
    assert share.complete and share.answer == "yes"
    assert share.certified_unfair == 1e-12
    assert (share.witness[:, :6] == 99).all()
    assert list(share.witness[:, 6]) == [1, 0]


def test_a_corner_that_no_search_at_random_would_find_is_found_by_the_boxes(monkeypatch):
    from fairbench.certify import protected

    real = protected.find_witness
    monkeypatch.setattr(
        protected, "find_witness", lambda *given: real(*given) if len(given) > 4 else None
    )
    domain = Domain(np.zeros(7), [*[99] * 6, 1], integer=range(7))
    share = protected_share(planted(7, [99] * 6), domain, protected=[6])
    assert share.witness is not None and (share.witness[:, :6] == 99).all()


def test_a_network_that_ignores_the_attribute_is_fair():
    rng = np.random.default_rng(7)
    network = random_network(rng, 5, (6, 6))
    weights = [network.weights[0].copy(), *network.weights[1:]]
    weights[0][:, 1] = 0
    share = protected_share(Network(weights, network.biases), INTEGERS, protected=[1])
    assert (share.certified_fair, share.certified_unfair, share.undecided) == (1, 0, 0)
    assert share.answer == "no" and share.witness is None


def test_an_attribute_that_decides_alone_is_unfair_for_all():
    network = Network([[[0.0, 1.0, 0.0]]], [[-0.5]])
    domain = Domain([0, 0, -1], [5, 1, 1], integer=[0, 1])
    share = protected_share(network, domain, protected=[1])
    assert share.certified_unfair == pytest.approx(1, abs=1e-11)
    assert share.complete


def test_a_logit_of_exactly_the_threshold_is_not_above_it():
    """x0 + x1 - 3 in whole numbers is 0 for many: rounding margins alone would leave them open."""
    network = Network([[[1.0, 1.0]]], [[-3.0]])
    domain = Domain([0, 0], [9, 1], integer=[0, 1])
    share = protected_share(network, domain, protected=[1])
    assert share.complete
    assert share.certified_unfair == 0.1  # x0 = 3 alone: 0 is not above 0, 1 is


def test_a_difference_that_is_rounding_alone_is_no_witness():
    """0.1 x0 - 0.1 x0 + 0.1 x1 - 0.1 x1 is 0; in floating point it is 1e-17 for some."""
    weights = [[[0.1, 0.2, 0.3, 1.0], [0.1, 0.2, 0.3, 1.0]], [[1.0, -1.0]]]
    network = Network([*weights], [[0.0, 0.0], [0.0]])
    domain = Domain(np.zeros(4), [9, 9, 9, 1], integer=range(4))
    share = protected_share(network, domain, protected=[3], seconds=30)
    assert share.answer == "no" and share.certified_fair == 1 and share.witness is None


def test_continuous_columns_count_by_length():
    """relu(x0) + x1 + protected - 1.5 > 0 cuts [0, 1]^2 along two diagonals."""
    network = Network([[[1.0, 1.0, 1.0]]], [[-1.5]])
    domain = Domain([0, 0, 0], [1, 1, 1], integer=[2])
    share = protected_share(network, domain, protected=[2], boxes=2001)
    assert share.certified_unfair == pytest.approx(0.75, abs=0.003)
    assert share.certified_fair == pytest.approx(0.25, abs=0.003)
    assert share.certified_unfair <= 0.75 and share.certified_fair <= 0.25


def grouped(domain, network, protected):
    """Brute force over integer columns and one-hot groups."""
    parts = []
    inside = {c for g in domain.groups for c in g}
    for column in range(domain.inputs):
        if column not in inside:
            parts.append([{column: v} for v in choices(domain, column)])
    for index, group in enumerate(domain.groups):
        parts.append([{c: float(c == one) for c in group} for one in domain.categories(index)])
    people = {}
    for combination in product(*parts):
        row = np.zeros(domain.inputs)
        for part in combination:
            for column, value in part.items():
                row[column] = value
        key = tuple(np.delete(row, protected))
        people.setdefault(key, set()).add(bool(network.logit(row[None])[0] > 0))
    return np.mean([len(classes) > 1 for classes in people.values()])


@pytest.mark.parametrize("protected", [[1], [2, 3, 4]])
@pytest.mark.parametrize("seed", range(3))
def test_one_hot_groups_count_by_category(protected, seed):
    rng = np.random.default_rng(seed)
    upper = [6, 1, 1, 1, 1, 1, 1, 0, 1, 9]
    groups = [[2, 3, 4], [5, 8, 6, 7]]
    domain = Domain(np.zeros(10), upper, integer=[0, 1, 9], groups=groups)
    network = centred(random_network(rng, 10, (6, 5)), domain, rng)
    exact = grouped(domain, network, protected)
    share = protected_share(network, domain, protected=protected)
    assert share.complete
    assert share.certified_unfair == pytest.approx(exact, abs=1e-15)


def test_fixed_columns_and_a_domain_of_one_person():
    rng = np.random.default_rng(9)
    network = random_network(rng, 4, (5,))
    domain = Domain([1, 0, 2, 0.3], [1, 1, 2, 0.3], integer=[0, 1, 2])
    share = protected_share(network, domain, protected=[1])
    logits = network.logit(np.array([[1, 0, 2, 0.3], [1, 1, 2, 0.3]])) > 0
    assert share.certified_unfair == float(logits[0] != logits[1])
    assert share.complete


def test_margins_cover_rounding():
    """Weights of 1e8 against a bias that cancels them: bounds in floating point are wrong by 1e-8.

    For such people the class is settled in exact arithmetic.
    """
    weights = [[[1e8 + 0.1, -1e8, 1e-9], [-1e8, 1e8 + 0.1, 0.0]], [[1.0, 1.0]]]
    network = Network(weights, [[0.0, 0.0], [-0.1]])
    domain = Domain([0, 0, 0], [20, 20, 1], integer=range(3))
    from fractions import Fraction

    def is_above(row):
        units = [
            max(sum(Fraction(w) * int(v) for w, v in zip(u, row, strict=True)), 0)
            for u in weights[0]
        ]
        return sum(units) + Fraction(-0.1) > 0

    people = list(product(range(21), range(21)))
    exact = np.mean([is_above((*p, 0)) != is_above((*p, 1)) for p in people])
    share = protected_share(network, domain, protected=[2])
    assert share.complete and share.certified_unfair == exact


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(protected=[]), "names no column"),
        (dict(protected=[5]), "protected names column 5; the inputs are 0 to 4"),
        (dict(protected=[-1]), "protected names column -1"),
        (dict(protected=[1, 1]), "names a column twice"),
        (dict(protected=[0.5]), "columns are whole numbers"),
        (dict(seconds=0), "seconds is 0; a limit is above 0"),
        (dict(boxes=0), "boxes is 0; a limit is 1 or more"),
        (dict(threshold=np.nan), "threshold is nan"),
    ],
)
def test_bad_input_is_named(change, message):
    network = random_network(np.random.default_rng(0), 5)
    with pytest.raises(ValueError, match=message):
        protected_share(network, INTEGERS, **dict(protected=[1]) | change)


def test_domains_that_do_not_fit_are_named():
    network = random_network(np.random.default_rng(0), 3)
    with pytest.raises(ValueError, match="the network has 3 inputs, the domain 5"):
        protected_share(network, INTEGERS, protected=[1])
    continuous = Domain(np.zeros(3), np.ones(3))
    with pytest.raises(ValueError, match="protected column 1 is continuous, from 0.0 to 1.0"):
        protected_share(network, continuous, protected=[1])
    group = Domain(np.zeros(3), np.ones(3), groups=[[0, 1]])
    with pytest.raises(ValueError, match=r"protected names \[1\] of groups\[0\] \[0, 1\]"):
        protected_share(network, group, protected=[1])
    many = Domain(np.zeros(3), np.full(3, 1000), integer=range(3))
    with pytest.raises(ValueError, match="1001 combinations; at most 256"):
        protected_share(network, many, protected=[0])
    with pytest.raises(ValueError, match="the domain is empty"):
        Domain([1, 0, 0], [0, 1, 1])
