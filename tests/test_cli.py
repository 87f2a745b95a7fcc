"""Commands that people and the Makefile call by hand."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fairbench.cli import app

REPOSITORY = Path(__file__).parents[1]
CALLS = re.findall(r"python -m fairbench (where.*)", (REPOSITORY / "Makefile").read_text())


@pytest.mark.parametrize("call", sorted(set(CALLS)))
def test_what_the_makefile_says_last_can_be_said(tmp_path, monkeypatch, call):
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(call)
    tables = Path(*arguments[1:] or ["results"]) / "tables"
    tables.mkdir(parents=True)
    (tables / "findings.md").write_bytes("Caf\u00e9: yes".encode("latin-1"))
    said = CliRunner().invoke(app, arguments)
    assert said.exit_code == 0, said.output
    assert re.search(rf"tables: +{tables}/ +1 files", said.output) and ": yes" in said.output


def test_the_makefile_says_where_things_are():
    assert {"where", "where results/representations"} == set(CALLS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["figure", "fig99", "--options", "{}", "--seed", "1", "--output", "x.pdf"],
            "allowed: fig3",
        ),
        (
            ["figure", "fig6", "--options", "{", "--seed", "1", "--output", "x.pdf"],
            "not readable as",
        ),
    ],
)
def test_a_command_called_in_a_wrong_way_says_so_in_brief(tmp_path, arguments, words):
    call = [sys.executable, "-m", "fairbench", *arguments]
    ended = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert words in " ".join(ended.stderr.split()) and "Traceback" not in ended.stderr
