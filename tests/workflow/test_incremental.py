"""A change makes what depends on it again, and nothing else."""

import os
import time

import pytest

from .expected import FIGURE_9, TABLES

pytestmark = pytest.mark.slow

#: What holds the results against what was published, in numbers and in words.
VERDICTS = {name for name in TABLES if "reproduction" in name or "findings" in name}


def test_a_second_run_has_nothing_to_do(scratch):
    before = scratch.stamps()
    assert "Nothing to be done" in scratch.run()
    assert scratch.stamps() == before


def test_another_positive_rate_makes_its_own_cells_only(scratch):
    scratch.study["positive_rate"] = [0.3, 0.5, 0.7]
    pending = scratch.pending()
    assert scratch.made_by_run() == pending
    cells = pending - TABLES - FIGURE_9
    assert all("positive_rate=0.7/" in name for name in cells)
    assert sorted(name.partition("/")[0] for name in cells) == ["data", "fits", "fits", "limits"]
    assert pending >= TABLES | FIGURE_9


def test_another_method_trains_that_method_only(scratch):
    scratch.study["methods"]["logistic_regression"] = {}
    pending = scratch.pending()
    fits = pending - TABLES - FIGURE_9
    assert len(fits) == 2
    assert all("method=logistic_regression/" in name for name in fits)


def test_fewer_methods_train_nothing(scratch):
    scratch.study["methods"]["group_thresholds"] = None
    scratch.overlay["figures"]["fig9"]["rivals"] = []
    assert scratch.pending() == TABLES | FIGURE_9


def test_a_deleted_figure_is_drawn_again_alone(scratch):
    content = scratch.find("fig9.pdf").read_bytes()
    scratch.find("fig9.pdf").unlink()
    assert scratch.made_by_run() == FIGURE_9
    assert scratch.find("fig9.pdf").read_bytes() == content


def test_an_edited_method_is_fitted_again_and_no_other(scratch):
    with (scratch.folder / "fairbench" / "methods" / "fr_train.py").open("a") as file:
        file.write("\n# a remark\n")
    made = scratch.made_by_run()
    fits = {name for name in made if name.startswith("fits/")}
    assert len(fits) == 2
    assert all("method=fr_train/" in name for name in fits)
    assert made == fits | TABLES | FIGURE_9
    assert scratch.pending() == set()


def test_an_edited_evaluation_module_makes_tables_only(scratch):
    with (scratch.folder / "fairbench" / "evaluation" / "summary.py").open("a") as file:
        file.write("\n# a remark\n")
    pending = scratch.pending()
    assert not {name for name in pending if name.startswith(("data", "fits", "limits"))}
    assert "tables/cells.csv" in pending
    assert "tables/selected.csv" not in pending


def test_new_times_without_new_content_make_nothing(scratch):
    later = time.time() + 100
    for path in scratch.folder.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            os.utime(path, (later, later))
    assert scratch.pending() == set()


def test_what_no_rule_reads_makes_nothing(scratch):
    for name in ("README.md", "Makefile", "config/README.md", "tests/conftest.py"):
        with (scratch.folder / name).open("a") as file:
            file.write("\n# a remark\n")
    assert scratch.pending() == set()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plotting/numbers", FIGURE_9),
        ("evaluation/verdicts", VERDICTS),
    ],
)
def test_an_edit_reruns_what_stands_on_the_file_and_no_other_stage(scratch, source, expected):
    file = scratch.folder / "fairbench" / f"{source}.py"
    file.write_text(file.read_text() + "\n# edited\n")
    assert scratch.pending() == expected
