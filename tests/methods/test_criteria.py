"""Equalized odds and equal opportunity by a conditional D_F (FR-Train, A.2)."""

import numpy as np
import pytest
import torch

from fairbench import methods
from fairbench.data.groups import with_groups
from fairbench.methods.shared.base import Batch
from fairbench.methods.shared.logistic import fit_logistic
from fairbench.metrics import decisions
from fairbench.training import reference
from fairbench.training.budget import Budget
from fairbench.training.compiled import fast
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Split

#: Of (z, yhat, y): a law in which all three depend on each other.
TABLE = np.array([[[120, 30], [60, 90]], [[200, 20], [40, 240]]])


def entropy(share):
    share = share[share > 0]
    return -(share * np.log(share)).sum()


def conditional_information(table):
    """I(Z; Yhat | Y) and H(Z | Y) in nats, from counts (z, yhat, y)."""
    share = table / table.sum()
    of_y, of_zy, of_hy = share.sum((0, 1)), share.sum(1), share.sum(0)
    given = entropy(of_zy) - entropy(of_y)
    return given - (entropy(share) - entropy(of_hy)), given


def method(criterion, name="fr_train"):
    kind = methods.find(name)
    return kind(kind.Parameters(criterion=criterion))


@pytest.mark.parametrize("criterion", ["equalized_odds", "equal_opportunity"])
def test_at_the_best_discriminator_the_term_is_the_conditional_information(criterion):
    z, guess, y = np.indices((2, 2, 2)).reshape(3, -1).repeat(TABLE.ravel(), 1).astype(float)
    logit = 3 * (2 * guess - 1)
    chosen = method(criterion)
    if criterion == "equalized_odds":
        rows, among = np.c_[logit * y, logit * (1 - y), y, np.ones(len(y))], y >= 0
        known = conditional_information(TABLE)
    else:
        rows, among = np.c_[logit, np.ones(len(y))], y == 1
        known = conditional_information(TABLE[..., 1:])
    best = fit_logistic(rows[among], z[among], ridge=0)
    first = draw_initial(chosen.networks(3), 0, generator="numpy")
    weights = {name: [layer[None] for layer in layers] for name, layers in first.items()}
    networks = chosen.build(weights, seeds=[0], dtype=torch.float64)
    network = networks["fairness_discriminator"]
    with torch.no_grad():
        network.weights[0][:] = torch.tensor(best[:-1])[None, None]
        network.biases[0][:] = best[-1]
    logit, z, y = (torch.tensor(part)[None] for part in (logit, z, y))
    batch = Batch(torch.zeros(1, z.shape[1], 3), z, y, None, None)
    found = chosen.fairness(networks, batch, logit, None).item()
    assert found == pytest.approx(known[0] - known[1], abs=1e-9)
    assert known[0] > 0.01


def drawn(rows=3000, groups=2):
    """Labels that depend on the group, and a feature that carries the group beyond them."""
    generator = np.random.default_rng(0)
    z = generator.integers(0, groups, rows)
    far = np.array([0, 1.4] if groups == 2 else [0, 0.5, 1.6])[z]
    x = generator.normal(size=(rows, 2)) + np.c_[far, 0 * z]
    y = x.sum(1) + generator.logistic(size=rows) > 0.7
    features = with_groups(x.astype(np.float32), z, groups)
    return Split(features, z.astype(np.float32), y.astype(np.float32))


@pytest.mark.parametrize(
    ("criterion", "measure"),
    [
        ("equalized_odds", decisions.equalized_odds_difference),
        ("equal_opportunity", decisions.equal_opportunity_difference),
    ],
)
@pytest.mark.parametrize("groups", [2, 3])
def test_more_weight_closes_the_gap_that_was_asked_for(criterion, measure, groups):
    torch.set_num_threads(1)
    split = drawn(groups=groups)
    chosen = method(criterion, "adversarial").for_data(groups)
    models = [Model(0, weight, 0.0, 1) for weight in (0.0, 0.9)]
    budget = Budget(
        iterations=1500, warm_up=200, generator_rate=0.02, fairness_rate=0.2, robustness_rate=0.01
    )
    first = draw_initial(chosen.networks(split.features.shape[1]), 1, generator="numpy")
    fits = reference.train_models(
        chosen, {0: (split, split)}, models, [first] * 2, budget.for_rows(len(split.y))
    )
    gaps = [
        measure(split.y, fit.logit(split.features) > 0, sensitive=split.sensitive) for fit in fits
    ]
    assert gaps[0] > 0.1 and gaps[1] < 0.5 * gaps[0]


def test_the_compiled_loop_leaves_them_to_the_reference():
    assert fast.applies(method("demographic_parity"), 3)
    assert not fast.applies(method("equalized_odds"), 3)
    assert not fast.applies(method("equal_opportunity"), 3)
    assert not fast.applies(method("demographic_parity").for_data(3), 3)
