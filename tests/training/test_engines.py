"""The fast engine against the reference, and against itself in other company."""

import numpy as np
import pytest

from fairbench.data.drawn import build
from fairbench.methods import find
from fairbench.training import reference
from fairbench.training.budget import Budget
from fairbench.training.compiled import fast
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, split_rows

SHORT = Budget(
    iterations=330,
    warm_up=40,
    update_ratio=3,
    generator_rate=0.01,
    fairness_rate=0.01,
    robustness_rate=0.01,
)
CASES = [
    ("logistic_regression", {}),
    ("adversarial", {}),
    ("adversarial", {"freeze_fairness_in_warm_up": True}),
    ("fr_train", {}),
    ("fr_train", {"reweighting": "off"}),
    ("fr_train", {"reweighting": "paper", "robust_gradient": "on", "warm_up_scale": 0.1}),
    ("fr_train", {"robust_gradient": "on", "freeze_fairness_in_warm_up": True}),
    ("fr_train", {"robustness_hidden_units": 7}),
    ("naive_mi", {"robust_gradient": "on"}),
    ("naive_mi", {"beta": 5.0, "weighted_information": True, "reweighting": "paper"}),
    ("normalized_mi", {}),
    ("normalized_mi", {"normalizer": "prediction_entropy"}),
    ("normalized_mi", {"normalizer": "geometric_mean"}),
]


@pytest.fixture(scope="module")
def data():
    rows = {"train": 700, "clean": 90, "selection": 50, "test": 50}
    frame = build("independent", {"positive_rate": 0.3, "rows": rows}, range(2), seed=7)
    return {trial: (parts["train"], parts["clean"]) for trial, parts in split_rows(frame).items()}


def models(count=4):
    return [Model(k % 2, 0.2 + 0.1 * k, 0.15, 11 + k % 2) for k in range(count)]


def run(engine, name, parameters, data, wanted, **keywords):
    kind = find(name)
    method = kind(kind.Parameters(**parameters))
    initial = [draw_initial(method.networks(3), m.seed, generator="numpy") for m in wanted]
    return engine.train_models(method, data, wanted, initial, SHORT, **keywords)


def weights(outcomes):
    return np.array([np.concatenate([w.ravel(), b]) for o in outcomes for w, b in o.layers])


@pytest.mark.parametrize("name,parameters", CASES)
def test_fast_agrees_with_reference(data, name, parameters):
    """To 2e-3: sums are taken in another order in single precision, and 330 steps amplify that."""
    quick = weights(run(fast, name, parameters, data, models()))
    slow = weights(run(reference, name, parameters, data, models()))
    start = weights(run(fast, name, parameters, data, models())[:1])
    assert np.isfinite(quick).all() and start.shape == (1, 4)
    np.testing.assert_allclose(quick, slow, atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("name", ["fr_train", "naive_mi", "adversarial"])
def test_alone_in_company_and_on_threads_is_bit_identical(data, name):
    together = weights(run(fast, name, {}, data, models()))
    threaded = weights(run(fast, name, {}, data, models(), threads=3))
    alone = np.vstack([weights(run(fast, name, {}, data, [m])) for m in models()])
    assert together.tobytes() == threaded.tobytes() == alone.tobytes()


def test_reference_models_do_not_influence_one_another(data):
    """To 1e-5: a batched product may round differently with the size of the batch."""
    together = weights(run(reference, "fr_train", {}, data, models()))
    alone = np.vstack([weights(run(reference, "fr_train", {}, data, [m])) for m in models()])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_diverging_neighbour_does_no_harm(data):
    """Not even on the reference path, where the models share every tensor."""
    wild = [Model(0, float("nan"), 0.15, 11)]
    with_it = weights(run(reference, "fr_train", {}, data, models(2) + wild))
    assert not np.isfinite(with_it[2]).all()
    np.testing.assert_allclose(
        with_it[:2], weights(run(reference, "fr_train", {}, data, models(2))), atol=1e-5
    )


@pytest.mark.parametrize("engine", [fast, reference])
def test_recording_changes_nothing(data, engine):
    plain = run(engine, "fr_train", {"robust_gradient": "on"}, data, models(2))
    recorded = run(engine, "fr_train", {"robust_gradient": "on"}, data, models(2), every=10)
    assert weights(plain).tobytes() == weights(recorded).tobytes()
    assert recorded[0].trace.shape[0] == 33 + 1
    last = np.concatenate([recorded[0].layers[0][0][0], recorded[0].layers[0][1]])
    np.testing.assert_array_equal(recorded[0].trace[-1][:4], last)


def test_a_subclass_does_not_inherit_the_kernel():
    class Mine(find("fr_train")):
        def fairness(self, networks, batch, logit, weight):
            return logit.mean(-1)

    assert fast.applies(find("fr_train")(), 3)
    assert not fast.applies(Mine(), 3)
    assert not fast.applies(find("fr_train")(), 12)


def test_two_seeds_give_two_models(data):
    first, second = (
        weights(run(fast, "fr_train", {}, data, [Model(0, 0.3, 0.1, s)])) for s in (1, 2)
    )
    assert np.abs(first - second).max() > 1e-4
