"""What an entry may say: filters, missing values, and messages for one that cannot be right."""

import pytest

from fairbench.data.real.encode import encode
from fairbench.data.real.entry import EntryError, read_entry, shipped
from fairbench.data.real.load import load_table

ABOVE = {"above": 30}


@pytest.mark.parametrize(
    "file", ["../table.csv", "/table.csv", "a/b.csv", "..", ".part", "a\\b", ""]
)
def test_no_name_leaves_the_folder(own_entry, tmp_path, file):
    with pytest.raises(EntryError, match="file"):
        own_entry(tmp_path, sources=[{"file": file}])


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/table.csv", "table.csv"])
def test_only_web_addresses_are_opened(own_entry, tmp_path, url):
    with pytest.raises(EntryError, match="url"):
        own_entry(tmp_path, sources=[{"file": "a.csv", "url": url}])


def test_a_file_with_an_address_must_be_verifiable(own_entry, tmp_path):
    with pytest.raises(EntryError, match="needs its sha256 and bytes"):
        own_entry(tmp_path, sources=[{"file": "a.csv", "url": "https://host/a.csv"}])


@pytest.mark.parametrize("op, kept", [("<", 1), ("<=", 2), (">", 1), (">=", 2), ("present", 3)])
def test_filters_on_numbers(own_entry, tmp_path, op, kept):
    (tmp_path / "applicants.csv").write_text(
        "test score,gender,hired\n1,man,yes\n2,man,no\n3,man,yes\nunknown,man,no\n"
    )
    condition = {"column": "test score", "op": op} | ({} if op == "present" else {"value": 2})
    entry = own_entry(tmp_path, filters=[condition], features={"numeric": ["test score"]})
    assert len(load_table(entry, None, tmp_path)) == kept


def test_missing_values_are_refused_dropped_or_a_category(own_entry, tmp_path):
    (tmp_path / "applicants.csv").write_text(
        "gender,region,hired\nman,N/A,yes\nwoman,unknown,no\nman,,yes\n"
    )
    parts = {"features": {"categorical": ["region"]}, "reader": {"missing": ["unknown"]}}
    with pytest.raises(EntryError, match="region has 1 missing values of 3"):
        load_table(own_entry(tmp_path, missing_rows="refuse", **parts), None, tmp_path)
    dropped = load_table(own_entry(tmp_path, missing_rows="drop", **parts), None, tmp_path)
    assert dropped["region"].tolist() == ["N/A", ""]
    kept = load_table(own_entry(tmp_path, missing_rows="category", **parts), None, tmp_path)
    assert kept["region"].tolist() == ["N/A", "missing", ""]


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"features": {"numeric": ["aeg"]}}, "no column 'aeg'; did you mean age"),
        ({"features": {"numeric": ["region"]}}, "region is not numeric: 120 values such as"),
        ({"profiles": {"a": {"rows": 120}}}, "117 rows came out where the profile says 120"),
        (
            {"label": {"column": "region", "favourable": ["north"], "unfavourable": ["south"]}},
            "neither favourable nor unfavourable: 'islands'",
        ),
        ({"reader": {"header": False, "columns": ["age", "gender"]}}, "no column|cannot be read"),
        (
            {"features": {"ordered": {"region": ["north", "south"]}}},
            "region has values beside those given: 'islands'",
        ),
        (
            {
                "label": {
                    "column": "age",
                    "favourable": {"above": 30},
                    "unfavourable": {"above": 20},
                }
            },
            "neither favourable nor unfavourable, or both",
        ),
    ],
)
def test_an_entry_that_does_not_fit_its_file_says_where(own_entry, tmp_path, changes, message):
    with pytest.raises(EntryError, match=message):
        load_table(own_entry(tmp_path, **changes), None, tmp_path)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"colour": "red"}, "colour: Extra inputs"),
        ({"features": {}}, "at least one feature"),
        ({"features": {"numeric": ["age", "age"]}}, "given twice: age"),
        ({"features": {"numeric": ["split"]}}, "a feature cannot be called split"),
        ({"features": {"binned": {"age": [30, 20]}}}, "edges of age must rise"),
        ({"features": {"ordered": {"region": ["north", "north"]}}}, "region given twice: north"),
        ({"features": {"indicators": {"age": {"column": "age", "one": {}}}}}, "a range needs"),
        (
            {"label": {"column": "age", "favourable": ABOVE, "unfavourable": ["30"]}},
            "both values or both ranges",
        ),
        ({"filters": [{"column": "age", "op": "eval", "value": "1"}]}, "filters.0.op"),
        ({"filters": [{"column": "age", "op": "<", "value": ["a"]}]}, "takes a number"),
        ({"filters": [{"column": "age", "op": "in", "value": 3}]}, "takes a list"),
        ({"label": {"column": "hired", "favourable": [True], "unfavourable": ["no"]}}, "in quotes"),
        ({"label": {"column": "hired", "favourable": ["no"], "unfavourable": ["no"]}}, "both"),
        ({"sensitive": {"column": "age", "one": {}, "names": ["a", "b"]}}, "a range needs"),
        ({"splits": {"selection": 0.5, "test": 0.5}}, "leave no rows"),
        ({"splits": {"test": "other.csv"}}, "splits.test is 'other.csv'"),
        ({"reader": {"header": False}}, "needs columns"),
        ({"profiles": {"a": {"features": {"numeric": ["y"]}}}}, "profiles.a.features"),
    ],
)
def test_an_entry_that_cannot_be_right_is_refused_when_read(own_entry, tmp_path, changes, message):
    with pytest.raises(EntryError, match=message):
        own_entry(tmp_path, **changes)


