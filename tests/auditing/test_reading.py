"""What an audit takes, and what it says of what it cannot take."""

import gzip

import numpy as np
import pandas as pd
import polars
import pyarrow as pa
import pytest

from fairbench.auditing import AuditError, audit
from fairbench.auditing.asked import Asked
from fairbench.auditing.people import collect
from fairbench.auditing.sample import Sample

ASKED = {"label": "y", "sensitive": "group", "prediction": "yhat", "score": "score"}


@pytest.fixture
def table(people, tmp_path):
    path = tmp_path / "people.csv"
    people.to_csv(path, index=False)
    return path


def read(data, **asked):
    asked = {"label": "y", "sensitive": ("group",), "prediction": "yhat", **asked}
    return collect(data, Asked(**asked))


def test_every_kind_of_table_gives_the_same(people, table, tmp_path):
    people.to_parquet(tmp_path / "people.parquet")
    (tmp_path / "people.csv.gz").write_bytes(gzip.compress(table.read_bytes()))
    people.to_csv(tmp_path / "semicolon.csv", index=False, sep=";")
    tables = [
        people, polars.from_pandas(people), pa.table(people), dict(people), table, str(table),
        tmp_path / "people.parquet", tmp_path / "people.csv.gz",
    ]  # fmt: skip
    found = [read(each, score="score") for each in tables]
    found.append(read(tmp_path / "semicolon.csv", score="score", separator=";"))
    for each in found:
        np.testing.assert_array_equal(each.label, people["y"] == 1)
        np.testing.assert_array_equal(each.prediction, people["yhat"] == 1)
        np.testing.assert_allclose(each.score, people["score"], rtol=1e-15)
        assert each.attributes[0].names == ["a", "b", "c", "d"]
        own = np.array(each.attributes[0].names)[each.attributes[0].group]
        np.testing.assert_array_equal(own, people["group"])


def test_categories_may_be_numbered_without_a_sign(people, tmp_path):
    """As those of polars are, in a frame and in a file."""
    frame = polars.from_pandas(people).with_columns(polars.col("group").cast(polars.Categorical))
    frame = frame.with_columns(group=polars.when(polars.col("group") != "d").then("group"))
    frame.write_parquet(tmp_path / "people.parquet")
    for data in (frame, tmp_path / "people.parquet"):
        found = read(data)
        assert found.missing == {"group": 3} and found.attributes[0].names == ["a", "b", "c"]
        own = np.array(found.attributes[0].names)[found.attributes[0].group]
        np.testing.assert_array_equal(own, people["group"][3:])


def test_a_lazy_frame_is_read(people):
    found = read(polars.from_pandas(people).lazy().filter(polars.col("sex") == "f"))
    assert found.rows == (people["sex"] == "f").sum()


def test_large_numbers_are_not_one_group(people):
    group = 2**60 + np.arange(len(people)) % 2
    found = read({"y": people["y"], "yhat": people["yhat"], "group": group})
    assert found.attributes[0].names == [str(2**60), str(2**60 + 1)]
    np.testing.assert_array_equal(found.attributes[0].group, group - 2**60)


@pytest.mark.parametrize(
    ("values", "positive", "ones"),
    [
        ([0, 1, 1], (), [0, 1, 1]),
        ([0.0, 1.0, 1.0], (), [0, 1, 1]),
        ([False, True, True], (), [0, 1, 1]),
        (["false", "TRUE", "TRUE"], (), [0, 1, 1]),
        (["0.0", "1.0", "1"], (), [0, 1, 1]),
        (["no", "yes", "yes"], ("yes",), [0, 1, 1]),
        ([2, 1, 1], (1,), [0, 1, 1]),
        ([-1, 1, 1], ("1",), [0, 1, 1]),
    ],
)
def test_two_values_are_0_and_1_where_that_is_clear(values, positive, ones):
    data = {"y": values, "group": ["a", "b", "a"], "yhat": [0, 1, 0]}
    if isinstance(values[0], str) and "1.0" in values:
        values = [values[0], "1.0", "1.0"]
        data["y"] = values
    positive = tuple(map(str, positive)) + (("1",) if positive else ())
    np.testing.assert_array_equal(read(data, positive=positive).label, np.array(ones, bool))


