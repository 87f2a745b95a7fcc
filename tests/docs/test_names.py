"""What the pages and docstrings name is there: files, modules, commands, targets, headings."""

import re
from pathlib import Path

import pytest
import typer

from fairbench import methods
from fairbench.commands.app import app

REPOSITORY = Path(__file__).parents[2]
FOLDERS = ("*.md", "config/*.md", "docs/*.md", "fairbench/**/*.md")
PAGES = sorted(path for folder in FOLDERS for path in REPOSITORY.glob(folder))
CODE = [*PAGES, *sorted(REPOSITORY.glob("fairbench/**/*.py")), *REPOSITORY.glob("examples/*.*")]
#: What a run makes, a download brings, or the reader has.
MADE = ("results", "resources", "my/", "http")
#: What files carry under a name that looks like a module's.
KEYS = {"fairbench.provenance"}
COMMANDS = set(typer.main.get_command(app).commands) | {"run"}


def named(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def test_the_readme_is_read_in_one_sitting():
    assert len((REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()) <= 200


def test_every_method_has_its_line():
    text = (REPOSITORY / "docs" / "methods.md").read_text(encoding="utf-8")
    rows = "".join(line for line in text.splitlines() if line.startswith("| `"))
    assert [name for name in methods.built_in() if f"`{name}`" not in rows] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    lost = [link for link in links if not link.startswith(MADE) and not _leads(page, link)]
    assert lost == []


def _leads(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    if not target.exists():
        return False
    return not anchor or anchor in _anchors(target.read_text(encoding="utf-8"))


def _anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    without = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^#+ (.+)$", without, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("file", CODE, ids=named)
def test_commands_and_targets_are_there(file):
    text = file.read_text(encoding="utf-8")
    assert set(re.findall(r"python -m fairbench ([a-z][a-z_-]*)", text)) <= COMMANDS
    rules = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", rules, re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE)) <= targets


@pytest.mark.parametrize("file", CODE, ids=named)
def test_files_that_are_named_are_there(file):
    text = file.read_text(encoding="utf-8")
    roots = "fairbench|workflow|tests|benchmarks|examples|config|docs|envs|profiles"
    found = re.findall(rf"(?<![\w/.-])((?:{roots})/[\w./-]*[\w/])", text)
    lost = {name for name in found if not (REPOSITORY / name).exists()}
    assert {name for name in lost if not _is_new(name, text)} == set()


def _is_new(name: str, page: str) -> bool:
    """Whether it is a pattern, or heads a block that says what to write there."""
    return bool(re.search(r"[A-Z]{3}|\.\.\.", name)) or f"\n# {name}\n" in page


@pytest.mark.parametrize("file", CODE, ids=named)
def test_modules_that_are_named_are_there(file):
    """``fairbench.data.law``, ``fairbench.data.law.posterior``."""
    text = file.read_text(encoding="utf-8")
    found = set(re.findall(r"`(fairbench(?:\.[A-Za-z_]\w*)+)", text)) - KEYS
    assert sorted(name for name in found if not _is_defined(name)) == []


def _is_defined(name: str) -> bool:
    """Whether a module is there, and has the names that follow its own."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        place = REPOSITORY.joinpath(*parts[:end])
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.is_file():
                text = file.read_text(encoding="utf-8")
                return all(re.search(rf"\b{part}\b", text) for part in parts[end:])
    return False
