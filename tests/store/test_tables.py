"""Files describe themselves, are written whole or not at all, and are checked when read."""

import errno
import json
import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairbench.store import tables as storage
from fairbench.store.tables import DamagedFile, atomic_path, read_table, write_table, write_text

ABOUT = {"positive_rate": 0.1, "trials": [0, 1], "seed": 7, "generator": "tést"}


def every_kind_of_column() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "text": ["train", None, 'qu"ote, é\n'],
            "int8": np.array([-128, 0, 127], dtype=np.int8),
            "int64": np.array([-(2**63), 0, 2**63 - 1]),
            "uint64": np.array([0, 1, 2**64 - 1], dtype=np.uint64),
            "float64": [0.1 + 0.2, np.nan, -np.inf],
            "zeros": [0.0, -0.0, 5e-324],
            "float32": np.array([0.1, np.nan, 3e38], dtype=np.float32),
            "bool": [True, False, True],
        }
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "p=0.1" / "table.parquet"


@pytest.mark.parametrize("rows", [slice(None), slice(0, 0)])
def test_every_type_of_column_comes_back_as_it_was(path, rows):
    frame = every_kind_of_column()[rows]
    write_table(frame, path, kind="fits", about=ABOUT)
    found, about = read_table(path, kind="fits", about={"seed": 7})
    pd.testing.assert_frame_equal(found, frame, check_exact=True)
    assert about == ABOUT
    signs = np.signbit(found["zeros"].to_numpy())
    assert signs.tolist() == [False, True, False][: len(found)]


def test_the_same_table_has_the_same_bytes_whatever_its_index_and_strings_are_stored_as(tmp_path):
    frame = every_kind_of_column()
    other = frame.astype({"text": object}).set_index(pd.Index([5, 3, 9]))
    write_table(frame, tmp_path / "a.parquet", kind="fits", about=ABOUT)
    write_table(other, tmp_path / "b.parquet", kind="fits", about=dict(reversed(ABOUT.items())))
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_numpy_values_and_tuples_in_a_description_compare_with_what_was_read(path):
    frame = pd.DataFrame({"a": [1]})
    write_table(frame, path, kind="fits", about={"rate": np.float64(0.1), "trials": (0, 1)})
    assert read_table(path, about={"trials": (0, 1), "rate": 0.1})[1]["trials"] == [0, 1]


def test_any_changed_or_missing_byte_is_noticed_or_harmless(path):
    frame = pd.DataFrame({"split": ["train", "test"], "y": np.array([0, 1], dtype=np.int8)})
    write_table(frame, path, kind="dataset", about={"seed": 1})
    whole = path.read_bytes()
    damaged = [whole[:length] for length in range(0, len(whole), 7)]
    damaged += [
        whole[:place] + bytes([byte ^ (128 if place % 2 else 1)]) + whole[place + 1 :]
        for place, byte in enumerate(whole)
    ]
    noticed = 0
    for content in damaged:
        path.write_bytes(content)
        try:
            found, about = read_table(path, kind="dataset", about={"seed": 1})
        except DamagedFile as error:
            noticed += 1
            assert str(path) in str(error) and "delete it and run snakemake again" in str(error)
        else:
            pd.testing.assert_frame_equal(found, frame)
            assert about == {"seed": 1}
    assert noticed > len(damaged) / 2


def edited(path, edit):
    """Rewrite a table as somebody with an editor for Parquet files would."""
    table = pq.read_table(path)
    document = json.loads(table.schema.metadata[b"fairbench"])
    table = edit(table, document)
    table = table.replace_schema_metadata({b"fairbench": json.dumps(document).encode()})
    pq.write_table(table, path)


def change_a_value(table, document):
    return table.set_column(0, "y", pa.array([0, 0], pa.int8()))


def fill_a_gap(table, document):
    return table.set_column(1, "note", pa.array([1.0, 0.0], pa.float64()))


def drop_a_row(table, document):
    return table.slice(0, 1)


