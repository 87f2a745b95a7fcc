"""Three classes: who takes them, the numbers of a study, what is predicted, kept and refused."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from fairbench import estimators, methods
from fairbench.training.budget import Budget
from fairbench.training.cell import fit_cell

from .brief import animals, brief, codes_of
from .test_persistence import WAYS

ABLE = [name for name, kind in estimators.BY_METHOD.items() if kind.method.knows_any_classes()]
DRAWN = ("binary_bernoulli", "binary_mi", "vfae")
X, Y, Z = animals()
CLASSES = ["bird", "cat", "dog"]


def table(groups: int) -> pd.DataFrame:
    """A data set of a study."""
    x, y, z = animals(300, groups)
    splits = np.repeat(["train", "clean", "selection", "test"], [150, 30, 30, 90])
    place, group = np.searchsorted(CLASSES, y), np.searchsorted(["a", "b", "c"], z)
    told = {"trial": 4, "split": splits, "sensitive": group, "y": place, "y_clean": place}
    return pd.DataFrame(told | {f"x{k}": column for k, column in enumerate(x.T)})


def parts(frame, split, named):
    rows = frame[frame["split"] == split]
    return rows[["x0", "x1", "x2"]], named[rows["y"]], rows["sensitive"]


def able(name, **given):
    """Those of the parameters that the estimator has."""
    known = estimators.BY_METHOD[name]().get_params()
    return {key: value for key, value in given.items() if key in known}


@pytest.mark.parametrize("groups", [2, 3])
@pytest.mark.parametrize("name", ABLE)
def test_the_numbers_of_a_study_come_out_bit_by_bit(name, groups):
    frame, kind = table(groups), methods.find(name)
    given = {"iterations": 30, "warm_up": 5, "generator_rate": 0.05, "fairness_rate": 0.02}
    about = {"dataset": "independent", "parameters": {"positive_rate": 0.5}, "seed": 3}
    study = fit_cell(frame, about, kind(), Budget(**given), lambda_f=[0.44], lambda_r=[0.0])
    (outcome,), (model,), (fit,) = study.outcomes, study.models, study.records(0)
    given |= {"lambda_f": 0.44, "update_ratio": 1, "random_state": model.seed}
    told = estimators.BY_METHOD[name](**able(name, **given))
    x, y, z = parts(frame, "train", np.array(CLASSES))
    told.fit(x, y, sensitive_features=z)
    if name == "logistic_regression":
        expected = list(outcome.layers[0])
    else:
        expected = [value.numpy() for value in outcome.network.state_dict().values()]
    assert [each.tobytes() for each in told.weights_.values()] == [e.tobytes() for e in expected]
    if name in DRAWN:
        return  # a study's prediction has other draws for each row
    for split in ("train", "test"):
        x, y, z = parts(frame, split, np.array(CLASSES))
        assert told.score(x, y, sensitive_features=z) == fit[f"{split}_accuracy"]
        expected = outcome.probability(study.splits[4][split].features)
        assert told.predict_proba(x, sensitive_features=z) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("name", ABLE)
def test_classes_are_told_apart_and_the_largest_logit_decides(name):
    told = brief(name, iterations=300, generator_rate=0.02, **able(name, lambda_f=0.1))
    told.fit(X, Y, sensitive_features=Z)
    x, y, z = animals(1000, seed=1)
    decision = told.decision_function(x, sensitive_features=z)
    chance = told.predict_proba(x, sensitive_features=z)
    assert told.classes_.tolist() == CLASSES and decision.shape == chance.shape == (1000, 3)
    assert chance.sum(1) == pytest.approx(1)
    ratio = np.log(chance[:, 1:] / chance[:, :1])
    assert ratio == pytest.approx(decision[:, 1:] - decision[:, :1])
    prediction = told.predict(x, sensitive_features=z)
    assert (prediction == np.array(CLASSES)[decision.argmax(1)]).all()
    majority = max(np.mean(y == each) for each in CLASSES)
    assert majority < 0.5 and np.mean(prediction == y) > 0.8


@pytest.mark.parametrize("name", ["adv_cls", "binary_mi"])
def test_more_lambda_f_says_less_of_the_group(name):
    (x, y, z), (x1, y1, z1) = animals(600, seed=2), animals(2000, seed=3)
    group, label = [], []
    for weight in (0.0, 0.9):
        budget = {"iterations": 300, "generator_rate": 0.02, "fairness_rate": 0.01}
        told = brief(name, lambda_f=weight, hidden_units=8, **able(name, **budget))
        told.fit(x, y, sensitive_features=z)
        shown, shown1 = (
            told.predict_proba(rows, sensitive_features=who)[:, 1:]
            for rows, who in ((x, z), (x1, z1))
        )
        group.append(LogisticRegression().fit(shown, z).score(shown1, z1))
        label.append(told.score(x1, y1, sensitive_features=z1))
    assert group[0] > 0.8 and group[1] < 0.6, group  # a half is chance
    assert label[0] > 0.85 and label[1] > 0.55, label


def test_a_stochastic_networks_prediction_is_its_mean_over_all_codes():
    told = brief("binary_mi", draws=800, hidden_units=3).fit(X, Y, sensitive_features=Z)
    told.weights_["weights.1"] *= 6  # so that the mean of logits would be another
    weights, bias = (told.weights_[f"{part}.1"][0].astype(float) for part in ("weights", "biases"))
    exact = np.zeros((len(X), 3))
    for code, chance in codes_of(told, np.column_stack([X, Z == "b"])):
        exact += np.outer(chance, softmax(weights @ code + bias[0]))
    found = told.predict_proba(X, sensitive_features=Z)
    assert np.ptp(exact, axis=0).min() > 0.2
    assert np.abs(found - exact).max() < 4 * 0.5 / np.sqrt(800)
    assert told.decision_function(X, sensitive_features=Z) == pytest.approx(np.log(found))
    alone = told.predict_proba(X[[7]], sensitive_features=Z[[7]])
    assert alone[0] == pytest.approx(found[7], rel=1e-12)


@pytest.fixture(scope="module")
def fitted():
    return {name: brief(name).fit(X, Y, sensitive_features=Z) for name in ABLE}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ABLE)
def test_what_is_kept_predicts_the_same_bits(fitted, way, name, tmp_path):
    again = way(fitted[name], tmp_path)
    assert again.classes_.tolist() == CLASSES
    for method in ("decision_function", "predict_proba", "predict"):
        told, expected = (
            getattr(each, method)(X, sensitive_features=Z) for each in (again, fitted[name])
        )
        assert told.dtype == expected.dtype and told.tobytes() == expected.tobytes()


@pytest.mark.parametrize("labels", [(0, 1, 2), (7, 3, 5), (2.0, 0.0, 1.0), ("z", "b", "k")])
def test_labels_of_any_kind(labels):
    y = np.array(labels)[np.searchsorted(CLASSES, Y)]
    told = brief("logistic_regression", iterations=200).fit(X, y, sensitive_features=Z)
    assert told.classes_.tolist() == sorted(labels)
    prediction = told.predict(X, sensitive_features=Z)
    assert prediction.dtype == y.dtype and np.mean(prediction == y) > 0.75


def test_clean_rows_are_marked_or_given_and_are_not_trained_on():
    clean = np.arange(len(Y)) % 4 == 0
    marked = brief("adv_cls").fit(X, Y, sensitive_features=Z, clean=clean)
    without = brief("adv_cls").fit(X[~clean], Y[~clean], sensitive_features=Z[~clean])
    rows = (X[clean], Y[clean], Z[clean])
    given = brief("adv_cls").fit(X[~clean], Y[~clean], sensitive_features=Z[~clean], clean=rows)
    bits = {told.weights_["weights.0"].tobytes() for told in (marked, without, given)}
    assert len(bits) == 1
    with pytest.raises(ValueError, match="clean rows is 'cow'; allowed: bird, cat, dog"):
        brief("adv_cls").fit(X, Y, sensitive_features=Z, clean=(X[:1], ["cow"], Z[:1]))


def test_searches_and_pipelines_of_scikit_learn():
    frame = pd.DataFrame(X, columns=["one", "two", "three"])
    told = brief("vfae", iterations=100, generator_rate=0.02)
    grid = {"vfae__lambda_f": [0.0, 0.9]}
    scoring = ["accuracy", "balanced_accuracy", "roc_auc_ovr", "neg_log_loss"]
    search = GridSearchCV(
        make_pipeline(StandardScaler(), told), grid, cv=3, scoring=scoring, refit="accuracy"
    )
    search.fit(frame, Y)
    assert (search.cv_results_["mean_test_roc_auc_ovr"] > 0.7).all()
    assert (search.cv_results_["mean_test_neg_log_loss"] > -1.1).all()
    assert search.best_score_ > 0.55 and search.predict_proba(frame).shape == (len(Y), 3)
    inside = brief("binary_mi", sensitive_feature="sex", iterations=100)
    found = cross_validate(inside, frame.assign(sex=Z), Y, cv=3, scoring=scoring)
    assert (found["test_accuracy"] > 0.6).all()
    with sklearn.config_context(enable_metadata_routing=True):
        blind = brief("adv_cls", sees_sensitive=False, iterations=100)
        found = cross_validate(blind, X, Y, cv=3, params={"sensitive_features": Z})
    assert (found["test_score"] > 0.5).all()


def test_methods_of_two_classes_name_those_that_take_more():
    names = ", ".join(estimators.BY_METHOD[name].__name__ for name in ABLE)
    assert {"AdvCls", "BinaryBernoulli", "BinaryMI", "Plain", "VFAE"} < set(names.split(", "))
    for name in estimators.BY_METHOD.keys() - set(ABLE):
        told = estimators.BY_METHOD[name]()
        with pytest.raises(ValueError) as error:
            told.fit(X, Y, sensitive_features=Z)
        text = (
            f"{type(told).__name__} knows two classes and y has 3; any number is known to {names}"
        )
        assert str(error.value) == f"Only binary classification is supported. {text}"


def test_a_method_of_ones_own_says_for_itself_that_it_takes_more(tmp_path):
    text = "from fairbench.methods.plain import Plain\n\n\nclass Mine(Plain):\n    name = 'mine'\n"
    (tmp_path / "silent.py").write_text(text)
    (tmp_path / "said.py").write_text(f"{text}    any_classes = True\n")
    silent, said = (estimators.from_file(tmp_path / name) for name in ("silent.py", "said.py"))
    with pytest.raises(ValueError, match="Mine knows two classes and y has 3"):
        brief(silent).fit(X, Y)
    assert brief(said).fit(X, Y).decision_function(X).shape == (len(Y), 3)
    assert "Labels may be of any number of classes." in said.__doc__
    assert "Labels may be of two classes." in silent.__doc__
