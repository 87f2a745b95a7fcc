"""The command: what it says, and what it refuses."""

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fairbench.commands.app import app

from .elements import Elements


def test_the_command_says_what_it_wrote(made):
    called = CliRunner().invoke(app, ["report", "--configfile", "own.yaml"])
    assert called.exit_code == 0, called.output
    assert re.match(r"results/report.html: \d+\.\d MB, \d+ jobs, all there are", called.output)


def test_the_command_names_what_it_did_not_use(made):
    figure = Path("results/figures/fig8.png")
    figure.write_bytes(figure.read_bytes()[:-9])
    called = CliRunner().invoke(app, ["report", "--configfile", "own.yaml"])
    assert called.exit_code == 0, called.output
    assert "jobs, all there are" in called.output
    assert f"not used: {figure}: it is damaged" in called.output


def test_many_files_that_were_not_used_are_counted(made):
    for path in made.plan.paths("train"):
        Path(path).write_bytes(b"PAR1")
    made.results.joinpath("tables", "fits.parquet").unlink()
    called = CliRunner().invoke(app, ["report", "--configfile", "own.yaml"])
    assert called.exit_code == 0, called.output
    assert called.output.count("not used: ") == 12
    assert (
        f"and {len(made.plan.paths('train')) - 12} more, listed at the top of the page"
        in called.output
    )


def test_the_results_are_those_of_the_config(made):
    """Where another folder was named before, its jobs were said to be those of the config's."""
    made.configure(results="elsewhere")
    page = Elements(made.page())
    assert re.search(r"\b0 of \d+ jobs finished", page.text) and page.named("img") == []
    assert "No job is finished and measured yet." in page.text
    refused = CliRunner().invoke(app, ["report", "--results", "elsewhere"])
    assert refused.exit_code == 2


@pytest.mark.parametrize("missing", [False, True], ids=["folder", "nothing"])
def test_a_folder_is_no_page(made, missing):
    if missing:
        shutil.rmtree("results")
    called = CliRunner().invoke(app, ["report", "--configfile", "own.yaml", "--output", "config"])
    expected = "results: there is no such folder" if missing else "config: it is a folder; name"
    assert str(called.exception).startswith(expected)
