"""More lambda_f, less of the group in what the method says; more lambda_r, less harm by poison.

On laws where that must hold: a network without constraint finds the group and the label, and
the label can be told without the group.
"""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from fairbench.data.groups import with_groups
from fairbench.methods import find
from fairbench.training import reference
from fairbench.training.budget import Budget
from fairbench.training.initial import draw_initial
from fairbench.training.models import Model, Split


def budget(**given) -> Budget:
    """All rows in every iteration; discriminators that keep up with the network."""
    usual = {"iterations": 400, "generator_rate": 0.02, "fairness_rate": 0.3}
    return Budget(**usual | {"robustness_rate": 0.1} | given)


ONE_LAYER = {"hidden_layers": 1, "hidden_units": 7}
#: method, parameters, budget, and by how much the probe's AUC of the group falls at least
CASES = [
    ("adversarial", {}, budget(), 0.15),
    ("fr_train", {}, budget(), 0.15),
    ("naive_mi", {}, budget(), 0.15),
    ("normalized_mi", {}, budget(), 0.15),
    ("binary_bernoulli", ONE_LAYER, budget(generator_rate=0.01), 0.3),
    ("binary_mi", ONE_LAYER, budget(generator_rate=0.01), 0.3),
    (
        "adv_cls",
        {"hidden_layers": 1, "hidden_units": 2, "adversary_layers": 1, "adversary_units": 10},
        budget(iterations=600, generator_rate=0.003, fairness_rate=0.01),
        0.15,
    ),
    (
        "vfae",
        {"hidden_layers": 1, "hidden_units": 6, "latent_units": 3, "mmd_weight": 30.0},
        budget(generator_rate=0.01),
        0.15,
    ),
]


def split(features, sensitive, y, groups: int = 2) -> Split:
    columns = with_groups(np.stack(features, 1).astype(np.float32), sensitive, groups)
    return Split(columns, sensitive.astype(np.float32), y.astype(np.float32))


def informative(rows: int, seed: int, groups: int = 2) -> Split:
    """Features that tell the label, the group, or both; label and group go together a little."""
    generator = np.random.default_rng(seed)
    s = generator.integers(0, groups, rows)
    a, b, noise_y, noise_x = generator.standard_normal((4, rows))
    # Of three groups the last is far on one side, and the other two differ less.
    t = np.array([0.0, 1.0] if groups == 2 else [0.0, 0.4, 1.2])[s]
    y = a + 0.8 * (t - 0.5) + 0.5 * noise_y > 0
    return split([a + 0.5 * noise_x, b + 2 * (t - 0.5), a - b + (t - 0.5)], s, y, groups)


def poisoned(rows: int, seed: int, share: float = 0.7) -> Split:
    """One number that tells the label; a share of the labels of group 1 is turned round."""
    generator = np.random.default_rng(seed)
    s = generator.integers(0, 2, rows)
    x, noise = generator.standard_normal((2, rows))
    turned = (s == 1) & (generator.random(rows) < share)
    return split([x, s * x], s, (x + 0.3 * noise > 0) ^ turned)


def trained(name, parameters, budget, data, lambdas, groups=2):
    """One model for each (trial, lambda_f, lambda_r), all of a trial from the same weights."""
    kind = find(name)
    method = kind(kind.Parameters(**parameters)).for_data(groups)
    models = [Model(trial, *weights, seed=5 + trial) for trial, *weights in lambdas]
    sizes = method.networks(data[0][0].features.shape[1])
    how = {"generator": "numpy", "weights": method.initial_weights}
    initial = [draw_initial(sizes, model.seed, **how) for model in models]
    return reference.train_models(method, data, models, initial, budget)


def seen(outcome, rows: Split) -> np.ndarray:
    """The representation where a method has one, the logit elsewhere."""
    if hasattr(outcome, "representation"):
        return outcome.representation(rows.features)
    return outcome.logit(rows.features)[:, None]


@pytest.mark.parametrize("groups", [2, 3])
@pytest.mark.parametrize("name,parameters,schedule,fall", CASES, ids=[name for name, *_ in CASES])
def test_more_lambda_f_leaves_less_of_the_group(name, parameters, schedule, fall, groups):
    train, held_out = informative(400, 1, groups), informative(2000, 2, groups)
    data = {0: (train, informative(100, 3, groups))}
    grid = [(0, 0.0, 0.0), (0, 0.9, 0.0)]
    outcomes = trained(name, parameters, schedule, data, grid, groups)
    # Of three groups the mean over each against the others, two of which are hard to tell apart.
    fall = fall if groups == 2 else 0.5 * fall
    group, label = [], []
    for outcome in outcomes:
        probe = LogisticRegression(max_iter=1000).fit(seen(outcome, train), train.sensitive)
        found = probe.predict_proba(seen(outcome, held_out))
        found = found[:, 1] if groups == 2 else found
        group.append(roc_auc_score(held_out.sensitive, found, multi_class="ovr"))
        label.append(roc_auc_score(held_out.y, outcome.logit(held_out.features)))
    assert group[0] - group[1] > fall, group
    assert group[1] < 0.8
    # Not by saying nothing at all: the label is still told.
    assert label[0] > 0.9 and label[1] > 0.8, label


@pytest.mark.parametrize("name", ["fr_train", "naive_mi", "normalized_mi"])
def test_more_lambda_r_undoes_poisoning(name):
    """Without weights, so that lambda_r alone acts, through D_R's gradient."""
    data = {t: (poisoned(600, 20 + t), poisoned(150, 40 + t, share=0.0)) for t in range(3)}
    clean = poisoned(3000, 9, share=0.0)
    parameters = {"robust_gradient": "on", "reweighting": "off"}
    schedule = budget(iterations=600, warm_up=50, generator_rate=0.01, robustness_rate=0.3)
    grid = [(trial, 0.0, weight) for weight in (0.0, 0.8) for trial in range(3)]
    outcomes = trained(name, parameters, schedule, data, grid)
    right = [np.mean((o.logit(clean.features) > 0) == clean.y) for o in outcomes]
    without, with_it = np.reshape(right, (2, 3)).mean(1)
    assert without < 0.6 and with_it > without + 0.2, right
