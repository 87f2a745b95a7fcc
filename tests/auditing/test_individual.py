"""With a model: what is proved of similar people, against all of their neighbours and by hand."""

import numpy as np
import pandas as pd
import polars
import pytest
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from fairbench.auditing import AuditError, audit
from fairbench.auditing.estimator import model_of
from fairbench.certify import Domain, Network
from fairbench.estimators import BY_METHOD, GroupThresholds, Individual
from fairbench.estimators import LogisticRegression as LogisticRegressionOfOurs

ROWS = 120


pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")


@pytest.fixture(scope="module")
def data():
    generator = np.random.default_rng(11)
    sex = generator.integers(0, 2, ROWS)
    income, debts = generator.random(ROWS), generator.integers(0, 5, ROWS)
    y = (income + 0.2 * sex - 0.1 * debts + generator.normal(0, 0.2, ROWS) > 0.4).astype(int)
    return {"y": y, "sex": sex, "income": income, "debts": debts}


@pytest.fixture(scope="module")
def inputs(data):
    return np.column_stack([data[name] for name in ("sex", "income", "debts")]).astype(float)


def linear(*weights, bias):
    return Network([np.array([weights])], [np.array([bias])], output="sigmoid")


def test_of_a_linear_model_all_is_decided_and_right(data, inputs):
    """Within .1 of the range income moves by .1 of it, debts not at all, sex freely."""
    model = linear(0.5, 4.0, -0.6, bias=-1.0)
    found = audit(data, label="y", sensitive="sex", model=model, people=60, seconds=3)
    own = found.individual
    assert own.free == ("sex",) and own.whole == ("sex", "debts")
    reach = 0.1 * np.ptp(inputs[:, 1])
    low, high = inputs[:, 1].min(), inputs[:, 1].max()
    income = inputs[own.rows, 1]
    logit = model.logit(inputs[own.rows])
    ends = []
    for sign in (-1, 1):
        moved = np.clip(income + sign * reach, low, high) - income
        sex = (1 - inputs[own.rows, 0]) if sign > 0 else inputs[own.rows, 0]
        ends.append(logit + 4.0 * moved + sign * 0.5 * sex)
    same = (ends[0] > 0) == (ends[1] > 0)
    np.testing.assert_array_equal(own.same, same)
    np.testing.assert_array_equal(own.other, ~same)
    assert 0.2 < same.mean() < 0.95
    lines = found.measures[found.measures["part"] == "individual"].set_index("measure")
    assert lines.loc["decision_certified_same", "value"] == pytest.approx(same.mean())
    assert lines.loc["decision_undecided", "value"] == 0


def test_no_neighbour_contradicts_a_certificate_and_witnesses_are_neighbours(data, inputs):
    model = MLPClassifier((6,), solver="lbfgs", random_state=0).fit(inputs, data["y"])
    features = ["sex", "income", "debts"]
    found = audit(
        data, label="y", sensitive="sex", model=model, features=features, people=20, seconds=3
    )
    own, generator = found.individual, np.random.default_rng(0)
    assert own.same.any() and own.other.any() and not (own.same & own.other).any()
    low, high = inputs.min(0), inputs.max(0)
    reach = 0.1 * (high - low)
    for place, row in enumerate(own.rows):
        witness = own.witnesses[place]
        assert (np.abs(witness - inputs[row])[1:] <= reach[1:] + 1e-6).all()
        others = np.tile(inputs[row], (2000, 1))
        others[:, 0] = generator.integers(0, 2, 2000)
        others[:, 1] += generator.uniform(-reach[1], reach[1], 2000)
        others = np.clip(others, low, high)
        decisions = model.predict(others)
        own_decision = model.predict(inputs[[row]])[0]
        if own.same[place]:
            assert (decisions == own_decision).all()
        if own.other[place]:
            assert model.predict(witness[None])[0] != own_decision
    # The model's probability is the score that was measured.
    theirs = model.predict_proba(inputs)[:, 1]
    assert found.value("positive_rate", group="all rows") == np.mean(theirs > 0.5)


@pytest.mark.parametrize("norm", ["1", "2"])
def test_a_smaller_ball_proves_more(data, norm):
    model = linear(0.5, 4.0, -0.6, bias=-1.0)
    given = {
        "label": "y",
        "sensitive": "sex",
        "model": model,
        "people": 30,
        "epsilon": 0.3,
        "seconds": 1,
    }
    within, around = audit(data, norm=norm, **given), audit(data, **given)
    assert (within.individual.found.upper <= around.individual.found.upper + 1e-9).all()


