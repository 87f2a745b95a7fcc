"""Fits on data of more than two classes: losses, predictions, and what is recorded."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.special import log_softmax, softmax
from sklearn.linear_model import LogisticRegression as Reference

from fairbench import methods
from fairbench.data.groups import class_count
from fairbench.data.poisoning import flip_labels
from fairbench.information import mutual_information
from fairbench.methods.shared import losses
from fairbench.networks.mlp import StackedMLP
from fairbench.training import cell
from fairbench.training.budget import Budget
from fairbench.training.loop import _warm_up_loss
from fairbench.training.models import split_rows
from fairbench.training.trimming import kept_rows

ABOUT = {"dataset": "independent", "parameters": {"positive_rate": 0.5}, "seed": 3}
SHORT = Budget(iterations=40, warm_up=5, generator_rate=0.02, fairness_rate=0.05)
ABLE = [name for name in methods.of_tables() if methods.find(name).knows_any_classes()]


def frame(classes=3, groups=2, rows=240, trials=1, seed=0):
    """Classes on a circle, which tell the group a little."""
    rng, parts = np.random.default_rng(seed), []
    for trial in range(trials):
        y = rng.integers(0, classes, rows)
        sensitive = np.where(rng.random(rows) < 0.5, y % groups, rng.integers(0, groups, rows))
        angle = 2 * np.pi * y / classes
        x = 1.2 * np.stack([np.cos(angle), np.sin(angle)], 1) + rng.normal(size=(rows, 2))
        split = np.resize(["train", "train", "train", "clean", "selection", "test"], rows)
        columns = {"x1": x[:, 0], "x2": x[:, 1], "sensitive": sensitive, "y": y, "y_clean": y}
        parts.append({"trial": np.full(rows, trial), "split": split.astype(object), **columns})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def fit(data, name="logistic_regression", budget=SHORT, engine="auto", **given):
    kind = methods.find(name) if isinstance(name, str) else name
    method = kind(kind.Parameters(**given))
    grid = {"lambda_f": [0.1, 0.8], "lambda_r": [0.0]}
    return cell.fit_cell(data, ABOUT, method, budget, engine=engine, **grid)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_cross_entropy_of_classes_is_that_of_its_softmax(weighted):
    rng = np.random.default_rng(1)
    logit, y = 3 * rng.normal(size=(2, 30, 5)), rng.integers(0, 5, (2, 30))
    weight = rng.uniform(0.2, 2, (2, 30))
    own = np.take_along_axis(log_softmax(logit, axis=-1), y[..., None], -1)[..., 0]
    told = [torch.tensor(part) for part in (logit, y.astype(float))]
    found = losses.cross_entropy(*told, torch.tensor(weight) if weighted else None)
    assert found.numpy() == pytest.approx(-(own * weight if weighted else own).mean(-1))


def test_two_classes_are_one_logit_with_the_bits_of_before_and_the_value_of_a_softmax():
    logit = torch.randn(3, 50, generator=torch.Generator().manual_seed(0))
    y = (torch.arange(150) % 2.0).reshape(3, 50)
    one = losses.cross_entropy(logit, y)
    assert torch.equal(one, losses.binary_cross_entropy(logit, y))
    both = torch.stack([torch.zeros_like(logit), logit], -1)
    assert torch.allclose(one, losses.cross_entropy(both, y), rtol=1e-6)


def test_a_network_of_one_output_has_a_logit_a_row_and_of_several_all():
    rows = torch.randn(2, 7, 3)
    for outputs, shape in ((1, (2, 7)), (4, (2, 7, 4))):
        network = StackedMLP([np.ones((2, outputs, 3))])
        assert network(rows).shape == shape
        p = network.predict(rows, draws=1, seed=0)
        assert p.shape == shape and (outputs == 1 or torch.allclose(p.sum(-1), torch.ones(2, 7)))


@pytest.mark.parametrize("classes", [3, 5])
def test_logistic_regression_of_classes_is_scikit_learns(classes):
    """Trained to the end, both have the least mean cross-entropy."""
    data = frame(classes)
    budget = Budget(iterations=1500, generator_rate=0.03)
    fitted = fit(data, budget=budget, precision="double")
    train, test = (fitted.splits[0][name] for name in ("train", "test"))
    known = Reference(C=np.inf, tol=1e-8, max_iter=1000).fit(train.features, train.y)
    outcome = fitted.outcomes[0]
    p = outcome.probability(test.features)
    assert p.shape == (len(test.y), classes) and p.sum(1) == pytest.approx(1)
    assert p == pytest.approx(known.predict_proba(test.features), abs=0.01)
    assert p == pytest.approx(softmax(outcome.logit(test.features).astype(float), axis=1))
    assert (outcome.prediction(test.features) == known.predict(test.features)).mean() > 0.97


@pytest.mark.parametrize("name", ["logistic_regression", "binary_mi"])
@pytest.mark.parametrize("groups", [2, 4])
def test_what_is_recorded_is_what_the_predictions_say(name, groups):
    fitted = fit(frame(5, groups, trials=2), name)
    for index, model in enumerate(fitted.models):
        (row,) = fitted.records(index)
        assert row["status"] == "ok", row["reason"]
        for split in cell.MEASURED_SPLITS:
            rows = fitted.splits[model.trial][split]
            guess = fitted.outcomes[index].prediction(rows.features)
            right = guess == rows.y
            assert row[f"{split}_accuracy"] == right.mean()
            told = mutual_information(guess, rows.sensitive)
            assert row[f"{split}_information"] == pytest.approx(told)
            by_group = [row[f"{split}_accuracy_{k}"] for k in range(groups)]
            known = [right[rows.sensitive == k].mean() for k in range(groups)]
            assert by_group == pytest.approx(known)
            assert f"{split}_disparate_impact" not in row


def test_a_fit_that_says_one_class_for_everybody_is_degenerate():
    fitted = fit(frame(3), budget=Budget(iterations=1, generator_rate=1e-9))
    outcome = fitted.outcomes[0]
    ((weight, bias),) = outcome.layers
    outcome.layers = [(0 * weight, bias + np.array([0, 1, 0], np.float32))]
    (row,) = fitted.records(0)
    said = (row["status"], row["reason"])
    assert said == ("degenerate", "predicts 1 for every selection row")


def test_classes_are_counted_and_what_is_none_is_refused():
    data = frame(5)
    assert class_count(data) == 5 and class_count(frame(2)) == 2
    few = data | {"y": np.minimum(data["y"], 1)}  # as poisoned: the clean labels count too
    assert class_count(few) == 5
    assert class_count({"y": np.zeros(4)}) == 2
    for wrong in (-1, 0.5, np.nan):
        labels = np.where(np.arange(240) == 7, wrong, data["y"])
        with pytest.raises(ValueError, match=r"y must hold class numbers, 0, 1, 2, .* not"):
            fit(data | {"y": labels})
    assert split_rows(data)[0]["train"].y.max() == 4


class Heir(methods.find("logistic_regression")):
    """It does not inherit what its parent says of itself."""

    name = "heir"


def test_a_method_for_two_classes_is_refused_more():
    for kind in (Heir, methods.find("fr_train")):
        with pytest.raises(ValueError, match=f"{kind.name} knows two classes and the data have 3"):
            fit(frame(3), kind)
    assert not Heir.knows_any_classes() and fit(frame(2), Heir).outcomes[0].error == ""
    with pytest.raises(ValueError, match="fast engine does not know"):
        fit(frame(3), engine="fast")


def test_told_of_the_data_a_method_is_another_object():
    method = methods.find("plain")()
    told = method.for_data(4, 3)
    assert (told.groups, told.classes, method.groups, method.classes) == (4, 3, 2, 2)
    assert told.networks(6)["generator"][-1] == 3 and method.networks(6)["generator"][-1] == 1


@pytest.mark.parametrize("name", ABLE)
@pytest.mark.parametrize("batch_size", [None, 30])
def test_every_able_method_fits_classes_and_groups_together(name, batch_size):
    fitted = fit(frame(4, 3), name, SHORT.model_copy(update={"batch_size": batch_size}))
    for index, outcome in enumerate(fitted.outcomes):
        (row,) = fitted.records(index)
        assert row["status"] in ("ok", "degenerate"), row["reason"]
        rows = fitted.splits[0]["test"].features
        assert outcome.probability(rows).sum(1) == pytest.approx(1, abs=1e-5)
        assert (outcome.probability(rows) == outcome.probability(rows)).all()


def test_warm_up_fits_the_softmax_of_twice_the_logits():
    logit = torch.randn(2, 9, 4, generator=torch.Generator().manual_seed(0))
    y = (torch.arange(18) % 4.0).reshape(2, 9)
    known = torch.nn.functional.cross_entropy(2 * logit.mT, y.long(), reduction="none").mean(-1)
    assert torch.allclose(_warm_up_loss(logit, y), known)


def test_flips_and_trimming_are_for_two_classes():
    data = pd.DataFrame(frame(3))
    with pytest.raises(ValueError, match="a flip is known for labels of two classes, .* have 3"):
        flip_labels(data, rule="random", rate=0.1, group="any")
    kept = {"share": 0.1, "rounds": 2}
    with pytest.raises(ValueError, match="trimming knows two classes, .* a class 2"):
        kept_rows(split_rows(data)[0]["train"], **kept)
    two = split_rows(frame(2))[0]["train"]
    assert kept_rows(two, **kept).sum() == len(two.y) - round(0.1 * len(two.y))
