"""A test run without the real data says so in one line, last."""

import os
import subprocess
import sys
from pathlib import Path

from fairbench.data.real.download import MIRROR

REPOSITORY = Path(__file__).parents[1]


def said_by_pytest(tmp_path: Path, test: str) -> str:
    call = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    environment = os.environ | {MIRROR: str(tmp_path / "nowhere")}
    ended = subprocess.run(
        [*call, "tests/data/test_real.py", "-k", test],
        cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ended.stdout


def test_tests_skipped_for_want_of_real_data_are_counted_with_the_remedy(tmp_path):
    said = said_by_pytest(tmp_path, "test_the_test_file_of_adult or every_profile_of_every")
    *_, told = (line for line in said.splitlines() if "real data were skipped" in line)
    assert told.startswith("1 tests of real data were skipped")
    assert MIRROR in told and "python -m fairbench fetch" in told


def test_a_run_that_skipped_none_does_not_speak_of_data(tmp_path):
    assert "skipped" not in said_by_pytest(tmp_path, "every_profile_of_every")
