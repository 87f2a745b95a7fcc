"""Predictors that are not shown the sensitive attribute do not use it; the others do."""

import numpy as np
import pytest
import torch

from fairbench.data.drawn import build
from fairbench.methods import find
from fairbench.methods.shared.base import Batch
from fairbench.studies.tracking.measuring import track_models
from fairbench.training import reference
from fairbench.training.budget import Budget
from fairbench.training.cell import train_cell
from fairbench.training.compiled import fast
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Split
from fairbench.training.sight import build_networks

BUDGET = Budget(iterations=100, batch_size=50, generator_rate=0.02)
LINEAR = ["logistic_regression", "group_thresholds", "adversarial", "fr_train", "naive_mi"]
LINEAR += ["normalized_mi"]
DEEP = ["plain", "adv_cls", "vfae", "binary_bernoulli", "binary_mi", "individual"]
OWN = "examples/covariance_penalty.py"
METHODS = [(name, None) for name in [*LINEAR, *DEEP]] + [("covariance_penalty", OWN)]


def rows(count, seed):
    """y is mostly the sensitive attribute, and a little the first feature."""
    generator = np.random.default_rng(seed)
    features = generator.standard_normal((count, 3)).astype(np.float32)
    sensitive = generator.integers(0, 2, count).astype(np.float32)
    features[:, -1] = sensitive
    y = 2 * sensitive - 1 + features[:, 0] / 2 + generator.normal(0, 0.3, count) > 0
    return Split(features, sensitive, y.astype(np.float32))


def method_of(name, file=None, **parameters):
    kind = find(name, file)
    return kind(kind.Parameters(**parameters))


def trained(method):
    initial = draw_initial(method.networks(3), 3, generator="numpy", weights=method.initial_weights)
    data = {0: (rows(200, 0), rows(40, 1))}
    models = [Model(0, 0.05, 0.05 * method.uses_lambda_r, 3)]
    (outcome,) = reference.train_models(method, data, models, [initial], BUDGET)
    assert not outcome.error
    return outcome


def asked_of(outcome, features):
    """Everything that is ever asked of an outcome."""
    told = [outcome.probability(features), outcome.logit(features)]
    if hasattr(outcome, "representation"):
        told.append(outcome.representation(features))
    if hasattr(getattr(outcome, "network", None), "code"):
        told += outcome.codes(features, 2)
    return told


@pytest.mark.parametrize(("name", "file"), METHODS)
def test_a_predictor_uses_the_sensitive_attribute_only_if_it_is_shown_it(name, file):
    features = rows(60, 2).features
    flipped = features.copy()
    flipped[:, -1] = 1 - flipped[:, -1]
    blind = trained(method_of(name, file, sees_sensitive=False))
    for told, again in zip(asked_of(blind, features), asked_of(blind, flipped), strict=True):
        np.testing.assert_array_equal(told, again)
    assert np.ptp(blind.probability(features)) > 0.01
    seeing = trained(method_of(name, file))
    change = np.abs(seeing.probability(features) - seeing.probability(flipped))
    assert change.mean() > 0.2


def test_discriminators_and_decoders_are_shown_it_all_the_same():
    split = rows(80, 4)
    parts = [torch.as_tensor(part)[None] for part in (split.features, split.sensitive, split.y)]
    flipped = parts[0].clone()
    flipped[..., -1] = 1 - flipped[..., -1]
    for name, loss in {
        "fr_train": lambda method, networks, batch: method.discriminator_losses(
            networks, batch, networks["generator"](batch.features)
        )["robustness_discriminator"],
        "vfae": lambda method, networks, batch: method.objective(
            networks, batch, networks["generator"](batch.features), None
        )["cross_entropy"],
    }.items():
        method = method_of(name, sees_sensitive=False)
        sizes = method.networks(3)
        drawn = draw_initial(sizes, 5, generator="numpy", weights=method.initial_weights)
        weights = {part: [layer[None] for layer in layers] for part, layers in drawn.items()}
        values = []
        for features in (parts[0], flipped):
            networks = build_networks(method, weights, seeds=[1], dtype=torch.float32)
            batch = Batch(features, parts[1], parts[2], parts[0], parts[2])
            values.append(float(loss(method, networks, batch).detach()))
        assert abs(values[0] - values[1]) > 1e-4


ABOUT = {"dataset": "independent", "parameters": {"positive_rate": 0.5}, "seed": 3}
SHORT = Budget(iterations=60, warm_up=10, generator_rate=0.02, fairness_rate=0.01)


def test_the_compiled_loop_leaves_such_fits_to_the_reference():
    frame = build("independent", {"rows": {"train": 200, "clean": 30}}, range(1), seed=3)
    blind = method_of("fr_train", sees_sensitive=False)
    assert fast.applies(method_of("fr_train"), 3) and not fast.applies(blind, 3)
    weights = {"lambda_f": [0.3], "lambda_r": [0.05]}
    assert train_cell(frame, ABOUT, blind, SHORT, **weights)["engine"].item() == "reference"
    with pytest.raises(ValueError, match="the fast engine does not know fr_train"):
        train_cell(frame, ABOUT, blind, SHORT, engine="fast", **weights)


def test_a_trace_is_of_the_model_that_is_trained():
    frame = build("independent", {"rows": {"train": 200, "clean": 30}}, range(1), seed=3)
    blind = method_of("fr_train", sees_sensitive=False)
    fit = train_cell(frame, ABOUT, blind, SHORT, lambda_f=[0.3], lambda_r=[0.05]).iloc[0]
    trace = track_models(
        frame, ABOUT, blind, SHORT, lambda_f=0.3, lambda_r=0.05, every=20, coding=()
    )
    for name in ("test_accuracy", "test_disparate_impact", "train_accuracy"):
        assert trace[name].iloc[-1] == fit[name]
