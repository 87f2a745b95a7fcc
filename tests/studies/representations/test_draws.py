"""Probes and predictions of stochastic networks rest on the same draws."""

import numpy as np
import pytest
import torch

from fairbench.data.real.entry import read_entry
from fairbench.data.real.load import load_table
from fairbench.methods import find
from fairbench.networks.noise import Noise
from fairbench.studies.representations import measures
from fairbench.studies.representations.fits import train
from fairbench.studies.representations.folds import outer_fold
from fairbench.studies.representations.jobs import fit_fold, search_trials

from .test_jobs import ENTRY, GIVEN

SETTING = {"batch_size": 20, "hidden_layers": 2, "hidden_units": 6, "gamma": 0.2}
PROBE = {"trees": 20, "seed": 3, "threads": 1}


@pytest.fixture(scope="module")
def applicants():
    entry = read_entry(ENTRY)
    return load_table(entry, None, ""), entry.view(None)


@pytest.fixture(scope="module")
def fold(applicants):
    return outer_fold(*applicants, 2, 0, 7)


def trained(name, fold, **parameters):
    given = GIVEN | {"parameters": parameters}
    [(*_, outcome)] = train(find(name), [fold], given, ("draws",), SETTING, [SETTING["gamma"]])
    return outcome


@pytest.mark.parametrize("name", ["binary_bernoulli", "binary_mi", "vfae"])
def test_the_representation_is_the_mean_of_the_draws_that_are_predicted_with(fold, name):
    outcome, features = trained(name, fold), fold.held_out.features
    network, rows = outcome.network, torch.as_tensor(fold.held_out.features)[None]
    network.noise = Noise([outcome.seed])
    drawn, said = [], []
    with torch.no_grad():
        for _ in range(10):
            said.append(network(rows).sigmoid()[0].numpy())
            drawn.append(network.representation[0].numpy().copy())
    for draws in (1, 10):
        told = outcome.representation(features, draws)
        np.testing.assert_allclose(told, np.mean(drawn[:draws], axis=0), atol=1e-6)
        told = outcome.probability(features, draws)
        np.testing.assert_allclose(told, np.mean(said[:draws], axis=0), atol=1e-6)
    np.testing.assert_array_equal(
        outcome.representation(features), outcome.representation(features, 10)
    )
    assert np.std(drawn, axis=0).mean() > 0.01


def test_draws_of_vfae_are_those_of_its_posterior(fold):
    """The mean over n draws has the posterior's mean, and its variance over n."""
    outcome, features = trained("vfae", fold), fold.held_out.features
    with torch.no_grad():
        mean, log_variance = outcome.network._gaussian("encoder", torch.as_tensor(features)[None])
    mean, sd = mean[0].numpy(), (0.5 * log_variance)[0].exp().numpy()
    for draws in (1, 10):
        z = (outcome.representation(features, draws) - mean) / sd
        assert abs(z.mean()) < 5 / np.sqrt(draws * z.size)
        assert z.var() * draws == pytest.approx(1.0, abs=5 * np.sqrt(2 / z.size))


@pytest.mark.parametrize(("name", "parameters"), [("vfae", {}), ("binary_mi", {"draws": 3})])
def test_probes_see_what_predictions_use(fold, name, parameters):
    outcome, split = trained(name, fold, **parameters), fold.held_out
    found = measures.at_draws(measures.ranking, outcome, split)
    found |= measures.at_draws(measures.probes, outcome, split, **PROBE)
    for draws in (1, 10):
        expected = measures.ranking(outcome, split, draws=draws)
        expected |= measures.probes(outcome, split, draws=draws, **PROBE)
        assert expected == {name: found[f"{name}_{draws}"] for name in expected}
    own = parameters.get("draws", 10)
    expected = measures.probes(outcome, split, draws=own, **PROBE)
    assert outcome.draws == own and expected == {name: found[name] for name in expected}
    assert found["auc_1"] != found["auc_10"] and found["auc"] != found["auc_1"]
    assert (found["auc"] == found["auc_10"]) == (own == 10)


def test_without_randomness_any_number_of_draws_is_the_same(applicants):
    given = GIVEN | {"round": [0], "trials": [0], "probe_trees": 10}
    trials = search_trials(*applicants, find("plain"), given, None)
    row = fit_fold(*applicants, find("plain"), given, trials).iloc[0]
    assert row["draws"] == 1
    for name in (*measures.RANKING, *measures.PROBED):
        assert row[name] == row[f"{name}_1"] == row[f"{name}_10"]
