"""A whole file of another run, or one made from another version of its source, is told apart."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from snakemake.utils import update_config

from fairbench.config.check import check
from fairbench.plan.plan import Plan
from fairbench.planning.complaint import read_yaml
from fairbench.store import csv_tables, journal, provenance
from fairbench.store import tables as storage
from fairbench.store.origins import read_provenance
from fairbench.studies.grid.tables import read_fits

REPOSITORY = Path(__file__).parents[2]
FRAME = pd.DataFrame({"method": ["fr_train", "naive_mi"], "accuracy": [0.8, 0.9]})
RUN = {"commit": "c" * 40, "config": "a" * 64, "files": [], "overrides": []}


@pytest.fixture
def noting(monkeypatch):
    """A command that notes what it reads."""
    monkeypatch.setattr(journal, "_journal", None)
    return lambda *arguments: journal.begin(arguments)


def made_from(noting, source: pd.DataFrame, folder: Path) -> None:
    """Write a table, and another that is made from it."""
    noting("collect")
    storage.write_table(source, folder / "fits.parquet", kind="fits", about={"settings": "a"})
    noting("select")
    storage.read_table(folder / "fits.parquet")
    csv_tables.write_csv(source, folder / "selected.csv")


def test_two_files_that_do_not_belong_together_are_not_read_together(tmp_path, noting, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = FRAME.assign(more=1.0)
    made_from(noting, FRAME, Path("tables"))
    shutil.copytree("tables", "elsewhere")
    made_from(noting, other, Path("tables"))
    noting("summarise")
    csv_tables.read_csv("tables/selected.csv")
    storage.read_table("tables/fits.parquet")
    for name in ("selected.csv", "selected.csv-metadata.json"):
        shutil.copy(f"elsewhere/{name}", f"tables/{name}")
    paths = ["tables/selected.csv", "tables/fits.parquet"]
    for order in (paths, paths[::-1]):
        noting("summarise")
        with pytest.raises(storage.DamagedFile, match=r"selected\.csv: it belongs to another run"):
            for path in order:
                (csv_tables.read_csv if path.endswith("csv") else storage.read_table)(path)


def test_a_table_made_with_other_settings_is_not_taken_for_this_one(tmp_path, noting, monkeypatch):
    monkeypatch.chdir(tmp_path)
    read = {"tables/fits.parquet": read_fits, "tables/selected.csv": csv_tables.read_csv}
    run = lambda settings: json.dumps(RUN | {"settings": dict.fromkeys(read, settings)})  # noqa: E731
    monkeypatch.setenv(provenance.HANDED, run("a"))
    made_from(noting, FRAME, Path("tables"))
    for path, reader in read.items():
        for asked in (run("a"), json.dumps(RUN), ""):
            monkeypatch.setenv(provenance.HANDED, asked)
            assert len(reader(path)) == len(FRAME)
        monkeypatch.setenv(provenance.HANDED, run("b"))
        with pytest.raises(storage.DamagedFile, match="belongs to another run"):
            reader(path)


def test_what_decides_a_table_changes_its_checksum_and_no_other():
    """Each of these runs the rules of these tables again, and of no others."""
    default = plan_of(["config/quick.yaml"], {})
    every = {Path(path).name for path in default}
    resampled = {"cells.csv", "comparisons.csv", "matched.csv", "alignment.csv", "stability.csv"}
    trained = every - {"alignment.csv", "stability.csv", "folds.csv", "sweep.csv"}
    cases = {
        "bootstrap: 300": resampled | {"baselines.csv"},
        "limit_draws: 2000": trained - {"fits.parquet"},
        "studies: {imbalance: {trials: 2}}": trained,
        "tracking: {seeds_fr_train: {slope: 10}}": {"alignment.csv", "stability.csv"},
        "representations: {probe_trees: 20}": {"folds.csv"},
        "seed: 1": every,
        "resources: {threads: 2}": set(),
        "figures: {fig6: [3.0]}": set(),
    }
    for overlay, expected in cases.items():
        other = plan_of(["config/quick.yaml"], yaml.safe_load(overlay))
        assert {Path(path).name for path in default if other[path] != default[path]} == expected


def test_the_order_in_which_config_files_are_merged_is_no_setting():
    """Snakemake merges an overlay before the default config too, our own commands after it."""
    default = read_yaml(REPOSITORY / "config" / "config.yaml")
    for name in ("quick", "real", "published"):
        overlay = read_yaml(REPOSITORY / "config" / f"{name}.yaml")
        ours, theirs = {}, {}
        for merged, files in ((ours, (default, overlay)), (theirs, (overlay, default, overlay))):
            for file in files:
                update_config(merged, file)
        found = [Plan(check(merged)).settings() for merged in (ours, theirs)]
        assert found[0] == found[1], name


def plan_of(files: list[str], overlay: dict) -> dict[str, str]:
    merged = read_yaml(REPOSITORY / "config" / "config.yaml")
    for further in (*(read_yaml(REPOSITORY / file) for file in files), overlay):
        update_config(merged, further)
    return Plan(check(merged)).settings()


def test_tables_are_listed_one_by_one_beside_many_files(tmp_path, noting, monkeypatch):
    """As of the figures of the default study, which are drawn from 27 accuracy limits besides."""
    monkeypatch.chdir(tmp_path)
    noting("select")
    for number in range(20):
        storage.write_table(FRAME, f"limits/{number}.parquet", kind="limit", about={"p": number})
        storage.read_table(f"limits/{number}.parquet")
    storage.write_table(FRAME, "tables/fits.parquet", kind="fits", about={})
    storage.read_table("tables/fits.parquet")
    csv_tables.write_csv(FRAME, "tables/selected.csv")
    found = read_provenance(Path("tables/selected.csv"))["inputs"]
    assert [(entry["name"], entry["files"]) for entry in found] == [
        ("tables/fits.parquet", 1),
        ("limits", 20),
    ]
    noting("summarise")
    storage.write_table(FRAME.assign(more=1), "tables/fits.parquet", kind="fits", about={})
    storage.read_table("tables/fits.parquet")
    with pytest.raises(storage.DamagedFile, match="it belongs to another run"):
        csv_tables.read_csv("tables/selected.csv")


def test_files_are_asked_one_by_one_where_they_come_from(tmp_path, noting, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made_from(noting, FRAME, Path("tables"))
    noting("collect")
    storage.read_table("tables/fits.parquet")
    storage.write_table(FRAME, "tables/made.parquet", kind="fits", about={})
    noting("provenance")
    storage.write_table(FRAME.assign(more=1), "tables/fits.parquet", kind="fits", about={})
    paths = [Path("tables") / name for name in ("made.parquet", "fits.parquet")]
    assert all(read_provenance(path)["content"] for path in paths)
    assert journal.current().inputs == {}
