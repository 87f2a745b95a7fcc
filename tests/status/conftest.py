"""What the tests of the status share."""

import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def here(tmp_path):
    """A working folder with the repository's config."""
    shutil.copytree(REPOSITORY / "config", "config")
    (tmp_path / ".snakemake").mkdir()
    return tmp_path
