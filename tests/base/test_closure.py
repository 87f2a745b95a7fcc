"""The source files of a job are what its modules import, found without importing anything."""

import importlib
import subprocess
import sys
import time
from pathlib import Path

import grimp
import pytest

from fairbench import methods
from fairbench.base import closure as closures
from fairbench.base.closure import PACKAGE, closure
from fairbench.status.study import plan_of

STEPS = [
    "data/drawn",
    "data/real/encode",
    "evaluation/comparison",
    "studies/imbalance/reproduction",
    "studies/imbalance/figures/inputs",
    "studies/representations/jobs",
    "training/cell",
    "studies/tracking/measuring",
]
IMPORTED = """
import importlib, sys
importlib.import_module(sys.argv[1])
ours = (module for name, module in sys.modules.items() if name.split(".")[0] == "fairbench")
print(*(module.__file__ for module in ours), sep="\\n")
"""


def names(files) -> set[str]:
    return {file.relative_to(PACKAGE).with_suffix("").as_posix() for file in files}


@pytest.mark.parametrize("step", STEPS)
def test_whatever_a_step_imports_is_among_its_files(step):
    call = [sys.executable, "-c", IMPORTED, f"fairbench.{step.replace('/', '.')}"]
    said = subprocess.run(call, capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    imported = names(map(Path, said.stdout.split()))
    # Packages on the way to a module hand on what others define, and so import more than it does.
    packages = [name for name in imported if name.endswith("__init__")]
    found = names(closure([step]))
    assert step in found
    imported = {name for name in imported if not name.startswith(closures._PLUMBING)}
    assert imported <= found | names(closure(packages))


def test_the_files_that_were_forgotten_are_found():
    assert {"data/real/encode", "training/models"} <= names(
        closure(["studies/representations/jobs"])
    )
    measured = {
        "information/knn",
        "information/columns",
    }
    assert measured <= names(closure(["studies/tracking/measuring"]))
    for figure in ("studies/imbalance/figures/trade_off", "studies/imbalance/figures/imbalance"):
        assert "plotting/numbers" in names(closure([figure]))
    assert "base/randomness" in names(closure(["training/cell"]))
    assert "data/imbalance" in names(closure(["studies/imbalance/figures/inputs"]))


def test_a_step_does_not_stand_on_its_neighbours():
    trained = names(closure(["training/cell"]))
    assert not {name for name in trained if name.startswith(("evaluation/", "figures/", "cli"))}
    assert "studies/imbalance/figures/imbalance" not in names(
        closure(["studies/imbalance/figures/trade_off"])
    )


def test_imports_of_every_form_are_found_and_those_for_types_alone_are_not(tmp_path):
    file = tmp_path / "method.py"
    file.write_text(
        "import fairbench.metrics.decisions\n"
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from fairbench import config\n"
        "def f():\n    with open('a'):\n        from fairbench.data.law import Law\n"
    )
    found = closure([file])
    assert file in found
    assert {"metrics/decisions", "data/law"} <= names(set(found) - {file})
    assert "config" not in names(set(found) - {file})


def test_a_method_stands_on_what_it_imports(monkeypatch):
    monkeypatch.chdir(PACKAGE.parent)
    files = methods.source("naive_mi")
    assert {"fairbench/methods/naive_mi.py", "fairbench/methods/shared/losses.py"} <= set(files)


def test_a_step_stands_on_its_own_function_and_not_on_its_neighbours():
    steps = "fairbench.studies.grid.steps"
    trained, chosen = (names(closure([f"{steps}:{step}"])) for step in ("train", "select"))
    assert "studies/grid/steps" in trained & chosen
    assert "training/cell" in trained - chosen and "evaluation/selection" in chosen - trained
    # What a private function of the module imports belongs to every step that may call it.
    figures = "fairbench.studies.imbalance.figures.steps"
    assert "studies/imbalance/figures/imbalance" in names(closure([f"{figures}:fig9"]))


@pytest.mark.parametrize("config", ["config.yaml", "quick.yaml", "representations_full.yaml"])
def test_every_step_of_a_plan_is_there_and_stands_on_what_grimp_says(config):
    """The modules that a step's own import, directly or behind that, as another program tells."""
    given = [PACKAGE.parent / "config" / name for name in dict.fromkeys(["config.yaml", config])]
    plan = plan_of(given)
    graph = grimp.build_graph("fairbench", cache_dir=None)
    for step in {job.step for job in plan.jobs}:
        module, _, function = step.partition(":")
        assert callable(getattr(importlib.import_module(module), function))
        downstream = graph.find_upstream_modules(module) | {module}
        told = {name.removeprefix("fairbench.").replace(".", "/") for name in downstream}
        found = {name.removesuffix("/__init__") for name in names(closure([step]))}
        assert found <= told
    whole = {name.removesuffix("/__init__") for name in names(closure(["training/cell"]))}
    behind = graph.find_upstream_modules("fairbench.training.cell") | {"fairbench.training.cell"}
    told = {name.removeprefix("fairbench.").replace(".", "/") for name in behind}
    packages = {name for name in told if (PACKAGE / name).is_dir()} | {"fairbench"}
    plumbing = {name for name in told if name.startswith(closures._PLUMBING)}
    assert whole - packages == told - packages - plumbing


def test_it_is_quick():
    for cached in (closures._closure, closures._imported, closures._parsed):
        cached.cache_clear()
    start = time.process_time()
    closure(STEPS)
    assert time.process_time() - start < 1  # about 0.2 on a free core
