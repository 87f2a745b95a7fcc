"""Commands that people and the Makefile call by hand."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fairbench.commands.app import app

REPOSITORY = Path(__file__).parents[2]
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
    kinds = ("representations", "fr_train", "individual", "biased_mnist")
    assert {"where"} | {f"where results/{kind}" for kind in kinds} == set(CALLS)


def test_a_command_called_in_a_wrong_way_says_so_in_brief(tmp_path):
    call = [sys.executable, "-m", "fairbench", "run", "{"]
    ended = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "not readable as" in " ".join(ended.stderr.split()) and "Traceback" not in ended.stderr


def test_the_script_says_what_the_module_says():
    """Messages, not tracebacks: the script that is installed enters where the module does."""
    scripts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["scripts"]
    module, _, function = scripts["fairbench"].partition(":")
    script = f"import sys; from {module} import {function}; sys.exit({function}())"
    said = []
    for start in (["-c", script], ["-m", "fairbench"]):
        call = [sys.executable, *start, "check", "/nonexistent.yaml"]
        said.append(
            subprocess.run(call, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        )
    ours, its = said
    assert (ours.returncode, ours.stderr) == (its.returncode, its.stderr) and ours.returncode
    assert "/nonexistent.yaml" in ours.stderr and "Traceback" not in ours.stderr


def test_help_lists_what_people_call_and_hides_what_rules_call():
    shown = {c.name or c.callback.__name__ for c in app.registered_commands if not c.hidden}
    people = {
        "audit",
        "check",
        "diff",
        "estimate",
        "fetch",
        "provenance",
        "report",
        "site",
        "status",
        "timed_out",
        "where",
    }
    assert shown == people
    called = " ".join(file.read_text() for file in (REPOSITORY / "workflow/rules").glob("*.smk"))
    every = {(c.name or c.callback.__name__).replace("_", "-") for c in app.registered_commands}
    # `run` is no command of this program: a job would wait for its imports.
    assert set(re.findall(r"python -m fairbench ([\w-]+)", called)) <= {*every, "run"}
