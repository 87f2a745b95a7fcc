"""The independent draws follow the law, and no draw depends on another; and the registry."""

import numpy as np
import pytest
from pandas.testing import assert_frame_equal
from scipy import integrate

from fairbench.data import law
from fairbench.data.drawn import DATASETS, SPLITS, build, resolve
from fairbench.data.independent import independent_draw
from fairbench.store.tables import read_table, write_table

ROWS = {"train": 300, "clean": 50, "selection": 100, "test": 400}


def draw(positive_rate=0.3, group_coefficient=1.4, trial=0, *, seed=11, rows=ROWS, **others):
    return independent_draw(positive_rate, group_coefficient, trial, seed=seed, rows=rows, **others)


def features(frame, split):
    return frame.loc[frame["split"] == split, ["x1", "x2"]].to_numpy()


def test_class_moments_and_rates_follow_the_law():
    frame = draw(rows={"test": 400_000})
    assert frame["y"].eq(1).mean() == pytest.approx(0.3, abs=0.003)
    for label, sign in ((0, -1), (1, 1)):
        x = frame.loc[frame["y"] == sign, ["x1", "x2"]].to_numpy()
        np.testing.assert_allclose(x.mean(axis=0), law.CLASS_MEAN[label], atol=0.03)
        np.testing.assert_allclose(np.cov(x.T), law.CLASS_COVARIANCE[label], atol=0.12)


def test_the_groups_rate_equals_the_laws_integral():
    def integrand(x2, x1):
        point = np.array([x1, x2])
        density = 0.0
        for label, prior in ((0, 0.7), (1, 0.3)):
            covariance = law.CLASS_COVARIANCE[label]
            offset = point - law.CLASS_MEAN[label]
            exponent = -0.5 * offset @ np.linalg.solve(covariance, offset)
            density += prior * np.exp(exponent) / np.sqrt(np.linalg.det(2 * np.pi * covariance))
        return density * law.group_probability(point, group_coefficient=1.4)

    expected, _ = integrate.dblquad(integrand, -16, 14, -12, 14, epsabs=2e-3)
    frame = draw(rows={"test": 400_000})
    assert frame["sensitive"].mean() == pytest.approx(expected, abs=0.004)


def test_the_group_tells_nothing_about_the_label_once_the_features_are_known():
    frame = draw(group_coefficient=1.0, rows={"test": 400_000})
    chance = law.posterior(frame[["x1", "x2"]].to_numpy(), positive_rate=0.3)
    residual = frame["y"].eq(1).to_numpy() - chance
    for group in (0, 1):
        chosen = residual[frame["sensitive"] == group]
        assert abs(chosen.mean()) < 4.5 * chosen.std() / np.sqrt(len(chosen))


def test_every_split_trial_cell_and_seed_has_a_stream_of_its_own():
    whole = draw()
    starts = [features(whole, split)[0] for split in ROWS]
    changes = [
        {"seed": 12},
        {"trial": 1},
        {"positive_rate": 0.4},
        {"group_coefficient": 1.0},
        {"rotation": 45.0},
    ]
    starts += [features(draw(**change), "train")[0] for change in changes]
    assert len({tuple(start) for start in starts}) == len(starts)
    assert draw(group_coefficient=1).equals(draw(group_coefficient=1.0))


def test_other_rows_of_one_split_leave_the_others_and_begin_with_the_same_rows():
    few, many = draw(), draw(rows={"test": 1000, "train": 300})
    assert np.array_equal(features(few, "train"), features(many, "train"))
    begin = many[many["split"] == "test"][:400].reset_index(drop=True)
    assert begin.equals(few[few["split"] == "test"].reset_index(drop=True))


def test_pinned_rows():
    """Results are promised to stay the same from one version to the next."""
    frame = independent_draw(0.1, 1.4, 3, seed=2024)
    assert frame.groupby("split").size().to_dict() == {
        "train": 1800,
        "clean": 200,
        "selection": 1000,
        "test": 20_000,
    }
    row = frame[frame["split"] == "test"].iloc[0]
    assert (row["x1"], row["x2"]) == pytest.approx(
        (-0.3236840254633908, 1.6159183747703723), rel=1e-12
    )
    assert frame["y"].eq(1).sum() == 2308
    assert frame["sensitive"].sum() == 9074


@pytest.mark.parametrize("name", DATASETS)
def test_every_registered_data_set_gives_a_frame_of_the_one_form(name, tmp_path):
    frame = build(name, {}, [0, 2], seed=5)
    assert frame.dtypes.astype(str).to_dict() == {
        "trial": "int64",
        "split": "str",
        "x1": "float64",
        "x2": "float64",
        "sensitive": "int8",
        "y": "int8",
        "y_clean": "int8",
    }
    assert set(frame["split"]) <= set(SPLITS) and {"train", "test"} <= set(frame["split"])
    assert set(frame["y"]) == set(frame["sensitive"]) == {0, 1}
    assert frame["y"].equals(frame["y_clean"].rename("y"))
    # A trial does not depend on which others are drawn with it.
    alone = build(name, {}, [2], seed=5)
    assert alone.equals(frame[frame["trial"] == 2].reset_index(drop=True))
    write_table(frame, tmp_path / "a.parquet", kind="dataset", about=resolve(name, {}))
    assert_frame_equal(read_table(tmp_path / "a.parquet", about=resolve(name, {}))[0], frame)


def test_the_file_of_independent_data_follows_the_seed_and_the_rows_asked_for():
    parameters = {"positive_rate": 0.3, "group_coefficient": 1.4, "rows": {"test": 400}}
    frame = build("independent", parameters, [0], seed=11)
    counts = {"train": 1800, "clean": 200, "selection": 1000, "test": 400}
    assert frame.groupby("split").size().to_dict() == counts
    drawn = draw(rows=counts)
    assert np.array_equal(frame[["x1", "x2", "sensitive"]], drawn[["x1", "x2", "sensitive"]])
    assert np.array_equal(2 * frame["y"] - 1, drawn["y"])
    assert not frame.equals(build("independent", parameters, [0], seed=12))


def test_resolved_parameters_name_everything_that_shaped_the_data():
    assert resolve("published", {}) == {"rotation": -45.0}
    resolved = resolve("independent", {"rows": {"test": 7, "reserve": 3}, "positive_rate": 0.2})
    rows = {"reserve": 3, "train": 1800, "clean": 200, "selection": 1000, "test": 7}
    assert resolved["rows"] == rows
    assert resolved["positive_rate"] == 0.2
    assert DATASETS["independent"].defaults["rows"]["test"] == 20_000
