"""Methods that are solved for: their closed forms, their knob, and what becomes of a failure."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from fairbench import methods
from fairbench.methods.shared.logistic import fit_logistic, with_intercept
from fairbench.methods.shared.reweighting import meta_weights
from fairbench.training.models import Model, Split
from fairbench.training.solved import solve_models


def drawn(seed, rows=600):
    """Three features, the group last; group 1 is rarer among positives."""
    generator = np.random.default_rng(seed)
    z = generator.integers(0, 2, rows)
    x = generator.normal(size=(rows, 2)) - 0.6 * z[:, None]
    y = x @ [1.0, 0.7] - 0.5 * z + generator.logistic(size=rows) > -0.3
    return Split(*(part.astype(np.float32) for part in (np.c_[x, z], z, y)))


def solved(name, split, lambda_f, **parameters):
    kind = methods.find(name)
    method = kind(kind.Parameters(**parameters))
    models = [Model(0, f, 0.0, 1) for f in lambda_f]
    outcomes = solve_models(method, {0: (split, split)}, models)
    assert [outcome.error for outcome in outcomes] == [""] * len(models)
    return outcomes


def covariance(split, outcome):
    return np.mean((split.sensitive - split.sensitive.mean()) * outcome.logit(split.features))


def loss(split, logit):
    return np.mean(np.logaddexp(0, logit) - split.y * logit)


def rates(split, outcome, among=None):
    rows = np.ones(len(split.y), bool) if among is None else split.y == among
    decision = outcome.logit(split.features) > 0
    return np.array([decision[rows & (split.sensitive == s)].mean() for s in (0, 1)])


def test_the_logistic_fit_is_that_of_scikit_learn():
    split = drawn(0)
    weight = np.random.default_rng(1).uniform(0.5, 2, len(split.y))
    ridge = 0.01
    model = LogisticRegression(C=1 / (ridge * weight.sum()), tol=1e-10, max_iter=1000)
    known = model.fit(split.features.astype(float), split.y, sample_weight=weight)
    found = fit_logistic(with_intercept(split.features), split.y, ridge=ridge, weight=weight)
    assert found == pytest.approx([*known.coef_[0], known.intercept_[0]], abs=1e-5)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_constraints_are_met_and_cost_no_more_than_a_general_solver_needs(seed):
    split = drawn(seed)
    rows = with_intercept(split.features)
    centred = (split.sensitive - split.sensitive.mean(dtype=float)) @ rows / len(rows)
    free, *constrained = solved("fairness_constraints", split, [0, 0.4, 0.8, 1.0], ridge=0)
    most = covariance(split, free)
    assert abs(most) > 0.1
    for share, outcome in zip([0.6, 0.2, 0.0], constrained, strict=True):
        bound = share * abs(most)
        assert covariance(split, outcome) == pytest.approx(share * most, abs=1e-6)
        limits = [
            {"type": "ineq", "fun": lambda w, s=s, b=bound: b + s * (centred @ w)} for s in (-1, 1)
        ]
        known = minimize(
            lambda w: loss(split, rows @ w), np.zeros(4), constraints=limits, tol=1e-12
        )
        assert loss(split, outcome.logit(split.features)) <= known.fun + 1e-6


def test_over_correction_goes_on_to_the_other_sign():
    split = drawn(0)
    free, beyond = solved("fairness_constraints", split, [0, 1], over_correction=0.5)
    assert covariance(split, beyond) == pytest.approx(-0.5 * covariance(split, free), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "given"), [("fairness_constraints", {}), ("label_bias_correction", {"rate": 0.1})]
)
def test_more_of_the_knob_is_fairer(name, given):
    for seed in range(3):
        split = drawn(seed)
        found = [rates(split, o) for o in solved(name, split, [0, 0.3, 1.0], **given)]
        impact = [low / high for low, high in map(sorted, found)]
        assert impact[0] < 0.6 and impact[0] < impact[1] < impact[2]


@pytest.mark.parametrize(
    ("criterion", "among"),
    [("demographic_parity", [None]), ("equal_opportunity", [1]), ("equalized_odds", [1, 0])],
)
def test_label_bias_correction_ends_where_its_rates_are_equal(criterion, among):
    split = drawn(0, 3000)
    before, after = solved("label_bias_correction", split, [0, 1], criterion=criterion, rounds=200)
    for label in among:
        gap = abs(np.diff(rates(split, before, label)))[0]
        assert gap > 0.1
        assert abs(np.diff(rates(split, after, label)))[0] < 0.2 * gap


def test_ten_rounds_of_label_bias_correction_are_those_of_the_algorithm_written_out():
    split = drawn(3)
    x, y, groups = split.features.astype(float), split.y, [split.sensitive == s for s in (0, 1)]
    multiplier = np.zeros(2)
    for _ in range(10):
        exponent = -sum(m * group for m, group in zip(multiplier, groups, strict=True))
        share = np.exp(exponent) / (np.exp(exponent) + np.exp(-exponent))
        weight = np.where(y == 1, 1 - share, share)
        model = LogisticRegression(C=1e6, tol=1e-8, max_iter=1000).fit(x, y, sample_weight=weight)
        decision = model.predict(x)
        multiplier += [decision.mean() - decision[group].mean() for group in groups]
    (ours,) = solved("label_bias_correction", split, [0.5])
    assert ours.layers[0][0][0] == pytest.approx(model.coef_[0], abs=0.01)


@pytest.mark.parametrize("name", ["fairness_constraints", "label_bias_correction"])
def test_a_predictor_that_is_not_shown_the_group_does_not_use_it(name):
    split = drawn(0)
    (outcome,) = solved(name, split, [0.5], sees_sensitive=False)
    other = split.features.copy()
    other[:, -1] = 1 - other[:, -1]
    assert (outcome.logit(split.features) == outcome.logit(other)).all() or abs(
        outcome.layers[0][0][0, -1]
    ) < 1e-9


@pytest.mark.parametrize("name", ["fairness_constraints", "label_bias_correction"])
def test_labels_of_one_class_are_a_reason_and_harm_no_other(name):
    split = drawn(0)
    same = Split(split.features, split.sensitive, 0 * split.y)
    models = [Model(trial, 0.5, 0.0, 1) for trial in (0, 1)]
    kind = methods.find(name)
    data = {0: (same, split), 1: (split, split)}
    failed, fine = solve_models(kind(kind.Parameters()), data, models)
    assert failed.error == "ValueError: the training labels are all of one class"
    assert fine.error == "" and fine.finite()


def test_weights_of_a_batch_are_the_slope_of_the_clean_loss_by_finite_differences():
    generator = np.random.default_rng(0)
    rows, clean = generator.normal(size=(2, 12, 3))
    y, clean_y = generator.integers(0, 2, (2, 12)).astype(float)
    at, rate, step = generator.normal(size=3), 0.1, 1e-5

    def errors(x, labels, where):
        return 1 / (1 + np.exp(-(x @ where))) - labels

    def clean_loss(weight):
        moved = at - rate * rows.T @ (weight * errors(rows, y, at))
        logit = clean @ moved
        return np.mean(np.logaddexp(0, logit) - clean_y * logit)

    slope = clean.T @ errors(clean, clean_y, at) / 12
    each = [(clean_loss(-step * e) - clean_loss(step * e)) / (2 * step) for e in np.eye(12)]
    known = np.clip(each, 0, None)
    assert 0 < (known > 0).sum() < 12
    assert meta_weights(errors(rows, y, at), rows, slope) == pytest.approx(
        known / known.sum(), abs=1e-6
    )


def flipped(split, share, seed=5):
    """The split with some labels of group 1 flipped, and which."""
    generator = np.random.default_rng(seed)
    where = (split.sensitive == 1) & (generator.random(len(split.y)) < share)
    return Split(split.features, split.sensitive, np.where(where, 1 - split.y, split.y)), where


def test_flipped_rows_weigh_less():
    poisoned, where = flipped(drawn(0, 2000), 0.4)
    kind = methods.find("label_bias_correction")
    method = kind(kind.Parameters(reweighted=True))
    weights = method.row_weights(poisoned, drawn(1, 200), 0)
    assert weights.mean() == pytest.approx(1)
    assert weights[where].mean() < 0.6 * weights[~where].mean()
    assert method.fitted_on == ("train", "clean") and kind().fitted_on == ("train",)


def test_reweighting_before_a_method_is_the_method_on_weighed_rows():
    poisoned, _ = flipped(drawn(0, 2000), 0.4)
    kind = methods.find("fairness_constraints")
    method = kind(kind.Parameters(reweighted=True))
    clean = drawn(1, 200)
    weight = method.row_weights(poisoned, clean, 3)
    known = fit_logistic(with_intercept(poisoned.features), poisoned.y, ridge=1e-6, weight=weight)
    found, bias = method.solve(poisoned, clean, lambda_f=0.0, seed=3)
    assert [*found, bias] == pytest.approx(known)
    plain, _ = kind().solve(poisoned, clean, lambda_f=0.0, seed=3)
    assert np.abs(plain - found).max() > 0.05


def test_reweighting_needs_clean_rows_of_both_classes():
    split = drawn(0)
    ones = Split(split.features[:9], split.sensitive[:9], np.ones(9, np.float32))
    kind = methods.find("learning_to_reweight")
    (outcome,) = solve_models(kind(), {0: (split, ones)}, [Model(0, 0.0, 0.0, 1)])
    assert outcome.error == "ValueError: the 9 clean rows are not of both classes"


@pytest.mark.parametrize(
    "name, parameters",
    [
        ("fairness_constraints", {"over_correction": 0.5}),
        ("label_bias_correction", {"rounds": 8}),
        ("adversarial_debiasing", {"passes": 3}),
        (
            "adversarial_debiasing",
            {"passes": 3, "projection": False, "criterion": "equalized_odds"},
        ),
        ("fairness_constraints", {"reweighted": True}),
    ],
)
def test_a_knob_has_the_same_solution_in_any_company(name, parameters):
    kind, split = methods.find(name), drawn(0, 700)
    method = kind(kind.Parameters(**parameters))
    knobs = [0.5, 0.0, 1.0, 0.25]
    together = method.solve_path(split, drawn(1, 80), lambda_f=knobs, seed=3)
    for knob, (weight, bias) in zip(knobs, together, strict=True):
        alone = method.solve(split, drawn(1, 80), lambda_f=knob, seed=3)
        assert (weight == alone[0]).all() and bias == alone[1]


def test_one_knob_without_a_solution_harms_no_other():
    class Picky(methods.find("fairness_constraints")):
        def solve_path(self, train, clean, *, lambda_f, seed):
            if 0.5 in lambda_f:
                raise ValueError("not this one")
            return super().solve_path(train, clean, lambda_f=lambda_f, seed=seed)

    split = drawn(0, 300)
    models = [Model(0, knob, 0.0, 1) for knob in (0.0, 0.5, 1.0)]
    told = []
    found = solve_models(Picky(), {0: (split, split)}, models, told.append)
    assert [outcome.error for outcome in found] == ["", "ValueError: not this one", ""]
    assert sum(told) == 3
