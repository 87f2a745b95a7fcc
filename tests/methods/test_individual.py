"""Individual fairness: neighbours, bounds of their difference, and what training makes of them."""

import itertools

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from fairbench.methods import Batch, find
from fairbench.methods.shared.difference_bounds import (
    interval_of_difference,
    linear_bound,
    lipschitz_bound,
)
from fairbench.methods.shared.search_for_neighbours import farthest_neighbours
from fairbench.training import reference
from fairbench.training.budget import Budget
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Split

MODELS, WIDTH = 3, 4
PENALTIES = ["pgd", "interval", "linear", "lipschitz", "pairs"]


def method_of(penalty="pgd", **parameters):
    kind = find("individual")
    layers = {"hidden_layers": 0} if penalty == "closed_form" else {}
    return kind(kind.Parameters(**{"penalty": penalty, "domain": "unit"} | layers | parameters))


def networks_of(method, seed=0, models=MODELS, scale=2.0):
    """A stack of random networks whose weights are large enough for units to change sides."""
    weights = [
        np.stack(layer)
        for layer in zip(
            *(
                draw_initial(method.networks(WIDTH), seed + k, generator="numpy", weights="he")[
                    "generator"
                ]
                for k in range(models)
            ),
            strict=True,
        )
    ]
    kind = {"dtype": torch.float64}
    networks = method.build({"generator": weights}, seeds=range(models), **kind)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in networks["generator"].weights:
            weight *= scale
        for bias in networks["generator"].biases:
            bias += 0.5 * torch.randn(bias.shape, generator=generator, dtype=torch.float64)
    return networks


def rows_of(count, seed=0, models=MODELS):
    return torch.rand(
        models, count, WIDTH, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )


def batch_of(rows):
    sensitive = (rows[..., -1] > 0.5).double()
    y = (rows[..., 0] > 0.5).double()
    return Batch(rows, sensitive, y, rows[:, :1], y[:, :1])


def neighbours_of(near, rows, count, seed=0):
    """Random neighbours, half of them at the ends of the box around a row or of its ball."""
    generator = torch.Generator().manual_seed(seed)
    shape = (*rows.shape[:2], count, rows.shape[2])
    away = 2 * torch.rand(shape, generator=generator, dtype=rows.dtype) - 1
    away[:, :, ::2] = away[:, :, ::2].sign()
    apart = away * near.reach()[:, None]
    if near.norm == "2":
        length = (near.theta * near.moves * apart.square()).sum(-1, keepdim=True).sqrt()
        inside = apart / (length / near.epsilon).clamp(min=1.0)
        apart = inside.where(near.theta > 0, apart)
    ends = near.lower[:, None], near.upper[:, None]
    return (rows[:, :, None] + apart).clamp(*ends)


def distance(near, first, second):
    apart = (first - second).abs()
    if near.norm == "infinity":
        return (near.theta * apart).amax(-1)
    return (near.theta * apart.square()).sum(-1).sqrt()


METRICS = [
    {"norm": "infinity"},
    {"norm": "2"},
    {"norm": "infinity", "theta": (1.0, 3.0, 0.5)},
    {"norm": "2", "theta": (1.0, 4.0, 0.25), "free": (1,)},
    {"norm": "2", "fixed": (0,)},
    {"norm": "infinity", "sees_sensitive": False, "fixed": (1,)},
]


@pytest.mark.parametrize("metric", METRICS, ids=str)
def test_the_farthest_neighbour_is_one_and_none_is_farther(metric):
    method = method_of(epsilon=0.3, **metric)
    rows, weight = rows_of(20), 2 * rows_of(20, seed=5) - 1
    near = method.neighbourhood(networks_of(method)["generator"], rows)
    other = near.farthest(rows, weight)
    assert (distance(near, rows, other) <= 0.3 + 1e-9).all()
    assert ((other >= 0) & (other <= 1)).all()
    assert (other == rows)[..., near.moves == 0].all()
    best = (weight * near.moves * (other - rows)).sum(-1)
    rivals = neighbours_of(near, rows, 4000)
    assert (distance(near, rows[:, :, None], rivals) <= 0.3 + 1e-9).all()
    found = (weight[:, :, None] * near.moves * (rivals - rows[:, :, None])).sum(-1)
    assert (found <= best[..., None] + 1e-9).all()
    assert (best <= near.largest(weight) + 1e-9).all()
    # And it is nearly reached by them: the step is not merely longer than what is allowed.
    assert (found.amax(-1) > 0.7 * best).all()


