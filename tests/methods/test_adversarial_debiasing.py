"""Adversarial debiasing: its gradients, its projection, and what alpha does."""

import numpy as np
import pytest

from fairbench import methods
from fairbench.methods.shared.adversary import Adversary, against

from .stacks import adversary_loss
from .test_solved import drawn, rates, solved


@pytest.mark.parametrize("shown_label", [False, True])
def test_gradients_of_the_adversary_are_finite_differences(shown_label):
    generator = np.random.default_rng(0)
    adversary = Adversary(shown_label, generator)
    adversary.parameters += generator.normal(size=adversary.parameters.shape)
    logit, y, z = generator.normal(size=40), *generator.integers(0, 2, (2, 40)).astype(float)
    slope, own = (each[0] for each in adversary.slopes(logit[None], y, z))
    step = 1e-6

    def moved(change, where):
        before = adversary.parameters.copy()
        adversary.parameters += where
        (found,) = adversary_loss(adversary, (logit + change)[None], y, z)
        adversary.parameters = before
        return found

    zero = np.zeros(40), np.zeros(len(own))
    by_logit = [
        (moved(step * e, zero[1]) - moved(-step * e, zero[1])) / 2 / step for e in np.eye(40)
    ]
    by_own = [
        (moved(zero[0], step * e) - moved(zero[0], -step * e)) / 2 / step for e in np.eye(len(own))
    ]
    assert slope / 40 == pytest.approx(np.array(by_logit), abs=1e-8)
    assert own == pytest.approx(np.array(by_own), abs=1e-8)


def test_a_projected_gradient_is_orthogonal_to_the_adversarys():
    gradient, other = np.random.default_rng(0).normal(size=(2, 4, 9))
    assert (abs((gradient * other).sum(1)) > 0.1).all()
    assert (against(gradient, other) * other).sum(1) == pytest.approx(0, abs=1e-12)
    assert against(gradient, 0 * other) == pytest.approx(gradient)


def test_more_of_alpha_is_fairer():
    split = drawn(0, 2000)
    given = {"projection": False, "passes": 30, "adversary_rate": 0.01}
    found = solved("adversarial_debiasing", split, [0, 0.3, 1.0], **given)
    none, some, much = (min(r) / max(r) for r in (rates(split, each) for each in found))
    assert none < some < much and much > none + 0.2


def test_the_projection_alone_is_fairer_than_nothing():
    split = drawn(0, 2000)
    without, projected = (
        rates(split, *solved("adversarial_debiasing", split, [0], projection=on, passes=30))
        for on in (False, True)
    )
    assert min(projected) / max(projected) > min(without) / max(without) + 0.2


def test_without_the_adversary_it_is_logistic_regression():
    split = drawn(1, 1000)
    (ours,) = solved("adversarial_debiasing", split, [0.0], projection=False)
    (known,) = solved("fairness_constraints", split, [0.0])
    said, expected = (o.logit(split.features) > 0 for o in (ours, known))
    assert (said == expected).mean() > 0.98


def test_the_seed_decides():
    split = drawn(1, 400)
    kind = methods.find("adversarial_debiasing")
    method = kind(kind.Parameters(passes=3))
    found = [method.solve(split, split, lambda_f=0.5, seed=s)[0] for s in (1, 1, 2)]
    assert (found[0] == found[1]).all() and (found[0] != found[2]).any()
