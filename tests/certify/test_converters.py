"""Networks of other libraries say after conversion what they said before."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from fairbench.certify.converters import from_fit, from_leaky, from_sklearn, from_torch
from fairbench.certify.domain import Domain
from fairbench.certify.onnx_files import from_onnx
from fairbench.training.models import Outcome

ROWS = np.random.default_rng(0).uniform(-1, 1, (200, 3))


def layered(*layers):
    torch.manual_seed(1)
    return torch.nn.Sequential(*[layer() for layer in layers]).double()


def linear(inputs, units, **options):
    return lambda: torch.nn.Linear(inputs, units, **options)


@pytest.mark.parametrize("last", [(), (torch.nn.Sigmoid,)])
def test_torch(last):
    model = layered(linear(3, 5), torch.nn.ReLU, linear(5, 4, bias=False), torch.nn.ReLU,
                    linear(4, 1), *last)  # fmt: skip
    network = from_torch(model)
    assert network.hidden == (5, 4) and network.output == ("sigmoid" if last else "linear")
    expected = model(torch.from_numpy(ROWS)).detach().numpy()[:, 0]
    np.testing.assert_allclose(network(ROWS), expected, rtol=1e-12)


def test_torch_logits_can_be_read_as_probabilities():
    model = layered(linear(3, 1))
    expected = model(torch.from_numpy(ROWS)).sigmoid().detach().numpy()[:, 0]
    np.testing.assert_allclose(from_torch(model, output="sigmoid")(ROWS), expected, rtol=1e-12)


def test_torch_sequentials_in_sequentials_and_linear_layers_in_a_row():
    inner = layered(linear(3, 5), linear(5, 4), torch.nn.ReLU)
    model = torch.nn.Sequential(inner, layered(linear(4, 1)))
    network = from_torch(model)
    assert network.hidden == (4,)
    expected = model(torch.from_numpy(ROWS)).detach().numpy()[:, 0]
    np.testing.assert_allclose(network(ROWS), expected, rtol=1e-12)


@pytest.mark.parametrize(
    "layers, message",
    [
        ((linear(3, 2), torch.nn.Tanh, linear(2, 1)), r"layer 1 \(Tanh\) is not known"),
        ((linear(3, 2), torch.nn.LeakyReLU, linear(2, 1)), r"LeakyReLU\) is not known"),
        ((linear(3, 2), torch.nn.ReLU), "does not end in a linear layer"),
        ((torch.nn.ReLU, linear(3, 1)), "before any linear layer"),
        ((linear(3, 2), torch.nn.Sigmoid, linear(2, 1)), "follows the sigmoid"),
        ((linear(3, 2), torch.nn.ReLU, torch.nn.Sigmoid), "does not follow a linear layer"),
        ((linear(3, 2),), "the last layer has 2 outputs"),
        ((linear(3, 2), torch.nn.ReLU, linear(3, 1)), "takes 3 inputs, but layer 0 has 2 units"),
        ((linear(3, 2), linear(3, 1)), "takes 3 inputs, but gets 2"),
    ],
)
def test_torch_models_that_are_none(layers, message):
    with pytest.raises(ValueError, match=message):
        from_torch(layered(*layers))


def test_torch_modules_that_are_no_chain():
    with pytest.raises(ValueError, match="a Linear was given; a torch Sequential is expected"):
        from_torch(torch.nn.Linear(3, 1))
    with pytest.raises(ValueError, match="ends in a sigmoid"):
        from_torch(layered(linear(3, 1), torch.nn.Sigmoid), output="linear")


@pytest.fixture(scope="module")
def labels():
    return (ROWS[:, 0] + ROWS[:, 1] ** 2 > 0.3).astype(int)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_sklearn(labels):
    small = dict(hidden_layer_sizes=(6, 3), max_iter=30, random_state=0)
    for model in (MLPClassifier(**small), LogisticRegression()):
        model.fit(ROWS, labels)
        expected = model.predict_proba(ROWS)[:, 1]
        np.testing.assert_allclose(from_sklearn(model)(ROWS), expected, rtol=1e-9)
    model = MLPRegressor(**small).fit(ROWS, labels + 3.5)
    np.testing.assert_allclose(from_sklearn(model)(ROWS), model.predict(ROWS), rtol=1e-9)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scalers_are_a_part_of_the_first_layer(labels):
    for steps in (
        [StandardScaler(), LogisticRegression()],
        [StandardScaler(with_mean=False), MinMaxScaler((-1, 3)), MLPClassifier((4,), max_iter=20)],
        [MinMaxScaler(), StandardScaler(with_std=False), MLPClassifier((4,), max_iter=20)],
    ):
        model = make_pipeline(*steps).fit(5 + 3 * ROWS, labels)
        theirs = model.predict_proba(5 + 3 * ROWS)[:, 1]
        np.testing.assert_allclose(from_sklearn(model)(5 + 3 * ROWS), theirs, rtol=1e-9)
    for step, message in (
        (PCA(2), r"step 'pca' \(PCA\) is not known: StandardScaler"),
        (MinMaxScaler(clip=True), r"step 'minmaxscaler' \(MinMaxScaler\) is not known"),
    ):
        with pytest.raises(ValueError, match=message):
            from_sklearn(make_pipeline(step, LogisticRegression()).fit(ROWS, labels))
    with pytest.raises(ValueError, match=r"\(StandardScaler\) is not fitted"):
        from_sklearn(make_pipeline(StandardScaler(), LogisticRegression()))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_sklearn_models_that_are_none(labels):
    small = dict(hidden_layer_sizes=(3,), max_iter=5)
    three, two = np.arange(200) % 3, np.c_[labels, labels]
    for model, message in [
        (Ridge(), "a Ridge was given"),
        (LogisticRegression(), "is not fitted"),
        (MLPClassifier(), "is not fitted"),
        (LogisticRegression().fit(ROWS, three), "has 3 classes"),
        (MLPClassifier(**small).fit(ROWS, three), "has 3 classes"),
        (MLPClassifier(**small, activation="tanh").fit(ROWS, labels), "activation is 'tanh'"),
        (MLPRegressor(**small).fit(ROWS, two), "has 2 outputs"),
    ]:
        with pytest.raises(ValueError, match=message):
            from_sklearn(model)


def leaky_layers(*widths):
    random = np.random.default_rng(3)
    pairs = zip(widths[1:], widths[:-1], strict=True)
    return [(random.normal(size=pair), random.normal(size=pair[0])) for pair in pairs]


@pytest.mark.parametrize("widths", [(3, 1), (3, 5, 1), (3, 5, 4, 1)])
@pytest.mark.parametrize("domain", [None, Domain([-1] * 3, [1] * 3)])
def test_the_projects_own_fits(widths, domain):
    """With leaky hidden units too, which become two each."""
    fit = Outcome(leaky_layers(*widths), 0.0)
    network = from_fit(fit, domain=domain)
    assert network.hidden == tuple(2 * width for width in widths[1:-1])
    np.testing.assert_allclose(network(ROWS), fit.probability(ROWS), rtol=1e-9)


def test_with_the_domain_every_second_unit_is_active():
    network = from_fit(Outcome(leaky_layers(3, 5, 4, 1), 0.0), domain=Domain([-1] * 3, [1] * 3))
    rows = ROWS
    for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
        before = rows @ weight.T + bias
        assert (before[:, before.shape[1] // 2 :] > 0).all()
        rows = np.maximum(before, 0)


def test_fits_that_are_none():
    with pytest.raises(ValueError, match="no layers: it broke"):
        from_fit(Outcome([], 0.0, error="it broke"))
    with pytest.raises(ValueError, match="draws random codes"):
        from_fit(SimpleNamespace(stochastic=True, layers=[]))
    layers = leaky_layers(3, 5, 1)
    assert from_leaky(layers, leak=0.0).hidden == (10,)


def test_onnx_without_the_package_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    with pytest.raises(ModuleNotFoundError, match="pip install onnx"):
        from_onnx("model.onnx")


def onnx_file(tmp_path, nodes, constants):
    onnx = pytest.importorskip("onnx")
    make = onnx.helper
    value = {
        name: make.make_tensor_value_info(name, onnx.TensorProto.DOUBLE, None) for name in "xy"
    }
    held = [onnx.numpy_helper.from_array(array, name) for name, array in constants.items()]
    made = [make.make_node(kind, list(ins), [out], **more) for kind, ins, out, more in nodes]
    graph = make.make_graph(made, "g", [value["x"]], [value["y"]], held)
    path = tmp_path / "model.onnx"
    onnx.save(make.make_model(graph), path)
    return path


def test_onnx(tmp_path):
    (w0, b0), (w1, b1) = leaky_layers(3, 5, 1)
    constants = {"w": w0.T.copy(), "b": b0, "v": w1, "c": b1}
    nodes = [
        ("MatMul", "xw", "p", {}),
        ("Add", "pb", "q", {}),
        ("Relu", "q", "r", {}),
        ("Gemm", "rvc", "s", {"transB": 1, "alpha": 2.0}),
        ("Sigmoid", "s", "y", {}),
    ]
    network = from_onnx(onnx_file(tmp_path, nodes, constants))
    expected = np.maximum(ROWS @ w0.T + b0, 0) @ (2 * w1[0]) + b1[0]
    assert network.output == "sigmoid"
    np.testing.assert_allclose(network.logit(ROWS), expected, rtol=1e-9)


def test_onnx_graphs_that_are_no_chain(tmp_path):
    (w0, _), _ = leaky_layers(3, 5, 1)
    for nodes, message in [
        ([("MatMul", "xw", "p", {}), ("Tanh", "p", "y", {})], r"\(Tanh\) is not known"),
        ([("MatMul", "xw", "p", {}), ("Add", "px", "y", {})], "neither a constant"),
        ([("MatMul", "xw", "p", {}), ("Relu", "x", "y", {})], "does not follow"),
    ]:
        with pytest.raises(ValueError, match=message):
            from_onnx(onnx_file(tmp_path, nodes, {"w": w0.T.copy()}))
