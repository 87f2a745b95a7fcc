"""The seed's experiments on the rows themselves, held against values computed elsewhere."""

import os
from pathlib import Path

import numpy as np
import pytest

from fairbench.data.real.download import MIRROR
from fairbench.data.real.entry import read_entry
from fairbench.data.real.load import load_numbers
from fairbench.studies.individual.boston.experiments import experiments
from fairbench.studies.individual.boston.rows import near_pairs, rows_of, standardised, theta
from fairbench.studies.individual.boston.verdicts import boston_verdicts
from fairbench.studies.individual.figures.algorithm import figure_algorithm
from fairbench.studies.individual.figures.curves import figure_curves
from fairbench.studies.individual.figures.descents import figure_descents
from fairbench.studies.individual.figures.draws import figure_draws
from tests.conftest import NO_DATA

SMALL = {
    "epsilon": 0.3,
    "epsilons": [0.1, 0.2, 0.3, 0.4, 0.5],
    "curves": 3,
    "draws": 20,
    "sets": 10,
    "epochs": 10,
    "rate": 0.01,
    "resamplings": 3,
    "starts": 3,
    "runs": 3,
    "candidates": 20,
}


@pytest.fixture(scope="module")
def table():
    folder = Path(os.environ.get(MIRROR, "nowhere"))
    if not (folder / "boston" / "housing.data").is_file():
        pytest.skip(NO_DATA)
    return load_numbers(read_entry("boston"), "thirteen506", folder)


@pytest.fixture(scope="module")
def found(table):
    return experiments(table, SMALL, seed=2023)


def unit(found, name):
    return found["curves"][found["curves"]["unit"] == name]


def test_as_many_pairs_of_rows_are_near_as_elsewhere(table, found):
    rows = rows_of(table)
    assert rows.inputs.shape == (506, 13)
    near = near_pairs(standardised(rows.inputs), theta(), 0.5)
    assert len(near.first) == 6044
    assert list(unit(found, "released")["pairs"]) == [30, 312, 1092, 2875, 6044]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("paper", [4.4722, 6.68577, 6.68577, 44.98684, 44.98684]),
        ("empirical", [26.025, 27.511, 28.930, 32.696, 33.035]),
        ("certified", [36.384, 40.566, 42.774, 43.896, 44.456]),
        ("attained", [36.384, 40.566, 42.774, 43.896, 44.456]),
    ],
)
def test_the_released_unit_has_the_known_deltas(found, mode, expected):
    assert unit(found, "released")[mode].to_numpy() == pytest.approx(expected, abs=6e-4)


def test_a_unit_that_predicts_is_far_fairer(found):
    fitted = unit(found, "fitted")
    assert fitted["rmse"].iloc[0] == pytest.approx(4.38, abs=0.005)
    assert fitted["empirical"].to_numpy() == pytest.approx(
        [3.05, 5.70, 7.19, 8.20, 11.32], abs=0.006
    )
    known = [7.81, 10.93, 13.95, 16.83, 19.56]
    assert fitted["certified"].to_numpy() == pytest.approx(known, abs=0.006)


def test_descents_from_the_released_unit_are_those_known(found):
    descents = found["descents"]
    mine = descents[(descents["start"] == "released") & ~descents["resampled"]]
    paper = mine[mine["descended_on"] == "paper"]["paper"].to_numpy()
    assert paper[0] == pytest.approx(6.68577, abs=1e-5) and (paper[1:] > 44.8).all()
    smooth = mine[mine["descended_on"] == "empirical"]["empirical"].to_numpy()
    assert smooth[[0, 1, 2, -1]] == pytest.approx([28.93, 21.24, 16.86, 12.19], abs=0.006)


def test_resampling_starts_where_it_is_known_to(found):
    descents = found["descents"]
    starts = descents[descents["resampled"] & (descents["epoch"] == 0)]
    starts = starts[starts["descended_on"] == "paper"].set_index("run")["paper"]
    assert starts[[42, 0, 1]].to_numpy() == pytest.approx([5.65, 5.45, 44.84], abs=0.006)


def test_a_certificate_is_never_below_what_rows_show(found):
    for name in ("curves", "draws", "descents"):
        assert (found[name]["certified"] >= found[name]["empirical"] - 1e-9).all()


def test_every_sentence_has_a_verdict(found):
    rows = {row["quantity"]: row for row in boston_verdicts(found)}
    assert rows["delta of the start at 0.3, without resampling"]["verdict"] == "reproduced"
    assert rows["lambda = 1 in the loss regulates fairness alone"]["verdict"] == "not reproduced"
    assert rows["the smallest of 20 is close to 10 (paper)"]["verdict"] == "not reproduced"
    assert rows["the largest of 20 is more than 40 (paper)"]["verdict"] == "reproduced"
    assert all(row["reason"] for row in rows.values())


def test_figures_show_the_tables(found, read):
    figure, caption = figure_curves(found["curves"], epsilon=0.3)
    assert "no guarantee" in caption
    drawn = read.line(figure.axes[0], "certified: sigmoid, all people")
    assert drawn[1] == pytest.approx(unit(found, "released")["certified"].to_numpy())
    _, caption = figure_draws(found["draws"], epsilon=0.3)
    assert "10 sets" in caption
    figure_descents(found["descents"], epsilon=0.3)
    runs = found["algorithm"]
    mine = runs[(runs["optimised_on"] == "paper") & (runs["judged_by"] == "paper")]
    _, caption = figure_algorithm(runs, epsilon=0.3)
    assert f"takes {(1 - mine['selected'] / mine['average']).mean():.0%} of that one" in caption
    assert np.isfinite(runs.select_dtypes("number").to_numpy()).all()