@pytest.mark.parametrize("metric", METRICS[:4], ids=str)
def test_the_closed_form_is_what_pgd_finds_on_a_linear_model(metric):
    method = method_of("closed_form", epsilon=0.2, **metric)
    networks, batch = networks_of(method), batch_of(rows_of(50))
    logit = networks["generator"](batch.features)
    closed = method.fairness(networks, batch, logit, None)
    searched = method_of("pgd", hidden_layers=0, epsilon=0.2, steps=20, **metric)
    found = searched.fairness(networks, batch, logit, None)
    assert torch.allclose(closed, found, atol=1e-12)
    # By the ends of each column, where that is the answer.
    if metric == {"norm": "infinity"}:
        weight = networks["generator"].weights[0]
        near = method.neighbourhood(networks["generator"], batch.features)
        up = (batch.features + 0.2).clamp(max=1).where(weight > 0, (batch.features - 0.2).clamp(0))
        up[..., -1] = (weight[..., -1] > 0).double()
        down = (
            (batch.features - 0.2).clamp(0).where(weight > 0, (batch.features + 0.2).clamp(max=1))
        )
        down[..., -1] = (weight[..., -1] < 0).double()
        here = logit.sigmoid()
        ends = [networks["generator"](x).sigmoid() - here for x in (up, down)]
        assert torch.allclose(closed, torch.maximum(ends[0], -ends[1]).mean(-1), atol=1e-12)
        assert near.free().tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("metric", METRICS, ids=str)
@pytest.mark.parametrize("layers", [0, 1, 2, 3])
def test_bounds_hold_for_every_neighbour(layers, metric):
    method = method_of(hidden_layers=layers, hidden_units=8, epsilon=0.15, **metric)
    networks = networks_of(method, seed=layers)
    generator, rows = networks["generator"], rows_of(30, seed=layers)
    if not method.parameters.sees_sensitive:
        with torch.no_grad():
            generator.weights[0][..., -1] = 0
    near, given = method.neighbourhood(generator, rows), method.layers(generator)
    rivals = neighbours_of(near, rows, 600)
    apart = generator(rivals.flatten(1, 2)).view(*rivals.shape[:3]) - generator(rows)[..., None]
    low, high = interval_of_difference(given, near, rows)
    assert (apart >= low[..., None] - 1e-9).all() and (apart <= high[..., None] + 1e-9).all()
    around = linear_bound(given, near, rows)
    assert (apart.abs() <= around[..., None] + 1e-9).all()
    everywhere = lipschitz_bound(given, near)
    assert (around <= everywhere[:, None] + 1e-9).all()
    # PGD finds a neighbour too, one not much nearer than the best of hundreds.
    other = farthest_neighbours(generator, near, rows, generator(rows), steps=20)
    assert (distance(near, rows, other) <= 0.15 + 1e-9).all()
    gap = generator(other) - generator(rows)
    assert (gap >= low - 1e-9).all() and (gap <= high + 1e-9).all()
    here = generator(rows).sigmoid()
    there = generator(rivals.flatten(1, 2)).view(*rivals.shape[:3]).sigmoid()
    by_chance = (there - here[..., None]).abs().amax(-1).mean(-1)
    assert ((generator(other).sigmoid() - here).abs().mean(-1) > 0.8 * by_chance).all()


def test_the_lipschitz_bound_is_never_looser_than_the_product_of_norms():
    for layers, seed in itertools.product([1, 2, 4], range(5)):
        method = method_of(hidden_layers=layers, hidden_units=8, epsilon=0.1)
        generator = networks_of(method, seed=seed)["generator"]
        near, given = method.neighbourhood(generator, rows_of(1)), method.layers(generator)
        product = near.reach().mT
        for weight, _ in given:
            product = weight.abs() @ product
        assert (lipschitz_bound(given, near) <= product[:, 0, 0] * (1 + 1e-12)).all()


@pytest.mark.parametrize("penalty", ["closed_form", *PENALTIES])
def test_slopes_are_those_of_the_loss(penalty):
    """By differences along them; a turned sign would show at once."""
    method = method_of(penalty, hidden_units=6)
    networks, batch = networks_of(method, scale=1.0), batch_of(rows_of(12))
    generator = networks["generator"]

    def loss():
        networks["generator"].pairs = None
        generator.starts = type(generator.starts)(range(MODELS))
        return method.fairness(networks, batch, generator(batch.features), None).sum()

    parameters = list(generator.parameters())
    slopes = torch.autograd.grad(loss(), parameters, allow_unused=True)
    length, step = sum(float((g**2).sum()) for g in slopes if g is not None) ** 0.5, 1e-6
    ends = []
    for sign in (1, -2):
        with torch.no_grad():
            for parameter, slope in zip(parameters, slopes, strict=True):
                if slope is not None:
                    parameter += sign * step / length * slope
        ends.append(float(loss().detach()))
    assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(length, rel=2e-3)


def split(rows, seed):
    """The label hangs on the first column steeply, and on the group."""
    generator = np.random.default_rng(seed)
    x = generator.random((rows, WIDTH)).astype(np.float32)
    s = (generator.random(rows) < 0.5).astype(np.float32)
    x[:, -1] = s
    y = x[:, 0] + 0.3 * (s - 0.5) + 0.1 * generator.standard_normal(rows) > 0.5
    return Split(x, s, y.astype(np.float32))


