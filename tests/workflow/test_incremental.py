"""A change makes what depends on it again, and nothing else."""

import os
import time

import pytest

from .expected import FIGURE_9, TABLES

pytestmark = pytest.mark.slow

#: What holds the results against what was published, in numbers and in words.
VERDICTS = {name for name in TABLES if "reproduction" in name or "findings" in name}
SUMMARIES = {name for name in TABLES if "selected" not in name and "fits" not in name} - VERDICTS


def add_a_line(scratch, *names: str) -> None:
    for name in names:
        with (scratch.folder / name).open("a") as file:
            file.write("\n# a remark\n")


def test_a_second_run_makes_nothing_and_then_a_deleted_figure_alone(scratch):
    """Also after edits of what no rule reads, and with new times of all files."""
    add_a_line(scratch, "README.md", "Makefile", "config/README.md", "pyproject.toml")
    now = time.time()
    for path in scratch.folder.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            os.utime(path, (now, now))
    before = scratch.stamps()
    assert "Nothing to be done" in scratch.run()
    assert scratch.stamps() == before

    figure = scratch.find("fig9.pdf")
    content = figure.read_bytes()
    figure.unlink()
    assert scratch.made_by_run() == FIGURE_9
    assert figure.read_bytes() == content


def test_another_rate_makes_its_own_cells_and_an_edited_method_is_fitted_again(scratch):
    """And nothing else but what shows them is made."""
    scratch.study["positive_rate"] = [0.3, 0.5, 0.7]
    pending = scratch.pending()
    cells = pending - TABLES - FIGURE_9
    assert all("positive_rate=0.7/" in name for name in cells)
    assert sorted(name.partition("/")[0] for name in cells) == ["data", "fits", "fits", "limits"]
    assert pending == cells | TABLES | FIGURE_9

    add_a_line(scratch, "fairbench/methods/fr_train.py")
    made = scratch.made_by_run()
    fits = {name for name in made if name.startswith("fits/") and "method=fr_train/" in name}
    assert len(fits) == 3 and made == pending | fits
    assert scratch.pending() == set()


def test_another_method_trains_that_method_only(scratch):
    scratch.study["methods"]["logistic_regression"] = {}
    pending = scratch.pending()
    shown = {name for name in pending if name.startswith(("tables/", "figures/"))}
    fits = pending - shown
    assert TABLES | FIGURE_9 <= shown and len(fits) == 2
    assert all(name.startswith("fits/") for name in fits)
    assert all("method=logistic_regression/" in name for name in fits)

    # Fewer methods train nothing.
    scratch.study["methods"] |= {"logistic_regression": None, "group_thresholds": None}
    scratch.overlay["figures"]["fig9"]["rivals"] = []
    assert scratch.pending() == TABLES | FIGURE_9


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plotting/numbers", FIGURE_9),
        ("evaluation/verdicts", VERDICTS),
        ("evaluation/summary", SUMMARIES | VERDICTS | FIGURE_9),
    ],
)
def test_an_edit_reruns_what_stands_on_the_file_and_no_other_stage(scratch, source, expected):
    add_a_line(scratch, f"fairbench/{source}.py")
    assert scratch.pending() == expected
