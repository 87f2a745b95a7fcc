"""Machine code holds the functions that it calls: an edit of one of them compiles both again."""

import subprocess
import sys
from pathlib import Path

from fairbench.certify import compiling

REPOSITORY = Path(__file__).parents[2]

BEGIN = """
import sys, time
import numba
from fairbench.certify import compiling

numba.config.CACHE_DIR = sys.argv[1]
with compiling.first_alone("loops"):
    kept = compiling._folder() / "kept"
    print("loaded" if kept.exists() else "compiled", flush=True)
    time.sleep(0.5)
    kept.touch()
"""


def test_processes_that_begin_at_once_compile_once(tmp_path):
    call = [sys.executable, "-c", BEGIN, str(tmp_path)]
    given = {"stdout": subprocess.PIPE, "text": True}
    begun = [subprocess.Popen(call, cwd=REPOSITORY, **given) for _ in range(2)]
    assert sorted(each.communicate()[0] for each in begun) == ["compiled\n", "loaded\n"]
    assert [each.returncode for each in begun] == [0, 0]


INNER = "from kept.compiling import compiled\n\n\n@compiled\ndef inner():\n    return {value}\n"
OUTER = """from kept.compiling import compiled
from kept.inner import inner


@compiled
def outer():
    return inner()


if __name__ == "__main__":
    print(outer(), sum(outer.stats.cache_hits.values()))
"""


def test_an_edit_of_what_is_called_is_seen(tmp_path):
    room = tmp_path / "kept"
    room.mkdir()
    (room / "compiling.py").write_text(Path(compiling.__file__).read_text())
    (room / "outer.py").write_text(OUTER)

    def run(value: int) -> list[str]:
        (room / "inner.py").write_text(INNER.format(value=value))
        done = subprocess.run(
            [sys.executable, "-B", "-m", "kept.outer"],
            cwd=tmp_path, capture_output=True, text=True, check=True,
            env={"PATH": "", "PYTHONPATH": f"{tmp_path}:{REPOSITORY}"},
        )  # fmt: skip
        return done.stdout.split()

    assert [run(1), run(1), run(2)] == [["1", "0"], ["1", "1"], ["2", "0"]]
