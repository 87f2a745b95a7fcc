"""What a search chooses for a method, and that training does what was chosen."""

import json

import numpy as np
import optuna
import pandas as pd
import pytest

from fairbench.data.real.entry import read_entry
from fairbench.data.real.load import load_table
from fairbench.methods import built_in, find
from fairbench.methods.shared.space import Choice, Range
from fairbench.studies.representations.fits import train
from fairbench.studies.representations.folds import outer_fold
from fairbench.studies.representations.jobs import search_trials
from fairbench.studies.representations.proposals import distributions, propose
from fairbench.studies.representations.space import search_space
from fairbench.training.budget import RATES

from .test_jobs import ENTRY, GIVEN, SPACE

SHARED = {"gamma", "batch_size", "generator_rate", "hidden_layers", "hidden_units"}
EXPECTED = {
    "plain": SHARED - {"gamma"},
    "individual": SHARED,
    "binary_bernoulli": SHARED,
    "vfae": SHARED | {"alpha", "mmd_weight"},
    "adv_cls": SHARED | {"adversary_layers", "adversary_units", "fairness_rate"},
    "fr_train": {"gamma", "batch_size", "generator_rate", "fairness_rate"},
}


@pytest.fixture(scope="module")
def applicants():
    entry = read_entry(ENTRY)
    return load_table(entry, None, ""), entry.view(None)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_method_is_asked_for_what_it_has_and_what_its_file_adds(name):
    assert set(search_space(find(name), SPACE, ())) == EXPECTED[name]


def test_what_the_config_fixes_is_not_searched(applicants):
    fixed = {"alpha": 33.0, "hidden_units": 7}
    space = search_space(find("vfae"), SPACE, fixed)
    assert set(space) == EXPECTED["vfae"] - set(fixed)
    given = GIVEN | {"parameters": fixed, "round": [0, 1], "trials": [0, 1]}
    for text in search_trials(*applicants, find("vfae"), given, None)["parameters"]:
        assert set(json.loads(text)) == set(space)


@pytest.mark.parametrize("name", built_in())
def test_the_defaults_of_a_method_can_be_found(name):
    """Else a search could not do as well as no search at all."""
    kind = find(name)
    given = kind.Parameters().model_dump()
    for key, what in kind.searched.items():
        assert key in RATES or key in given
        if isinstance(what, Choice):
            assert given[key] in what.values
        elif key in given:
            assert what.low <= given[key] <= what.high


def test_scales_and_whole_numbers_are_as_declared():
    space = {"rate": Range(1e-4, 1e-2, log=True), "layers": Range(1, 3), "units": Choice((10, 50))}
    found = distributions(space)
    assert found["layers"] == optuna.distributions.IntDistribution(1, 3)
    drawn = pd.DataFrame(propose(found, None, count=300, random_first=1000, seed=1))
    # Half of the rates on either side of the middle order of magnitude: 5 standard errors of 300.
    assert abs((drawn["rate"] < 1e-3).mean() - 0.5) < 5 * np.sqrt(0.25 / 300)
    assert drawn["rate"].between(1e-4, 1e-2).all()
    assert set(drawn["layers"]) == {1, 2, 3} and set(drawn["units"]) == {10, 50}
    for ends in ((2, 1), (0.0, 1.0, True)):
        with pytest.raises(ValueError, match="no range"):
            Range(*ends)


SETTING = {"batch_size": 20, "hidden_layers": 1, "hidden_units": 4, "gamma": 0.5}


@pytest.mark.parametrize(
    ("name", "key", "values"),
    [
        ("plain", "generator_rate", (0.005, 0.02)),
        ("vfae", "alpha", (20.0, 500.0)),
        ("vfae", "mmd_weight", (1.0, 100.0)),
        ("adv_cls", "adversary_layers", (1, 3)),
        ("adv_cls", "adversary_units", (10, 50)),
        ("adv_cls", "fairness_rate", (0.0005, 0.01)),
    ],
)
def test_what_was_chosen_is_what_is_trained(applicants, name, key, values):
    fold = outer_fold(*applicants, 2, 0, 7)
    told = find(name), [fold], GIVEN, ("space",)
    scores = []
    for value in (*values, values[0]):
        [(*_, outcome)] = train(*told, SETTING | {key: value}, [SETTING["gamma"]])
        scores.append(outcome.probability(fold.held_out.features))
    assert np.array_equal(scores[0], scores[2]) and not np.array_equal(scores[0], scores[1])
