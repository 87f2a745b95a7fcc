"""The walls between the rooms of the house: who may import whom."""

import ast
import re
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "fairbench"
LONGEST_FILE = 320

#: room -> what it may import of the package: rooms, or single modules of them
MAY_IMPORT = {
    "config": {"data.real.entry", "methods", "training.budget"},
    "plan": {"config", "methods"},
    "data": {"config_base", "locks", "randomness", "storage"},
    "information": {"randomness"},
    "metrics": {"randomness"},
    "networks": set(),
    "methods": {"closure", "information", "networks"},
    "closure": set(),
    "training": {"methods", "networks", "information", "metrics", "randomness"},
    "representations": {
        "data",
        "information",
        "methods",
        "metrics",
        "randomness",
        "training",
    },
    # Of training, only the presets' names: what was trained is in the records.
    "evaluation": {
        "data.law",
        "metrics",
        "plan",
        "published",
        "randomness",
        "storage",
        "training.budget",
    },
    # Figure 4 shows the law itself; no figure draws data for anything else.
    "figures": {"data", "evaluation", "metrics", "published", "randomness", "storage"},
    "failed_jobs": set(),
    "locks": set(),
    "published": set(),
    # A page of what others made: it reads tables and pictures, and computes nothing of its own.
    "report": {"config", "evaluation", "figures", "plan", "status", "storage"},
    "prefix": {"config"},
    "randomness": set(),
    "spawned": set(),
    # It measures the engine; a study's jobs and their states are in the plan and in files.
    "status": {"config", "data", "locks", "methods", "plan", "storage", "training"},
    "storage": {"__init__", "locks"},
}
#: the commands: they may call everything
THIN = ("cli", "__main__", "__init__")
PARSED = ("config", "plan")
HEAVY = {"torch", "pandas", "numpy", "numba", "scipy", "sklearn", "matplotlib", "pyarrow"}


def room_of(module: str) -> str:
    """The room of a module named without the package, such as ``data.law``."""
    top = module.partition(".")[0]
    for room, files in {
        "config": r"config(_.*)?|check(_.*)?|complaint",
        "plan": r"plan(_.*)?|paths",
        "metrics": r"(.*_)?metrics",
        "storage": r"csv_tables|storage_.*|stamps|provenance|journal|checkout",
        "cli": r"cli(_.*)?",
    }.items():
        if re.fullmatch(files, top):
            return room
    return top


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def for_types_alone(tree: ast.Module) -> set[ast.AST]:
    """Everything under ``if TYPE_CHECKING:``, which is never run."""
    blocks = (node for node in ast.walk(tree) if isinstance(node, ast.If))
    return {
        inner
        for block in blocks
        if isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for inner in ast.walk(block)
    }


def imports_of(path: Path) -> set[str]:
    """Names imported by a file, lazily or not: ``numpy``, ``fairbench.data.law``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names, skipped = set(), for_types_alone(tree)
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = {module_of(path): imports_of(path) for path in FILES}


def inner(names: set[str]) -> set[str]:
    """The modules of the package among imported names, without what was taken from them."""
    found = set()
    for name in names:
        parts = name.split(".")
        if parts[0] == "fairbench":
            stems = (".".join(parts[1:n]) for n in range(len(parts), 1, -1))
            found.add(next((stem for stem in stems if stem in MODULES), "__init__"))
    return found


def outer(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names} - {"fairbench"}


@pytest.mark.parametrize("module", MODULES)
def test_a_room_imports_only_what_it_may(module):
    room = room_of(module)
    if room in THIN:
        return
    assert room in MAY_IMPORT, f"{module} is in no room: say in this test what it may import"
    allowed = MAY_IMPORT[room]
    refused = {
        other
        for other in inner(MODULES[module])
        if room_of(other) != room and not {other, room_of(other)} & allowed
    }
    assert refused == set()


@pytest.mark.parametrize("module", [name for name in MODULES if room_of(name) in PARSED])
def test_what_snakemake_parses_is_light(module):
    assert not outer(MODULES[module]) & HEAVY


@pytest.mark.parametrize("room", ["methods", "evaluation", "figures", "information", "data"])
def test_torch_stays_in_training(room):
    """Methods are written with the tensors' own methods and are read while Snakemake parses."""
    users = [m for m in MODULES if room_of(m) == room and "torch" in outer(MODULES[m])]
    assert users == []


def assert_no_cycle(graph: dict[str, set[str]]):
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_module_imports_itself_through_others():
    assert_no_cycle({module: inner(names) - {module} for module, names in MODULES.items()})


def test_no_room_imports_itself_through_others():
    """Nothing flows back. Budgets and entries are parts of the config kept elsewhere."""
    rooms = defaultdict(set)
    for module, names in MODULES.items():
        for other in inner(names) - {"training.budget", "data.real.entry"}:
            if room_of(other) != room_of(module):
                rooms[room_of(module)].add(room_of(other))
    assert_no_cycle(rooms)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_can_be_read_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


RULES = [REPOSITORY / "Snakefile", *sorted((REPOSITORY / "workflow" / "rules").glob("*.smk"))]


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
