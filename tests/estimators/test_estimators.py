"""Estimators are the methods: the numbers of a study, what they read, and what they refuse."""

import time
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from sklearn.base import clone

from fairbench import estimators, methods
from fairbench.base.call import Call
from fairbench.data import steps as data_steps
from fairbench.data.files import read_dataset
from fairbench.estimators import UnscaledColumns
from fairbench.metrics.decisions import describe
from fairbench.store.tables import read_table
from fairbench.studies.grid import steps as grid_steps
from fairbench.training import cell
from fairbench.training.budget import Budget

from .brief import KINDS, brief, people

ROWS = {"train": 200, "clean": 50, "reserve": 0, "selection": 50, "test": 200}
ABOUT = {
    "dataset": "independent",
    "parameters": {"positive_rate": 0.5, "rows": ROWS},
    "trials": [4],
    "seed": 3,
}
BUDGET = {
    "iterations": 30,
    "warm_up": 5,
    "generator_rate": 0.05,
    "fairness_rate": 0.05,
    "robustness_rate": 0.01,
}
LAMBDAS = {"lambda_f": 0.44, "lambda_r": 0.2}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A data set of a study, and its file."""
    path = tmp_path_factory.mktemp("data") / "data.parquet"
    data_steps.draw(Call(ABOUT, outputs={"table": path}))
    return *read_dataset(path, ABOUT), path


def parts(frame, split):
    rows = frame[frame["split"] == split]
    return rows[["x1", "x2"]], rows["y"], rows["sensitive"]


def study_fit(path, made, name, parameters):
    """The row of a fit in a study's file, at our lambda_f where it has several."""
    spec = {"method": name, "file": None, "parameters": parameters, "budget": BUDGET}
    spec |= {key: [value] for key, value in LAMBDAS.items()} | {"data": [ABOUT], "engine": "auto"}
    grid_steps.train(Call(spec, {"data": (path,)}, {"fits": made}))
    fits, _ = read_table(made, kind="fits")
    return fits.iloc[(fits["lambda_f"] - LAMBDAS["lambda_f"]).abs().argmin()]


def study_weights(frame, about, method):
    """The weights of the same fit, which no file of a study holds."""
    grid = {key: [value] for key, value in LAMBDAS.items()}
    (outcome,) = cell.fit_cell(frame, about, method, Budget(**BUDGET), **grid).outcomes
    if method.keeps_network:
        return [value.numpy() for value in outcome.network.state_dict().values()]
    return [array for layer in outcome.layers for array in layer]


SAME = [(name, {}) for name in KINDS if name != "constant"]
SAME += [("group_thresholds", {"rows": "selection"}), ("label_bias_correction", {"rounds": 3})]


@pytest.mark.parametrize(("name", "parameters"), SAME)
def test_the_numbers_of_a_study_come_out_bit_by_bit(drawn, tmp_path, name, parameters):
    frame, about, path = drawn
    kind = methods.find(name)
    fit = study_fit(path, tmp_path / "fits.parquet", name, parameters)
    assert fit["status"] == "ok" and (fit["engine"] == "fast") == (kind.own_kernel() != "")
    known = estimators.BY_METHOD[name]().get_params()
    given = {key: v for key, v in (BUDGET | LAMBDAS).items() if key in known} | parameters
    given |= {"update_ratio": 1} if kind.fitting == "trained" else {}
    estimator = estimators.BY_METHOD[name](**given, random_state=fit["initial_seed"])
    x, y, z = parts(frame, "train")
    trusted = parts(frame, "selection" if parameters.get("rows") else "clean")
    estimator.fit(x, y, sensitive_features=z, clean=trusted)
    expected = study_weights(frame, about, kind(kind.Parameters(**parameters)))
    found = list(estimator.weights_.values())
    assert [each.tobytes() for each in found] == [each.tobytes() for each in expected]
    assert estimator.n_iter_ == fit["iterations"] and estimator.engine_ == fit["engine"]
    if name == "binary_mi":
        return  # a study's prediction has other draws for each row
    for split in ("train", "test"):
        x, y, z = parts(frame, split)
        told = describe(y, estimator.predict(x, sensitive_features=z), sensitive=z)
        for measure in ("accuracy", "disparate_impact", "positive_rate_0", "positive_rate_1"):
            assert told[measure] == fit[f"{split}_{measure}"], (split, measure)


