"""Tables in CSV: the first line says where they are from, and nothing else is read as one."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fairbench import csv_tables, provenance, storage
from fairbench.storage_provenance import read_provenance

FRAME = pd.DataFrame({"method": ["fr_train", "naive_mi"], "accuracy": [0.8, 0.9]})
RUN = {"commit": "c" * 40, "config": "a" * 64, "files": [], "overrides": []}


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A place for a table that a job of a run writes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(provenance.HANDED, json.dumps(RUN))
    return Path("results/table.csv")


@pytest.mark.parametrize("settings", [None, "e" * 64])
def test_a_table_is_read_only_behind_the_line_that_belongs_to_it(table, monkeypatch, settings):
    asked = RUN | {"settings": {str(table): settings}} if settings else RUN
    monkeypatch.setenv(provenance.HANDED, json.dumps(asked))
    csv_tables.write_csv(FRAME, table)
    line, content = table.read_bytes().split(b"\n", 1)
    assert content == FRAME.to_csv(index=False).encode()
    assert read_provenance(table).get("settings") == settings
    pd.testing.assert_frame_equal(csv_tables.read_csv(table), FRAME)
    pd.testing.assert_frame_equal(pd.read_csv(table, comment="#"), FRAME)
    other = FRAME.assign(accuracy=1.0).to_csv(index=False).encode()
    cut, unlike = line[:-5], line.replace(b"c" * 40, b"d" * 40)
    for altered, words in (
        (line + b"\n" + other, "hash differs"),
        (unlike + b"\n" + content, "hash differs"),
        (content, "no line that says where it is from"),
        (cut + b"\n" + content, "no line that says where it is from"),
        (cut + b"}\n" + content, "cannot be read"),
        (b"# fairbench provenance {}\n" + content, "hash differs"),
        (b"", "no line that says where it is from"),
    ):
        table.write_bytes(altered)
        with pytest.raises(storage.DamagedFile, match=words):
            csv_tables.read_csv(table)
        with pytest.raises(ValueError, match="damaged|carries no provenance"):
            read_provenance(table)
    for place in range(0, len(line) + len(content), 7):
        whole = bytearray(line + b"\n" + content)
        whole[place] ^= 16
        table.write_bytes(whole)
        with pytest.raises(storage.DamagedFile):
            csv_tables.read_csv(table)


def test_a_method_may_have_the_name_of_a_missing_value(table):
    frame = pd.DataFrame({"label": ["nan", "null", "NA"], "value": [1.0, np.nan, 2.0]})
    csv_tables.write_csv(frame, table)
    pd.testing.assert_frame_equal(csv_tables.read_csv(table), frame)


@pytest.mark.parametrize("text", ["# a remark", 'a "#" and, a comma', "two\n# lines", "#"])
def test_a_text_that_looks_like_a_comment_is_a_text_to_every_reader(table, text):
    frame = FRAME.assign(reason=["", text], lost=[True, False]).replace("", None)
    csv_tables.write_csv(frame, table)
    for found in (
        csv_tables.read_csv(table),
        pd.read_csv(table, comment="#"),
    ):
        assert list(found["reason"])[1] == text and pd.isna(found["reason"][0])
        pd.testing.assert_frame_equal(found.drop(columns="reason"), frame.drop(columns="reason"))
