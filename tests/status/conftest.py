"""What the tests of the status share."""

import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with the repository's config."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(REPOSITORY / "config", "config")
    (tmp_path / ".snakemake").mkdir()
    return tmp_path
