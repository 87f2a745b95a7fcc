"""What a folder of results holds, whatever its paths: tables, files behind them, and settings.

Another version may lay its files out in another way. So a table goes by its name within the
folder, and every other file by what it says it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from fairbench.store import journal
from fairbench.store.columns import dump
from fairbench.store.csv_tables import read_csv
from fairbench.store.origins import said_by
from fairbench.store.tables import DamagedFile, read_table

TABLES = "tables"
"""Name of the folders whose files are tables for people; there is one a kind of study."""


@dataclass(frozen=True)
class Header:
    """What a file says of itself; nothing of it has been held against what the file holds.

    Attributes
    ----------
    name : str
        Its path within the results.
    kind : str
        Empty for CSV, which says none, and for a file that cannot be read.
    about : dict
    origin : dict
        Its provenance, empty if it carries none.
    """

    name: str
    kind: str
    about: dict
    origin: dict

    @property
    def is_table(self) -> bool:
        """Whether it is one of the tables for people."""
        return TABLES in Path(self.name).parts[:-1]

    @property
    def subject(self) -> str:
        """What it is about, the same in every layout of folders."""
        return f"{self.kind} {dump(self.about)}"


class Results:
    """A folder of results.

    Parameters
    ----------
    root : Path

    Raises
    ------
    OSError
        There is no such folder, or it holds no table at all.
    """

    def __init__(self, root: Path):
        self.root = Path(root)
        if not self.root.is_dir():
            raise OSError(f"{root}: there is no such folder")
        self.faults: list[str] = []
        self.headers = [_header(path, self.root) for path in _files(self.root)]
        if not self.headers:
            raise OSError(f"{root}: no table of fairbench lies there")

    @cached_property
    def tables(self) -> dict[str, Header]:
        """The tables for people, by their name within the folder."""
        return {header.name: header for header in self.headers if header.is_table}

    def behind(self, leave_out: set[str]) -> dict[str, dict[str, Header]]:
        """The other files by kind and by what they are about, but for the kinds left out."""
        found = defaultdict(dict)
        for header in self.headers:
            if not header.is_table and header.kind not in leave_out:
                found[header.kind][header.subject] = header
        return dict(found)

    def read(self, name: str) -> pd.DataFrame | None:
        """Read and check a file; None, and a fault noted, if it is not as it was written."""
        path = self.root / name
        try:
            with journal.apart():
                return read_csv(path) if path.suffix == ".csv" else read_table(path)[0]
        except (OSError, DamagedFile) as error:
            self.faults.append(str(error))
            return None


def _files(root: Path) -> Iterator[Path]:
    """All tables below a folder; what is being written begins with a dot."""
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if path.suffix in (".csv", ".parquet") and not hidden and path.is_file():
            yield path


def _header(path: Path, root: Path) -> Header:
    description, origin = said_by(path)
    name = path.relative_to(root).as_posix()
    return Header(name, description.get("kind", ""), description.get("about", {}), origin)
