"""Measures of several classes, held against scikit-learn and against counts by hand."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, mutual_info_score, roc_auc_score

from fairbench.metrics.classes import class_accuracies, confusion, describe_classes
from fairbench.metrics.decisions import accuracy
from fairbench.metrics.ranking import auc


def rows(classes, groups, count=400, seed=0):
    """Labels, predictions that are mostly right, and groups that go with the predictions."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, count)
    guess = np.where(rng.random(count) < 0.6, y, rng.integers(0, classes, count))
    return (
        y,
        guess,
        np.where(rng.random(count) < 0.5, guess, rng.integers(0, groups, count)) % groups,
    )


@pytest.mark.parametrize("classes", [3, 5])
@pytest.mark.parametrize("digits", [1, 12])
def test_auc_of_classes_is_scikit_learns_mean_of_each_against_the_rest(classes, digits):
    """With one digit there are many ties."""
    y, *_ = rows(classes, 2)
    logit = np.random.default_rng(1).normal(size=(len(y), classes)) + 1.5 * (
        y[:, None] == np.arange(classes)
    )
    score = np.round(np.exp(logit) / np.exp(logit).sum(1, keepdims=True), digits)
    each = [roc_auc_score(y == k, score[:, k]) for k in range(classes)]
    assert auc(y, score) == pytest.approx(np.mean(each))
    if digits == 12:  # whose own check is that rows sum to one
        score /= score.sum(1, keepdims=True)
        known = roc_auc_score(y, score, multi_class="ovr", average="macro")
        assert auc(y, score) == pytest.approx(known)
    assert 0.7 < auc(y, score) < 0.95


def test_auc_of_two_columns_is_that_of_the_second_and_needs_every_class():
    y, *_ = rows(2, 2)
    p = np.random.default_rng(1).random(len(y))
    assert auc(y, np.stack([1 - p, p], 1)) == pytest.approx(auc(y, p))
    assert np.isnan(auc(y, np.stack([p, p, p], 1)))
    with pytest.raises(ValueError, match="y must hold class numbers below 3, not 3"):
        auc([0, 3], np.zeros((2, 3)))
    with pytest.raises(ValueError, match="shape"):
        auc(y[1:], np.stack([p, p], 1))


@pytest.mark.parametrize("classes,groups", [(2, 2), (3, 4), (5, 3)])
def test_confusion_of_each_group_is_scikit_learns(classes, groups):
    y, guess, z = rows(classes, groups)
    counts = confusion(y, guess, sensitive=z)
    labels = list(range(classes))
    for k in labels[:groups]:
        known = confusion_matrix(y[z == k], guess[z == k], labels=labels)
        assert (counts[k] == known).all()
        right = class_accuracies(counts)[k]
        assert right == pytest.approx(known.diagonal() / known.sum(1))
    assert accuracy(y, guess, classes=classes) == accuracy_score(y, guess)


@pytest.mark.parametrize("classes,groups", [(2, 2), (3, 4), (5, 3)])
def test_what_a_fit_is_recorded_with(classes, groups):
    y, guess, z = rows(classes, groups)
    found = describe_classes(y, guess, sensitive=z, classes=classes + 1, groups=groups + 1)
    assert found["accuracy"] == accuracy_score(y, guess)
    assert found["information"] == pytest.approx(mutual_info_score(guess, z))
    assert found["information"] > 0.05
    for k in range(groups):
        assert found[f"accuracy_{k}"] == accuracy_score(y[z == k], guess[z == k])
    assert np.isnan(found[f"accuracy_{groups}"]) and found["note"] == "empty group"
    full = describe_classes(y, guess, sensitive=z)
    assert full["note"] == "" and len(full) == 3 + groups


def test_no_rows_have_no_measures():
    found = describe_classes([], [], sensitive=[], classes=3, groups=2)
    assert np.isnan([value for name, value in found.items() if name != "note"]).all()
    assert found["note"] == "empty group"


def test_the_empty_cells_have_no_accuracy():
    counts = confusion([0, 0, 2], [0, 1, 2], sensitive=[0, 0, 1], classes=3)
    assert counts.shape == (2, 3, 3) and counts.sum() == 3
    assert class_accuracies(counts)[0] == pytest.approx([0.5, np.nan, np.nan], nan_ok=True)
    assert class_accuracies(counts)[1] == pytest.approx([np.nan, np.nan, 1.0], nan_ok=True)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([0, -1], [0, 1], [0, 1]), "y must hold class numbers"),
        (([0, 1.5], [0, 1], [0, 1]), "y must hold class numbers"),
        (([0, 1], [0, 7], [0, 1]), "prediction must hold class numbers below 3, not 7"),
        (([0, 1], [0], [0, 1]), "y, prediction must have one shape"),
        (([0, 1], [0, 1], [0, -1]), "sensitive must hold group numbers"),
        (([0, 1], [0, 1], [0]), "one shape"),
    ],
)
def test_numbers_of_no_class_are_refused(given, message):
    y, guess, z = given
    with pytest.raises(ValueError, match=message):
        confusion(y, guess, sensitive=z, classes=3)


def test_accuracy_of_two_classes_still_refuses_other_codings():
    with pytest.raises(ValueError, match="0 and 1 only"):
        accuracy([0, 2], [0, 1])
    with pytest.raises(ValueError, match="class numbers"):
        accuracy([-1, 1], [0, 1], classes=3)