def test_torch_has_its_threads_back():
    x, y, _ = people()
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        brief("individual", n_jobs=2).fit(x, y)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_one_answer_for_everybody_is_that_which_is_asked_for():
    x, y, z = people()
    for weight, answer in ((0.0, "no"), (1.0, "yes")):
        told = estimators.Constant(lambda_f=weight).fit(x, y, sensitive_features=z)
        assert set(told.predict(x)) == {answer}
    with pytest.raises(ValueError, match="allowed: 0 and 1"):
        estimators.Constant(lambda_f=0.5).fit(x, y)


@pytest.mark.parametrize("name", ["fr_train", "individual", "fairness_constraints"])
@pytest.mark.parametrize("groups", [2, 3])
def test_frames_and_arrays_give_the_same_bits(name, groups):
    x, y, z = people(groups=groups)
    clean = np.arange(len(y)) % 5 == 0
    apart = brief(name).fit(x, y, sensitive_features=z, clean=clean)
    expected = apart.decision_function(x, sensitive_features=z)
    columns = {"first": x[:, 0], "sex": z, "second": x[:, 1]}
    mixed = np.array([[a, b, c] for a, b, c in zip(*columns.values(), strict=True)], object)
    tables = [pd.DataFrame(columns), pl.DataFrame(columns), mixed]
    for table, column in zip(tables, ("sex", "sex", 1), strict=True):
        told = brief(name, sensitive_feature=column).fit(table, y, clean=clean)
        assert told.decision_function(table).tobytes() == expected.tobytes()
        assert told.n_features_in_ == 3 and told.groups_.tolist() == list("abc"[:groups])
        assert told.classes_.tolist() == ["no", "yes"]
        assert hasattr(told, "feature_names_in_") == (column == "sex")
    series = brief(name).fit(
        tables[1].drop("sex"), pl.Series(y), sensitive_features=pl.Series(z), clean=pd.Series(clean)
    )
    again = series.decision_function(tables[1].drop("sex"), sensitive_features=tables[1][["sex"]])
    assert again.tobytes() == expected.tobytes()


@pytest.mark.parametrize("labels", [(0, 1), (-1, 1), (False, True), ("b", "z"), (2.0, 7.0)])
def test_labels_of_any_kind(labels):
    x, y, z = people()
    told = brief("fairness_constraints").fit(
        x, np.array(labels)[(y == "yes") * 1], sensitive_features=z
    )
    expected = brief("fairness_constraints").fit(x, y, sensitive_features=z)
    prediction = told.predict(x, sensitive_features=z)
    assert prediction.dtype == np.array(labels).dtype
    assert ((prediction == labels[1]) == (expected.predict(x, sensitive_features=z) == "yes")).all()


def test_clean_rows_are_marked_or_given_and_are_not_trained_on():
    x, y, z = people()
    clean = np.arange(len(y)) % 4 == 0
    told = {"reweighting": "paper", "robust_gradient": "on", "lambda_r": 0.4}
    marked = brief("fr_train", **told).fit(x, y, sensitive_features=z, clean=clean)
    rows = (x[clean], y[clean], z[clean])
    given = brief("fr_train", **told)
    given.fit(x[~clean], y[~clean], sensitive_features=z[~clean], clean=rows)
    assert given.weights_["0.weight"].tobytes() == marked.weights_["0.weight"].tobytes()
    other = brief("fr_train", **told).fit(x, y, sensitive_features=z, clean=~clean)
    assert other.weights_["0.weight"].tobytes() != marked.weights_["0.weight"].tobytes()
    with pytest.warns(estimators.NoCleanRows, match="trusts the labels of all training rows"):
        none = brief("fr_train", **told).fit(x, y, sensitive_features=z)
    trusted = brief("fr_train", **told).fit(x, y, sensitive_features=z, clean=(x, y, z))
    assert none.weights_["0.weight"].tobytes() == trusted.weights_["0.weight"].tobytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error", estimators.NoCleanRows)
        brief("fr_train", reweighting="off").fit(x, y, sensitive_features=z)