BAD = {
    "no column of a name": (lambda d: d, {"label": "yy"}, "no column 'yy'; allowed: y, group"),
    "nearest": (lambda d: d, {"sensitive": "Grup"}, "nearest: 'group'"),
    "values that say nothing": (
        lambda d: d | {"y": ["no", "yes"] * 4}, {}, "'no' and 'yes': say which of them counts as 1",
    ),
    "-1 and 1": (lambda d: d | {"y": [-1, 1] * 4}, {}, "say which of them counts as 1"),
    "a positive value that is not there": (
        lambda d: d | {"y": ["no", "yes"] * 4}, {"positive": "Yes"},
        "named as 'Yes'; allowed: no, yes; nearest: 'yes'",
    ),
    "scores for decisions": (
        lambda d: d | {"yhat": np.linspace(0, 1, 8)}, {}, "or give it as score, with a threshold",
    ),
    "ages for groups": (
        lambda d: {k: np.resize(v, 200) for k, v in d.items()} | {"group": np.arange(200)}, {},
        "more than 50 values",
    ),
    "one group": (lambda d: d | {"group": ["a"] * 8}, {}, "one value, 'a'"),
    "unequal lengths": (lambda d: d | {"yhat": [0, 1]}, {}, "not y 8, yhat 2, group 8"),
    "no rows": (lambda d: {k: v[:0] for k, v in d.items()}, {}, "it has no rows"),
    "nothing but missing values": (
        lambda d: d | {"y": [None] * 8}, {}, "no row has a value in every named column: y lacks 8",
    ),
    "a matrix": (lambda d: d | {"y": np.zeros((8, 2))}, {}, "a column is a vector"),
    "texts for scores": (lambda d: d | {"score": ["low"] * 8}, {"score": "score"}, "no number"),
    "infinite scores": (lambda d: d | {"score": [np.inf] * 8}, {"score": "score"}, "infinite"),
    "nothing to judge": (lambda d: d, {"prediction": None}, "nothing to judge"),
    "one column in two roles": (lambda d: d, {"label": "group"}, "one role each"),
    "five attributes": (lambda d: d, {"sensitive": list("abcde")}, "1 to 4 sensitive columns"),
    "a column that is called as a crossing": (
        lambda d: d, {"sensitive": ["a", "b", "a and b"]}, "called 'a and b' twice: rename",
    ),
    "a reference that is no group": (
        lambda d: d, {"reference": {"group": "aa"}}, "no group 'aa'; allowed: a, b; nearest: 'a'",
    ),
    "an array": (lambda d: np.zeros((8, 3)), {}, "the data are a ndarray; allowed: a path of"),
    "nothing": (lambda d: None, {}, "the data are a NoneType; allowed: a path of"),
    "a list": (lambda d: [d], {}, "the data are a list; allowed: a path of"),
    "bytes": (lambda d: b"y,group", {}, "the data are a bytes; allowed: a path of"),
    "a column without a name": (
        lambda d: pd.DataFrame(list(d.values())).T, {"sensitive": 0}, "named as 0, a int: it is",
    ),
    "large numbers": (lambda d: d | {"group": [2**70, 1] * 4}, {}, "group has values that no type"),
    "large numbers in a frame": (
        lambda d: pd.DataFrame(d | {"group": [2**70, 1] * 4}), {}, "a column that no type holds",
    ),
    "no number as a threshold": (lambda d: d, {"threshold": np.nan}, "threshold is nan; it is a"),
    "a text as a threshold": (lambda d: d, {"threshold": ".5"}, "threshold is '.5'; it is a"),
    "a text as a number": (lambda d: d, {"rows": "100"}, "rows is '100'; it is a whole number, 1"),
    "half a row": (lambda d: d, {"people": 1.5}, "people is 1.5; it is a whole number, 1 or more"),
    "similar people beyond themselves": (
        lambda d: d, {"epsilon": -1}, "epsilon is -1; it is a number, 0 or more",
    ),
    "no number as a share": (lambda d: d, {"epsilon": np.nan}, "epsilon is nan; it is a number"),
    "no time": (lambda d: d, {"seconds": 0.0}, "seconds is 0.0; it is a number, 0.001 or more"),
    "a setting that is none": (lambda d: d, {"missing": "dropp"}, "nearest: 'drop'"),
    "features without a model": (lambda d: d, {"features": ["a"]}, "and no model"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_said(case):
    change, settings, message = BAD[case]
    data = {"y": np.arange(8) % 2, "group": np.array(list("abababab")), "yhat": np.ones(8, int)}
    asked = {"label": "y", "sensitive": "group", "prediction": "yhat"} | settings
    with pytest.raises(AuditError) as error:
        audit(change(data), **asked)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is empty"),
        ("y,group,yhat\n", "it has no rows"),
        ("y;group;yhat\n1;a;0\n", "its separator may be ';'"),
        ("y,group,yhat\n1,a\n", "Expected 3 columns"),
        ("y,group,yhat,score\n1,a,0,.5\n1,b,0,high\n", "Row #3"),
        ("y,y,group,yhat\n1,0,a,0\n", "'y' heads 2 columns that differ"),
    ],
)
def test_files_that_are_no_tables_are_named(tmp_path, text, message):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(AuditError) as error:
        audit(path, **(ASKED if "score" in text else {**ASKED, "score": None}))
    assert str(path) in str(error.value) and message in str(error.value)


