"""Group thresholds: the best pair there is, found exactly."""

import itertools

import numpy as np
import pytest

from fairbench.metrics import describe
from fairbench.training.postprocess import choose_thresholds


def value(logit, y, sensitive, pair, weight):
    level = np.where(sensitive == 1, pair[1], pair[0])
    got = describe(y, logit > level, sensitive=sensitive)
    return (1 - weight) * got["accuracy"] + weight * got["disparate_impact"]


@pytest.mark.parametrize("seed", range(5))
def test_no_pair_does_better(seed):
    rng = np.random.default_rng(seed)
    sensitive = (rng.random(40) < 0.4).astype(float)
    logit = np.round(rng.normal(sensitive, 1.0), 1).astype(np.float32)  # ties on purpose
    y = (rng.random(40) < 1 / (1 + np.exp(-logit))).astype(float)
    weights = np.array([0.0, 0.3, 0.5, 0.9])
    cuts = np.concatenate([[-9.0], np.unique(logit) + 0.01])
    for weight, pair in zip(
        weights, choose_thresholds(logit, y, sensitive=sensitive, lambda_f=weights), strict=True
    ):
        best = max(
            value(logit, y, sensitive, other, weight) for other in itertools.product(cuts, repeat=2)
        )
        assert value(logit, y, sensitive, pair, weight) == pytest.approx(best, abs=1e-12)


def test_weight_zero_is_the_most_accurate_and_weight_one_the_fairest():
    sensitive = np.array([0, 0, 0, 0, 1, 1, 1, 1.0])
    logit = np.array([-2, -1, 1, 2, -2, 1, 2, 3], np.float32)
    y = (logit > 0).astype(float)
    accurate, fair = choose_thresholds(logit, y, sensitive=sensitive, lambda_f=np.array([0.0, 1.0]))
    assert value(logit, y, sensitive, accurate, 0.0) == 1.0
    assert value(logit, y, sensitive, fair, 1.0) == 1.0
