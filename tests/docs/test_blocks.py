"""Every code block of the pages runs, or is checked as far as that is cheap, or says why not."""

import importlib.util
import re
import shutil
from functools import cache

import pytest
import typer
import yaml
from snakemake.cli import get_argument_parser
from snakemake.utils import update_config

from fairbench.commands.app import app
from fairbench.config.check import check
from fairbench.config.root import Config
from fairbench.data.real.entry import read_entry
from fairbench.planning.complaint import read_yaml
from fairbench.status.study import plan_of

from .blocks import PAGES, REPOSITORY, Block, blocks_of, commands

BLOCKS = [block for page in PAGES for block in blocks_of(page)]
#: What a page's blocks take for granted: they show a part of a file.
BEFORE = {"README.md": "from fairbench.methods import Method\n"}
#: Pages whose blocks another test runs, and takes from the page.
ELSEWHERE = {
    "CONTRIBUTING.md": "tests/docs/test_contributing.py",
    "docs/certify.md": "tests/certify/test_page.py",
    "docs/estimators.md": "tests/estimators/test_page.py",
}
#: Blocks that are no commands and no program, by page and how they begin, and what they are.
SHOWN = {
    ("docs/architecture.md", "python -m fairbench run"): "the form of what every rule runs",
    (
        "docs/cluster.md",
        'configfile: "fairness.yaml"',
    ): "a Snakefile: tests/workflow/test_module.py",
    ("docs/cluster.md", "from snakemake.common"): "a Snakefile: tests/workflow/test_module.py",
    (
        "docs/cluster.md",
        "snakefile: github(",
    ): "a Snakefile, with the owner's names to be filled in",
    ("docs/results.md", "results/fits/independent"): "a path",
}
#: Programs that are not run here, and why.
OUTSIDE = {
    "pip": "installs packages",
    "conda": "installs packages",
    "apt-get": "installs packages",
    "source": "a word of the shell",
    "squeue": "Slurm's: tests/slurm, where there is one",
    "tail": "follows a log while a run goes on",
}
RULES = "".join(
    path.read_text(encoding="utf-8")
    for path in [REPOSITORY / "Snakefile", *sorted(REPOSITORY.glob("workflow/**/*.smk"))]
)


def of(*languages: str) -> list[Block]:
    return [b for b in BLOCKS if b.language in languages and not _is_shown(b)]


def _is_shown(block: Block) -> bool:
    return any(block.page == page and block.first.startswith(s) for page, s in SHOWN)


def test_every_block_is_of_a_known_sort():
    known = {"", "bash", "sh", "shell", "console", "python", "yaml", "diff"}
    assert [f"{block} {block.language}" for block in BLOCKS if block.language not in known] == []
    # A diff is a part of a recipe.
    assert {block.page for block in BLOCKS if block.language == "diff"} <= {"CONTRIBUTING.md"}


def test_what_is_left_out_is_there():
    for page, start in SHOWN:
        assert [b for b in blocks_of(page) if b.first.startswith(start)], (page, start)
    for page, place in ELSEWHERE.items():
        assert page in (REPOSITORY / place).read_text(encoding="utf-8"), page


@pytest.mark.parametrize("page", sorted({b.page for b in of("python")} - {*ELSEWHERE}))
def test_programs_run(page, tmp_path, monkeypatch):
    """One after the other, in one place, as a reader would."""
    for folder in ("config", "examples"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    names: dict = {"__name__": "page"}
    exec(BEFORE.get(page, ""), names)
    for block in of("python"):
        if block.page == page:
            exec(compile(block.text, str(block), "exec"), names)


@pytest.mark.parametrize("block", [b for b in of("yaml") if b.page not in ELSEWHERE], ids=str)
def test_yaml_is_what_the_config_or_an_entry_takes(block, tmp_path, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    given = yaml.safe_load(block.text)
    if "label" in given:
        (tmp_path / "entry.yaml").write_text(block.text)
        assert read_entry(tmp_path / "entry.yaml").name == given["name"]
        return
    if set(given) == {"methods"}:
        given = {"studies": {"imbalance": given}}
    assert set(given) <= set(Config.model_fields)
    merged = read_yaml(REPOSITORY / "config" / "config.yaml")
    update_config(merged, given)
    assert check(merged, [REPOSITORY / "config" / "config.yaml"])


@pytest.mark.parametrize("block", of("", "bash", "sh", "shell", "console"), ids=str)
def test_commands_can_be_typed(block, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    typed = commands(block)
    assert typed
    for words in typed:
        program = words[0].rpartition("/")[2]
        if program not in OUTSIDE:
            assert program in CHECKS, f"{words}: run it here, or list it with a reason"
            CHECKS[program](words[1:])


def _make(words: list[str]) -> None:
    targets = re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    assert {word for word in words if "=" not in word} <= {*targets}


def _snakemake(words: list[str]) -> None:
    """Its options and config files are there, and its targets are rules or planned files."""
    told = get_argument_parser().parse_args(words)
    files = [path for path in told.configfile or [] if not str(path).startswith("my/")]
    assert [path for path in files if not (REPOSITORY / path).is_file()] == []
    assert not told.workflow_profile or (REPOSITORY / told.workflow_profile).is_dir()
    for target in told.targets:
        assert f"rule {target}:" in RULES or target in _planned(tuple(map(str, files))), target


@cache
def _planned(files: tuple[str, ...]) -> set[str]:
    return {p for job in plan_of(["config/config.yaml", *files]).jobs for p in job.outputs.values()}


def _python(words: list[str]) -> None:
    if words[:2] == ["-m", "fairbench"]:
        _fairbench(words[2:])
    elif words[0] == "-m":
        assert importlib.util.find_spec(words[1])
        assert [w for w in words[2:] if "/" in w and not (REPOSITORY / w).exists()] == []
    else:
        assert (REPOSITORY / words[0]).is_file()


def _fairbench(words: list[str]) -> None:
    """There is such a command, and it takes these options."""
    typer.main.get_command(app).commands[words[0]].make_context(words[0], words[1:])


def _there(words: list[str]) -> None:
    """A tool of the environment."""


CHECKS = {
    "make": _make,
    "snakemake": _snakemake,
    "python": _python,
    "fairbench": _fairbench,
    "ruff": _there,
    "snakefmt": _there,
}
