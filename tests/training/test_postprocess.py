"""Thresholds per group: the most accurate pair that is fair enough, found exactly."""

import itertools
import time

import numpy as np
import pytest

from fairbench.metrics.decisions import describe, describe_batch
from fairbench.training import postprocess
from fairbench.training.postprocess import threshold_frontier

POINTS = np.array([0.0, 0.2, 0.5, 0.9, 1.0])


def scores(logit, y, sensitive, pair):
    got = describe(y, logit > np.where(sensitive == 1, pair[1], pair[0]), sensitive=sensitive)
    return got["accuracy"], got["disparate_impact"]


def small(seed):
    rng = np.random.default_rng(seed)
    sensitive = (rng.random(40) < 0.4).astype(float)
    logit = np.round(rng.normal(sensitive, 1.0), 1).astype(np.float32)  # ties on purpose
    y = (rng.random(40) < 1 / (1 + np.exp(-logit))).astype(float)
    return logit, y, sensitive


@pytest.mark.parametrize("seed", range(8))
def test_no_pair_of_enough_disparate_impact_is_more_accurate(seed):
    logit, y, sensitive = small(seed)
    cuts = np.concatenate([[-9.0], np.unique(logit) + 0.01])
    every = [scores(logit, y, sensitive, pair) for pair in itertools.product(cuts, repeat=2)]
    found = [
        scores(logit, y, sensitive, pair)
        for pair in threshold_frontier(logit, y, sensitive=sensitive, points=POINTS)
    ]
    assert found[0][0] == pytest.approx(max(accuracy for accuracy, _ in every))
    for point, (accuracy, impact) in zip(POINTS, found, strict=True):
        asked = found[0][1] + point * (1 - found[0][1])
        assert impact >= asked - 1e-9
        best = max(accuracy for accuracy, impact in every if impact >= asked - 1e-9)
        assert accuracy == pytest.approx(best, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("groups", [3, 4])
def test_no_thresholds_of_many_groups_are_more_accurate(groups, seed):
    rng = np.random.default_rng(seed)
    sensitive = np.concatenate([np.arange(groups), rng.integers(0, groups, 20)])
    logit = np.round(rng.normal(sensitive / 2, 1.0) * 2).astype(np.float32)  # ties on purpose
    y = (rng.random(len(logit)) < 1 / (1 + np.exp(-logit))).astype(float)
    cuts = [np.r_[-99.0, np.unique(logit[sensitive == k]) + 0.01] for k in range(groups)]
    every = np.array(list(itertools.product(*cuts)))
    given = {"sensitive": sensitive, "groups": groups}
    all_of_them = describe_batch(y, logit > every[:, sensitive], **given)
    hits, impacts = all_of_them["accuracy"], all_of_them["disparate_impact"]
    found = threshold_frontier(logit, y, points=POINTS, **given)
    got = describe_batch(y, logit > found[:, sensitive], **given)
    assert got["accuracy"][0] == hits.max()
    for k, point in enumerate(POINTS):
        asked = got["disparate_impact"][0] + point * (1 - got["disparate_impact"][0])
        assert got["disparate_impact"][k] >= asked - 1e-9
        assert got["accuracy"][k] == pytest.approx(hits[impacts >= asked - 1e-9].max())


@pytest.mark.parametrize("seed", range(4))
def test_of_two_groups_the_search_of_many_finds_what_that_of_pairs_finds(seed, monkeypatch):
    logit, y, sensitive = small(seed)
    given = {"sensitive": sensitive, "points": POINTS}
    pairs = threshold_frontier(logit, y, **given)
    monkeypatch.setattr(postprocess, "_best_pair", postprocess._best_of_many)
    for one, other in zip(pairs, threshold_frontier(logit, y, **given), strict=True):
        assert scores(logit, y, sensitive, one)[0] == scores(logit, y, sensitive, other)[0]


def test_the_ends_are_the_most_accurate_pair_and_equal_rates():
    sensitive = np.array([0, 0, 0, 0, 1, 1, 1, 1.0])
    logit = np.array([-2, -1, 1, 2, -2, 1, 2, 3], np.float32)
    y = (logit > 0).astype(float)
    accurate, fair = threshold_frontier(logit, y, sensitive=sensitive, points=np.array([0.0, 1.0]))
    assert scores(logit, y, sensitive, accurate) == pytest.approx((1.0, 2 / 3))
    assert scores(logit, y, sensitive, fair) == pytest.approx((7 / 8, 1.0))


def test_a_group_without_rows_leaves_the_most_accurate_threshold_of_the_other():
    logit = np.array([-1, 1, 2], np.float32)
    pairs = threshold_frontier(
        logit, np.array([0, 1, 1.0]), sensitive=np.zeros(3), points=np.array([0.0, 1.0])
    )
    assert pairs[:, 0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("groups", [2, 5])
def test_many_rows_take_no_pair_by_pair_search(groups):
    rng = np.random.default_rng(0)
    sensitive = rng.integers(0, groups, 40_000)
    logit = rng.normal(sensitive).astype(np.float32)
    y = (rng.random(40_000) < 0.5).astype(float)
    start = time.process_time()
    threshold_frontier(logit, y, sensitive=sensitive, points=np.linspace(0, 1, 26), groups=groups)
    # All pairs would be 4e8, some seconds and 3 GB each time.
    assert time.process_time() - start < 6
