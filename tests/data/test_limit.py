"""The accuracy limit against an integral, a search by brute force, and classifiers."""

import itertools
import time
from contextlib import nullcontext

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from fairbench.base.paths import limit_name
from fairbench.data import law
from fairbench.data import limit as module
from fairbench.data.independent import independent_draw
from fairbench.data.limit import accuracy_limit
from fairbench.evaluation.limits import read_limits
from fairbench.metrics.decisions import disparate_impact
from fairbench.store.tables import DamagedFile, write_table


def grid_of_the_law(positive_rate, group_coefficient, step):
    """Cells of a fine grid of the plane: masses with each label and group, from the densities."""
    axis = np.arange(-22, 22, step) + step / 2
    x = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    mass = []
    for label, prior in ((0, 1 - positive_rate), (1, positive_rate)):
        covariance, offset = law.CLASS_COVARIANCE[label], x - law.CLASS_MEAN[label]
        exponent = -0.5 * np.einsum("ni,ij,nj->n", offset, np.linalg.inv(covariance), offset)
        scale = prior * step**2 / (2 * np.pi * np.sqrt(np.linalg.det(covariance)))
        mass.append(scale * np.exp(exponent))
    group_1 = law.group_probability(x, group_coefficient=group_coefficient)
    return np.array([[m * (1 - group_1) for m in mass], [m * group_1 for m in mass]])


@pytest.mark.parametrize(
    ("positive_rate", "group_coefficient"), [(0.1, 1.4), (0.5, 1.0), (0.9, 0.6)]
)
def test_without_a_bound_it_is_the_bayes_accuracy(positive_rate, group_coefficient):
    mass = grid_of_the_law(positive_rate, group_coefficient, 0.05).sum(axis=0)
    assert mass.sum() == pytest.approx(1.0, abs=1e-6)
    started = time.process_time()
    limit = accuracy_limit(positive_rate, group_coefficient, seed=1)
    assert time.process_time() - started < 10.0  # measured: 0.3 s
    assert limit["accuracy"].iloc[0] == pytest.approx(mass.max(axis=0).sum(), abs=6e-4)


@pytest.mark.parametrize("positive_rate", [0.1, 0.5])
def test_it_equals_a_search_over_all_pairs_of_thresholds(positive_rate):
    """Accuracies and rates of 300 x 300 threshold pairs, on a grid of the plane and no draws."""
    mass = grid_of_the_law(positive_rate, 1.0, 0.1)
    total = mass[:, 0] + mass[:, 1]
    chance = mass[0, 1] / np.maximum(total[0], 1e-300)
    rates, hits = [], []
    for group in (0, 1):
        order = np.argsort(-chance)
        accepted = np.cumsum(total[group][order]) / total[group].sum()
        right = np.cumsum((mass[group, 1] - mass[group, 0])[order]) + mass[group, 0].sum()
        places = np.searchsorted(accepted, np.linspace(0.001, 0.999, 300))
        rates.append(accepted[places])
        hits.append(right[places])
    ratio = np.minimum.outer(rates[0], rates[1]) / np.maximum.outer(rates[0], rates[1])
    accuracy = np.add.outer(hits[0], hits[1])
    targets = [0.1, 0.3, 0.5, 0.7, 0.9, 0.97]
    limit = accuracy_limit(positive_rate, 1.0, seed=2, disparate_impacts=targets)
    assert limit["disparate_impact"].tolist() == targets
    for target, found in zip(targets, limit["accuracy"], strict=True):
        searched = accuracy[ratio >= target].max()
        assert searched - 6e-4 < found < searched + 2e-3


def test_a_small_case_equals_every_subset_tried():
    """With a handful of draws the best deterministic sets can be listed; the limit tops them."""
    seed, draws = 5, 9
    targets = np.linspace(0, 1, 21)
    limit = accuracy_limit(0.4, 1.0, seed=seed, draws=draws, disparate_impacts=targets)
    generator = module.stream(seed, "evaluation", "limit", 0.4, 1.0, law.PUBLISHED_ROTATION)
    x = module._features(generator, draws, 0.4)
    chance, in_1 = law.posterior(x, positive_rate=0.4), law.group_probability(x)
    weights = np.stack([1 - in_1, in_1])
    subsets = np.array(list(itertools.product([0, 1], repeat=draws)))
    rates = subsets @ (weights / weights.sum(axis=1, keepdims=True)).T
    gains = subsets @ (weights * (2 * chance - 1)).T / draws
    low = np.minimum.outer(rates[:, 0], rates[:, 1])
    high = np.maximum.outer(rates[:, 0], rates[:, 1])
    accuracy = np.mean(1 - chance) + np.add.outer(gains[:, 0], gains[:, 1])
    for target, found in zip(targets, limit["accuracy"], strict=True):
        assert accuracy[low >= target * high].max() <= found + 2e-4
    best = np.mean(np.maximum(chance, 1 - chance))
    assert limit["accuracy"].iloc[0] == pytest.approx(best, abs=2e-4)


