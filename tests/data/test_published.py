"""The released benchmark arrays are drawn again bit for bit, without the files."""

import hashlib
import io
import os
import random
import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from fairbench.data import law
from fairbench.data.drawn import build
from fairbench.data.published import published_draw

# SHA-256 of the .npy files of github.com/yuji-roh/fr-train.
RELEASED = {
    "X": "4b9373a94dc98b4c9ebe7ddbd3eba5969f472619dc8ed4256b8c1aa412a88caa",
    "y": "723e5ca434638a6c4cfbafc36f729c52d9bb2cf2afe66d5ea3a96ac9d8e15ffe",
    "sensitive": "fe13a2522ae477c9a52b12d3a1dfb7054418b92e12abdbb87c2fc1310f4f7598",
}


def log_likelihood(rotation):
    frame = published_draw()
    x, sensitive = frame[["x1", "x2"]].to_numpy(), frame["sensitive"].to_numpy()
    p = law.group_probability(x, rotation=rotation)
    return np.log(np.where(sensitive == 1, p, 1 - p)).sum()


@pytest.mark.parametrize("name", RELEASED)
def test_arrays_are_the_released_ones_bit_for_bit(name):
    frame, saved = published_draw().astype(np.float32), io.BytesIO()
    columns = ["x1", "x2"] if name == "X" else name
    np.save(saved, np.ascontiguousarray(frame[columns].to_numpy()))
    assert hashlib.sha256(saved.getvalue()).hexdigest() == RELEASED[name]


def test_the_draw_holds_the_released_values_in_the_released_coding():
    frame = published_draw()
    assert list(frame.columns) == ["x1", "x2", "y", "sensitive"]
    assert frame["y"].value_counts().to_dict() == {1: 3700, -1: 3700}
    assert set(frame["sensitive"]) == {0, 1}
    x = frame[["x1", "x2"]].to_numpy()
    assert x.dtype == np.float64
    assert np.array_equal(x, x.astype(np.float32))


def test_drawing_neither_reads_nor_changes_the_global_generators():
    np.random.seed(3)
    random.seed(3)
    expected = np.random.rand(), random.random()
    np.random.seed(3)
    random.seed(3)
    first = published_draw()
    assert (np.random.rand(), random.random()) == expected
    assert published_draw().equals(first)


def test_only_the_rotation_of_minus_45_degrees_explains_the_groups():
    assert log_likelihood(-45.0) == pytest.approx(-3075.15, abs=0.01)
    assert log_likelihood(45.0) == pytest.approx(-10577.71, abs=0.01)
    angles = np.arange(-60, -30, 2.5)
    assert angles[np.argmax([log_likelihood(angle) for angle in angles])] == -45.0


def test_another_rotation_changes_the_groups_alone():
    turned, released = published_draw(rotation=45.0), published_draw()
    assert turned.drop(columns="sensitive").equals(released.drop(columns="sensitive"))
    assert (turned["sensitive"] != released["sensitive"]).mean() > 0.2


def test_densities_equal_those_of_scipy():
    x = np.random.default_rng(0).normal(scale=8.0, size=(3, 200, 2))
    expected = [
        multivariate_normal(law.CLASS_MEAN[label], law.CLASS_COVARIANCE[label]).logpdf(x)
        for label in (0, 1)
    ]
    np.testing.assert_allclose(law.log_density_ratio(x), expected[1] - expected[0], atol=1e-12)
    odds = 0.2 / 0.8 * np.exp(expected[1] - expected[0])
    np.testing.assert_allclose(law.posterior(x, positive_rate=0.2), odds / (1 + odds), rtol=1e-12)


def test_the_group_probability_is_that_of_the_turned_point_cut_at_one():
    x = np.random.default_rng(1).normal(scale=4.0, size=(500, 2))
    half = np.sqrt(0.5)
    turned = np.column_stack([half * x[:, 0] + half * x[:, 1], half * x[:, 1] - half * x[:, 0]])
    density = [
        multivariate_normal(law.CLASS_MEAN[label], law.CLASS_COVARIANCE[label]).pdf(turned)
        for label in (0, 1)
    ]
    expected = 1.4 * density[1] / (density[0] + density[1])
    found = law.group_probability(x, group_coefficient=1.4)
    np.testing.assert_allclose(found, np.minimum(expected, 1.0), rtol=1e-12)
    assert (expected > 1.0).any() and (expected < 0.5).any()


def test_the_published_file_has_the_blocks_of_rows_of_the_released_notebooks():
    frame, drawn = build("published", {}, [0], seed=1), published_draw()
    blocks = {"train": 1800, "reserve": 200, "clean": 200, "selection": 500, "test": 1000}
    assert frame["split"].tolist() == [s for s, count in blocks.items() for _ in range(count)]
    assert np.array_equal(frame[["x1", "x2"]], drawn[["x1", "x2"]][:3700])
    assert np.array_equal(2 * frame["y"] - 1, drawn["y"][:3700])
    assert np.array_equal(frame["sensitive"], drawn["sensitive"][:3700])
    test = frame[frame["split"] == "test"]
    assert test["y"].mean() == pytest.approx(0.519)
    assert test["sensitive"].mean() == pytest.approx(0.427)
    many = build("published", {}, [0, 5], seed=2)
    for _, trial in many.groupby("trial"):
        assert np.array_equal(trial.drop(columns="trial"), frame.drop(columns="trial"))


def test_importing_the_data_loads_neither_torch_nor_scikit_learn():
    code = (
        "import fairbench.data.drawn, fairbench.data.poisoning, sys;"
        " print([m for m in ('torch', 'sklearn') if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
