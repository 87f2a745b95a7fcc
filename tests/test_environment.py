"""One set of versions: what pip pins, what conda pins, and what runs."""

import ast
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]
#: conda's names for what pip calls otherwise
PIP_NAMES = {
    "matplotlib-base": "matplotlib",
    "python-moocore": "moocore",
    "pytorch": "torch",
    "snakemake-minimal": "snakemake",
}


def pip_pins() -> dict[str, str]:
    lines = (REPOSITORY / "envs" / "constraints.txt").read_text().splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    assert all(len(pin) == 2 for pin in pins), "every line fixes one version with =="
    return {canonicalize_name(name): pinned for name, pinned in pins}


def conda_pins() -> dict[str, str]:
    given = yaml.safe_load((REPOSITORY / "envs" / "environment.yaml").read_text())
    pins = dict(line.split("=") for line in given["dependencies"])
    return {canonicalize_name(PIP_NAMES.get(name, name)): pinned for name, pinned in pins.items()}


def requirements(*without: str) -> list[Requirement]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = project.get("optional-dependencies", {}).items()
    further = [lines for name, lines in extras if name not in without]
    return [Requirement(line) for lines in (project["dependencies"], *further) for line in lines]


def imported_by(path: Path) -> set[str]:
    """Top-level names of all imports in a file."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named = [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.partition(".")[0] for name in [*plain, *named]}


def test_pip_and_conda_have_the_same_versions():
    pip, conda = pip_pins(), conda_pins()
    shared = conda.keys() - {"python"}
    assert shared <= pip.keys()
    assert {name: conda[name] for name in shared} == {name: pip[name] for name in shared}


def test_torch_is_the_one_asked_for():
    assert pip_pins()["torch"] == conda_pins()["torch"] == "2.13.0"


def test_pythons_agree():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert SpecifierSet(project["requires-python"]).contains(conda_pins()["python"])


@pytest.mark.parametrize("needed", requirements(), ids=str)
def test_every_dependency_is_pinned_within_its_range(needed):
    name = canonicalize_name(needed.name)
    assert name in pip_pins()
    assert needed.specifier.contains(pip_pins()[name])
    assert name in conda_pins(), "the conda environment lacks it"


def test_every_import_of_the_package_is_a_dependency():
    """What is imported and only comes along with something else may go away with it."""
    names = {"yaml": "pyyaml", "sklearn": "scikit-learn", "pydantic_core": "pydantic"}
    names |= {"markdown_it": "markdown-it-py", "pymdownx": "pymdown-extensions"}
    names |= {"scikit_posthocs": "scikit-posthocs"}
    # numba holds llvmlite to one version of its own
    names |= {"llvmlite": "numba"}
    imported = {
        names.get(name, name)
        for path in (REPOSITORY / "fairbench").rglob("*.py")
        for name in imported_by(path)
        if name not in sys.stdlib_module_names and name != "fairbench"
    }
    assert imported <= {canonicalize_name(needed.name) for needed in requirements()}


def test_the_running_environment_is_the_pinned_one():
    if not (Path(sys.prefix) / ".ready").exists():
        pytest.skip("this environment was not made by make, its versions are its owner's")
    found = {}
    for name in pip_pins():
        try:
            found[name] = version(name).partition("+")[0]  # torch's CPU build says +cpu
        except PackageNotFoundError:
            continue  # needed on another system only
    assert found == {name: pip_pins()[name] for name in found}
    # make installs what figures and tests need; a cluster is for those who have one, and the site's
    # tools come with make docs
    needed_here = requirements("cluster", "docs")
    assert {canonicalize_name(needed.name) for needed in needed_here} <= found.keys()
