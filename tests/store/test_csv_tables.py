"""Tables in CSV: plain to every program, and to ours only with what belongs beside them."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fairbench.store import csv_tables, provenance, stamps
from fairbench.store import tables as storage
from fairbench.store.origins import read_provenance

FRAME = pd.DataFrame({"method": ["fr_train", "naive_mi"], "accuracy": [0.8, 0.9]})
OTHER = FRAME.assign(accuracy=1.0)
RUN = {"commit": "c" * 40, "config": "a" * 64, "files": [], "overrides": []}


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A place for a table that a job of a run writes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(provenance.HANDED, json.dumps(RUN))
    return Path("results/table.csv")


def assert_refused(table, words):
    with pytest.raises(storage.DamagedFile, match=words) as refused:
        csv_tables.read_csv(table)
    assert str(refused.value).startswith(f"{table}: ")
    assert str(refused.value).endswith("; delete it and run snakemake again")
    with pytest.raises(ValueError, match="damaged|carries no provenance"):
        read_provenance(table)


@pytest.mark.parametrize("text", ["plain", "# a remark", 'a "#" and, a comma', "two\n# lines", "#"])
def test_every_reader_reads_a_table_with_its_defaults(table, text):
    frame = FRAME.assign(reason=["", text], lost=[True, False]).replace("", None)
    csv_tables.write_csv(frame, table)
    for found in (csv_tables.read_csv(table), pd.read_csv(table)):
        assert list(found["reason"])[1] == text and pd.isna(found["reason"][0])
        pd.testing.assert_frame_equal(found.drop(columns="reason"), frame.drop(columns="reason"))
    with open(table, newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == list(frame) and [len(row) for row in rows] == [len(head)] * 2


@pytest.mark.parametrize("settings", [None, "e" * 64])
def test_a_table_is_read_only_with_what_belongs_beside_it(table, monkeypatch, settings):
    asked = RUN | {"settings": {str(table): settings}} if settings else RUN
    monkeypatch.setenv(provenance.HANDED, json.dumps(asked))
    csv_tables.write_csv(FRAME, table)
    content, beside = table.read_bytes(), Path("results/table.csv-metadata.json")
    known = beside.read_text()
    assert read_provenance(table).get("settings") == settings
    assert read_provenance(beside) == read_provenance(table)
    pd.testing.assert_frame_equal(csv_tables.read_csv(table), FRAME)
    for altered, words in (
        (None, "table.csv-metadata.json, which says where it is from, is not beside it"),
        (known.replace("c" * 40, "d" * 40), "hash differs"),
        (known.replace('"notes"', '"remarks"'), "metadata.json cannot be read"),
        (known[: len(known) // 2], "metadata.json cannot be read"),
        ("[]", "metadata.json cannot be read"),
        ('{"notes": [3]}', "hash differs"),
        ("[" * 100_000, "metadata.json cannot be read"),
    ):
        beside.unlink(missing_ok=True)
        if altered is not None:
            beside.write_text(altered)
        assert_refused(table, words)
    beside.write_text(known)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 16
        table.write_bytes(changed)
        assert_refused(table, "hash differs")
    table.write_bytes(content)
    pd.testing.assert_frame_equal(csv_tables.read_csv(table), FRAME)


def test_a_table_of_another_run_is_refused(table, monkeypatch):
    monkeypatch.setenv(provenance.HANDED, json.dumps(RUN | {"settings": {str(table): "e" * 64}}))
    csv_tables.write_csv(FRAME, table)
    monkeypatch.setenv(provenance.HANDED, json.dumps(RUN | {"settings": {str(table): "f" * 64}}))
    with pytest.raises(storage.DamagedFile, match="made with other settings"):
        csv_tables.read_csv(table)


@pytest.mark.parametrize("killed_at", [0, 1])
def test_a_kill_between_the_two_leaves_no_pair(table, monkeypatch, killed_at):
    """Before the first file is put in its place, and between the first and the second."""
    csv_tables.write_csv(FRAME, table)
    replaced, replace = [], os.replace

    def killed(source, target):
        if len(replaced) == killed_at:
            raise KeyboardInterrupt
        replaced.append(target)
        replace(source, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(os, "replace", killed)
        csv_tables.write_csv(OTHER, table)
    # To Snakemake a missing output: it makes both again.
    assert not Path(stamps.beside(table)).exists()
    with pytest.raises(storage.DamagedFile, match="is not beside it"):
        csv_tables.read_csv(table)
    csv_tables.write_csv(OTHER, table)
    pd.testing.assert_frame_equal(csv_tables.read_csv(table), OTHER)


def test_a_table_that_cannot_be_written_leaves_the_old_pair(table, monkeypatch):
    csv_tables.write_csv(FRAME, table)

    def full(self, *_):
        raise OSError(28, "full")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space left"):
        csv_tables.write_csv(OTHER, table)
    pd.testing.assert_frame_equal(csv_tables.read_csv(table), FRAME)
    assert {path.name for path in table.parent.iterdir()} == {
        "table.csv",
        "table.csv-metadata.json",
    }


def test_a_method_may_have_the_name_of_a_missing_value(table):
    frame = pd.DataFrame({"label": ["nan", "null", "NA"], "value": [1.0, np.nan, 2.0]})
    csv_tables.write_csv(frame, table)
    pd.testing.assert_frame_equal(csv_tables.read_csv(table), frame)
