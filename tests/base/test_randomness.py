"""Streams depend on the root seed and on their own names, and on nothing else."""

import itertools

import numpy as np
import pytest

from fairbench.base.randomness import seed_of, stream


def first(*names):
    return stream(*names).integers(2**63)


def test_pinned_values():
    """Results are promised to stay the same from one version to the next."""
    assert seed_of(0) == 7896617691693857887
    assert seed_of(2024, "data", "independent", 0.1, 1.4, 3, "test") == 449055502667967600
    assert stream(2024, "init", "fr_train", 0).random() == 0.6655229307259696


def test_nearby_names_give_different_streams():
    names = [
        (1,),
        (2,),
        (1, "a"),
        (1, "b"),
        (1, "ab"),
        (1, "a", "b"),
        (1, "b", "a"),
        (1, "ba"),
        (1, 0),
        (1, 1),
        (1, 11),
        (1, 1, 1),
        (1, 0.1),
        (1, 0.1 + 1e-17 * 2),
        (1, 0.2),
        (1, 0.1 + 0.2),
        (1, 0.3),
        (1, "0", ""),
        (1, ""),
        (1, "", ""),
        (1, None),
        (1, True),
        (2**32 + 1,),
        (2**64 + 1,),
    ]
    assert len({first(*name) for name in names}) == len(names)
    assert len({seed_of(*name) for name in names}) == len(names)


def test_streams_of_neighbouring_trials_are_uncorrelated():
    draws = np.stack([stream(5, "data", trial).standard_normal(4000) for trial in range(20)])
    off_diagonal = np.corrcoef(draws)[~np.eye(20, dtype=bool)]
    assert np.abs(off_diagonal).max() < 4.5 / np.sqrt(4000)


@pytest.mark.parametrize(
    "same", [(1, 1.0, np.int8(1), np.float32(1)), (0.1, np.float64(0.1)), (0, 0.0, -0.0)]
)
def test_a_number_is_named_by_its_value(same):
    assert len({first(3, "cell", name) for name in same}) == 1


def test_a_stream_does_not_depend_on_other_streams_or_on_the_global_state():
    expected = first(1, "a")
    np.random.seed(0)
    stream(1, "b").random(10)
    assert first(1, "a") == expected


def test_seeds_fit_the_libraries_that_take_them():
    seeds = [seed_of(root, "x", i) for root, i in itertools.product((0, 2**70), range(50))]
    assert all(type(seed) is int and 0 <= seed < 2**63 for seed in seeds)


@pytest.mark.parametrize(("root", "error"), [(-1, ValueError), (1.5, TypeError)])
def test_bad_roots_are_refused(root, error):
    with pytest.raises(error):
        stream(root, "a")
