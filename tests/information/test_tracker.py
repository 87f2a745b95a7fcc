"""The tracker returns the direct estimate after every change."""

import numpy as np
import pytest

from fairbench.information import ConditionalTracker, knn_cmi

N = 300


@pytest.fixture
def fixed():
    """Generated rows last: features, group, and whether the row is a generated one."""
    rng = np.random.default_rng(0)
    features = np.column_stack([rng.normal(size=N), rng.normal(size=N).round(1)])
    group = rng.integers(0, 2, N)
    is_clean = (np.arange(N) >= 0.9 * N).astype(float)
    return is_clean, np.column_stack([features, group])


def codings(decision, is_clean):
    """0/1 everywhere, -1/+1 everywhere, and the published mixture of the two."""
    signed = 2 * decision - 1
    return {"zero-one": decision, "signed": signed, "mixed": np.where(is_clean, signed, decision)}


@pytest.mark.parametrize("coding", ["zero-one", "signed", "mixed"])
def test_equals_direct_evaluation_along_random_flips(fixed, coding):
    is_clean, conditioning = fixed
    rng = np.random.default_rng(1)
    tracker = ConditionalTracker(is_clean, conditioning, k=8)
    decision = (conditioning[:, 0] > 0).astype(float)
    for flips in [0, 1, 3, 0, 2, 150, 1, N, 5] + [1] * 20:
        rows = rng.choice(N, flips, replace=False)
        decision[rows] = 1 - decision[rows]
        yhat = codings(decision, is_clean)[coding]
        direct = knn_cmi(yhat, is_clean, conditioning, k=8, clip=False)
        assert tracker.update(yhat) == pytest.approx(direct, abs=1e-12)


def test_categorical_variables_and_their_distance(fixed):
    is_clean, conditioning = fixed
    rng = np.random.default_rng(2)
    options = {"k": 3, "discrete_distance": 0.4}
    source = np.where(is_clean, "clean", "train")
    tracker = ConditionalTracker(source, conditioning, **options)
    yhat = rng.choice(list("abc"), N)
    for _ in range(10):
        yhat[rng.integers(N)] = rng.choice(list("abcd"))
        direct = knn_cmi(yhat, source, conditioning, clip=False, **options)
        assert tracker.update(yhat) == pytest.approx(direct, abs=1e-12)
    numeric = (yhat == "a").astype(float)
    direct = knn_cmi(numeric, source, conditioning, clip=False, **options)
    assert tracker.update(numeric) == pytest.approx(direct, abs=1e-12)


def test_nothing_is_computed_when_nothing_changed(fixed, monkeypatch):
    tracker = ConditionalTracker(*fixed, k=8)
    yhat = (fixed[1][:, 0] > 0).astype(float)
    value = tracker.update(yhat)
    monkeypatch.setattr(tracker, "_refresh", None)
    assert tracker.update(yhat.copy()) == value


def test_the_array_of_the_caller_may_change_in_place(fixed):
    tracker = ConditionalTracker(*fixed, k=8)
    yhat = (fixed[1][:, 0] > 0).astype(float)
    before = tracker.update(yhat)
    yhat[:40] = 1 - yhat[:40]
    after = tracker.update(yhat)
    assert after != before
    assert after == pytest.approx(knn_cmi(yhat, *fixed, k=8, clip=False), abs=1e-12)


def test_errors(fixed):
    is_clean, conditioning = fixed
    with pytest.raises(ValueError, match="v: 10, conditioning: 300"):
        ConditionalTracker(is_clean[:10], conditioning, k=8)
    with pytest.raises(ValueError, match="n - 1 = 299"):
        ConditionalTracker(is_clean, conditioning, k=300)
    with pytest.raises(ValueError, match="yhat: 2, v: 300"):
        ConditionalTracker(is_clean, conditioning, k=8).update([0, 1])
    with pytest.raises(ValueError, match="column 0 of yhat"):
        ConditionalTracker(is_clean, conditioning, k=8).update(np.full(N, np.nan))
