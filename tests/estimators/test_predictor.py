"""The logits of a fitted predictor: exact where that can be said, and of each row by itself."""

import numpy as np
import pytest
from scipy.special import expit, logit

from fairbench import estimators, methods
from fairbench.data.groups import with_groups
from fairbench.training.budget import Budget
from fairbench.training.fit import fit_models
from fairbench.training.models import Model, Split

from .brief import brief, codes_of, people

X, Y, Z = people(80)


def test_a_stochastic_networks_prediction_is_its_mean_over_all_codes():
    told = brief("binary_mi", draws=800, hidden_units=3).fit(X, Y, sensitive_features=Z)
    told.weights_["weights.1"] *= 6  # so that the mean of logits would be another
    weights, bias = (told.weights_[f"{part}.1"][0].astype(float) for part in ("weights", "biases"))
    exact = np.zeros(len(X))
    for code, chance in codes_of(told, np.column_stack([X, Z == "b"])):
        exact += chance * expit(code @ weights[0] + bias[0])
    found = told.predict_proba(X, sensitive_features=Z)[:, 1]
    assert np.ptp(exact) > 0.3
    assert np.abs(found - exact).max() < 4 * 0.5 / np.sqrt(800)
    assert np.abs(logit(found) - told.decision_function(X, sensitive_features=Z)).max() < 1e-9


@pytest.mark.parametrize("name", ["binary_mi", "vfae", "individual", "fr_train"])
def test_a_decision_depends_on_no_other_row(name):
    told = brief(name).fit(X, Y, sensitive_features=Z, clean=np.arange(80) < 20)
    every = told.decision_function(X, sensitive_features=Z)
    alone = [told.decision_function(X[[k]], sensitive_features=Z[[k]])[0] for k in (0, 41, 79)]
    assert every[[0, 41, 79]] == pytest.approx(alone, rel=1e-12)
    twice = told.decision_function(X[[5, 5]], sensitive_features=Z[[5, 5]])
    assert twice[0] == twice[1]


def test_a_predictor_that_is_shown_no_group_has_no_use_for_it():
    for name in ("binary_mi", "fr_train"):
        blind = brief(name, sees_sensitive=False)
        blind.fit(X, Y, sensitive_features=Z, clean=np.arange(80) < 20)
        first = next(value for key, value in blind.weights_.items() if "weight" in key)
        told = blind.decision_function(X)
        assert np.ptp(told) > 0.1 and first.any()
        other = blind.decision_function(X, sensitive_features=np.where(Z == "a", "b", "a"))
        assert (told == other).all()


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", ["plain", "binary_mi"])
def test_convolutions_decide_about_each_image_alone(name, classes):
    image, y = images(classes)
    told = brief(name, network="pooled", generator_rate=0.005)
    told.fit(image, y, sensitive_features=Z)
    every = told.predict_proba(image, sensitive_features=Z)
    for k in (0, 41, 79):
        alone = told.predict_proba(image[[k]], sensitive_features=Z[[k]])
        assert alone[0] == pytest.approx(every[k], rel=1e-9)
    twice = told.predict_proba(image[[5, 5]], sensitive_features=Z[[5, 5]])
    assert twice[0] == pytest.approx(twice[1], rel=1e-9)


@pytest.mark.parametrize("classes", [2, 3])
def test_convolutions_predict_as_in_a_study(classes):
    image, y = images(classes)
    budget = Budget(iterations=15, warm_up=2, generator_rate=0.003)
    told = estimators.Plain(network="pooled", random_state=3, **budget.model_dump())
    p = told.fit(image, y, sensitive_features=Z).predict_proba(image, sensitive_features=Z)
    group, kind = (Z == "b").astype(np.float32), methods.find("plain")
    rows = Split(with_groups(image, group, 2), group, y.astype(np.float32))
    method = kind(kind.Parameters(network="pooled")).for_data(2, classes)
    data, model = {0: (rows, rows)}, Model(0, 0.0, 0.0, 3)
    (found,), _ = fit_models(method, data, [model], budget, generator="numpy")
    known = found.probability(rows.features)
    assert np.ptp(p[:, 1]) > 0.1
    assert (p if classes > 2 else p[:, 1]) == pytest.approx(known, abs=1e-5)


def images(classes):
    """80 of 8 x 8, and their labels."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(80, 64)).astype(np.float32), rng.integers(0, classes, 80)
