"""Fits of the Biased-MNIST study, on digits that are none."""

import numpy as np
import pytest

from fairbench.data.biased_mnist import TESTS
from fairbench.methods import find
from fairbench.studies.biased_mnist.columns import CELL, INSIDE, MEASURED
from fairbench.studies.biased_mnist.fits import trained
from fairbench.training.budget import Budget
from tests.digits import ROWS, trial

ABOUT = {"dataset": "biased_mnist", "parameters": {"correlation": 0.5}, "seed": 0}


def given(**changes) -> dict:
    budget = Budget(iterations=25, batch_size=32, generator_rate=0.01).model_dump()
    usual = {"lambda_f": [0.0], "generator_rate": [0.01], "budget": budget, "seed": 0}
    return usual | {"probe_trees": 10, "probe_rows": 80} | changes


def method(name: str):
    kind = find(name)
    return kind(kind.Parameters(network="pooled", hidden_layers=1, hidden_units=8))


@pytest.fixture(scope="module")
def binary():
    how = given(lambda_f=[0.0, 0.02])
    return trained(trial(0.5), ABOUT, method("binary_bernoulli"), how)


def test_a_fit_is_measured_on_every_split_and_its_layer_looked_into(binary):
    fits, _ = binary
    assert list(fits["lambda_f"]) == [0.0, 0.02] and set(fits["status"]) == {"ok"}
    assert fits[[*MEASURED]].apply(lambda column: column.between(0, 1)).all(axis=None)
    assert (fits["information_joint"] > -0.3).all() and (fits["information_sum"] >= 0).all()
    assert fits["information_found"].between(-1, 2.31).all()
    assert fits["probe_accuracy"].between(0, 1).all() and set(fits["draws"]) == {10}
    # Told to say less of the colour, the layer says less.
    assert fits["information_sum"].is_monotonic_decreasing


def test_cells_are_the_unbiased_test_rows(binary):
    fits, cells = binary
    assert list(cells.columns) == ["lambda_f", "generator_rate", *CELL]
    for row in fits.to_dict("records"):
        mine = cells[cells["lambda_f"] == row["lambda_f"]]
        assert len(mine) == 100 and (mine["rows"] == 1).all()
        assert mine["correct"].sum() / ROWS["test"] == pytest.approx(row["test"])


def test_rates_are_settings_too_and_a_failure_is_a_row():
    fits, cells = trained(
        trial(0.5), ABOUT, method("plain"), given(generator_rate=[0.01, 1e30], lambda_f=[0.5])
    )
    assert list(fits["generator_rate"]) == [0.01, 1e30] and list(fits["lambda_f"]) == [0.0, 0.0]
    assert list(fits["status"]) == ["ok", "diverged"] and fits["reason"][1] != ""
    assert fits.loc[1, [*MEASURED, *INSIDE]].isna().all()
    assert set(cells["generator_rate"]) == {0.01}
    assert fits.loc[0, "test_rho0"] == pytest.approx(fits.loc[0, "test_biased"], abs=0.3)


def test_a_fit_of_one_answer_is_degenerate():
    frame = trial(0.5)
    frame["y"] = frame["y_clean"] = np.where(frame["split"] == "train", 9, frame["y"])
    fits, _ = trained(frame, ABOUT, method("plain"), given())
    assert fits["status"][0] == "degenerate" and fits["reason"][0] == "predicts 9 for every row"
    assert fits[[*TESTS]].loc[0].to_numpy(float) == pytest.approx(0.1)
