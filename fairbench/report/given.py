"""What a report is made from: the files of a study that can be shown, and why others cannot."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from fairbench.evaluation.limits import read_limits
from fairbench.plan.plan import Plan
from fairbench.planning.job import Job
from fairbench.report.belonging import Belonging, Looked, whole
from fairbench.status.states import DONE, Found, states_of
from fairbench.store import journal
from fairbench.store.csv_tables import read_csv
from fairbench.store.stamps import plain_text
from fairbench.store.tables import DamagedFile, read_table
from fairbench.studies.grid.collect import collect_fits
from fairbench.studies.grid.plan import Use, uses_of


@dataclass
class Given:
    """What a report is made from. Paths are those under the results, such as ``tables/cells.csv``.

    Attributes
    ----------
    plan : Plan
    output : Path
        The page; links in it are relative to its folder.
    faults : dict of path -> str
        Files that are there but cannot be used, and why.
    used : dict of path -> dict
        Files that were used, with their provenance.
    """

    plan: Plan
    output: Path
    faults: dict[str, str] = field(default_factory=dict)
    used: dict[str, dict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.found: list[Found] = states_of(self.plan.started())
        self._planned = {path for each in self.found for path in each.job.files}
        self._belonging = Belonging(self.plan)

    def path(self, path: str) -> str:
        """The path from the working folder."""
        return f"{self.plan.root}/{path}"

    def is_refused(self, path: str) -> bool:
        """Whether a file is there but cannot be used."""
        return self.path(path) in self.faults

    def link(self, path: str) -> str | None:
        """Relative address of a file that can be used."""
        if not self._use(self.path(path), self._belonging.look):
            return None
        relative = os.path.relpath(self.path(path), self.output.parent or Path())
        return quote(Path(relative).as_posix())

    def table(self, path: str) -> pd.DataFrame | None:
        """A table, or None where it is missing or cannot be used."""
        return self._read(self.path(path), self._belonging.look, read_csv)

    def text(self, path: str) -> str | None:
        """A text without its provenance, or None likewise."""
        content = self._read(self.path(path), self._belonging.look, _bytes)
        return None if content is None else plain_text(content.decode("utf-8"))

    def picture(self, path: str) -> bytes | None:
        """The bytes of a picture, or None likewise."""
        return self._read(self.path(path), self._belonging.look, _bytes)

    def fits(self) -> pd.DataFrame | None:
        """The table of fits; where it is missing or cannot be used, the fits finished so far."""
        (job,) = self.plan.of("collect")
        look = self._belonging.look
        table = self._read(job.first, look, lambda path: read_table(path, kind="fits")[0])
        if table is not None:
            return table

        def made_for(use: Use) -> pd.DataFrame | None:
            return self._read(use.path, whole, lambda _: collect_fits([use]))

        fits = [fit for fit in map(made_for, uses_of(job.spec)) if fit is not None]
        return pd.concat(fits, ignore_index=True) if fits else None

    def limits(self) -> pd.DataFrame:
        """The accuracy limits that can be used; no rows if there are none."""
        limits = self.plan.of("limit")
        found = [rows for limit in limits if (rows := self._limit(limit)) is not None]
        return pd.concat(found, ignore_index=True) if found else read_limits([])

    def _limit(self, job: Job) -> pd.DataFrame | None:
        def read(path: str) -> pd.DataFrame:
            read_table(path, kind="limit", about=job.spec)
            return read_limits([path])

        return self._read(job.first, whole, read)

    def origin(self, path: str) -> dict | None:
        """The provenance of a file that is not shown itself, if it is as it was written."""
        looked = whole(path)
        if looked.fault:
            self.faults[path] = looked.fault
        return looked.origin

    def refused(self) -> list[tuple[str, str]]:
        """Files that cannot be used and why, tables first: figures follow them."""
        faults = self.faults.items()
        return sorted(faults, key=lambda each: (Path(each[0]).parent.name != "tables", each))

    def gaps(self) -> list[tuple[str, str, str, int]]:
        """Stage, what, state and number of the jobs that are not done."""
        counts = Counter(
            (each.job.stage, each.job.what, each.state) for each in self.found if each.state != DONE
        )
        return [(*key, number) for key, number in counts.items()]

    def _use(self, path: str, look: Callable[[str], Looked]) -> bool:
        if path not in self._planned:
            return False
        looked = look(path)
        if looked.fault:
            self.faults[path] = looked.fault
        elif looked.origin is not None:
            self.used[path] = looked.origin
        return path in self.used

    def _read(self, path: str, look: Callable[[str], Looked], read: Callable):
        """Read a file that can be used, by itself: files next to it may be of another run."""
        if not self._use(path, look):
            return None
        try:
            with journal.apart():
                return read(path)
        except (OSError, ValueError, DamagedFile) as error:
            self.used.pop(path)
            self.faults[path] = str(error).removeprefix(f"{path}: ")
            return None


def _bytes(path: str) -> bytes:
    return Path(path).read_bytes()