def test_codes_indicators_ranges_and_a_scale_from_0_to_1(own_entry, tmp_path):
    (tmp_path / "applicants.csv").write_text(
        "score,grade,region,gender\n1,low,N,man\n2,high,S,woman\n5,mid,N,man\n9,low,W,woman\n"
    )
    above, up_to = {"above": 2}, {"at_most": 2}
    entry = own_entry(
        tmp_path,
        label={"column": "score", "favourable": above, "unfavourable": up_to},
        features={
            "scaling": "range",
            "numeric": ["score"],
            "ordered": {"grade": ["low", "mid", "high"]},
            "indicators": {
                "north": {"column": "region", "one": ["N"]},
                "passed": {"column": "score", "one": above},
            },
        },
    )
    table = load_table(entry, None, tmp_path)
    assert table["grade"].tolist() == [0, 2, 1, 0]
    assert table["y"].tolist() == table["passed"].tolist() == [0, 0, 1, 1]
    frame = encode(table, entry.view(), ["train", "train", "train", "test"])
    assert list(frame.columns)[1:5] == ["score", "grade", "north", "passed"]
    # The last row's 9 is beyond the training rows, and is cut off.
    assert frame["score"].tolist() == [0, 0.25, 1, 1]
    assert frame["grade"].tolist() == [0, 1, 0.5, 0]
    assert frame["north"].tolist() == [1, 0, 1, 0]
    without = entry.view(sensitive=["region"]).features
    assert list(without.indicators) == ["passed"] and without.scaling == "range"


def test_unknown_names_list_the_known_ones():
    with pytest.raises(EntryError, match="no data set 'german_credit': give one of adult, bank"):
        read_entry("german_credit")
    with pytest.raises(EntryError, match="no profile 'raw', only propublica6172, raw7214, aif5278"):
        read_entry("compas").view("raw")


def test_a_view_written_as_json_reads_back_the_same():
    for name in shipped():
        entry = read_entry(name)
        for profile in entry.profiles:
            view = entry.view(profile)
            assert type(view).model_validate_json(view.model_dump_json()) == view
