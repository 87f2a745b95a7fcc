"""Which networks there are, where their files come from, and what is asked of each.

Imported while Snakemake parses. Files are not part of the repository: they are downloaded and
verified as those of data sets are.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fairbench.data.file_sets import files_of

_HERE = Path(__file__).parent


class Column(NamedTuple):
    """An input: its name, the whole numbers that it goes from and to, and whether it is asked."""

    name: str
    lower: int
    upper: int
    protected: bool


class Question(NamedTuple):
    """Whether a protected attribute alone decides the answer of a network."""

    network: str
    protected: str

    @property
    def family(self) -> str:
        """Data set that it was trained on: AC (Adult), BM (Bank) or GC (German)."""
        return self.network.partition("-")[0]

    @property
    def file(self) -> str:
        """Name of the network's file."""
        return f"{self.network}.nnet"

    @property
    def label(self) -> str:
        """Its name in paths."""
        return f"{self.network.lower().replace('-', '_')}_{self.protected}"


def _read(name: str) -> list[dict]:
    with (_HERE / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


FILES = files_of("fairify_networks", _HERE / "files.csv")


@cache
def columns_of(family: str) -> tuple[Column, ...]:
    """The inputs of a family's networks, in their order."""
    return tuple(
        Column(row["column"], int(row["lower"]), int(row["upper"]), row["protected"] == "1")
        for row in _read("domains.csv")
        if row["family"] == family
    )


def questions(networks: list[str] | None = None) -> list[Question]:
    """Every network with every protected attribute of its data; by default of all networks."""
    names = [source.file.removesuffix(".nnet") for source in FILES.sources]
    chosen = [name for name in names if networks is None or name in networks]
    return [
        Question(name, column.name)
        for name in chosen
        for column in columns_of(name.partition("-")[0])
        if column.protected
    ]
