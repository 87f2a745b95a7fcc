"""Two folders of results: what differs is told, and what does not is not."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from fairbench.commands.app import app
from fairbench.evaluation.difference import compare, same_rows
from fairbench.evaluation.matching import key_columns
from fairbench.store import provenance
from fairbench.store.csv_tables import write_csv
from fairbench.store.tables import write_table

RUN = {"commit": "c" * 40, "config": "a" * 64, "files": [], "overrides": []}
TABLES = "results/tables"


def fits() -> pd.DataFrame:
    rows = [("grid", method, trial) for method in ("plain", "fair") for trial in range(3)]
    frame = pd.DataFrame(rows, columns=["study", "label", "trial"])
    frame["accuracy"] = np.linspace(0.7, 0.9, len(frame))
    return frame.assign(seconds=0.5, note=[None, "lost", None, None, None, None])


def claims() -> pd.DataFrame:
    said = {"place": "figure 8", "quantity": ["accuracy", "gain"], "ours": [0.8, 0.1]}
    return pd.DataFrame(said).assign(verdict="reproduced", verdict_holm="reproduced")


def drawn(trials) -> pd.DataFrame:
    return pd.concat([pd.DataFrame({"trial": t, "x": [0.5 + t, 0.25]}) for t in trials])


def write_run(root: Path, *, fitted=None, judged=None, iterations=600, blocks=((0, 1), (2,))):
    """A run with a table of fits, one of verdicts, and files of fits and data behind them."""
    spec = {"method": "fair", "budget": {"iterations": iterations}, "lambda_f": [0.1, 0.5]}
    fitted = fits() if fitted is None else fitted
    write_table(fitted, root / "tables" / "fits.parquet", kind="fits", about={"studies": ["grid"]})
    write_csv(claims() if judged is None else judged, root / "tables" / "verdicts.csv")
    for block in blocks:
        about = {"dataset": "law", "trials": list(block)}
        name = f"trials={block[0]}.parquet"
        write_table(drawn(block), root / "data" / name, kind="dataset", about=about)
        about = {"data": about, "spec": spec}
        write_table(fitted, root / "fits" / name, kind="fits", about=about)


@pytest.fixture
def both(tmp_path, monkeypatch):
    """Two folders with the same run; one of them is then written again with a change."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(provenance.HANDED, json.dumps(RUN))
    for root in ("a", "b"):
        write_run(Path(root))
    return Path("a"), Path("b")


def told(*options) -> tuple[int, str, str]:
    """Exit status, all that was said, and its last line."""
    said = CliRunner().invoke(app, ["diff", "a", "b", *options])
    return said.exit_code, said.output, said.output.strip().splitlines()[-1]


def test_a_run_is_equal_to_itself_in_another_order_and_at_another_speed(both):
    mixed = fits().sample(frac=1, random_state=1).assign(seconds=np.linspace(1, 2, 6))
    write_run(both[1], fitted=mixed)
    status, said, last = told()
    assert (status, last) == (0, "equal")
    assert "in common: seconds" in said and "2 in both" in said and "none changed" in said


def test_where_a_value_differs_by_how_much_and_in_which_row(both):
    changed = fits()
    changed.loc[4, "accuracy"] += 1e-3
    changed.loc[1, "note"] = None
    write_run(both[1], fitted=changed)
    status, said, last = told()
    assert (status, last) == (1, "different: 2 values")
    assert "accuracy: 1 rows, by up to 0.001: 0.86 -> 0.861 at grid, fair, trial=1" in said
    assert "note: 1 rows: lost -> missing at grid, plain, trial=1" in said


def test_floats_are_equal_to_the_bit_or_within_the_tolerance(both):
    changed = fits()
    changed.loc[0, "accuracy"] = np.nextafter(changed.loc[0, "accuracy"], 1)
    write_run(both[1], fitted=changed)
    assert told()[0] == 1
    assert told("--tolerance", "1e-12")[::2] == (0, "equal")


def test_long_texts_are_shown_from_where_they_differ(both):
    start = "x" * 200
    for root, end in zip(both, ("old", "new"), strict=True):
        write_run(root, fitted=fits().assign(note=f"{start}{end}"))
    assert f"note: 6 rows: ...{start[:20]}old -> ...{start[:20]}new at" in told()[1]


def test_a_row_that_only_one_has(both):
    write_run(both[1], fitted=fits().drop(index=2))
    status, said, last = told()
    assert (status, last) == (1, "different: 1 row in one alone")
    assert "1 rows only in A, as grid, plain, trial=2" in said


def test_a_verdict_that_changed_is_told_by_its_sentence(both):
    judged = claims()
    judged.loc[1, ["verdict_holm"]] = "undecided"
    write_run(both[1], judged=judged)
    status, said, last = told()
    assert status == 1 and last.endswith("1 verdict")
    assert "tables/verdicts.csv: 1 of 2 changed" in said
    assert "  gain: reproduced -> reproduced / undecided" in said.replace("figure 8, ", "")