def test_whole_one_hot_groups_move_and_are_free(data, inputs):
    colour = np.random.default_rng(1).integers(0, 3, ROWS)
    names = ("red", "green", "blue")
    spread = {name: (colour == k).astype(int) for k, name in enumerate(names)}
    model = linear(0.0, 4.0, -0.6, 0.0, 0.0, 9.0, bias=-1.0)
    given = {
        "label": "y",
        "sensitive": "sex",
        "model": model,
        "one_hot": [names],
        "people": 20,
        "seconds": 1,
    }
    held = audit(data | spread, **given).individual
    freed = audit(data | spread, free=["red"], **given).individual
    assert held.free == ("sex",) and freed.free == ("sex", *names)
    other = colour[freed.rows] != 2
    decided = model(np.column_stack([inputs, *spread.values()])[freed.rows]) > 0.5
    # Whoever was refused could be blue, and is accepted then.
    np.testing.assert_array_equal(freed.other[other], ~decided[other])
    assert held.other[other].mean() < freed.other[other].mean()


def test_files_of_models(data, inputs, tmp_path):
    model = MLPClassifier((4,), max_iter=50, random_state=0).fit(inputs, data["y"])
    given = {"label": "y", "sensitive": "sex", "people": 5, "seconds": 1}
    found = [audit(data, model=model, **given)]
    skops = pytest.importorskip("skops.io")
    skops.dump(model, tmp_path / "model.skops")
    found.append(audit(data, model=tmp_path / "model.skops", **given))
    found.append(audit(data, model=onnx_file(model, tmp_path / "model.onnx"), **given))
    found.append(audit(data, model=nnet_file(model, tmp_path / "model.nnet"), **given))
    for each in found[1:]:
        np.testing.assert_allclose(
            each.individual.found.upper, found[0].individual.found.upper, atol=1e-5
        )