def change_the_description(table, document):
    document["about"]["seed"] = 2
    return table


def change_the_kind(table, document):
    document["kind"] = "fits"
    return table


def change_a_type(table, document):
    document["columns"][0][1] = "int16"
    return table


@pytest.mark.parametrize(
    "edit",
    [
        change_a_value,
        fill_a_gap,
        drop_a_row,
        change_the_description,
        change_the_kind,
        change_a_type,
    ],
)
def test_a_table_edited_by_hand_is_refused(path, edit):
    frame = pd.DataFrame({"y": np.array([0, 1], dtype=np.int8), "note": [1.0, np.nan]})
    write_table(frame, path, kind="dataset", about={"seed": 1})
    edited(path, edit)
    with pytest.raises(DamagedFile, match="hash differs|described as"):
        read_table(path)


def test_a_file_of_another_kind_or_run_is_refused_and_the_difference_named(path):
    write_table(pd.DataFrame({"y": [1]}), path, kind="dataset", about=ABOUT)
    with pytest.raises(DamagedFile, match="holds 'dataset' where 'fits'"):
        read_table(path, kind="fits")
    with pytest.raises(DamagedFile, match=r"positive_rate is 0\.1 where 0\.2"):
        read_table(path, about={"seed": 7, "positive_rate": 0.2})
    with pytest.raises(DamagedFile, match="rotation is missing"):
        read_table(path, about={"rotation": None})


def test_other_files_are_refused_and_a_missing_one_is_not_called_damaged(path):
    with pytest.raises(FileNotFoundError):
        read_table(path)
    write_text(path, "no table")
    with pytest.raises(DamagedFile, match="not a readable table"):
        read_table(path)
    pd.DataFrame({"y": [1]}).to_parquet(path)
    with pytest.raises(DamagedFile, match="not a readable table"):
        read_table(path)


def test_what_cannot_be_stored_is_refused_before_anything_is_written(path):
    def write(frame, about=None):
        write_table(frame, path, kind="fits", about=about or {})

    with pytest.raises(TypeError, match="'when' has type datetime64"):
        write(pd.DataFrame({"when": pd.to_datetime(["2024-01-01"])}))
    with pytest.raises(TypeError, match="'mixed' has type object"):
        write(pd.DataFrame({"mixed": ["a", 1]}))
    with pytest.raises(ValueError, match="distinct names"):
        write(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(ValueError, match="distinct names"):
        write(pd.DataFrame([[1]]))
    with pytest.raises(ValueError, match="reset_index"):
        write(pd.DataFrame({"a": [1]}, index=pd.Index([1], name="trial")))
    with pytest.raises(TypeError, match="cannot hold"):
        write(pd.DataFrame({"a": [1]}), {"path": object()})
    with pytest.raises(ValueError, match="JSON"):
        write(pd.DataFrame({"a": [1]}), {"rate": float("nan")})
    assert not path.parent.exists()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path, error):
    target = tmp_path / "figure.pdf"
    write_text(target, "old")
    with pytest.raises(error), atomic_path(target) as temporary:
        assert (temporary.parent, temporary.suffix) == (tmp_path, ".pdf")
        temporary.write_text("half")
        raise error
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["figure.pdf"]


def test_a_written_file_may_be_read_by_others(tmp_path):
    previous = os.umask(0o022)
    try:
        write_text(tmp_path / "b.txt", "é\n")
    finally:
        os.umask(previous)
    assert (tmp_path / "b.txt").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "b.txt").read_bytes() == b"\xc3\xa9\n"


def test_a_full_disk_is_reported_with_the_name_of_the_file(path, monkeypatch):
    def no_space(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", no_space)
    with pytest.raises(OSError, match="no space left") as caught:
        write_table(pd.DataFrame({"a": [1]}), path, kind="fits", about={})
    assert caught.value.filename == str(path) and caught.value.errno == errno.ENOSPC
    assert os.listdir(path.parent) == []