def test_a_setting_that_changed_is_named(both):
    write_run(both[1], iterations=900)
    status, said, last = told()
    assert (status, last) == (1, "different: 1 setting")
    assert "budget.iterations: 600 -> 900" in said


def test_another_commit_or_config_is_told_and_makes_no_difference(both, monkeypatch):
    run = RUN | {"commit": "d" * 40, "config": "b" * 64, "overrides": ["seed=1"]}
    monkeypatch.setenv(provenance.HANDED, json.dumps(run))
    write_run(both[1])
    status, said, last = told()
    assert (status, last) == (0, "equal")
    assert f"commit: {'c' * 40} -> {'d' * 40}" in said and "seed=1 only in B" in said
    assert f"checksum of the config: {'a' * 16} -> {'b' * 16}" in said


def test_a_table_that_only_one_has(both):
    for path in (both[0] / "tables").glob("verdicts.csv*"):
        path.unlink()
    status, said, last = told()
    assert (status, last) == (1, "different: 1 table in one alone")
    assert "tables/verdicts.csv: only in B" in said


def test_data_gathered_in_other_files_are_the_same_data(both):
    for path in [*both[1].glob("data/*"), *both[1].glob("fits/*")]:
        path.unlink()
    write_run(both[1], blocks=((0,), (1, 2)))
    status, said, last = told()
    assert (status, last) == (0, "equal")
    assert "dataset: 2 equal, in other files" in said


def test_the_speed_of_a_search_behind_the_tables_is_no_difference(both):
    for root, seconds in zip(both, (1.0, 2.0), strict=True):
        trials = pd.DataFrame({"trial": [0, 1], "auc": [0.7, 0.8], "seconds": seconds})
        write_table(trials, root / "search" / "fold=0.parquet", kind="trials", about={"fold": 0})
    status, said, last = told()
    assert (status, last) == (0, "equal")
    assert "trials: 1 equal" in said


def test_data_that_differ_behind_the_same_tables(both):
    about = {"dataset": "law", "trials": [2]}
    other = drawn([2]).assign(x=[0.5, 0.25])
    write_table(other, both[1] / "data" / "trials=2.parquet", kind="dataset", about=about)
    status, said, last = told()
    assert (status, last) == (1, "different: 1 value")
    assert "x: 1 rows, by up to 2: 2.5 -> 0.5 at row number=0" in said
    write_table(other, both[1] / "data" / "trials=2.parquet", kind="dataset", about={"trials": [3]})
    assert told()[2].endswith("2 files in one alone")


@pytest.mark.parametrize(
    "name", ["tables/verdicts.csv", "tables/fits.parquet", "data/trials=2.parquet"]
)
def test_a_damaged_file_cannot_be_compared(both, name):
    path = both[1] / name
    path.write_bytes(path.read_bytes()[:-9])
    status, said, last = told()
    assert status == 2 and last.startswith("cannot compare: 1 file cannot be read")
    assert name in said


def test_a_folder_without_tables_cannot_be_compared(both):
    Path("c").mkdir()
    for name, words in (("c", "no table of fairbench"), ("nowhere", "no such folder")):
        said = CliRunner().invoke(app, ["diff", "a", name])
        assert said.exit_code == 2 and words in said.output


def test_a_column_of_any_name_can_be_a_key():
    frame = pd.DataFrame({"side": ["f", "r"], "position": [1, 1], "row number": [0, 1], "x": 0.5})
    found = compare(frame, frame[::-1])
    assert found.equal and found.key == ["side"]
    assert compare(frame.assign(side="f"), frame.assign(side="f")[::-1]).equal


def test_a_changed_name_beside_the_key_is_a_changed_value():
    a = pd.DataFrame({"study": "s", "parameters": "{}", "label": ["p", "q"], "x": [0.1, 0.2]})
    found = compare(a, a.assign(parameters='{"depth": 1}'))
    assert found.key == ["study", "label"]
    assert [(c.name, c.rows) for c in found.columns] == [("parameters", 2)]
    assert not found.only_rows["A"]


def test_rows_that_nothing_tells_apart_are_counted():
    a = pd.DataFrame({"label": ["p", "p", "q"], "x": [1, 1, 1]})
    assert key_columns(a, a) == ["label"]
    assert compare(a, a).equal
    assert len(compare(a, a.drop(index=1)).only_rows["A"]) == 1


def test_types_of_a_column_do_not_matter_and_missing_values_do():
    a = pd.DataFrame({"label": ["p", "q"], "n": [1, 2]})
    assert compare(a, a.astype({"n": float})).equal
    (column,) = compare(a, a.assign(n=[1, np.nan]), tolerance=9.0).columns
    assert column.name == "n" and np.isnan(column.largest)
    infinite = a.assign(n=[np.inf, -0.0])
    assert compare(infinite, infinite, tolerance=0.1).equal
    assert not compare(infinite, a.assign(n=[np.inf, 0.0])).equal


def test_same_rows_counts_repeated_ones():
    a = pd.DataFrame({"x": [1.0, 1.0, 2.0]})
    assert same_rows(a, a[::-1])
    assert not same_rows(a, pd.DataFrame({"x": [1.0, 2.0, 2.0]}))
