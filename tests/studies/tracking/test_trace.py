"""Traces: they leave training alone, and equal a direct evaluation of the models on the way."""

import numpy as np
import pandas as pd
import pytest
import torch

from fairbench.data.drawn import build, resolve
from fairbench.data.poisoning import flip_labels
from fairbench.information import knn_cmi, mutual_information
from fairbench.information import smooth_mutual_information as smooth
from fairbench.methods import find, of_tables
from fairbench.metrics import decisions as metrics
from fairbench.studies.tracking.measuring import track_models
from fairbench.studies.tracking.trace import recorded_iterations, trace_frame
from fairbench.training import reference
from fairbench.training.budget import BUDGETS, Budget
from fairbench.training.compiled import fast
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Outcome, split_rows

SHORT = Budget(
    iterations=130,
    warm_up=40,
    update_ratio=3,
    generator_rate=0.01,
    fairness_rate=0.01,
    robustness_rate=0.01,
)
ABOUT = {"dataset": "published", "parameters": resolve("published", {}), "seed": 2023}
ENGINES = {"fast": fast, "reference": reference}
PUBLISHED = (0.52, 0.4)


@pytest.fixture(scope="module")
def poisoned():
    return flip_labels(build("published", {}, (0,), 2023), rule="margin", rate=0.1, group=1, seed=1)


@pytest.fixture(scope="module")
def splits(poisoned):
    return split_rows(poisoned)[0]


def method_of(name="fr_train", **parameters):
    kind = find(name)
    released = kind.variants.get("released", {})
    given = released.get("poisoned", released.get("*", {}))
    return kind(kind.Parameters(**(given | parameters)))


def trained(engine, method, splits, every, budget=SHORT):
    model = Model(0, *PUBLISHED, seed=1)
    initial = draw_initial(method.networks(3), 1, generator="torch")
    data = {0: (splits["train"], splits["clean"])}
    (outcome,) = ENGINES[engine].train_models(method, data, [model], [initial], budget, every=every)
    return outcome


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["fr_train", "naive_mi"])
def test_recording_changes_no_bit_of_the_weights(engine, name, splits):
    plain, *recorded = (trained(engine, method_of(name), splits, every) for every in (0, 1, 7))
    for outcome in recorded:
        for (weight, bias), (expected, other) in zip(outcome.layers, plain.layers, strict=True):
            assert weight.tobytes() == expected.tobytes() and bias.tobytes() == other.tobytes()
        assert np.array_equal(outcome.trace[-1][:3], plain.layers[0][0][0])