@pytest.mark.parametrize("positive_rate", [0.1, 0.5, 0.9])
def test_it_falls_as_the_bound_rises_and_its_rates_obey_the_bound(positive_rate):
    limit = accuracy_limit(positive_rate, 1.4, seed=3, draws=200_000)
    assert len(limit) == 102
    assert limit["disparate_impact"].is_monotonic_increasing
    assert (np.diff(limit["accuracy"]) <= 1e-12).all()
    rates = limit[["rate_0", "rate_1"]].to_numpy()
    ratio = rates.min(axis=1) / rates.max(axis=1)
    assert (ratio >= limit["disparate_impact"] - 1e-9).all()
    assert limit["accuracy"].iloc[0] - limit["accuracy"].iloc[-1] > 0.005
    # The added row is the point where the bound begins to bind.
    binding = ratio < limit["disparate_impact"] + 1e-9
    free = limit["accuracy"] > limit["accuracy"].iloc[0] - 1e-12
    assert (binding & free).sum() >= 1


@pytest.mark.parametrize(("positive_rate", "group_coefficient"), [(0.2, 0.6), (0.5, 1.0)])
def test_no_classifier_passes_it_on_fresh_draws(positive_rate, group_coefficient):
    rows = {"train": 4000, "test": 200_000}
    frame = independent_draw(positive_rate, group_coefficient, 0, seed=8, rows=rows)
    train, test = (frame[frame["split"] == split] for split in rows)
    inputs = ["x1", "x2", "sensitive"]
    fit = LogisticRegression().fit(train[inputs], train["y"])
    scores, sensitive = fit.decision_function(test[inputs]), test["sensitive"].to_numpy()
    limit = accuracy_limit(positive_rate, group_coefficient, seed=1)
    nearest = []
    for first, second in itertools.product(np.linspace(-3, 3, 13), repeat=2):
        prediction = scores > np.where(sensitive == 1, second, first)
        impact = disparate_impact(prediction, sensitive=sensitive)
        # The bound at the next lower grid point allows for the noise in the disparate impact.
        allowed = np.interp(max(impact - 0.01, 0.0), limit["disparate_impact"], limit["accuracy"])
        nearest.append(np.mean(prediction == (test["y"] == 1)) - allowed)
    assert max(nearest) < 0.003
    assert max(nearest) > -0.01  # and the limit is near what logistic regression reaches


def test_the_same_seed_gives_the_same_limit_and_another_nearly_the_same():
    first = accuracy_limit(0.5, 1.0, seed=1, disparate_impacts=[0.8])
    assert first.equals(accuracy_limit(0.5, 1.0, seed=1, disparate_impacts=[0.8]))
    other = accuracy_limit(0.5, 1.0, seed=2, disparate_impacts=[0.8])
    assert first["accuracy"][0] != other["accuracy"][0]
    assert first["accuracy"][0] == pytest.approx(other["accuracy"][0], abs=8e-4)


def test_a_limit_is_not_taken_for_that_of_another_law(tmp_path):
    law_of = {"positive_rate": 0.5, "group_coefficient": 1.0, "rotation": -45.0}
    frame = accuracy_limit(0.5, 1.0, seed=1, disparate_impacts=[0.8])
    for rate in (0.5, 0.4):
        path = tmp_path / f"{limit_name(law_of | {'positive_rate': rate}, 1)}.parquet"
        write_table(frame, path, kind="limit", about=law_of | {"seed": 1})
        refused = pytest.raises(DamagedFile, match="another law") if rate == 0.4 else nullcontext()
        with refused:
            assert set(read_limits([path])["positive_rate"]) == {0.5}
