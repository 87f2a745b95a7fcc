"""Training on another device than the CPU: one code path, and nothing goes to and fro in the loop.

No GPU is needed. On the device ``meta`` tensors have shapes and no values: whatever would bring a
value to the CPU, or mix tensors of two devices, raises there as it would wait on a GPU, and what
goes the other way is seen as it is called.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves

from fairbench import methods
from fairbench.networks.mlp import StackedMLP
from fairbench.training import loop, reference
from fairbench.training.batches import Batches
from fairbench.training.budget import Budget
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, split_rows
from fairbench.training.sight import build_networks

from .test_classes import frame

ITERATIONS, BATCH = 12, 30
BUDGET = Budget(iterations=ITERATIONS, warm_up=3, update_ratio=2, generator_rate=0.01)
STOCHASTIC = ("binary_bernoulli", "binary_mi", "vfae")
TRAINED = [name for name in methods.of_tables() if methods.find(name).fitting == "trained"]


class Transfers(TorchFunctionMode):
    """Keeps the names of calls that take numbers from the CPU to the other device."""

    def __init__(self):
        super().__init__()
        self.found = []

    def __torch_function__(self, function, types, given=(), named=None):
        named = named or {}
        result, name = function(*given, **named), getattr(function, "__name__", "")
        taken = name in ("tensor", "as_tensor", "new_tensor")
        if name in ("__getitem__", "__setitem__"):
            index = given[1] if isinstance(given[1], tuple) else (given[1],)
            taken = any(isinstance(part, list | np.ndarray) for part in index)
        taken |= any(_is_on("cpu", x) and x.dim() > 0 for x in tree_leaves((given, named)))
        if taken and any(_is_on("meta", x) for x in tree_leaves((given, result))):
            self.found.append(name)
        return result


def _is_on(device, value) -> bool:
    return isinstance(value, torch.Tensor) and value.device.type == device


def transfers(name, batch_size, groups=2, classes=2, **given) -> list[str]:
    kind = methods.find(name)
    method = kind(kind.Parameters(**given)).for_data(groups, classes)
    parts = split_rows(frame(classes, groups, trials=2))
    data = {trial: (splits["train"], splits["clean"]) for trial, splits in parts.items()}
    models = [Model(trial, f, 0.1, trial) for trial in data for f in (0.1, 0.5)]
    sizes = method.networks(data[0][0].features.shape[1])
    first = [draw_initial(sizes, m.seed, generator="numpy") for m in models]
    weights = {n: [np.stack(x) for x in zip(*(f[n] for f in first), strict=True)] for n in sizes}
    device = {"dtype": torch.float32, "device": "meta"}
    networks = build_networks(method, weights, seeds=[m.seed for m in models], **device)
    budget = BUDGET.model_copy(update={"batch_size": batch_size})
    batches = Batches(data, models, budget, **device)
    lambdas = {n: torch.full((len(models),), 0.1, device="meta") for n in ("lambda_f", "lambda_r")}
    with Transfers() as seen:
        loop.train(method, networks, batches, budget, **lambdas)
    return seen.found


@pytest.fixture(autouse=True)
def no_fused_steps(monkeypatch):
    """There are none for meta tensors."""
    adam = torch.optim.Adam
    monkeypatch.setattr(torch.optim, "Adam", lambda p, fused=False, **how: adam(p, **how))


@pytest.mark.parametrize("name", TRAINED)
def test_full_batches_take_nothing_to_the_device_but_noise(name):
    found = transfers(name, None)
    passes = ITERATIONS if name in STOCHASTIC else 0
    # What is about the columns is taken there once.
    assert found.count("to") <= 2 * passes and len(found) - found.count("to") <= 3, found
    assert set(found) <= {"to", "new_tensor"}


@pytest.mark.parametrize("name", ["fr_train", "adv_cls", "binary_mi", "individual"])
def test_minibatches_take_the_order_of_rows_there_once_a_pass(name):
    rows = sum(frame(trials=1)["split"] == "train")
    noise, orders = transfers(name, None).count("to"), -(-ITERATIONS // (rows // BATCH))
    found = transfers(name, BATCH)
    # Weights of all rows take one more pass.
    assert found.count("to") <= noise + orders + 1 and "__getitem__" not in found, found
    assert len(found) < ITERATIONS + orders + 4


@pytest.mark.parametrize("name", ["logistic_regression", "adv_cls"])
def test_classes_and_groups_take_nothing_there(name):
    assert transfers(name, None, groups=4, classes=5) == []


def test_a_number_from_a_list_would_be_seen():
    """Broken by hand: the ways in which a loss could take numbers to a device."""
    x = torch.zeros(2, 3, device="meta")
    with Transfers() as seen:
        x.new_tensor([1.0, 2.0])
        torch.ones(3).to("meta")
        x[[0, 1]]
        torch.tensor([1.0], device="meta")
        x * 2 + torch.arange(3, device="meta")
    assert sorted(seen.found) == ["__getitem__", "new_tensor", "tensor", "to"]
    with pytest.raises((RuntimeError, NotImplementedError)):
        x.sum().item()
    with pytest.raises((RuntimeError, NotImplementedError)):
        x.cpu()


def test_a_trace_is_taken_back_once():
    """Records stay where they are made until training is over."""
    recorder = reference._Recorder(2, 5)
    network = StackedMLP([np.ones((3, 1, 4), np.float32)], device="meta")
    for iteration in (0, 1, 2, 4, 5):
        recorder(iteration, {"generator": network})
    assert [record.device.type for record in recorder.records] == ["meta"] * 4
    assert [tuple(record.shape) for record in recorder.records] == [(3, 5)] * 4


def test_a_gpu_that_is_not_there_is_said_before_anything_is_trained(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(reference.NoDevice, match="resources.device is cuda, .* finds no GPU here"):
        reference.train_models(None, {}, [], [], BUDGET, device="cuda")


def test_the_benchmark_trains_the_grid_in_stacks(monkeypatch, capsys):
    path = Path(__file__).parents[2] / "benchmarks" / "device.py"
    spec = importlib.util.spec_from_file_location("device_benchmark", path)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    monkeypatch.setattr(benchmark, "ROWS", {"train": 40, "clean": 10, "selection": 1, "test": 50})
    sizes, train = [], loop.train

    def counted(method, networks, batches, budget, **how):
        sizes.append((len(how["lambda_f"]), budget.iterations, how["lambda_f"].device.type))
        train(method, networks, batches, budget, **how)

    monkeypatch.setattr(reference, "train", counted)
    asked = ["--cells", "2", "--trials", "2", "--lambdas", "3", "--iterations", "8", "--stack", "5"]
    benchmark.main([*asked, "--device", "cpu"])
    assert sizes == [(2, 5, "cpu"), (5, 8, "cpu"), (5, 8, "cpu"), (2, 8, "cpu")]
    said = capsys.readouterr().out
    assert said.startswith("device cpu: ") and "12 fits of 8 iterations in stacks of 5" in said
    assert "sound 100.0%" in said