def test_files_that_are_not_there_or_no_text_are_named(tmp_path):
    for data, message in ((tmp_path / "no.csv", "no such file"), (tmp_path, "it is a folder")):
        with pytest.raises(AuditError, match=message):
            audit(data, **ASKED)
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(AuditError, match="bad.parquet: not readable as a table"):
        audit(tmp_path / "bad.parquet", **ASKED)
    (tmp_path / "latin.csv").write_bytes("y,group,yhat,score\n1,é,0,.5\n".encode("latin-1"))
    with pytest.raises(AuditError, match="invalid UTF8"):
        audit(tmp_path / "latin.csv", **ASKED)


def test_a_column_that_stands_twice_alike_is_read_once(tmp_path):
    path = tmp_path / "twice.csv"
    path.write_text("y,group,score,y\n1,a,3,1\n0,b,4,0\n")
    assert read(path, prediction=None, score="score").label.tolist() == [True, False]


def test_what_would_steer_a_terminal_is_shown_and_not_done(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("y,group,yhat\x1b[2J\n1,a,0\n")
    with pytest.raises(AuditError) as error:
        audit(path, **{**ASKED, "score": None})
    assert "\x1b" not in str(error.value) and "\\x1b" in str(error.value)


def test_missing_values_are_left_out_and_counted(people):
    data = people.astype({"y": "Int64"})
    data.loc[:9, "y"] = pd.NA
    data.loc[5:14, "group"] = None
    data.loc[20, "score"] = np.nan
    found = audit(data, **ASKED)
    assert found.about["measured_rows"] == len(people) - 16
    assert found.about["missing"] == {"y": 10, "group": 10, "score": 1}
    assert any("16 of 603 rows are left out" in note for note in found.notes)
    kept = people.drop(index=[*range(15), 20])
    assert found.value("accuracy", group="all rows") == np.mean(kept["y"] == kept["yhat"])
    with pytest.raises(AuditError, match=r"values are missing: y \(10 rows\)"):
        audit(data, **ASKED, missing="refuse")
    apart = audit(data, **ASKED, missing="group", smallest=2)
    rows = apart.measures[apart.measures["group"] == "(missing)"]
    assert set(rows.loc[rows["measure"] == "positive_rate", "rows"]) == {5}


def test_a_class_that_is_not_there_leaves_a_bounded_answer(people):
    found = audit(people.assign(y=1), **ASKED)
    assert any("y is 1 in all rows" in note for note in found.notes)
    assert np.isnan(found.value("false_positive_rate", "group", "a"))
    assert np.isnan(found.value("equalized_odds_difference", "group"))
    assert np.isnan(found.value("auc", "group", "a")) and np.isnan(found.value("gpa", "group"))
    assert found.value("disparate_impact", "group") > 0
    refused = audit(people.assign(yhat=0), **ASKED)
    assert refused.value("disparate_impact", "group") == 0
    assert refused.value("prediction_group", "group") == 0


def test_groups_too_small_for_any_comparison_leave_the_groups(people):
    found = audit(people, **ASKED, smallest=1000)
    assert {*found.measures["part"]} == {"groups", "ranking"} and len(found.thresholds) == 0
    assert any("no two groups large enough" in note for note in found.notes)


@pytest.mark.parametrize("outside", [1, 400])
def test_probabilities_outside_0_and_1(people, outside):
    data = people.copy()
    data.loc[: outside - 1, "score"] = 1.5
    told = f"score is outside \\[0, 1\\] in {outside} of 603 rows, such as 1.5"
    with pytest.raises(AuditError, match=f"{told}: probabilities lie between"):
        audit(data, **ASKED, score_kind="probability")
    if outside == 1:
        with pytest.raises(AuditError, match=told):
            audit(data, **ASKED)
    ranked = audit(data, **ASKED, score_kind="ranking" if outside == 1 else "auto")
    assert "calibration_gap" not in set(ranked.measures["measure"])
    with pytest.raises(AuditError, match="above which threshold"):
        audit(data, **{**ASKED, "prediction": None}, score_kind="ranking")


def test_a_score_is_cut_where_it_is_said(people):
    found = audit(people, **{**ASKED, "prediction": None}, threshold=0.7)
    assert found.value("positive_rate", group="all rows") == np.mean(people["score"] > 0.7)
    assert any("where score is above 0.7" in note for note in found.notes)
    half = audit(people, **{**ASKED, "prediction": None})
    assert half.value("positive_rate", group="all rows") == np.mean(people["score"] > 0.5)


def test_a_sample_is_uniform_and_keeps_rows_together_and_in_order():
    counts = np.zeros(50)
    for seed in range(400):
        sample = Sample(10, np.random.default_rng(seed))
        for start in range(0, 50, 7):
            part = np.arange(start, min(start + 7, 50))
            sample.add({"a": part, "b": -part})
        found = sample.arrays()
        assert len(found["a"]) == 10 and (np.diff(found["a"]) > 0).all()
        assert (found["b"] == -found["a"]).all()
        counts[found["a"]] += 1
    assert abs(counts - 80).max() < 4 * np.sqrt(80 * 0.8)


def test_a_large_file_takes_little_memory_and_is_sampled(tmp_path):
    """Of the file no more than some blocks are there at once, and of a column only the sample."""
    path, rows = tmp_path / "large.csv", 40_000
    lines = "".join(
        f"{k % 2},{'abc'[k % 3]},{k % 5 == 0},{'x' * 4000}\n" for k in range(rows // 20)
    )
    with path.open("w") as file:
        file.write("y,group,yhat,text\n")
        for _ in range(20):
            file.write(lines)
    before, pool = pa.default_memory_pool(), pa.proxy_memory_pool(pa.default_memory_pool())
    pa.set_memory_pool(pool)
    try:
        found = read(path, rows=1000)
    finally:
        pa.set_memory_pool(before)
    assert path.stat().st_size > 160e6 and 0 < pool.max_memory() < 80e6
    assert (found.total, found.complete, found.rows) == (rows, rows, 1000)


def test_a_sample_is_said(people):
    found = audit(people, label="y", sensitive="group", prediction="yhat", rows=600)
    assert any("a random sample of 600 was measured" in note for note in found.notes)
