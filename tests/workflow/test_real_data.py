"""Real data through the workflow without a network: a table of one's own, and a mirror."""

import hashlib
import shutil

import pandas as pd
import pytest
import yaml

from .expected import FIGURE_9, TABLES

pytestmark = pytest.mark.slow

EXAMPLE = "examples/applicants_study.yaml"


def add_example(scratch, **changes):
    """The example of docs/datasets.md, trained as briefly as the tiny study."""
    scratch.further = [EXAMPLE]
    scratch.overlay["studies"]["applicants"] = {"budget": scratch.study["budget"]} | changes


def test_a_table_of_ones_own_goes_through_the_workflow_by_its_entry(scratch):
    add_example(scratch, poisoning={"rate": 0.1})
    made = scratch.made_by_run()
    place = "applicants/profile=everyone/seed=2023/"
    own = {name for name in made if place in name}
    # Beside the tables nothing of the other study is made again.
    assert made == own | TABLES | FIGURE_9
    kinds = sorted(name.partition("/")[0] for name in own)
    assert kinds == ["data", "fits", "fits", "poisoned"]

    chosen = pd.read_csv(scratch.find("selected.csv"))
    mine = chosen[chosen["study"] == "applicants"]
    assert set(mine["dataset"]) == {"applicants/everyone"}
    assert len(mine) == 20 and set(mine["status"]) <= {"ok", "degenerate"}
    assert mine[["positive_rate", "distance_to_limit"]].isna().all().all()
    assert mine["accuracy"].between(0.2, 1.0).all()
    assert "on applicants/everyone" in scratch.find("findings.md").read_text()

    # Rows count, and what the entry says about them (tests/plan), but not how it says it.
    entry = scratch.folder / "examples" / "applicants.yaml"
    text = entry.read_text()
    entry.write_text(text.replace("Invented for", "Made up for") + "\n# a remark\n")
    assert scratch.pending() == set()
    table = scratch.folder / "examples" / "applicants.csv"
    rows = table.read_text()
    table.write_text(rows.replace("53,south", "54,south", 1))
    assert scratch.pending() == own | TABLES | FIGURE_9
    table.write_text(rows)

    # Real data alone: there is no law, and so no file of limits.
    scratch.overlay["studies"]["imbalance"] = None
    scratch.overlay["figures"]["fig9"] = None
    assert "limits" not in scratch.run("-n")
    scratch.run()
    cells = pd.read_csv(scratch.find("cells.csv"))
    assert set(cells["study"]) == {"applicants"} and set(cells["n"]) == {10}


def test_a_mirror_supplies_a_file_and_another_mirror_is_no_reason_to_get_it_again(
    scratch, monkeypatch
):
    monkeypatch.delenv("FAIRBENCH_DATA_MIRROR", raising=False)  # it would come before the config's
    table = (scratch.folder / "examples" / "applicants.csv").read_bytes()
    entry = yaml.safe_load((scratch.folder / "examples" / "applicants.yaml").read_text())
    entry["name"] = "afar"
    source = {"file": "table.csv", "url": "http://127.0.0.1:9/table.csv", "bytes": len(table)}
    entry["sources"] = [source | {"sha256": hashlib.sha256(table).hexdigest()}]
    (scratch.folder / "afar.yaml").write_text(yaml.safe_dump(entry))
    add_example(scratch)
    study = (scratch.folder / EXAMPLE).read_text()
    (scratch.folder / EXAMPLE).write_text(study.replace("examples/applicants.yaml", "afar.yaml"))
    path = "resources/data/afar/table.csv"

    for mirror in ("one", "two"):
        (scratch.folder / mirror / "afar").mkdir(parents=True)
        (scratch.folder / mirror / "afar" / "table.csv").write_bytes(table)
    scratch.overlay["data"] = {"mirror": "one"}
    data = "results/data/afar/profile=everyone/seed=2023/trials=0-9.parquet"
    scratch.run(data)
    assert (scratch.folder / path).read_bytes() == table
    scratch.overlay["data"] = {"mirror": "two"}
    assert "Nothing to be done" in scratch.run(data)

    # A file put there by hand is as good as one that was downloaded, if it is the right one.
    shutil.rmtree(scratch.folder / "results" / "data" / "afar")
    (scratch.folder / path).unlink()
    scratch.overlay["data"] = {"mirror": None}
    (scratch.folder / path).write_bytes(table[:-1] + b"x")
    said = scratch.run(data, succeeds=False)
    assert "has the SHA-256" in said and "python -m fairbench fetch" in said
    (scratch.folder / path).write_bytes(table)
    scratch.run(data)
