"""A fitted estimator is plain arrays: copies, dumps and files predict the same bits."""

import copy
import io
import pickle
from pathlib import Path

import joblib
import numpy as np
import pytest
import skops.io

from fairbench import estimators
from fairbench.store.tables import write_table

from .brief import KINDS, brief, people

X, Y, Z = people()
EXAMPLE = Path(__file__).parents[2] / "examples" / "covariance_penalty.py"
KEPT = (*KINDS, "vfae")


@pytest.fixture(scope="module")
def fitted():
    clean = np.arange(len(Y)) % 5 == 0
    return {name: brief(name).fit(X, Y, sensitive_features=Z, clean=clean) for name in KEPT}


def by_joblib(estimator, folder):
    file = io.BytesIO()
    joblib.dump(estimator, file)
    return joblib.load(file)


def by_skops(estimator, folder):
    data = skops.io.dumps(estimator)
    ours = [f"fairbench.estimators.{type(estimator).__name__}"]
    assert skops.io.get_untrusted_types(data=data) == ours
    return skops.io.loads(data, trusted=ours)


def by_file(estimator, folder):
    estimator.save(folder / "model.parquet")
    assert b"pickle" not in (folder / "model.parquet").read_bytes()
    return estimators.load(folder / "model.parquet")


def by_copy(estimator, folder):
    return copy.deepcopy(estimator)


WAYS = (by_joblib, by_skops, by_file, by_copy)


@pytest.mark.filterwarnings("ignore::fairbench.estimators.NoCleanRows")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_predicts_the_same_bits(fitted, way, name, tmp_path):
    estimator = fitted[name]
    again = way(estimator, tmp_path)
    assert again is not estimator and type(again) is type(estimator)
    assert again.get_params() == estimator.get_params()
    for method in ("decision_function", "predict_proba", "predict"):
        told, expected = (
            getattr(each, method)(X, sensitive_features=Z) for each in (again, estimator)
        )
        assert told.dtype == expected.dtype and told.tobytes() == expected.tobytes()
    again.fit(X, Y, sensitive_features=Z)
    assert again.classes_.tolist() == ["no", "yes"]


@pytest.mark.parametrize("name", KEPT)
def test_fitted_state_is_plain_arrays(fitted, name):
    def plain(value):
        if isinstance(value, dict):
            return all(map(plain, value.values()))
        if isinstance(value, np.ndarray):
            return value.dtype != object
        return isinstance(value, str | int | float | bool | tuple | None)

    assert [key for key, value in vars(fitted[name]).items() if not plain(value)] == []


def test_parameters_set_after_a_fit_are_for_the_next():
    told = brief("binary_mi").fit(X, Y, sensitive_features=Z)
    before = told.decision_function(X, sensitive_features=Z)
    told.set_params(draws=7, hidden_units=9, sees_sensitive=False)
    assert (told.decision_function(X, sensitive_features=Z) == before).all()


@pytest.mark.parametrize("labels", [(0, 1), (False, True), (1.0, 2.0)])
def test_a_file_keeps_the_types_of_labels_and_groups(labels, tmp_path):
    y = np.array(labels)[(Y == "yes") * 1]
    told = brief("fairness_constraints").fit(X, y, sensitive_features=(Z == "a") * 3)
    told.save(tmp_path / "model.parquet")
    again = estimators.load(tmp_path / "model.parquet")
    assert again.classes_.dtype == told.classes_.dtype and again.groups_.tolist() == [0, 3]


def test_a_file_that_holds_none_is_told(fitted, tmp_path):
    path = tmp_path / "model.parquet"
    fitted["fr_train"].save(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    (tmp_path / "damaged.parquet").write_bytes(content)
    with pytest.raises(ValueError, match="damaged.parquet: no estimator can be read"):
        estimators.load(tmp_path / "damaged.parquet")
    write_table({"value": np.zeros(3)}, tmp_path / "other.parquet", kind="fits", about={})
    with pytest.raises(ValueError, match="'fits' where 'estimator' is expected"):
        estimators.load(tmp_path / "other.parquet")
    days = brief("fairness_constraints")
    days.fit(X, np.array(["2020-01-01", "2020-01-02"], "M8[D]")[(Y == "yes") * 1])
    with pytest.raises(ValueError, match="classes_ of type datetime64"):
        days.save(tmp_path / "days.parquet")
    assert not (tmp_path / "days.parquet").exists()


def test_a_method_of_ones_own_is_an_estimator(tmp_path):
    mine = estimators.from_file(EXAMPLE)
    assert mine.__name__ == "CovariancePenalty"
    told = brief(mine, lambda_f=0.9).fit(X, Y, sensitive_features=Z)
    logit = told.decision_function(X, sensitive_features=Z)
    plain = brief(mine, lambda_f=0.0).fit(X, Y, sensitive_features=Z)
    free = plain.decision_function(X, sensitive_features=Z)
    covariance = [abs(np.cov(each, Z == "b")[0, 1]) for each in (logit, free)]
    assert covariance[0] < 0.5 * covariance[1]
    for again in (pickle.loads(pickle.dumps(told)), copy.deepcopy(told)):
        assert isinstance(again, mine)
        assert again.decision_function(X, sensitive_features=Z).tobytes() == logit.tobytes()
    told.save(tmp_path / "mine.parquet")
    with pytest.raises(ValueError, match="a method of your own needs file="):
        estimators.load(tmp_path / "mine.parquet")
    again = estimators.load(tmp_path / "mine.parquet", file=EXAMPLE)
    assert again.decision_function(X, sensitive_features=Z).tobytes() == logit.tobytes()


def test_a_file_with_several_methods_asks_which(tmp_path):
    text = EXAMPLE.read_text()
    text += "\n\nclass Other(CovariancePenalty):\n    name = 'other'\n"
    (tmp_path / "two.py").write_text(text)
    with pytest.raises(ValueError, match="allowed: covariance_penalty, other"):
        estimators.from_file(tmp_path / "two.py")
    assert estimators.from_file(tmp_path / "two.py", "other").__name__ == "Other"
    with pytest.raises(FileNotFoundError, match="no method file"):
        estimators.from_file(tmp_path / "three.py")


def test_a_parameter_that_estimators_have_is_not_a_methods_too():
    from fairbench.methods import Method, MethodParameters

    class Parameters(MethodParameters):
        iterations: int = 3

    kind = type("Mine", (Method,), {"name": "mine", "Parameters": Parameters})
    with pytest.raises(TypeError, match="Mine.Parameters has .'iterations'., which estimators"):
        estimators.estimator_of(kind)
