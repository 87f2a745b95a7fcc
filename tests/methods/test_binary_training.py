"""BinaryMI trained: its codes forget the group at any width, and keep the label."""

import numpy as np
import pytest
import torch
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from fairbench.methods import find
from fairbench.metrics.ranking import auc
from fairbench.training import reference
from fairbench.training.budget import Budget
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Split

PROBED = 2000
"""Rows whose codes a probe learns from; it is judged on the others."""


def drawn(rows, seed):
    """Ten features: four know the group, six make the label, two do both."""
    generator = np.random.default_rng(seed)
    s, x = generator.integers(0, 2, rows), generator.normal(size=(rows, 10))
    x[:, :4] += 0.62 * (2 * s[:, None] - 1)
    y = x[:, 2:8].sum(1) + 0.45 * generator.logistic(size=rows) > 0
    features = np.c_[x, 0 * s]  # the last column is the group's, and says nothing here
    return Split(*(part.astype(np.float32) for part in (features, s, y)))


def probed(codes, sensitive):
    """The higher AUC of a logistic and of a forest probe, on codes they have not seen."""
    learners = (
        LogisticRegression(max_iter=2000),
        RandomForestClassifier(60, min_samples_leaf=5, random_state=0),
    )
    found = []
    for learner in learners:
        learner.fit(codes[:PROBED], sensitive[:PROBED])
        found.append(auc(sensitive[PROBED:], learner.predict_proba(codes[PROBED:])[:, 1]))
    return max(found)


def trained(name, gammas, units):
    """AUC of the label and of the probes at each gamma."""
    torch.set_num_threads(1)
    rows, fresh = drawn(4000, 1), drawn(4000, 2)
    kind = find(name)
    method = kind(kind.Parameters(hidden_layers=1, hidden_units=units))
    models = [Model(0, gamma, 0.0, 3) for gamma in gammas]
    weights = method.initial_weights
    first = draw_initial(method.networks(11), 3, generator="numpy", weights=weights)
    budget = Budget(batch_size=242, iterations=800, generator_rate=0.005).for_rows(4000)
    data = {0: (rows, rows)}
    fits = reference.train_models(method, data, models, [first] * len(models), budget)
    label = [auc(fresh.y, fit.probability(fresh.features)) for fit in fits]
    probe = [probed(fit.codes(fresh.features, 1)[1], fresh.sensitive) for fit in fits]
    return np.array(label), np.array(probe)


@pytest.mark.parametrize("units", [10, 20, 50])
def test_codes_forget_the_group_and_keep_the_label(units):
    label, probe = trained("binary_mi", [0.0, 0.9], units)
    rival_label, rival_probe = trained("binary_bernoulli", [0.0, 0.5, 0.9], units)
    assert 0.85 <= probe[0] <= 0.96
    assert probe[1] <= 0.58
    order = np.argsort(rival_probe)
    assert label[1] >= np.interp(probe[1], rival_probe[order], rival_label[order]) - 0.03
