"""What a dead process left half written goes, what a living one writes stays."""

import subprocess
import sys
from pathlib import Path

from fairbench.store.partial import clear_partial_files

WRITE = """
import sys, time
from fairbench.store.tables import atomic_path
with atomic_path(sys.argv[1]) as path:
    path.write_text("half")
    print(path, flush=True)
    time.sleep(60)
"""


def test_a_half_written_file_goes_once_its_writer_is_dead(tmp_path):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(tmp_path / "deep" / "a.csv")],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        partial = Path(writer.stdout.readline().strip())
        assert partial.name.startswith(".partial-") and partial.suffix == ".csv"
        assert clear_partial_files(tmp_path) == 0
        assert partial.read_text() == "half"
    finally:
        writer.kill()
        writer.wait()
    (tmp_path / "deep" / "b.csv").touch()
    assert clear_partial_files(tmp_path, tmp_path / "nowhere") == 1
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["b.csv"]