def test_one_group_leaves_nothing_to_be_fair_between():
    x, y, _ = people()
    bits = {
        weight: brief("adversarial", lambda_f=weight).fit(x, y).weights_["0.weight"].tobytes()
        for weight in (0.0, 0.8)
    }
    assert bits[0.0] == bits[0.8]
    like = [brief("individual", lambda_f=weight).fit(x, y).predict_proba(x) for weight in (0, 0.8)]
    assert np.ptp(like[1][:, 1]) < 0.9 * np.ptp(like[0][:, 1])  # like people, not like groups


def test_the_group_is_needed_where_the_predictor_is_told_it():
    x, y, z = people()
    told = brief("fairness_constraints").fit(x, y, sensitive_features=z)
    with pytest.raises(ValueError, match="decides with the group"):
        told.predict(x)
    blind = brief("fairness_constraints", sees_sensitive=False).fit(x, y, sensitive_features=z)
    assert (blind.predict(x) == blind.predict(x, sensitive_features=z[::-1])).all()
    thresholds = brief("group_thresholds", sees_sensitive=False).fit(x, y, sensitive_features=z)
    with pytest.raises(ValueError, match="decides with the group"):
        thresholds.predict(x)
    with pytest.raises(ValueError, match=r"is 'c'; allowed: a, b"):
        told.predict(x, sensitive_features=np.where(z == "a", "c", z))


def test_fairness_is_what_lambda_f_asks_for():
    x, y, z = people(1500)
    gaps = []
    for weight in (0.0, 1.0):
        told = brief("group_thresholds", lambda_f=weight, iterations=200)
        yes = told.fit(x, y, sensitive_features=z).predict(x, sensitive_features=z) == "yes"
        gaps.append(abs(yes[z == "a"].mean() - yes[z == "b"].mean()))
    assert gaps[0] > 0.1 and gaps[1] < 0.01
    assert told.thresholds_[0] < told.thresholds_[1]


def test_seeds_make_models_and_none_makes_another_each_time():
    x, y, z = people()
    told = [
        brief("adv_cls", random_state=state).fit(x, y, sensitive_features=z).decision_function(
            x, sensitive_features=z
        )
        for state in (1, 1, 2, np.random.RandomState(5), np.random.RandomState(5), None, None)
    ]  # fmt: skip
    assert (told[0] == told[1]).all() and (told[3] == told[4]).all()
    assert (told[0] != told[2]).any() and (told[5] != told[6]).any()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"lambda_f": 1.5}, "lambda_f is 1.5; allowed: numbers from 0 to 1"),
        ({"lambda_f": 0.8, "lambda_r": 0.4}, r"lambda_f \+ lambda_r is 1.2"),
        ({"criterion": "equal_odds"}, "nearest: equalized_odds"),
        ({"warm_up": 500}, "warm_up 500 exceeds iterations 25; set a smaller warm_up too"),
        ({"iterations": "many"}, "FRTrain: iterations: .*integer"),
        ({"iterations": None}, "either iterations or epochs must be given"),
        ({"warm_up": None}, "FRTrain: warm_up: .*integer"),
        ({"device": "gpu"}, "device is 'gpu'; allowed: cpu, cuda"),
        ({"engine": "quick"}, "engine is 'quick'; allowed: auto, fast, reference"),
        ({"random_state": -1}, "random_state is -1"),
        ({"sensitive_feature": "sex"}, "allowed: 0, 1"),
        ({"generator_hidden_units": 3, "engine": "fast"}, "fast engine does not know fr_train"),
    ],
)
def test_what_is_not_allowed_is_told(given, message):
    x, y, z = people()
    with pytest.raises(ValueError, match=message):
        brief("fr_train", **given).fit(x, y, clean=np.arange(len(y)) < 50)


