"""Minibatches, and the optimiser they go with."""

import numpy as np
import pytest
import torch

from fairbench.methods import find
from fairbench.training import loop, reference
from fairbench.training.batches import Batches
from fairbench.training.budget import Budget
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Split


def rows(count: int, seed: int) -> Split:
    generator = np.random.default_rng(seed)
    features = generator.standard_normal((count, 4)).astype(np.float32)
    features[:, -1] = sensitive = (features[:, 0] > 0).astype(np.float32)
    y = (features[:, 1] + sensitive > 0.5).astype(np.float32)
    return Split(features, sensitive, y)


DATA = {trial: (rows(60 + trial, trial), rows(10, 9)) for trial in range(3)}
BUDGET = Budget(iterations=30, batch_size=16, generator_rate=0.01)


def models(*gammas: float) -> list[Model]:
    return [Model(trial, gamma, 0.0, 5 + trial) for trial in DATA for gamma in gammas]


def train(method, which, budget=BUDGET):
    initial = [
        draw_initial(method.networks(4), m.seed, generator="numpy", weights="he") for m in which
    ]
    outcomes = reference.train_models(method, DATA, which, initial, budget)
    assert [o.error for o in outcomes] == [""] * len(which)
    return outcomes


def test_an_epoch_sees_every_row_at_most_once_and_the_next_another_order():
    batches = Batches(DATA, models(0.0), BUDGET)
    steps = 60 // 16
    seen = torch.stack([batches.at(k)[1] for k in range(2 * steps)])  # (steps, models, rows)
    for epoch in (seen[:steps], seen[steps:]):
        for model in range(3):
            assert epoch[:, model].unique().numel() == steps * 16
    assert not torch.equal(seen[:steps], seen[steps:])
    assert seen[:, 2].max() > 59  # the longer trial's last rows have their turn


def test_the_rows_are_those_at_the_places():
    batches = Batches(DATA, models(0.0, 0.5), BUDGET)
    batch, places = batches.at(0)
    for index, model in enumerate(models(0.0, 0.5)):
        part, chosen = DATA[model.trial][0], places[index].numpy()
        assert np.array_equal(batch.features[index], part.features[chosen])
        assert np.array_equal(batch.sensitive[index], part.sensitive[chosen])
        assert np.array_equal(batch.y[index], part.y[chosen])


def test_the_order_is_the_models_own():
    alone = Batches({2: DATA[2]}, [models(0.0)[2]], BUDGET)
    assert Batches(DATA, models(0.0), BUDGET)._lengths == [60, 61, 62]
    again = Batches({2: DATA[2]}, [models(0.0)[2]], BUDGET)
    assert torch.equal(alone.at(0)[1], again.at(0)[1])


@pytest.mark.parametrize(
    "name", ["plain", "binary_bernoulli", "binary_mi", "adv_cls", "vfae", "fr_train", "naive_mi"]
)
def test_a_model_trains_alone_as_in_company(name):
    kind = find(name)
    method = kind(kind.Parameters())
    single = [Model(1, 0.3, 0.0, 6)]
    company = [*single, Model(1, 0.7, 0.0, 6), Model(1, 0.1, 0.0, 11)]
    features = DATA[1][0].features
    a = train(method, single)[0].logit(features)
    b = train(method, company)[0].logit(features)
    assert np.allclose(a, b, atol=1e-4)
    assert not np.allclose(a, train(method, company)[2].logit(features), atol=1e-2)


def test_the_fused_optimiser_steps_as_the_plain_one(monkeypatch):
    """Given a transposed gradient it does not: torch 2.13 then updates the wrong weights."""
    method = find("binary_mi")()
    ours = train(method, models(0.3))
    plain = torch.optim.Adam
    monkeypatch.setattr(
        loop.torch.optim, "Adam", lambda parameters, fused=None, **how: plain(parameters, **how)
    )
    for a, b in zip(ours, train(method, models(0.3)), strict=True):
        assert np.allclose(a.logit(rows(40, 1).features), b.logit(rows(40, 1).features), atol=1e-3)


def test_epochs_are_iterations_for_the_rows():
    budget = Budget(epochs=3, batch_size=16, generator_rate=0.01)
    assert budget.for_rows(60).iterations == 9 and budget.for_rows(60).epochs is None
    assert Budget(epochs=3, generator_rate=0.01).for_rows(60).iterations == 3
    with pytest.raises(ValueError, match="either iterations or epochs"):
        Budget(epochs=3, iterations=3, generator_rate=0.01)


def test_predictions_of_a_stochastic_network_do_not_depend_on_what_was_asked_before():
    outcome = train(find("binary_bernoulli")(), models(0.3))[0]
    features = DATA[0][0].features
    first = outcome.logit(features)
    outcome.representation(features[:7])
    assert np.array_equal(first, outcome.logit(features))
    codes = outcome.representation(features, draws=1)
    assert codes.shape == (60, 20) and set(np.unique(codes)) <= {0.0, 1.0}
