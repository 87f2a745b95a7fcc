"""Damaged files are named and not read; a full disk and a bad method end in words, not in chaos."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from fairbench.store.csv_tables import read_csv
from fairbench.store.stamps import beside
from fairbench.store.tables import read_table

from .conftest import LIMIT
from .expected import FIGURE_9, TABLES, assert_same_results

pytestmark = pytest.mark.slow

REMEDY = "delete it and run snakemake again"


def columns_named(group) -> list[str]:
    return [group.column(i).path_in_schema for i in range(group.num_columns)]


def flipped_bit(path, other):
    columns = pq.ParquetFile(path).metadata.row_group(0)
    index = columns_named(columns).index("test_accuracy")
    column = columns.column(index)
    content = bytearray(path.read_bytes())
    # The last byte of the column's only page: values and no header.
    content[column.data_page_offset + column.total_compressed_size - 1] ^= 4
    path.write_bytes(content)


def of_another_cell(path, other):
    shutil.copyfile(other, path)


def test_a_damaged_fit_file_is_named_and_only_it_is_made_again(scratch):
    """What damage is noticed, and that all is, is seen on single files: tests/store."""
    damaged, other = (scratch.find("fits/", f"positive_rate={p}/", "fr_train") for p in (0.3, 0.5))
    tables = {name: stamp for name, stamp in scratch.stamps().items() if name.endswith(".csv")}
    for damage in (flipped_bit, of_another_cell):
        damage(damaged, other)
        said = scratch.run(succeeds=False)
        name = str(damaged.relative_to(scratch.folder))
        assert f"fairbench collect: {name}: " in said
        assert REMEDY in said
        assert "Traceback" not in said
        assert "tables/fits.parquet" not in scratch.results()
        assert tables.items() <= scratch.stamps().items()

    damaged.unlink()
    assert scratch.pending() == {name.removeprefix("results/")} | TABLES | FIGURE_9


def test_the_data_or_the_limit_of_another_cell_is_not_taken_for_this_one(scratch, undisturbed):
    given = ("--config", "results=results", "bootstrap=200")
    for folder, command in {"limits": "select", "data": "train"}.items():
        damaged, other = (scratch.find(f"{folder}/", f"positive_rate={p}/") for p in (0.3, 0.5))
        of_another_cell(damaged, other)
        said = scratch.run(*given, succeeds=False)
        assert f"fairbench {command}: {damaged.relative_to(scratch.folder)}: " in said
        assert REMEDY in said
        assert "Traceback" not in said
        damaged.unlink()

        # The command that runs the failed job alone has what --config said, and is enough.
        alone = re.search(r"^  alone: (snakemake .*)$", said, re.MULTILINE)[1]
        assert alone.endswith(" --config results=results bootstrap=200")
        call = scratch.command() | {"args": [sys.executable, "-m", *shlex.split(alone)]}
        assert subprocess.run(**call, timeout=LIMIT, check=False).returncode == 0

    scratch.run()
    assert_same_results(scratch, undisturbed)


def test_an_edited_table_is_named_and_not_summarised(scratch):
    """And all that is known of the failure is shown."""
    edited = scratch.find("selected.csv")
    frame = pd.read_csv(edited)
    frame.loc[0, "accuracy"] = 1.0
    frame.to_csv(edited, index=False)
    said = scratch.run(succeeds=False)
    assert "fairbench summarise: results/tables/selected.csv: " in said
    assert "Error in rule" in said
    assert "failed: " in said and "log: " in said
    assert REMEDY in said
    assert "Traceback" not in said

    edited.unlink()
    assert scratch.pending() == (TABLES | FIGURE_9) - {"tables/fits.parquet"}


def test_a_table_that_lost_what_lay_beside_it_is_made_again(scratch, undisturbed):
    """As it is where a job is killed between the two files."""
    selected, reproduction = scratch.find("selected.csv"), scratch.find("reproduction.csv")
    selected.write_bytes(selected.read_bytes() + b"1\n")
    for table in (selected, reproduction):
        Path(beside(table)).unlink()
    assert {"tables/selected.csv", "tables/reproduction.csv"} <= scratch.made_by_run()
    assert_same_results(scratch, undisturbed)


def test_every_table_in_csv_is_read_with_the_defaults_of_pandas(undisturbed):
    found = {n: p for n, p in undisturbed.results("tables").items() if p.suffix == ".csv"}
    assert found.keys() == {name for name in TABLES if name.endswith(".csv")}
    for path in found.values():
        pd.testing.assert_frame_equal(pd.read_csv(path), read_csv(path))


@pytest.fixture
def small_disk(fresh):
    """A results folder with room for the logs and not for a data set."""
    folder = fresh.folder / "results"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.getuid() != 0 or not shutil.which("mount"):
        pytest.skip("mounting a small file system needs root")
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let root mount a file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_named_with_the_file_that_did_not_fit(fresh, small_disk):
    target = next(name for name in fresh.pending() if name.startswith("data/"))
    said = fresh.run(f"results/{target}", succeeds=False)
    assert "no space left on the disk for this file; free some and run snakemake again" in said
    assert f"'results/{target}'" in said
    assert "Traceback" not in said
    assert fresh.results() == {}
    assert not list(small_disk.rglob(".partial-*"))

    subprocess.run(["mount", "-o", "remount,size=100m", str(small_disk)], check=True)
    fresh.run(f"results/{target}")
    read_table(small_disk / target, kind="dataset")


BAD_METHODS = """
from fairbench.methods import Method


class Raises(Method):
    name = "raises"

    def fairness(self, networks, batch, logit, weight):
        raise RuntimeError("out of ideas")


class Undefined(Method):
    name = "undefined"

    def fairness(self, networks, batch, logit, weight):
        return logit.mean(-1) * float("nan")
"""


def test_a_method_that_fails_is_recorded_and_said_and_never_stops_the_figures(scratch):
    (scratch.folder / "mine.py").write_text(BAD_METHODS)
    scratch.study["methods"] |= {"raises": {"file": "mine.py"}, "undefined": {"file": "mine.py"}}
    scratch.overlay["figures"]["fig9"]["rivals"] = ["raises", "undefined"]
    # Two cells of two trials, two weights each; the other methods' fits were there before.
    assert "In this run 16 of 16 fits were lost (8 diverged, 8 error)" in scratch.run()

    fits, _ = read_table(scratch.find("tables/fits.parquet"), kind="fits")
    status = fits.groupby("label")["status"].agg(set)
    assert status["raises"] == {"error"}
    assert status["undefined"] == {"diverged"}
    assert fits.loc[fits["label"] == "raises", "reason"].str.contains("out of ideas").all()
    assert fits.loc[fits["label"] == "undefined", "reason"].str.len().gt(0).all()

    cells = pd.read_csv(scratch.find("cells.csv")).set_index("label")
    for label in ("raises", "undefined"):
        assert (cells.loc[label, "n"] == 0).all()
        assert (cells.loc[label, "lost"] == 2).all()
    assert (cells.loc["fr_train", "lost"] == 0).all()
    assert set(scratch.results("figures")) >= FIGURE_9
    assert "were lost" not in scratch.run("--forcerun", "reproduce")