def test_rows_that_cannot_be_are_told():
    x, y, z = people()
    told = brief("fairness_constraints")
    with pytest.raises(ValueError, match="missing in 1 of 240"):
        told.fit(x, y, sensitive_features=[None, *z[1:]])
    with pytest.raises(ValueError, match="missing in 1 of 240"):
        told.fit(x, y, sensitive_features=pd.Series([pd.NA, *z[1:]], dtype="string"))
    with pytest.raises(ValueError, match=r"shape \(240, 2\); one column"):
        told.fit(x, y, sensitive_features=np.stack([z, z], 1))
    with pytest.raises(ValueError, match="has 239 values for 240 rows"):
        told.fit(x, y, sensitive_features=z[1:])
    with pytest.raises(ValueError, match="one class"):
        told.fit(x, ["yes"] * 240, sensitive_features=z)
    with pytest.raises(ValueError, match="clean is a tuple"):
        told.fit(x, y, sensitive_features=z, clean=np.arange(10))
    with pytest.raises(ValueError, match="clean marks 0 of 240"):
        told.fit(x, y, sensitive_features=z, clean=np.zeros(240, bool))
    with pytest.raises(ValueError, match="label of clean rows is 'maybe'; allowed: no, yes"):
        told.fit(x, y, sensitive_features=z, clean=(x[:1], ["maybe"], z[:1]))
    with pytest.raises(ValueError, match="nearest: sex"):
        frame = pd.DataFrame({"sex": z, "x": x[:, 0]})
        brief("fairness_constraints", sensitive_feature="sexx").fit(frame, y)
    with pytest.raises(TypeError, match="nearest: lambda_f"):
        estimators.FRTrain(lambda_ff=1)


def test_every_method_has_its_estimator():
    assert estimators.BY_METHOD.keys() == set(methods.of_tables())
    assert estimators.FRTrain is estimators.BY_METHOD["fr_train"]
    assert {"AdvCls", "BinaryMI", "FairnessConstraints", "VFAE"} <= set(estimators.__all__)
    assert "epsilon : default=1e-10" in estimators.NaiveMI.__doc__
    assert "lambda_f" not in estimators.LogisticRegression().get_params()


def test_presets_are_those_of_a_study():
    told = estimators.FRTrain.preset("poisoned", "released", lambda_f=0.2)
    given = told.get_params()
    assert given["iterations"] == 10_000 and given["robust_gradient"] == "on"
    assert given["lambda_f"] == 0.2 and clone(told).get_params() == given
    with pytest.raises(ValueError, match="nearest: released"):
        estimators.FRTrain.preset("clean", "releasd")


def test_a_whole_fit_on_2000_rows_is_soon_done():
    x, y, z = people(2000)
    estimators.FRTrain(random_state=0).fit(x, y, sensitive_features=z, clean=np.arange(2000) < 200)
    start = time.process_time()
    told = estimators.FRTrain(random_state=1)
    told.fit(x, y, sensitive_features=z, clean=np.arange(2000) < 200)
    assert told.engine_ == "fast" and told.n_iter_ == 4000
    assert time.process_time() - start < 0.2


