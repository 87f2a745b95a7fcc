"""What the tests of real data share."""

import shutil
from pathlib import Path

import pytest
import yaml

from fairbench.data.real.entry import read_entry

OWN = Path(__file__).parents[2] / "examples" / "applicants.yaml"


@pytest.fixture
def own_entry():
    """The example's entry with other parts, beside a copy of its table."""

    def changed(folder, **changes):
        document = yaml.safe_load(OWN.read_text(encoding="utf-8")) | changes
        if "profiles" not in changes:
            document["profiles"] = {"default": {}}
        path = folder / "own.yaml"
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        if not (folder / "applicants.csv").exists():
            shutil.copy(OWN.with_suffix(".csv"), folder)
        return read_entry(path)

    return changed
