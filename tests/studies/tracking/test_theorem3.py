"""Theorem 3: the best discriminator's cross-entropy is H(Z) - I(Z; Yhat), on laws with known MI."""

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm

from fairbench.information import entropy, mutual_information
from fairbench.studies.tracking.trace_information import fairness_information

ROWS = 20_000
SHARE = 0.4
"""P(Z = 1)."""

LAWS = {
    # A shift alone: the posterior is a sigmoid of the logit.
    "shift": ((-0.5, 1.0), (0.7, 1.0)),
    # Another spread too: the posterior is not monotone, which no sigmoid(a x + c) can follow.
    "spread": ((0.0, 1.0), (0.3, 2.5)),
    "independent": ((0.0, 1.0), (0.0, 1.0)),
}
"""Mean and standard deviation of the logit in group 0 and in group 1."""


def known_information(law):
    """I(Z; logit) in nats, by numerical integration."""
    densities = [norm(*parameters).pdf for parameters in law]

    def integrand(x):
        parts = np.array([(1 - SHARE) * densities[0](x), SHARE * densities[1](x)])
        priors = np.array([1 - SHARE, SHARE])
        seen = parts > 0
        return np.sum(parts[seen] * np.log(parts[seen] / (parts.sum() * priors[seen])))

    return quad(integrand, -15, 15, limit=200)[0]


def drawn(law, seed, rows=ROWS):
    rng = np.random.default_rng(seed)
    z = (rng.random(rows) < SHARE).astype(float)
    means, spreads = np.array(law).T[:, z.astype(int)]
    return rng.normal(means, spreads), z


def trained_cross_entropy(train, fresh):
    """Cross-entropy on fresh rows of a small network, trained until its own rows stop to help."""
    torch.manual_seed(0)
    (x, z), (new_x, new_z) = (
        tuple(torch.tensor(v, dtype=torch.float32)[:, None] for v in part)
        for part in (train, fresh)
    )
    network = torch.nn.Sequential(torch.nn.Linear(1, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
    loss = torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.LBFGS(network.parameters(), max_iter=150, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        value = loss(network(x), z)
        value.backward()
        return value

    optimizer.step(closure)
    with torch.no_grad():
        return float(loss(network(new_x), new_z))


@pytest.mark.parametrize("name", LAWS)
def test_a_trained_discriminator_reaches_the_information_of_a_continuous_decision(name):
    law = LAWS[name]
    fresh = drawn(law, seed=2)
    found = entropy(fresh[1]) - trained_cross_entropy(drawn(law, seed=1), fresh)
    known = known_information(law)
    # On rows it has not seen it can only fall short, but for sampling error (about 0.003 here).
    assert found <= known + 0.008
    assert found == pytest.approx(known, abs=0.008)


def test_a_trained_discriminator_reaches_the_information_of_a_discrete_decision():
    rng = np.random.default_rng(3)
    z = (rng.random(ROWS) < SHARE).astype(float)
    decision = (rng.random(ROWS) < np.where(z == 1, 0.7, 0.35)).astype(float)
    found = entropy(z) - trained_cross_entropy((decision, z), (decision, z))
    plug_in = mutual_information(decision, z)
    rates = np.array([0.35, 0.7])
    weights = np.concatenate([(1 - rates), rates]) * np.tile([1 - SHARE, SHARE], 2)
    known = mutual_information([0, 0, 1, 1], [0, 1, 0, 1], weights=weights)
    # Two values leave nothing to generalise: the network is the table, on these very rows.
    assert found <= plug_in + 1e-6
    assert found == pytest.approx(plug_in, abs=1e-5)
    assert plug_in == pytest.approx(known, abs=0.006)


@pytest.mark.parametrize("name", LAWS)
def test_the_tracked_best_discriminator_has_the_known_information(name):
    law = LAWS[name]
    pairs = [drawn(law, seed, rows=1800) for seed in range(40)]
    found = np.array(
        [fairness_information(x[None], z, 20.0)["information_logit"] for x, z in pairs]
    )
    assert found.mean() == pytest.approx(known_information(law), abs=0.004)


def test_the_tracked_discriminator_of_the_family_of_d_f():
    x, z = drawn(LAWS["shift"], seed=4)
    found = fairness_information(x[None], z, 20.0)
    assert found["information_logistic"][0] == pytest.approx(
        known_information(LAWS["shift"]), abs=0.008
    )
    x, z = drawn(LAWS["spread"], seed=4)
    found = fairness_information(x[None], z, 20.0)
    assert found["information_logistic"][0] < 0.2 * found["information_logit"][0]


def test_the_decision_tells_no_more_than_the_logit_and_its_own_entropy():
    for law in LAWS.values():
        x, z = drawn(law, seed=5)
        found = fairness_information(x[None], z, 20.0)
        hard = found["information_fairness"][0]
        assert hard == pytest.approx(mutual_information(x > 0, z), abs=1e-12)
        assert hard <= entropy(x > 0) + 1e-12  # eq. 20
        assert hard <= found["information_logit"][0] + 0.003
        smooth = fairness_information(x[None], z, 1e6)["information_smooth"][0]
        assert smooth == pytest.approx(hard, abs=1e-3)
