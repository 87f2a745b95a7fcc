"""Named sets of files that are no tables: downloaded and verified as those of data sets are.

Imported while Snakemake parses, so it needs pydantic and nothing heavier.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import NamedTuple

from fairbench.data.real.entry import Entry, EntryError, read_entry, shipped
from fairbench.data.real.parts import Source


class Files(NamedTuple):
    """A named set of files, as `fairbench.data.real.download.fetch` takes them."""

    name: str
    sources: tuple[Source, ...]

    def path(self, source: Source, folder: str | Path) -> Path:
        """Where a file lies below the folder of data."""
        return Path(folder) / self.name / source.file

    def paths(self, folder: str | Path) -> list[Path]:
        """Where all the files lie, in the order of the sources."""
        return [self.path(source, folder) for source in self.sources]

    def definition(self) -> str:
        """Hash of what the files hold: what a table made from them depends on."""
        text = "".join(f"{source.file} {source.sha256}\n" for source in self.sources)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def files_of(name: str, table: Path) -> Files:
    """The files that a table in CSV lists with address, size and SHA-256."""
    with table.open(encoding="utf-8", newline="") as source:
        return Files(name, tuple(Source(**row) for row in csv.DictReader(source)))


#: Handwritten digits (LeCun, Cortes and Burges): images and labels, training rows and test rows.
MNIST = files_of("mnist", Path(__file__).with_name("mnist.csv"))
#: How many images its files have.
IMAGES = {"train": 60_000, "test": 10_000}


def to_fetch(name: str) -> Files | Entry:
    """What has the files of a name: MNIST, or the entry of a data set.

    Raises
    ------
    EntryError
        There are no files of that name.
    """
    if name == MNIST.name:
        return MNIST
    try:
        return read_entry(name)
    except EntryError as error:
        if name.endswith((".yaml", ".yml")):
            raise
        known = ", ".join([*shipped(), MNIST.name])
        raise EntryError(
            f"no data set {name!r}: give one of {known}, or an entry's .yaml"
        ) from error
