"""Groups of a real data set that are all levels of a column, or of several together."""

import itertools

import numpy as np
import pandas as pd
import pytest

from fairbench.base.call import Call
from fairbench.data import steps
from fairbench.data.real.columns import small_groups
from fairbench.data.real.encode import build_real
from fairbench.data.real.entry import EntryError, read_entry
from fairbench.data.real.load import load_table
from fairbench.store.tables import read_table

FEATURES = {"numeric": ["age", "years of work", "test score"]}


def rows(folder):
    table = pd.read_csv(folder / "applicants.csv", dtype=str)
    return table[(table != "unknown").all(axis=1)].reset_index(drop=True)


@pytest.mark.parametrize("given", ["region", ["region"], {"columns": ["region"]}])
def test_every_level_of_a_column_is_a_group(own_entry, tmp_path, given):
    entry = own_entry(tmp_path, sensitive=given, features=FEATURES)
    table, known = load_table(entry, None, tmp_path), rows(tmp_path)["region"]
    names = table.attrs["groups"]
    assert names == sorted(known.unique()) and len(names) == 3
    assert [names[k] for k in table["sensitive"]] == known.tolist()
    assert entry.view().many_groups


def test_levels_have_the_order_in_which_they_are_named(own_entry, tmp_path):
    levels = {"region": ["south", "islands", "north"]}
    given = {"columns": ["region"], "levels": levels}
    table = load_table(own_entry(tmp_path, sensitive=given, features=FEATURES), None, tmp_path)
    assert table.attrs["groups"] == levels["region"]
    found = [levels["region"][k] for k in table["sensitive"]]
    assert found == rows(tmp_path)["region"].tolist()


def test_groups_with_few_rows_may_be_left_out(own_entry, tmp_path):
    own_entry(tmp_path)
    known = rows(tmp_path)
    count = known["region"].value_counts()
    given = {"columns": ["region"], "least_rows": int(count.min()) + 1}
    table = load_table(own_entry(tmp_path, sensitive=given, features=FEATURES), None, tmp_path)
    kept = known[known["region"].isin(count.index[count > count.min()])]["region"]
    names = table.attrs["groups"]
    assert names == sorted(kept.unique()) and len(names) == 2
    assert [names[k] for k in table["sensitive"]] == kept.tolist()
    given["least_rows"] = len(known)
    with pytest.raises(EntryError, match="region make 0 groups; 2 to"):
        load_table(own_entry(tmp_path, sensitive=given, features=FEATURES), None, tmp_path)


def test_several_columns_make_a_group_of_each_combination_that_occurs(own_entry, tmp_path):
    entry = own_entry(tmp_path)
    known = rows(tmp_path)
    table = load_table(entry, None, tmp_path, sensitive=["region", "gender"])
    names = table.attrs["groups"]
    pairs = itertools.product(sorted(known["region"].unique()), sorted(known["gender"].unique()))
    assert names == [", ".join(pair) for pair in pairs]
    said = (known["region"] + ", " + known["gender"]).tolist()
    assert [names[k] for k in table["sensitive"]] == said
    # A combination without rows is no group, and the others close up.
    known[(known["region"] != "north") | (known["gender"] != "man")].to_csv(
        tmp_path / "applicants.csv", index=False
    )
    fewer = load_table(entry, None, tmp_path, sensitive=["region", "gender"])
    assert fewer.attrs["groups"] == [name for name in names if name != "north, man"]
    assert sorted(fewer["sensitive"].unique()) == list(range(len(names) - 1))


def test_a_column_that_makes_the_groups_is_no_feature_then(own_entry, tmp_path):
    entry = own_entry(tmp_path)
    two, many = entry.view(), entry.view(None, ["region"])
    assert "region" in two.features.names() and "region" not in many.features.names()
    assert two.definition() != many.definition()
    frames = [build_real(entry, None, tmp_path, [0], 1, sensitive=s) for s in (None, ["region"])]
    assert not any(name.startswith("region") for name in frames[1])
    # The rows are divided alike, so that both are about the same people.
    assert (frames[0]["split"] == frames[1]["split"]).all()


@pytest.mark.parametrize(
    ("sensitive", "message"),
    [
        (
            {"columns": ["region"], "levels": {"region": ["north", "south"]}},
            "beside its levels",
        ),
        (
            {"columns": ["region"], "levels": {"region": ["north", "south", "islands", "moon"]}},
            "no rows have the level moon of region",
        ),
        ({"columns": ["hired", "hired"]}, "given twice"),
        ({"columns": ["region"], "levels": {"gender": ["man", "woman"]}}, "not among the columns"),
        ({"columns": ["regoin"]}, "no column 'regoin'; did you mean region"),
        ({"columns": []}, "at least 1 item"),
    ],
)
def test_groups_that_cannot_be_right_are_refused(own_entry, tmp_path, sensitive, message):
    with pytest.raises(EntryError, match=message):
        entry = own_entry(tmp_path, sensitive=sensitive, features=FEATURES)
        load_table(entry, None, tmp_path)


def test_a_column_of_one_value_makes_no_groups(own_entry, tmp_path):
    condition = {"column": "region", "op": "in", "value": ["north"]}
    entry = own_entry(tmp_path, sensitive="region", features=FEATURES, filters=[condition])
    with pytest.raises(EntryError, match="region make 1 groups"):
        load_table(entry, None, tmp_path)


def test_small_groups_are_named():
    group = np.repeat([0, 1, 2], [60, 49, 3])
    said = small_groups(group, ["north", "south", "islands"])
    assert "south (49); islands (3)" in said and "north" not in said
    assert small_groups(np.repeat([0, 1], 50), ["a", "b"]) == ""


def test_the_file_names_the_groups_and_the_log_the_small_ones(own_entry, tmp_path, capsys):
    own_entry(tmp_path)
    path = str(tmp_path / "own.yaml")
    view = read_entry(path).view(None, ["region", "gender"])
    parameters = {"profile": view.profile, "sensitive": "region+gender"}
    spec = {"entry": path, "folder": str(tmp_path), "trials": [0, 1], "seed": 1}
    spec |= {"dataset": view.name, "parameters": parameters, "definition": view.definition()}
    made = tmp_path / "made.parquet"
    steps.divide(Call(spec=spec, inputs={}, outputs={"table": made}))
    frame, about = read_table(made)
    known = rows(tmp_path)
    count = (known["region"] + ", " + known["gender"]).value_counts()
    assert about["groups"] == sorted(count.index)
    for trial in (0, 1):
        found = np.bincount(frame.loc[frame["trial"] == trial, "sensitive"])
        assert found.tolist() == [count[name] for name in about["groups"]]
    said = capsys.readouterr().err
    few = [f"{name} ({count[name]})" for name in about["groups"] if count[name] < 50]
    assert few and "; ".join(few) in said
