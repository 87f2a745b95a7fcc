"""The report's imbalance data equal a literal draw row by row."""

import hashlib

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from fairbench.data.drawn import build
from fairbench.data.imbalance import imbalance_draw, imbalance_seed


def literal_draw(positive_rate, group_coefficient, trial, rows):
    """The described sequence of one row after another, with the library's own normals."""
    generator = np.random.RandomState(int(trial + 100 * positive_rate + 1000 * group_coefficient))
    parameters = {-1: ([-2, -2], [[10, 1], [1, 3]]), 1: ([2, 2], [[5, 1], [1, 5]])}
    cos, sin = np.cos(np.pi / 4), np.sin(np.pi / 4)
    drawn = []
    for _ in range(rows):
        y = -1 if generator.rand() < 1 - positive_rate else 1
        x = generator.multivariate_normal(*parameters[y])
        turned = [x[0] * cos + x[1] * sin, -x[0] * sin + x[1] * cos]
        density = {k: multivariate_normal(*v).pdf(turned) for k, v in parameters.items()}
        p = density[1] / (density[1] + density[-1])
        drawn.append((x[0], x[1], y, int(generator.rand() < group_coefficient * p)))
    return np.array(drawn)


@pytest.mark.parametrize(
    ("positive_rate", "group_coefficient", "trial"),
    [(0.1, 0.6, 0), (0.3, 1.4, 9), (0.5, 1.0, 4), (0.9, 0.2, 7)],
)
def test_every_row_equals_the_literal_sequence_exactly(positive_rate, group_coefficient, trial):
    expected = literal_draw(positive_rate, group_coefficient, trial, 700)
    found = imbalance_draw(positive_rate, group_coefficient, trial, rows=700)
    assert list(found.columns) == ["x1", "x2", "y", "sensitive"]
    assert np.array_equal(found.to_numpy(dtype=float), expected)


def test_a_pinned_data_set():
    """Rounded to 9 digits, so that another processor's rounding does not matter."""
    frame = imbalance_draw(0.1, 1.4, 3)
    content = np.round(frame.to_numpy(dtype=float), 9) + 0.0
    assert (
        hashlib.sha256(content.tobytes()).hexdigest()
        == "b19e724102d794087f11290e655c6bba07f86bdb9a3039fa3bac3dd28180bc93"
    )


def test_fewer_rows_are_the_first_ones_and_the_rotation_moves_the_groups_alone():
    whole = imbalance_draw(0.5, 1.0, 2)
    assert imbalance_draw(0.5, 1.0, 2, rows=100).equals(whole[:100])
    turned = imbalance_draw(0.5, 1.0, 2, rotation=45.0)
    assert turned.drop(columns="sensitive").equals(whole.drop(columns="sensitive"))
    assert (turned["sensitive"] != whole["sensitive"]).any()


def test_no_global_generator_is_touched():
    np.random.seed(1)
    expected = np.random.rand()
    np.random.seed(1)
    imbalance_draw(0.5, 1.0, 0, rows=10)
    assert np.random.rand() == expected


def test_seeds_of_the_reports_grid_are_distinct_and_unrounded():
    rates, coefficients = [i / 10 for i in range(1, 10)], [0.2, 0.6, 1.0, 1.4]
    seeds = {
        imbalance_seed(p, c, trial) for p in rates for c in coefficients for trial in range(10)
    }
    assert len(seeds) == 360
    assert imbalance_seed(0.3, 1.4, 9) == 1439
    assert imbalance_seed(0.7, 0.6, 0) == 670


@pytest.mark.parametrize("trial", [-1, 10, 1.5])
def test_trials_that_would_collide_are_refused(trial):
    with pytest.raises(ValueError, match="trials 0 to 9"):
        imbalance_draw(0.5, 1.0, trial)


def test_the_file_has_the_reports_blocks_for_each_trial():
    parameters = {"positive_rate": 0.2, "group_coefficient": 0.6}
    frame = build("imbalance", parameters, [3, 1], seed=0)
    blocks = {"train": 1800, "clean": 200, "selection": 1000, "test": 1000}
    assert frame["trial"].tolist() == [3] * 4000 + [1] * 4000
    assert frame["split"].tolist() == [s for s, n in blocks.items() for _ in range(n)] * 2
    drawn = imbalance_draw(0.2, 0.6, 1)
    second = frame[4000:].reset_index()
    assert second[["x1", "x2", "sensitive"]].equals(drawn[["x1", "x2", "sensitive"]])
    assert np.array_equal(2 * second["y"] - 1, drawn["y"])
    assert frame.equals(build("imbalance", parameters, [3, 1], seed=99))
