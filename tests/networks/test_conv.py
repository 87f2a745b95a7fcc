"""Networks that paint what they see, held against torch's own layers."""

import numpy as np
import pytest
import torch
from torch import nn

from fairbench.data.biased_mnist import painted
from fairbench.data.groups import with_groups
from fairbench.methods import find
from fairbench.methods.shared.images import BODIES
from fairbench.training.initial import draw_initial
from fairbench.training.sight import build_networks
from tests.digits import digits

MODELS, ROWS, WIDTH = 2, 24, 784 + 9
KIND = {"dtype": torch.float64, "device": "cpu"}


def rows(seed: int, count: int = ROWS, side: int = 28):
    """Grey values, colours, and the features that a network is shown."""
    colour = np.random.default_rng(seed).integers(0, 10, count)
    grey = digits(count, seed).grey.reshape(-1, 28, 28)[:, -side:, :side].reshape(count, -1)
    return grey, colour, torch.tensor(with_groups(grey.astype(float), colour, 10))


def networks(name: str, **parameters):
    kind = find(name)
    method = kind(kind.Parameters(**parameters)).for_data(10, 10)
    drawn = [
        draw_initial(method.networks(WIDTH), seed, generator="numpy", weights="he")
        for seed in range(MODELS)
    ]
    weights = {
        part: [np.stack(layers) for layers in zip(*(each[part] for each in drawn), strict=True)]
        for part in drawn[0]
    }
    return build_networks(method, weights, seeds=[0, 1], **KIND)


def images(grey, colour):
    return torch.tensor(painted(grey, colour)).permute(0, 3, 1, 2).double() / 127.5 - 1


@pytest.fixture(scope="module", params=["pooled", "rebias"])
def pair(request):
    """A stack and, for each of its models, the same network made of torch's layers."""
    stack = networks("plain", network=request.param, hidden_layers=0)["generator"]
    body, twins = BODIES[request.param], []
    for model in range(MODELS):
        layers, before = [], 3
        for kernel, out in zip(stack.kernels, body.channels, strict=True):
            convolution = nn.Conv2d(before, out, body.kernel, padding="same", bias=False)
            convolution.weight = nn.Parameter(kernel[model].detach().permute(0, 3, 1, 2))
            pool = [nn.MaxPool2d(2)] if body.pools else []
            layers += [convolution, *pool, nn.BatchNorm2d(out), nn.ReLU()]
            before = out
        layers.append(nn.Flatten() if body.pools else nn.AdaptiveAvgPool2d(1))
        last = nn.Linear(stack.head.weights[0].shape[-1], 10)
        last.weight = nn.Parameter(stack.head.weights[0][model].detach())
        last.bias = nn.Parameter(stack.head.biases[0][model, 0].detach())
        twins.append(nn.Sequential(*layers, nn.Flatten(), last).double())
    return stack, twins


def test_a_stack_is_torch_s_own_network_for_each_model(pair):
    stack, twins = pair
    # The large network takes its time; it knows no size of images.
    given = [rows(seed, side=28 if stack.pools else 8) for seed in range(MODELS)]
    found = stack(torch.stack([features for *_, features in given]))
    assert found.shape == (MODELS, ROWS, 10)
    for model, (grey, colour, _) in enumerate(given):
        assert torch.allclose(found[model], twins[model](images(grey, colour)), atol=1e-9)
    # A prediction is by the mean and variance of training, row by row.
    features = torch.stack([given[0][2]] * MODELS)
    predicted = stack.predict(features, draws=1, seed=0)
    for model, twin in enumerate(twins):
        wanted = twin.eval()(images(*given[0][:2])).softmax(-1)
        assert torch.allclose(predicted[model], wanted, atol=1e-9)
    alone = stack.predict(features[:, :1], draws=1, seed=0)
    assert torch.allclose(alone, predicted[:, :1], atol=1e-12)


def test_the_colour_network_is_one_of_1x1_convolutions():
    stack = networks("rubi", hidden_units=8)["fairness_discriminator"]
    grey, colour, features = rows(3)
    found = stack(torch.stack([features] * MODELS))[1]
    x = images(grey, colour)
    for weight in stack.weights:
        x = nn.functional.conv2d(x, weight[1][..., None, None])
        x = nn.functional.batch_norm(x, None, None, training=True).relu()
    pooled = x.mean((2, 3))
    assert torch.allclose(stack.representation[1], pooled, atol=1e-9)
    wanted = pooled @ stack.last.weights[0][1].T
    assert torch.allclose(found, wanted, atol=1e-9)
    # Its gradient too: what many pixels say of a weight is what few colours say.
    loss, direct = found.square().mean(), wanted.square().mean()
    first = stack.weights[0]
    ours, theirs = (torch.autograd.grad(each, first)[0] for each in (loss, direct))
    assert torch.allclose(ours, theirs, atol=1e-9) and theirs.abs().max() > 1e-4


def test_a_network_without_sight_of_the_group_sees_every_image_on_one_colour():
    grey, colour, features = rows(4)
    other = torch.tensor(with_groups(grey.astype(float), (colour + 1) % 10, 10))
    shown = [torch.stack([each] * MODELS) for each in (features, other)]
    for blind in (True, False):
        stack = networks("plain", network="pooled", sees_sensitive=not blind)["generator"]
        same = [stack.predict(each, draws=1, seed=0) for each in shown]
        assert torch.equal(*same) == blind
        assert torch.equal(stack(shown[0]), stack(shown[1])) == blind


def test_a_binary_layer_stands_behind_the_convolutions_and_averages_draws():
    made = networks("binary_bernoulli", network="pooled", hidden_layers=1, hidden_units=6)
    stack, (*_, features) = made["generator"], rows(5)
    given = torch.stack([features] * MODELS)
    stack(given)
    assert stack.code.shape == (MODELS, ROWS, 6) and set(stack.code.unique().tolist()) == {0.0, 1.0}
    assert stack.probability.requires_grad and hasattr(stack, "noise")
    many = stack.predict(given, draws=200, seed=1)
    assert torch.equal(many, stack.predict(given, draws=200, seed=1))
    assert not torch.equal(many, stack.predict(given, draws=200, seed=2))
    assert (stack.representation - stack.probability).abs().max() < 0.2
    assert many.sum(-1).allclose(torch.ones(1, dtype=torch.float64))


def test_convolutions_need_images():
    kind = find("plain")
    method = kind(kind.Parameters(network="pooled"))
    with pytest.raises(ValueError, match="needs images, not rows of 2 values"):
        method.networks(3)
    with pytest.raises(ValueError, match="hidden_layers 0 needs a network of convolutions"):
        kind.Parameters(hidden_layers=0)
