"""The shipped configs are right, and every key is explained."""

import ast
import re

import pytest
from snakemake.utils import update_config

from fairbench.config import docs as config_docs
from fairbench.config.check import check
from fairbench.planning.complaint import read_yaml
from fairbench.training.budget import BUDGETS

from .overlays import DEFAULT, REPOSITORY

OVERLAYS = sorted(path.name for path in (REPOSITORY / "config").glob("*.yaml"))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_overlays_of_the_repository_are_right(overlay):
    merged = read_yaml(DEFAULT)
    update_config(merged, read_yaml(REPOSITORY / "config" / overlay))
    assert check(merged, [DEFAULT]).studies


def test_every_key_has_a_description():
    missing = [
        f"{model.__name__}.{name}"
        for model in config_docs.models()
        for name, field in model.model_fields.items()
        if not (field.description or "").strip()
    ]
    assert missing == []


def test_every_key_and_file_is_in_the_readme_of_the_config():
    text = (REPOSITORY / "config" / "README.md").read_text(encoding="utf-8")
    assert sorted(file for file in OVERLAYS if f"| `{file}` |" not in text) == []
    keys = {name for model in config_docs.models() for name in model.model_fields}
    assert sorted(key for key in keys if f"`{key}`" not in text) == []


def test_the_readme_of_the_config_is_up_to_date():
    path = REPOSITORY / "config" / "README.md"
    text = path.read_text(encoding="utf-8")
    assert config_docs.renewed(text) == text, "run python -m fairbench.config.docs"


def test_every_row_of_a_table_fits_its_head():
    for table in re.findall(r"(?:^\|.*\n?)+", config_docs.describe(), re.MULTILINE):
        widths = {len(line.split(" | ")) for line in table.splitlines()}
        assert len(widths) == 1, table


def test_the_budgets_of_the_readme_are_those_of_the_package():
    table = config_docs.describe().partition("### Budgets")[2]
    head, _, *rows = [
        [cell.strip(" `") for cell in line.strip().strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("|")
    ]
    assert [row[0] for row in rows] == list(BUDGETS)
    for name, *values in rows:
        told = {key: value for key, value in zip(head[1:], values, strict=True) if value}
        assert told == {k: str(v) for k, v in BUDGETS[name].model_dump().items()}


def test_no_key_is_described_in_two_ways_by_a_model_of_its_own():
    """Models of the config are found by walking from the root: none is left out."""
    named = {
        node.name
        for path in (REPOSITORY / "fairbench").glob("config*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and node.name != "Strict"
    }
    assert named <= {model.__name__ for model in config_docs.models()}
