"""The nearest-neighbour estimator: published values, closed forms, invariances, errors."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fairbench.data.poisoning import flip_labels
from fairbench.data.published import published_draw
from fairbench.information import knn_cmi, mutual_information

TABLE = Path(__file__).with_name("knncmi_values.csv")
ROWS = pd.read_csv(TABLE, keep_default_na=False).to_dict("records")


@pytest.fixture(scope="module")
def published():
    """The variables that the rows of knncmi_values.csv name."""
    drawn = published_draw().iloc[:2000]
    label = (drawn["y"] + 1) // 2
    table = drawn.assign(trial=0, split="train", y=label, y_clean=label)
    poisoned = flip_labels(table, rule="margin", rate=0.1, group=1)["y"]
    x1, x2, sensitive = drawn["x1"], drawn["x2"], drawn["sensitive"]
    return pd.DataFrame(
        {"x1": x1, "x2": x2, "y": label, "z": sensitive, "yp": poisoned, "x1r": x1.round()}
        | {"yc": label.astype(str), "zc": sensitive.astype(str)}
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"I({r['x']};{r['y']}|{r['z']})-k{r['k']}")
def test_agrees_with_the_package_of_the_authors(published, row):
    table = published.iloc[: row["n"]]
    x, y, z = (table[row[name].split()] for name in "xyz")
    value = knn_cmi(x, y, z if row["z"] else None, k=row["k"], clip=False)
    assert value == pytest.approx(row["value"], abs=1e-9)


def random_column(rng, n):
    """A column of one of the kinds that make the counting hard."""
    kind = rng.integers(6)
    if kind == 0:
        return rng.normal(size=n)
    if kind == 1:
        return np.round(rng.normal(size=n), 1)
    if kind == 2:
        return rng.integers(0, 2, n)
    if kind == 3:
        return rng.choice([-1.0, 0.5, 2.0], n)
    if kind == 4:
        return rng.integers(0, 60, n) * 0.1
    return rng.choice(list("abcde"), n)


@pytest.mark.parametrize("seed", range(60))
def test_equals_a_dense_computation_on_mixed_data_with_ties(dense_cmi, seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 250))
    k = int(rng.integers(1, 12)) if seed % 6 else n - 1
    distance = float(rng.choice([0.3, 1.0, 2.5]))
    groups = [[random_column(rng, n) for _ in range(rng.integers(1, 4))] for _ in range(3)]
    if seed % 3 == 0:
        groups[2] = []
    x, y, z = (pd.DataFrame(dict(enumerate(group))) if group else None for group in groups)
    value = knn_cmi(x, y, z, k=k, discrete_distance=distance, clip=False)
    assert value == pytest.approx(dense_cmi(*groups, k, distance), abs=1e-12)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_bivariate_gaussian(rho):
    x, y = np.random.default_rng(5).multivariate_normal([0, 0], [[1, rho], [rho, 1]], 20000).T
    assert knn_cmi(x, y, k=10, clip=False) == pytest.approx(-0.5 * np.log(1 - rho**2), abs=0.02)


def test_gaussian_given_its_common_cause():
    rng = np.random.default_rng(6)
    z, a, b = rng.normal(size=(3, 3000))
    assert knn_cmi(z + 0.5 * a, z + 0.5 * b, k=5) > 0.4
    assert knn_cmi(z + 0.5 * a, z + 0.5 * b, z, k=5, clip=False) == pytest.approx(0.0, abs=0.06)


@pytest.mark.parametrize("m", [2, 5])
def test_discrete_and_continuous_with_known_information(m):
    # X uniform on 0..m-1 and Y uniform on [X, X + 2]: log m - (m - 1)/m log 2 (Gao et al. 2017).
    rng = np.random.default_rng(7)
    x = rng.integers(0, m, 4000)
    y = x + 2 * rng.random(4000)
    expected = np.log(m) - (m - 1) / m * np.log(2)
    assert knn_cmi(x, y, k=5, clip=False) == pytest.approx(expected, abs=0.03)


def test_independent_mixtures():
    rng = np.random.default_rng(8)
    x = np.where(rng.random(3000) < 0.5, rng.normal(size=3000), 1.0)
    y = np.where(rng.random(3000) < 0.3, 0.0, rng.random(3000))
    assert knn_cmi(x, y, k=7, clip=False) == pytest.approx(0.0, abs=0.03)


def test_discrete_variables_tend_to_the_plug_in_value():
    rng = np.random.default_rng(9)
    x = rng.integers(0, 3, 20000)
    y = np.where(rng.random(20000) < 0.6, x, rng.integers(0, 3, 20000))
    assert knn_cmi(x, y, k=5) == pytest.approx(mutual_information(x, y), abs=1e-3)


def test_chain_rule():
    rng = np.random.default_rng(10)
    z, noise = rng.normal(size=(2, 3000))
    y = rng.integers(0, 2, 3000)
    x = z + y + 0.7 * noise
    joint = knn_cmi(x, np.column_stack([y, z]), k=5)
    assert knn_cmi(x, z, k=5) + knn_cmi(x, y, z, k=5) == pytest.approx(joint, abs=0.06)


def test_order_of_rows_and_of_x_and_y_does_not_matter(published):
    table = published.iloc[:500]
    value = knn_cmi(table[["x1"]], table["z"], table[["x2", "y"]], k=4, clip=False)
    shuffled = table.sample(frac=1, random_state=0)
    for frame, x, y in ((shuffled, "x1", "z"), (table, "z", "x1")):
        again = knn_cmi(frame[x], frame[y], frame[["y", "x2"]], k=4, clip=False)
        assert again == pytest.approx(value, abs=1e-12)


def test_forms_of_a_binary_column_agree(published):
    z, x = published["z"].iloc[:400], published[["x1", "x2"]].iloc[:400]
    value = knn_cmi(z, x, k=5, clip=False)
    forms = [
        z.astype("Int64"),
        z.astype(bool),
        z.astype("boolean"),
        z.astype("category"),
        z.astype("string"),
        z.to_numpy().astype(bool).astype(object),
        z.map({0: "a", 1: 7}).to_numpy(dtype=object),
        [["f", "m"][i] for i in z],
    ]
    for form in forms:
        assert knn_cmi(form, x.to_numpy(), k=5, clip=False) == pytest.approx(value, abs=1e-15)


def test_numeric_coding_matters_and_categorical_does_not(published):
    # The published figure coded decisions 0/1 on its first rows and labels -1/+1 on the others.
    decision = (published["x1"] > 0).to_numpy().astype(float)
    is_clean = np.arange(len(decision)) >= 1800
    mixed = np.where(is_clean, 2 * decision - 1, decision)
    given = published[["x1", "x2", "z"]]
    consistent = knn_cmi(decision, is_clean, given, k=8)
    assert knn_cmi(mixed, is_clean, given, k=8) > consistent + 0.05
    as_text = knn_cmi((2 * decision - 1).astype(str), is_clean, given, k=8)
    assert as_text == knn_cmi(decision.astype(str), is_clean, given, k=8)


def test_clip():
    x, y = np.random.default_rng(11).normal(size=(2, 50))
    negative = [seed for seed in range(20) if knn_cmi(np.roll(x, seed), y, k=3, clip=False) < 0]
    assert negative
    assert all(knn_cmi(np.roll(x, seed), y, k=3) == 0.0 for seed in negative)


@pytest.mark.parametrize("constant", [np.zeros(40), np.full(40, "a")])
def test_a_constant_tells_nothing(constant):
    x, y = np.random.default_rng(12).normal(size=(2, 40))
    assert knn_cmi(x, constant, k=3, clip=False) == 0.0
    assert knn_cmi(constant, x, y, k=3, clip=False) == 0.0
    assert knn_cmi(constant, constant, constant, k=3, clip=False) == 0.0
    given_nothing = knn_cmi(x, y, constant, k=3, clip=False)
    assert given_nothing == pytest.approx(knn_cmi(x, y, k=3, clip=False) - 1 / 39, abs=1e-12)


GOOD = np.arange(10.0)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((GOOD, GOOD[:9]), {}, "x: 10, y: 9"),
        ((GOOD, GOOD, GOOD[:3]), {}, "z: 3"),
        ((GOOD, GOOD), {"k": 0}, "between 1 and n - 1 = 9 .*got 0"),
        ((GOOD, GOOD), {"k": 10}, "between 1 and n - 1 = 9 .*got 10"),
        ((GOOD, GOOD), {"k": 2.5}, "whole number, got 2.5"),
        ((np.where(GOOD > 8, np.nan, GOOD), GOOD), {}, "column 0 of x has 1 missing"),
        ((GOOD, np.column_stack([GOOD, np.append(GOOD[1:], np.inf)])), {}, "column 1 of y"),
        ((GOOD, np.array(["a"] * 9 + [None], dtype=object)), {}, "y has missing"),
        ((GOOD, pd.Series(["a"] * 9 + [None], dtype="category")), {}, "y has missing"),
        ((GOOD, pd.Series(["a"] * 9 + [None], dtype="string")), {}, "y has missing"),
        ((GOOD, pd.Series([1] * 9 + [None], dtype="Int64")), {}, "y has 1 missing"),
        (([], []), {}, "x is empty"),
        ((GOOD, GOOD, pd.DataFrame(index=range(10))), {}, "z is empty"),
        ((GOOD, GOOD.reshape(1, 2, 5)), {}, r"shape \(1, 2, 5\)"),
        ((GOOD, GOOD.astype(complex)), {}, "complex128; allowed are"),
        ((GOOD, GOOD), {"discrete_distance": 0.0}, "positive and finite, got 0.0"),
    ],
)
def test_errors_say_what_was_given_and_what_is_allowed(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        knn_cmi(*arguments, **{"k": 3} | options)


def test_import_compiles_nothing():
    """The compiled loops cost seconds once; importing the package must not pay for them."""
    code = "import sys, fairbench.information; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