def test_columns_of_another_scale_are_warned_of_by_name():
    x, y, z = people()
    frame = pd.DataFrame({"sex": z, "income": 5e4 * x[:, 0], "debt": x[:, 1]})
    told = brief("binary_mi", sensitive_feature="sex")
    with pytest.warns(UnscaledColumns, match="'income' goes up to .*StandardScaler"):
        told.fit(frame, y)
    with pytest.warns(UnscaledColumns, match="column 1 .counted from 0"):
        brief("plain").fit(x * [1, 200], y, sensitive_features=z)
    with pytest.warns(UnscaledColumns, match="column 1 .* its mean is 20"):
        brief("plain").fit(x * [13, 1] + [40, 20], y, sensitive_features=z)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnscaledColumns)
        for still in (x, x * [13, 1] + [40, 3], 1.0 * (x > -2)):
            brief("plain").fit(still, y, sensitive_features=z)
        brief("fairness_constraints").fit(5e4 * x, y, sensitive_features=z)  # is solved
    with (
        pytest.warns(UnscaledColumns),
        pytest.raises(RuntimeError, match="not finite; columns of one scale help"),
    ):
        brief("fr_train").fit(x * 1e30, y, sensitive_features=z, clean=np.arange(len(y)) < 50)


def test_tables_that_cannot_be_are_told():
    x, y, z = people()
    frame = pd.DataFrame({"sex": z, "income": x[:, 0], "debt": x[:, 1]})
    told = brief("plain", sensitive_feature="sex")
    with pytest.raises(ValueError, match="column 'sex' alone: beside the group no feature"):
        told.fit(frame[["sex"]], y)
    with pytest.raises(ValueError, match="column 0 alone: beside the group no feature"):
        brief("plain", sensitive_feature=0).fit(x[:, :1], y)
    with pytest.raises(ValueError, match="sensitive_feature is 'sex'; allowed: debt"):
        told.fit(frame[["debt"]], y)
    twice = frame.set_axis(["sex", "debt", "debt"], axis=1)
    for kind, table in ((told, twice), (brief("plain"), twice[["debt"]])):
        with pytest.raises(ValueError, match="X: .*\n.*'debt' 2 times"):
            kind.fit(table, y)


@pytest.mark.filterwarnings("ignore::fairbench.estimators.UnscaledColumns")
@pytest.mark.parametrize("kind", ["lazy", "arrow", "numbered"])
def test_tables_of_any_kind_are_read(kind):
    x, y, z = people()
    frame = pd.DataFrame({"sex": z, "income": x[:, 0] * 200, "debt": x[:, 1]})
    table, name, column = {
        "lazy": lambda: (pl.from_pandas(frame).lazy(), "sex", "'income'"),
        "arrow": lambda: (pl.from_pandas(frame).to_arrow(), "sex", "'income'"),
        "numbered": lambda: (frame.set_axis(range(3), axis=1), 0, "1"),
    }[kind]()
    told = brief("plain", sensitive_feature=name)
    with pytest.warns(UnscaledColumns, match=f"column {column} goes up to"):
        told.fit(table, y)
    expected = brief("plain", sensitive_feature="sex").fit(frame, y).predict(frame)
    assert (told.predict(table) == expected).all() and len(set(expected)) == 2


def test_clean_rows_may_be_a_list():
    x, y, z = people()
    rows, found = (x[:50], y[:50], z[:50]), []
    lazy = pl.DataFrame(x[:50]).lazy()
    for clean in (rows, list(rows), [lazy, *rows[1:]], [part.tolist() for part in rows]):
        told = brief("fr_train").fit(x, y, sensitive_features=z, clean=clean)
        found.append(told.decision_function(x, sensitive_features=z))
    assert (np.array(found) == found[0]).all()
    for clean, message in (
        ([], "given: float64 of shape .0,"),
        ([1] * 240, "given: int64 of shape .240,"),
        ([x, y, z, z], "clean has 4 parts"),
    ):
        with pytest.raises(ValueError, match=message):
            brief("fr_train").fit(x, y, sensitive_features=z, clean=clean)


def test_a_parameter_without_its_name_is_told_by_the_estimators_name():
    with pytest.raises(TypeError, match=r"^FRTrain.__init__"):
        estimators.FRTrain(0.3)
