"""Processor seconds of a finished run for each second of training.

    python benchmarks/overhead.py RESULTS

Reads what Snakemake measured of every job (RESULTS/benchmarks) and the `seconds` of its fits, and
prints a table by rule and the ratio. What is above 1 went into starting Python, imports, reading,
measuring and drawing.

The seconds of a fit are a clock's. On a machine that did other things too, they hold the time of
these; so each job's are taken times the share of a processor that the job had, at most 1. On an
idle machine that changes nothing. Snakemake looks twice a second for the first 15 seconds of a job
and then every half minute, so that the end of a longer job may be missing.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq


@dataclass(frozen=True)
class Measured:
    """One job: its rule, seconds of the clock and of the processor, and seconds of training."""

    rule: str
    clock: float
    processor: float
    fits: float

    @property
    def training(self) -> float:
        """Seconds of training, without the time in which others had the processor."""
        return self.fits * min(1.0, self.processor / self.clock) if self.clock else 0.0


def jobs(results: Path) -> Iterator[Measured]:
    """Every job of a run that Snakemake measured."""
    for path in sorted((results / "benchmarks").rglob("*.tsv")):
        name = path.relative_to(results / "benchmarks").with_suffix("")
        with path.open(encoding="utf-8") as file:
            (row,) = csv.DictReader(file, delimiter="\t")
        clock, processor = (_number(row[column]) for column in ("s", "cpu_time"))
        made = results / name.with_name(f"{name.name}.parquet")
        yield Measured(_rule(name, results), clock, processor, _seconds(made))


def _rule(name: Path, results: Path) -> str:
    """The folder of a benchmark stands for its rule, within that of a kind of study."""
    first, *rest = name.parts
    of_a_kind = rest and (results / first / "tables").is_dir()
    return f"{first}/{rest[0]}" if of_a_kind else first


def _number(text: str) -> float:
    """A number of Snakemake, which says NA of a job that ended before it looked."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def _seconds(path: Path) -> float:
    """Seconds that the fits in a file took; 0 if it is no file of fits."""
    if not path.is_file() or "seconds" not in pq.read_schema(path).names:
        return 0.0
    return pc.sum(pq.read_table(path, columns=["seconds"])["seconds"]).as_py() or 0.0


def table(measured: list[Measured]) -> list[str]:
    """Rules by the processor seconds that they took."""
    rules: dict[str, list[Measured]] = defaultdict(list)
    for job in measured:
        rules[job.rule].append(job)
    total = sum(job.processor for job in measured)
    lines = [
        "| rule | jobs | cpu s | share | cpu s a job | training s |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for rule, of_rule in sorted(rules.items(), key=lambda item: -_processor(item[1])):
        spent, training = _processor(of_rule), sum(job.training for job in of_rule)
        row = (rule, len(of_rule), f"{spent:,.1f}", f"{spent / max(total, 1e-9):.0%}")
        row += (f"{spent / len(of_rule):.2f}", f"{training:,.1f}")
        lines.append(f"| {' | '.join(map(str, row))} |")
    return lines


def _processor(measured: list[Measured]) -> float:
    return sum(job.processor for job in measured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="folder of a finished run")
    measured = list(jobs(parser.parse_args().results))
    clock, spent = sum(job.clock for job in measured), _processor(measured)
    fits, training = (sum(getattr(job, name) for job in measured) for name in ("fits", "training"))
    if not training:
        parser.exit(2, "overhead: no job with measured fits in this folder\n")
    print(*table(measured), sep="\n")
    print(f"\n{len(measured)} jobs, {spent:,.0f} cpu s in {clock:,.0f} s of jobs")
    print(f"fits took {fits:,.0f} s by the clock, of which they had a processor {training:,.0f} s")
    print(f"processor seconds per second of training: {spent / training:.2f}")


if __name__ == "__main__":
    main()
