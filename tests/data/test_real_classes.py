"""Labels of a real data set with several classes, in the order of the entry."""

import pandas as pd
import pytest

from fairbench.base.call import Call
from fairbench.data import steps
from fairbench.data.groups import class_count
from fairbench.data.real.entry import EntryError
from fairbench.data.real.load import load_table
from fairbench.store.tables import read_table

FEATURES = {"numeric": ["age", "years of work", "test score"]}
CLASSES = ["south", "islands", "north"]
LABEL = {"column": "region", "classes": CLASSES}


def rows(folder):
    table = pd.read_csv(folder / "applicants.csv", dtype=str)
    return table[(table != "unknown").all(axis=1)].reset_index(drop=True)


def test_a_class_is_its_place_in_the_list(own_entry, tmp_path):
    entry = own_entry(tmp_path, label=LABEL, features=FEATURES)
    table, known = load_table(entry, None, tmp_path), rows(tmp_path)["region"]
    assert [CLASSES[k] for k in table["y"]] == known.tolist() and table["y"].dtype == "int8"
    assert entry.view().label.count == class_count(table) == 3


def test_a_profile_may_have_classes_and_another_two(own_entry, tmp_path):
    entry = own_entry(tmp_path, profiles={"two": {}, "many": {"label": LABEL}}, features=FEATURES)
    assert [entry.view(name).label.count for name in ("two", "many")] == [2, 3]
    assert set(load_table(entry, "two", tmp_path)["y"]) == {0, 1}


def test_the_file_of_a_data_set_keeps_the_classes_and_says_what_they_are(own_entry, tmp_path):
    entry = own_entry(tmp_path, label=LABEL, features=FEATURES)
    given = {
        "dataset": "applicants",
        "entry": str(tmp_path / "own.yaml"),
        "definition": entry.view().definition(),
        "folder": str(tmp_path),
        "parameters": {"profile": "default"},
        "trials": [0, 1],
        "seed": 1,
    }
    output = tmp_path / "data.parquet"
    steps.divide(Call(spec=given, outputs={"table": output}))
    frame, about = read_table(output, kind="dataset")
    assert about["labels"] == "0 is south; 1 is islands; 2 is north"
    assert class_count(frame) == 3 and (frame["y"] == frame["y_clean"]).all()
    assert sorted(frame["y"].unique()) == [0, 1, 2]


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ({"column": "region", "classes": ["north", "south", "moon"]}, "none of its classes: 'isl"),
        ({"column": "region", "classes": [*CLASSES, "moon"]}, "no rows have the class moon of reg"),
        ({"column": "region", "classes": ["north", *CLASSES]}, "classes of region given twice"),
        ({"column": "region", "classes": ["north", "south"]}, "at least 3 items"),
        ({"column": "regoin", "classes": CLASSES}, "no column 'regoin'; did you mean region"),
        ({"column": "region", "favourable": ["north"], "classes": CLASSES}, "favourable"),
    ],
)
def test_classes_that_cannot_be_right_are_refused(own_entry, tmp_path, label, message):
    with pytest.raises(EntryError, match=message):
        load_table(own_entry(tmp_path, label=label, features=FEATURES), None, tmp_path)
