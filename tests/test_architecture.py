"""The walls between the rooms of the house, and what a file and a rule may look like."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "fairbench"
LONGEST_FILE = 320
FILES = sorted(PACKAGE.rglob("*.py"))
RULES = [REPOSITORY / "Snakefile", *sorted((REPOSITORY / "workflow" / "rules").glob("*.smk"))]


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_the_walls_of_pyproject_stand(capsys):
    status = lint_imports(str(REPOSITORY / "pyproject.toml"), cache_dir=None)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_module_imports_itself_through_others():
    """Imports for types alone are imports too: what needs a name needs its module."""
    graph = grimp.build_graph("fairbench", cache_dir=None)
    try:
        TopologicalSorter(
            {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
        ).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_module_is_loose():
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}


@pytest.mark.parametrize("path", FILES, ids=named)
def test_imports_are_absolute(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_files_can_be_read_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_rules_call_the_package_and_hold_no_logic(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(run|script|notebook):", text, re.MULTILINE)
    commands = re.findall(r'shell:\s*\n\s*"([^"]*)', text)
    assert all(command.startswith("python -m fairbench ") for command in commands)
    assert len(commands) == len(re.findall(r"^\s*shell:", text, re.MULTILINE))


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_every_job_has_a_log_a_benchmark_and_limits(path):
    rules = re.split(r"^rule ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for text in rules:
        if "shell:" in text:
            asked = ("log:", "benchmark:", "threads:", "mem_mb=")
            assert [part for part in asked if part not in text] == [], text.partition(":")[0]
