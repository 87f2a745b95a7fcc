"""The benchmark that says what a run costs for each second of training."""

import subprocess
import sys
from pathlib import Path

import pandas as pd

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "overhead.py"


def measure(root: Path, name: str, clock: object, processor: object, fits=None) -> None:
    path = root / "benchmarks" / f"{name}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"s\th:m:s\tcpu_time\n{clock}\t0:00:10\t{processor}\n")
    if fits is not None:
        made = root / f"{name}.parquet"
        made.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame({"seconds": fits}).to_parquet(made)


def said(root: Path) -> subprocess.CompletedProcess:
    call = [sys.executable, str(SCRIPT), str(root)]
    return subprocess.run(call, capture_output=True, text=True)


def test_seconds_in_which_others_had_the_processor_are_no_training(tmp_path):
    measure(tmp_path, "fits/a=0.1", 10, 8, [2.0, 3.0])  # had .8 of a processor: 4 s
    measure(tmp_path, "fits/a=0.2", 10, 20, [1.0])  # two threads: 1 s
    measure(tmp_path, "collect", "NA", "NA")
    (tmp_path / "kind" / "tables").mkdir(parents=True)
    measure(tmp_path, "kind/search/x", 4, 2)
    found = said(tmp_path).stdout
    assert "| fits | 2 | 28.0 | 93% | 14.00 | 5.0 |" in found
    assert "| kind/search | 1 | 2.0 | 7% | 2.00 | 0.0 |" in found
    assert "| collect | 1 | 0.0 |" in found
    assert found.endswith("processor seconds per second of training: 6.00\n")


def test_a_run_without_fits_has_no_ratio(tmp_path):
    measure(tmp_path, "collect", 1, 1)
    found = said(tmp_path)
    assert found.returncode == 2 and "no job with measured fits" in found.stderr
