"""Learning to reweight by automatic differentiation: its meta gradient, and what it finds."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from fairbench import methods
from fairbench.methods.shared.meta_step import help_of_rows, learn_networks, row_losses, shares
from fairbench.methods.shared.reweighting import learn_weights, meta_weights
from fairbench.networks.mlp import StackedMLP
from fairbench.training.models import Model, Split
from fairbench.training.solved import solve_models

from .test_solved import drawn, flipped

RATE = 0.1
EYE = torch.eye(12, dtype=torch.float64)
KIND = methods.find("learning_to_reweight")


def network(*sizes, models=2, seed=0):
    """A stack in double precision whose biases are not 0."""
    generator = np.random.default_rng(seed)
    shapes = zip(sizes[:-1], sizes[1:], strict=True)
    weights = [generator.normal(size=(models, outputs, inputs)) for inputs, outputs in shapes]
    stack = StackedMLP(weights, torch.float64)
    with torch.no_grad():
        for bias in stack.biases:
            bias += torch.from_numpy(generator.normal(size=bias.shape))
    return stack


def batch(rows=12, models=2, seed=1):
    generator = np.random.default_rng(seed)
    features, y = generator.normal(size=(models, rows, 3)), generator.integers(0, 2, (models, rows))
    return torch.from_numpy(features), torch.from_numpy(y.astype(float))


def help_of(net, rows, clean):
    return help_of_rows(net, row_losses(net, *rows), clean).numpy()


def clean_loss(net, weight, rows, clean):
    """Each model's, after a step of size RATE on rows so weighed."""
    moved = deepcopy(net)
    parameters = moved.in_order()
    slopes = torch.autograd.grad((weight * row_losses(moved, *rows)).sum(), parameters)
    with torch.no_grad():
        for parameter, slope in zip(parameters, slopes, strict=True):
            parameter -= RATE * slope
        return row_losses(moved, *clean).mean(-1)


def test_on_a_linear_model_the_weights_are_the_exact_ones():
    net, rows, clean = network(3, 1), batch(), batch(seed=2)
    found = shares(torch.from_numpy(help_of(net, rows, clean)))
    for k in range(2):
        with_ones = [np.c_[part[0][k], np.ones(12)] for part in (rows, clean)]
        where = np.r_[net.weights[0][k, 0].detach(), net.biases[0][k, 0].detach()]
        wrong = [
            1 / (1 + np.exp(-x @ where)) - part[1][k].numpy()
            for x, part in zip(with_ones, (rows, clean), strict=True)
        ]
        known = meta_weights(wrong[0], with_ones[0], with_ones[1].T @ wrong[1] / 12)
        assert 0 < (known > 0).sum() < 12
        assert found[k].numpy() == pytest.approx(known, abs=1e-12)


def test_with_a_hidden_layer_help_is_the_slope_of_the_clean_loss_by_finite_differences():
    net, rows, clean, step = network(3, 5, 1), batch(), batch(seed=2), 1e-5
    ends = [[clean_loss(net, sign * e, rows, clean) for sign in (-1, 1)] for e in step * EYE]
    known = torch.stack([(low - high) / (2 * step) for low, high in ends], 1)
    found = help_of(net, rows, clean)
    assert 0 < (found > 0).sum() < found.size
    assert RATE * found == pytest.approx(known.numpy(), abs=1e-9)


def test_no_row_that_helps_is_no_weight():
    given = torch.tensor([[-1.0, 0.0], [3.0, 1.0]])
    assert shares(given).tolist() == [[0.0, 0.0], [0.75, 0.25]]


def test_without_a_hidden_layer_a_whole_run_is_that_of_the_linear_model():
    poisoned, clean = flipped(drawn(0, 1000), 0.4)[0], drawn(1, 100)
    how = {"epochs": 5, "batch": 100, "rate": 0.1}
    data = [(poisoned.features, poisoned.y, clean.features, clean.y)]
    start = 1e-9 * np.ones((1, 1, 3))  # where the logit is 0 the two agree too
    ((layer,),), weights = learn_networks(data, [start], seeds=[3], dtype=torch.float64, **how)
    ones = [np.c_[part.features.astype(float), np.ones(len(part.y))] for part in (poisoned, clean)]
    given = (ones[0], poisoned.y.astype(float), ones[1], clean.y.astype(float))
    known, known_weights = learn_weights(*given, seed=3, **how)
    assert [*layer[0][0], layer[1][0]] == pytest.approx(known, abs=1e-6)
    assert weights[0] == pytest.approx(known_weights, abs=1e-4)


