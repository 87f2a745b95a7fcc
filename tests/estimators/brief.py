"""Data and estimators of the tests, small and soon done."""

import itertools

import numpy as np
from scipy.special import expit

from fairbench import estimators

#: Parameters with which a fit takes milliseconds; each estimator has those it knows.
BRIEF = {
    "iterations": 25,
    "warm_up": 5,
    "update_ratio": 1,
    "generator_rate": 0.1,
    "draws": 2,
    "hidden_layers": 1,
    "hidden_units": 4,
    "mmd_features": 10,
    "epochs": 3,
    "passes": 20,
    "rounds": 3,
    "batch_size": 20,
}
#: One of each way to be fitted and to predict.
KINDS = (
    "binary_mi",
    "constant",
    "fairness_constraints",
    "fr_train",
    "group_thresholds",
    "individual",
    "learning_to_reweight",
)


def brief(kind, **given):
    """An estimator that is done soon, by its class or its method's name."""
    kind = estimators.BY_METHOD[kind] if isinstance(kind, str) else kind
    known = kind().get_params()
    left = ("epochs", "batch_size") if kind.method.fitting == "trained" else ()
    told = {name: value for name, value in BRIEF.items() if name in known and name not in left}
    told |= {"random_state": 0} | given
    return kind(**told)


def people(rows=240, groups=2, seed=0):
    """Two features, a group by name, and a label that depends on all of them."""
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(rows, 2)).astype(np.float32)
    group = generator.integers(0, groups, rows)
    logit = 2 * x[:, 0] - x[:, 1] + 1.5 * (group == 1)
    label = generator.random(rows) < 1 / (1 + np.exp(-logit))
    return x, np.array(["no", "yes"])[label.astype(int)], np.array(["a", "b", "c"])[group]


def animals(rows=240, groups=2, seed=0):
    """A score for each of three classes, one raised by the group; the largest is the label."""
    generator = np.random.default_rng(seed)
    group, known = generator.integers(0, groups, rows), generator.normal(size=(rows, 3))
    raised = known + 1.5 * (np.arange(3) == group[:, None])
    label = (raised + 0.25 * generator.normal(size=known.shape)).argmax(1)
    names, told = np.array(["bird", "cat", "dog"]), np.array(["a", "b", "c"])
    return known.astype(np.float32), names[label], told[group]


def codes_of(told, rows):
    """Every code of a fitted BinaryMI's hidden layer, and its chance in each row."""
    weight, bias = (told.weights_[f"{part}.0"][0].astype(float) for part in ("weights", "biases"))
    one = expit(6 * np.tanh(rows @ weight.T + bias))
    for code in itertools.product([0, 1], repeat=len(weight)):
        yield np.array(code), np.where(code, one, 1 - one).prod(1)