@pytest.mark.parametrize("every", [1, 7, 13, 200])
def test_every_record_is_of_its_iteration(every, splits):
    """13 divides the 130 iterations and 7 does not; a run to t is the beginning of a longer one."""
    method = method_of()
    outcome = trained("fast", method, splits, every)
    options = {"budget": SHORT, "every": every, "compact": True, "coding": ()}
    frame = trace_frame(method, Model(0, *PUBLISHED, 1), splits, outcome.trace, **options)
    iterations = recorded_iterations(130, every)
    assert frame["iteration"].tolist() == iterations.tolist() and iterations[-1] == 130
    for row in frame.iloc[[0, len(frame) // 2, -1]].to_dict("records"):
        until = int(row["iteration"])
        if until < SHORT.warm_up:
            continue
        budget = SHORT.model_copy(update={"iterations": until})
        shorter = trained("fast", method, splits, 0, budget)
        prediction = shorter.logit(splits["test"].features) > 0
        expected = metrics.accuracy(splits["test"].y, prediction)
        assert row["test_accuracy"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", of_tables())
def test_any_method_has_a_trace_and_both_engines_give_the_same(name, poisoned):
    options = {"lambda_f": 0.3, "lambda_r": 0.2, "every": 40, "coding": ["consistent"]}
    frames = {
        engine: track_models(poisoned, ABOUT, method_of(name), SHORT, engine=engine, **options)
        for engine in ENGINES
    }
    for frame in frames.values():
        assert frame["iteration"].tolist() == [0, 40, 80, 120, 130]
        assert np.isfinite(frame.to_numpy()).all()
    adversaries = [n for n in method_of(name).networks(3) if n.endswith("_discriminator")]
    losses = {f"{network}_loss" for network in adversaries}
    assert losses <= set(frames["fast"])
    columns = ["cross_entropy", "generator_loss", *sorted(losses)]
    a, b = (frames[engine][columns].to_numpy() for engine in ENGINES)
    assert np.allclose(a, b, atol=2e-3)


def test_deep_generators_and_double_precision(poisoned):
    method = method_of("fr_train", generator_hidden_units=5, precision="double")
    options = {"lambda_f": 0.3, "lambda_r": 0.2, "every": 65, "coding": []}
    frame = track_models(poisoned, ABOUT, method, SHORT, **options)
    assert frame["iteration"].tolist() == [0, 65, 130] and np.isfinite(frame.to_numpy()).all()


def test_a_row_is_what_direct_evaluation_gives(splits):
    method = method_of()
    outcome = trained("fast", method, splits, 10)
    options = {"budget": SHORT, "every": 10, "compact": True, "coding": ("published",)}
    frame = trace_frame(method, Model(0, *PUBLISHED, 1), splits, outcome.trace, **options)
    train, row, record = splits["train"], frame.iloc[9], outcome.trace[9].astype(float)
    logit = Outcome([(outcome.trace[9][None, :3], outcome.trace[9][3:4])], 0.0).logit(
        train.features
    )
    decision = logit > 0
    impact = metrics.disparate_impact(decision, sensitive=train.sensitive)
    assert row["train_disparate_impact"] == pytest.approx(impact)
    assert row["train_accuracy"] == pytest.approx(metrics.accuracy(train.y, decision))
    z = train.sensitive.astype(float)
    assert row["information_fairness"] == pytest.approx(mutual_information(decision, z), abs=1e-12)
    q = 1 / (1 + np.exp(-20.0 * logit.astype(float)))
    assert row["information_smooth"] == pytest.approx(smooth(q, z, eps=0.0), abs=1e-6)
    guess = 1 / (1 + np.exp(-(record[4] * logit + record[5])))
    loss = -np.mean(z * np.log(guess) + (1 - z) * np.log(1 - guess))
    assert row["fairness_discriminator_loss"] == pytest.approx(loss, abs=1e-6)
    assert row["information_logistic"] >= row["entropy_sensitive"] - loss
    entropy = np.mean(np.log1p(np.exp(-np.abs(logit))) + np.maximum(logit, 0) - train.y * logit)
    assert row["cross_entropy"] == pytest.approx(entropy, abs=1e-6)


def test_the_published_information_and_direct_estimates_along_the_run(splits):
    """The audit's values at iterations 0 to 2, and 1e-9 agreement wherever one looks."""
    method = method_of()
    budget = BUDGETS["poisoned"].model_copy(update={"iterations": 1500})
    outcome = trained("fast", method, splits, 1, budget)
    model, codings = Model(0, *PUBLISHED, 1), ("consistent", "published")
    options = {"budget": budget, "every": 1, "compact": True}
    frame = trace_frame(method, model, splits, outcome.trace, coding=codings, **options)
    total = frame["information_robustness_published"]
    assert total[:3].to_numpy() == pytest.approx([0.084611, 0.084697, 0.084669], abs=5e-5)

    train, clean = splits["train"], splits["clean"]
    inputs = np.concatenate([train.features, clean.features]).astype(float)
    source = np.repeat([0.0, 1.0], [1800, 200])
    features = knn_cmi(inputs[:, :2], source, k=8, clip=False)
    sensitive = knn_cmi(inputs[:, 2], source, inputs[:, :2], k=8, clip=False)
    for t in np.random.default_rng(0).choice(1501, 8, replace=False):
        weight, bias = torch.tensor(outcome.trace[t][:3]), float(outcome.trace[t][3])
        decision = (torch.tensor(train.features) @ weight + bias > 0).numpy()
        for suffix, labels in (("", clean.y), ("_published", 2 * clean.y - 1)):
            yhat = np.concatenate([decision, labels]).astype(float)
            last = knn_cmi(yhat, source, inputs, k=8, clip=False)
            found = frame.loc[t, f"information_robustness_prediction{suffix}"]
            assert found == pytest.approx(last, abs=1e-9)
        parts = features + sensitive + frame.loc[t, "information_robustness_prediction"]
        assert frame.loc[t, "information_robustness"] == pytest.approx(parts, abs=1e-12)


def test_a_model_that_fails_is_not_passed_over(poisoned, monkeypatch):
    failed = [Outcome([], 0.0, "ValueError: no")]
    monkeypatch.setattr(fast, "train_models", lambda *args, **options: failed)
    with pytest.raises(RuntimeError, match="fr_train, trial 0: ValueError: no"):
        track_models(poisoned, ABOUT, method_of(), SHORT, lambda_f=0.1, lambda_r=0.1, every=10)


def test_several_trials_stand_one_after_the_other(poisoned):
    both = pd.concat([poisoned, poisoned.assign(trial=1)], ignore_index=True)
    options = {"lambda_f": 0.5, "lambda_r": 0.4, "every": 65, "coding": []}
    frame = track_models(both, ABOUT, method_of(), SHORT, **options)
    assert frame["trial"].tolist() == [0] * 3 + [1] * 3
    assert frame["initial_seed"].tolist() == [1] * 3 + [2] * 3