def crossed(seed, rows):
    """Labels that no linear model can tell: the sign of a product; the group says nothing."""
    generator = np.random.default_rng(seed)
    x, z = generator.normal(size=(rows, 2)), generator.integers(0, 2, rows)
    y = x[:, 0] * x[:, 1] > 0
    return Split(*(part.astype(np.float32) for part in (np.c_[x, z], z, y)))


def denied(split, share, seed=5):
    """The split with some labels flipped from 1 to 0, and which."""
    where = (split.y == 1) & (np.random.default_rng(seed).random(len(split.y)) < share)
    return Split(split.features, split.sensitive, np.where(where, 0, split.y).astype("f4")), where


def test_flipped_rows_weigh_less_where_no_linear_model_could_tell():
    (poisoned, where), clean, fresh = (
        denied(crossed(0, 2000), 0.45),
        crossed(1, 200),
        crossed(2, 4000),
    )
    method = KIND(KIND.Parameters(generator_hidden_units=16, epochs=20))
    _, weights = method.learned([(poisoned, clean)], [0])
    assert weights.mean() == pytest.approx(1, abs=1e-3)
    assert weights[0][where].mean() < 0.65 * weights[0][~where].mean()
    data, models = {0: (poisoned, clean)}, [Model(0, 0.0, 0.0, 0)]
    (deep,), (linear,) = (solve_models(m, data, models) for m in (method, KIND()))
    right = [np.mean((o.logit(fresh.features) > 0) == fresh.y) for o in (deep, linear)]
    assert right[0] > 0.9 and right[1] < 0.6


def test_data_sets_side_by_side_are_as_each_alone():
    method = KIND(KIND.Parameters(generator_hidden_units=4, epochs=3))
    data = {trial: (flipped(drawn(trial, 500), 0.3)[0], drawn(9 + trial, 60)) for trial in range(3)}
    data[2] = (data[2][0], drawn(9, 40))  # another shape, which is no reason to complain
    models = [Model(trial, 0.0, 0.0, 5 + trial) for trial in range(3)]
    told = []
    together = solve_models(method, data, models, told.append)
    assert told == [2, 1]
    for trial, outcome in enumerate(together):
        (alone,) = solve_models(method, {trial: data[trial]}, [models[trial]])
        rows = data[trial][1].features
        assert outcome.logit(rows) == pytest.approx(alone.logit(rows), abs=1e-4)


def test_clean_rows_of_one_class_are_a_reason_and_harm_no_other():
    split = drawn(0)
    ones = Split(split.features[:9], split.sensitive[:9], np.ones(9, np.float32))
    fine = Split(split.features[:9], split.sensitive[:9], split.y[:9])
    assert len(np.unique(fine.y)) == 2
    method = KIND(KIND.Parameters(generator_hidden_units=4, epochs=2))
    models = [Model(trial, 0.0, 0.0, 1) for trial in (0, 1)]
    failed, good = solve_models(method, {0: (split, ones), 1: (split, fine)}, models)
    assert failed.error == "ValueError: the 9 clean rows are not of both classes"
    assert good.error == "" and good.finite()


def test_a_network_that_is_not_shown_the_group_does_not_use_it():
    split = drawn(0)
    given = {"generator_hidden_units": 4, "epochs": 2, "sees_sensitive": False}
    method = KIND(KIND.Parameters(**given))
    (outcome,) = solve_models(method, {0: (split, drawn(1, 60))}, [Model(0, 0.0, 0.0, 1)])
    other = split.features.copy()
    other[:, -1] = 1 - other[:, -1]
    assert (outcome.logit(split.features) == outcome.logit(other)).all()
