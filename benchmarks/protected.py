"""Shares that a protected attribute decides, for the 25 networks of Fairify and its 42 questions.

    python benchmarks/protected.py FOLDER [--seconds S] [--networks AC-1 GC-3] [--csv FILE]

The folder holds the ``.nnet`` files and ``domains.json``. A question takes one core; two of them
run side by side with ``--workers 2``. Beside ours stand Fairify's verdicts and coverage (Biswas and
Rajan, ICSE 2023, appendix, table V), at 30 minutes a network.
"""

from __future__ import annotations

import argparse
import csv
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

import fairbench
from fairbench.certify import Domain
from fairbench.certify.protected import protected_share
from fairbench.certify.readers import read_nnet

PUBLISHED = Path(fairbench.__file__).parent / "studies/individual/published/fairify.csv"
COLUMNS = ("network", "protected", "hidden", "fair", "unfair", "undecided", "boxes", "seconds")
COLUMNS += ("witness_seconds", "fairify", "fairify_coverage")


def question(folder: Path, name: str, protected: str) -> tuple:
    """The network, the domain and the protected column of a question."""
    told = json.loads((folder / "domains.json").read_text())[name.split("-")[0]]
    lower, upper = np.array(told["ranges"], float).T
    domain = Domain(lower, upper, integer=range(len(lower)))
    return read_nnet(folder / f"{name}.nnet"), domain, told["columns"].index(protected)


def answer(folder: Path, published: dict[str, str], seconds: float) -> dict[str, object]:
    """One row of the table."""
    name, protected = published["network"], published["protected"]
    network, domain, column = question(folder, name, protected)
    protected_share(network, domain, protected=[column], boxes=1)  # compiles
    share = protected_share(network, domain, protected=[column], seconds=seconds)
    return {
        "network": name,
        "protected": protected,
        "hidden": "-".join(map(str, network.hidden)),
        "fair": share.certified_fair,
        "unfair": share.certified_unfair,
        "undecided": share.undecided,
        "boxes": share.boxes,
        "seconds": round(share.seconds, 1),
        "witness_seconds": round(share.witness_seconds, 3),
        "fairify": published["verdict"],
        "fairify_coverage": float(published["coverage"]) / 100,
    }


def line(row: dict[str, object]) -> str:
    """A row as text."""
    shares = "".join(f"{row[key]:>11.3%}" for key in ("fair", "unfair", "undecided"))
    witness = "-" if row["witness_seconds"] is None else f"{row['witness_seconds']:.3f}"
    return (
        f"{row['network']:<7}{row['protected']:<6}{row['hidden']:<13}{shares}{row['boxes']:>12,}"
        f"{row['seconds']:>8.1f}{witness:>9}{row['fairify']:>9}{row['fairify_coverage']:>9.2%}"
    )


def main() -> None:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=600, help="limit of a question")
    parser.add_argument("--networks", nargs="*", help="these alone")
    parser.add_argument("--workers", type=int, default=1, help="questions side by side")
    parser.add_argument("--csv", type=Path, help="a file for the table")
    options = parser.parse_args()
    with PUBLISHED.open(encoding="utf-8") as file:
        asked = [row for row in csv.DictReader(file)]
    asked = [row for row in asked if not options.networks or row["network"] in options.networks]
    print(
        f"{'network':<7}{'':<6}{'hidden':<13}{'fair':>11}{'unfair':>11}{'undecided':>11}"
        f"{'boxes':>12}{'s':>8}{'witness':>9}{'Fairify':>9}{'covered':>9}"
    )
    rows = []
    with ProcessPoolExecutor(options.workers) as pool:
        tasks = [pool.submit(answer, options.folder, row, options.seconds) for row in asked]
        for task in tasks:
            rows.append(task.result())
            print(line(rows[-1]), flush=True)
    if options.csv:
        with options.csv.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