def trained(method, lambdas, seeds=(0,), budget=None):
    data = {seed: (split(400, seed), split(40, 50 + seed)) for seed in seeds}
    models = [Model(seed, weight, 0.0, seed) for seed in seeds for weight in lambdas]
    how = {"generator": "numpy", "weights": method.initial_weights}
    initial = [draw_initial(method.networks(WIDTH), model.seed, **how) for model in models]
    budget = budget or Budget(iterations=300, generator_rate=0.01)
    return reference.train_models(method, data, models, initial, budget)


def largest_difference(outcome, epsilon):
    """Of neighbours on a grid of corners and random inputs: below what a certificate says."""
    method = method_of(epsilon=epsilon)
    rows = torch.rand(1, 400, WIDTH, generator=torch.Generator().manual_seed(1))
    near = method.neighbourhood(outcome.network, rows)
    rivals = neighbours_of(near, rows, 50)[0]
    here = outcome.probability(rows[0].numpy())
    there = outcome.probability(rivals.flatten(0, 1).numpy()).reshape(400, 50)
    return float(np.abs(there - here[:, None]).max())


@pytest.mark.parametrize("penalty", ["closed_form", *PENALTIES])
def test_more_weight_makes_neighbours_more_alike(penalty):
    outcomes = trained(method_of(penalty), [0.0, 0.3, 0.9])
    found = [largest_difference(outcome, 0.1) for outcome in outcomes]
    assert found[0] > found[1] > found[2], found
    assert found[2] < 0.3 * found[0], found
    fresh = split(2000, 99)
    right = [np.mean((o.logit(fresh.features) > 0) == fresh.y) for o in outcomes]
    assert right[0] > 0.85 and right[1] > 0.7, right


def test_the_opposite_sign_makes_neighbours_less_alike():
    """So that the test above would see a sign turned round in the loss."""

    class Turned(find("individual")):
        def fairness(self, *given):
            return -super().fairness(*given)

    method = Turned(Turned.Parameters(domain="unit"))
    plain, turned = trained(method, [0.0, 0.5])
    assert largest_difference(turned, 0.1) > largest_difference(plain, 0.1)


@pytest.mark.parametrize("penalty", ["closed_form", *PENALTIES])
def test_a_stack_trains_as_if_each_model_were_alone(penalty):
    method = method_of(penalty, precision="double")
    short = Budget(iterations=40, batch_size=50, generator_rate=0.01)
    together = trained(method, [0.1, 0.5], (0, 1), short)
    alone = [trained(method, [w], (seed,), short)[0] for seed in (0, 1) for w in (0.1, 0.5)]
    rows = split(300, 7).features
    for one, other in zip(together, alone, strict=True):
        assert np.allclose(one.logit(rows), other.logit(rows), atol=1e-6)


def test_the_domain_is_the_range_of_all_training_rows():
    method = method_of("lipschitz", domain="rows")
    seen = []

    class Told(type(method)):
        def begin(self, networks, lower, upper):
            super().begin(networks, lower, upper)
            seen.append((lower, upper))

    short = Budget(iterations=3, batch_size=20, generator_rate=0.01)
    trained(Told(method.parameters), [0.1], (0, 1), short)
    for k in (0, 1):
        features = split(400, k).features
        assert np.array_equal(seen[0][0][k, 0].numpy(), features.min(0))
        assert np.array_equal(seen[0][1][k, 0].numpy(), features.max(0))


def test_label_scale_keeps_decisions_and_flattens_outputs():
    outcomes = [
        trained(method_of("lipschitz", label_scale=scale), [0.2])[0] for scale in (1.0, 4.0)
    ]
    fresh = split(2000, 99)
    right = [np.mean((o.logit(fresh.features) > 0) == fresh.y) for o in outcomes]
    found = [largest_difference(outcome, 0.1) for outcome in outcomes]
    assert right[1] > right[0] - 0.01 and found[1] < found[0]


@pytest.mark.parametrize(
    "given, message",
    [
        (
            {"penalty": "closed_form", "hidden_layers": 1},
            "is for linear models: hidden_layers is 1",
        ),
        ({"free": (1, 2), "fixed": (2,)}, "columns \\[2\\] are free and fixed"),
        ({"epsilon": -0.1}, "greater than or equal to 0"),
        ({"theta": (1.0, -1.0)}, "greater than or equal to 0"),
    ],
)
def test_settings_that_cannot_be_are_refused(given, message):
    with pytest.raises(ValidationError, match=message):
        find("individual").Parameters(**given)


@pytest.mark.parametrize(
    "given, message",
    [
        ({"theta": (1.0, 1.0)}, "theta has 2 weights for 3 columns"),
        ({"free": (3,)}, "columns [3] of 3, counted from 0"),
    ],
)
def test_columns_that_are_not_there_are_told(given, message):
    (outcome,) = trained(method_of(**given), [0.1])
    assert message in outcome.error