def onnx_file(model, path):
    onnx = pytest.importorskip("onnx")
    make, kind = onnx.helper, onnx.TensorProto.DOUBLE
    arrays = {}
    for k, (weight, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        arrays |= {f"w{k}": weight, f"b{k}": bias}
    nodes = [
        make.make_node("Gemm", ["x", "w0", "b0"], ["a"]), make.make_node("Relu", ["a"], ["r"]),
        make.make_node("Gemm", ["r", "w1", "b1"], ["out"]),
    ]  # fmt: skip
    graph = make.make_graph(
        nodes, "net", [make.make_tensor_value_info("x", kind, [None, 3])],
        [make.make_tensor_value_info("out", kind, [None, 1])],
        [onnx.numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )  # fmt: skip
    onnx.save(make.make_model(graph), path)
    return path


def nnet_file(model, path):
    def line(values):
        return ",".join(f"{value!r}" for value in map(float, values)) + ",\n"

    text = "2,3,1,4,\n3,4,1,\n0,\n" + "0,0,0,\n" * 4
    for weight, bias in zip(model.coefs_, model.intercepts_, strict=True):
        text += "".join(map(line, weight.T)) + "".join(line([value]) for value in bias)
    path.write_text(text)
    return path


def test_models_that_cannot_be_used_are_refused(data, inputs, tmp_path):
    given = {"label": "y", "sensitive": "sex"}
    whole = LogisticRegression().fit(inputs, data["y"])
    three = LogisticRegressionOfOurs(iterations=1, warm_up=0).fit(inputs, data["debts"] % 3)
    (tmp_path / "model.pkl").write_bytes(b"")
    (tmp_path / "model.onnx").write_bytes(b"no")
    for model, message in (
        (tmp_path / "no.onnx", "no such model"),
        (tmp_path / "model.pkl", "its ending is '.pkl'; allowed: .nnet, .onnx, .parquet, .skops"),
        (tmp_path / "model.onnx", "model.onnx: it cannot be read as a model"),
        (Network([np.ones((1, 3))], [np.zeros(1)], output="linear"), "output is linear"),
        (LogisticRegression(), "not fitted"),
        (three, "the LogisticRegression tells 3 classes apart, not two"),
        (linear(1.0, 2.0, bias=0.0), "takes 2 inputs, and 3 columns are left for it"),
    ):
        with pytest.raises(AuditError) as error:
            audit(data, model=model, **given)
        assert message in str(error.value)
    with pytest.raises(AuditError, match="nearest: 'income'"):
        audit(data, model=whole, features=["sex", "incom", "debts"], **given)
    with pytest.raises(AuditError, match="not exactly one is 1"):
        audit(data, model=whole, one_hot=[("sex", "debts")], **given)


def test_a_skops_file_with_anything_strange_in_it_is_refused(data, tmp_path):
    skops = pytest.importorskip("skops.io")

    class Strange(MLPClassifier):
        pass

    Strange.__module__ = "strange"
    skops.dump(Strange(), tmp_path / "model.skops")
    with pytest.raises(AuditError, match="not known to be safe: strange"):
        audit(data, label="y", sensitive="sex", model=tmp_path / "model.skops")


def test_a_model_that_decides_otherwise_than_the_column_is_said(data):
    decided = data | {"yhat": 1 - data["y"]}
    model = linear(0.0, 4.0, -0.6, bias=-1.0)
    features = ["sex", "income", "debts"]
    found = audit(decided, label="y", sensitive="sex", prediction="yhat", model=model,
                  features=features, people=5, seconds=1)  # fmt: skip
    assert any("decides otherwise than yhat in" in note for note in found.notes)


@pytest.fixture(scope="module")
def saved(data, tmp_path_factory):
    """An estimator that was told the group as a column of X, and its file."""
    x = pd.DataFrame({"income": data["income"], "sex": np.array(["f", "m"])[data["sex"]],
                      "debts": data["debts"]})  # fmt: skip
    model = LogisticRegressionOfOurs(
        sensitive_feature="sex", random_state=0, iterations=50, warm_up=0
    )
    model.fit(x, data["y"])
    path = tmp_path_factory.mktemp("saved") / "model.parquet"
    model.save(path)
    return model, path, x


def test_an_estimator_of_the_project_is_measured_and_certified(data, saved):
    model, path, x = saved
    table = dict(x) | {"y": data["y"]}
    found = audit(table, label="y", sensitive="sex", model=path, people=10, seconds=1)
    chance = model.predict_proba(x)[:, 1]
    assert found.value("positive_rate", group="all rows") == np.mean(chance > 0.5)
    assert found.value("auc", group="all rows") == pytest.approx(roc_auc_score(data["y"], chance))
    own = found.individual
    assert own.free == ("sex",) and (own.same | own.other).all()
    categories = polars.DataFrame(table).with_columns(polars.col("sex").cast(polars.Categorical))
    again = audit(categories, label="y", sensitive="sex", model=model, people=1, seconds=1)
    assert again.value("auc", group="all rows") == found.value("auc", group="all rows")
    with pytest.raises(AuditError, match="fitted without the group 'x'; allowed: f, m"):
        audit(table | {"sex": ["x"] * ROWS}, label="y", sensitive="sex", model=path)
    with pytest.raises(AuditError, match="probability is of '1', and '0' counts as 1 in y"):
        audit(table, label="y", sensitive="sex", model=path, positive=0)


def test_an_estimator_that_cannot_be_certified_is_measured(data, inputs):
    model = GroupThresholds(lambda_f=1.0, random_state=0, iterations=50, warm_up=0)
    model.fit(inputs[:, 1:], data["y"], sensitive_features=data["sex"])
    found = audit(data, label="y", sensitive="sex", model=model, features=["income", "debts"])
    theirs = model.predict(inputs[:, 1:], sensitive_features=data["sex"])
    assert found.value("positive_rate", group="all rows") == np.mean(theirs == 1)
    assert found.individual is None
    assert any("nothing is said of similar people" in note for note in found.notes)


#: What an audit says of our estimators that it cannot certify.
UNCERTIFIED = {
    "constant": "decides alike about everybody",
    "group_thresholds": "has thresholds of groups",
    "binary_bernoulli": "draws at random",
    "binary_mi": "draws at random",
    "vfae": "draws at random",
}


def fitted(name, x, y, groups, **parameters):
    kind = BY_METHOD[name]
    known = kind().get_params()
    given = {"iterations": 30, "warm_up": 0, "random_state": 0} | parameters
    estimator = kind(**{key: value for key, value in given.items() if key in known})
    return estimator.fit(x, y, sensitive_features=groups)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("how", ["told the group", "blind to it", "of one group"])
@pytest.mark.parametrize("name", BY_METHOD)
def test_the_network_that_is_certified_scores_as_the_estimator(data, inputs, name, how):
    x, groups = inputs[:, 1:], None if how == "of one group" else data["sex"]
    estimator = fitted(name, x, data["y"], groups, sees_sensitive=how != "blind to it")
    model = model_of(estimator, ["income", "debts"], ["sex"])
    if name in UNCERTIFIED and (name, how) != ("group_thresholds", "of one group"):
        assert model.network is None and UNCERTIFIED[name] in model.why
        return
    told = {} if groups is None else {"sensitive_features": groups}
    rows = x if groups is None else np.column_stack([x, groups])
    network = model.network(Domain(rows.min(0), rows.max(0)))
    logit = estimator.decision_function(x, **told)
    assert np.ptp(logit) > 1e-3
    np.testing.assert_allclose(network.logit(rows), logit, rtol=0, atol=1e-6)
    np.testing.assert_allclose(model.score(rows), network(rows), rtol=0, atol=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_an_estimator_of_individual_fairness_is_certified(data, inputs):
    x = inputs[:, 1:]
    estimator = fitted("individual", x, data["y"], data["sex"], iterations=200)
    found = audit(data, label="y", sensitive="sex", model=estimator, features=["income", "debts"],
                  epsilon=0.3, people=10, seconds=3)  # fmt: skip
    own = found.individual
    assert own.same.any() and own.other.any()
    assert isinstance(estimator, Individual) and (own.same | own.other).sum() >= 8
    predict = estimator.predict
    people = own.witnesses[own.other]
    before, after = inputs[own.rows[own.other]], people
    assert (predict(before[:, 1:], sensitive_features=before[:, 0])
            != predict(after[:, :2], sensitive_features=after[:, 2])).all()  # fmt: skip


@pytest.mark.filterwarnings("ignore")
def test_scalers_before_an_estimator_are_certified_with_it(data, inputs):
    x, groups = pd.DataFrame(inputs[:, 1:], columns=["income", "debts"]), data["sex"]
    for kind in (Individual, LogisticRegressionOfOurs):
        estimator = kind(iterations=50, warm_up=0)
        pipeline = Pipeline([("z", StandardScaler()), ("m", MinMaxScaler()), ("end", estimator)])
        pipeline.fit(x, data["y"], end__sensitive_features=groups)
        model = model_of(pipeline, ["income", "debts"], ["sex"])
        rows = np.column_stack([x, groups])
        z = pipeline[:-1].transform(x)
        logit = estimator.decision_function(z, sensitive_features=groups)
        network = model.network(Domain(rows.min(0), rows.max(0)))
        np.testing.assert_allclose(network.logit(rows), logit, rtol=0, atol=1e-6)
        np.testing.assert_allclose(model.score(rows), network(rows), rtol=0, atol=1e-6)
    for first, last, message in (
        (PCA(), estimator, "step 'pca' (PCA) is not known"),
        (StandardScaler(), Individual(sensitive_feature="sex"), "scales the column of groups too"),
    ):
        wrong = make_pipeline(first.fit(x), last)
        with pytest.raises(AuditError) as error:
            audit(data, label="y", sensitive="sex", model=wrong, features=["income", "debts"])
        assert message in str(error.value)


def test_a_classifier_that_is_no_network_is_measured(data, inputs):
    frame = pd.DataFrame(inputs, columns=["sex", "income", "debts"])
    for model, why in (
        (RandomForestClassifier(5, random_state=0), "a RandomForestClassifier was given"),
        (make_pipeline(PCA(), LogisticRegression()), "step 'pca' (PCA) is not known"),
        (MLPClassifier((3,), activation="tanh", max_iter=20), "activation is 'tanh'"),
    ):
        for x in (frame, inputs):
            model.fit(x, data["y"])
            found = audit(data, label="y", sensitive="sex", model=model)
            theirs = model.predict_proba(x)[:, 1]
            assert found.value("positive_rate", group="all rows") == np.mean(theirs > 0.5)
            assert found.individual is None
            assert any("cannot be certified, as" in text and why in text for text in found.notes)
    model.fit(inputs[:, 1:], data["y"])
    with pytest.raises(AuditError, match="takes 2 inputs, and 3 columns"):
        audit(data, label="y", sensitive="sex", model=model)


def test_our_estimators_are_taken_from_skops_and_no_other_types_of_ours(data, inputs, tmp_path):
    skops = pytest.importorskip("skops.io")
    path, given = tmp_path / "model.skops", {"label": "y", "sensitive": "sex", "people": 1}
    given |= {"features": ["income", "debts"], "seconds": 1}
    own = fitted("logistic_regression", inputs[:, 1:], data["y"], data["sex"])
    skops.dump(own, path)
    found = audit(data, model=path, **given)
    theirs = own.predict(inputs[:, 1:], sensitive_features=data["sex"])
    assert found.value("positive_rate", group="all rows") == theirs.mean()
    skops.dump(linear(1.0, 2.0, bias=0.0), path)
    with pytest.raises(AuditError, match="not known to be safe: fairbench.certify"):
        audit(data, model=path, **given)
