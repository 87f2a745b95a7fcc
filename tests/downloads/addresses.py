"""Every address that a file of ours is downloaded from, and what came when it was asked."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from fairbench.data.real.download import FileTrouble, fetch, sha256_of
from fairbench.data.real.entry import read_entry, shipped
from fairbench.data.real.parts import Source
from fairbench.studies.individual.others.files import FILES


class Sources(NamedTuple):
    """Files with a name, as `fetch` takes them."""

    name: str
    sources: tuple[Source, ...]

    def path(self, source: Source, folder: str | Path) -> Path:
        """Where a file lies below a folder."""
        return Path(folder) / self.name / source.file


def addresses() -> dict[str, Sources]:
    """One file each, by ``data set/file``: of the entries, and the networks of others."""
    entries = [read_entry(name) for name in shipped()]
    every = [(each.name, source) for each in (*entries, FILES) for source in each.sources]
    return {
        f"{name}/{source.file}": Sources(name, (source,))
        for name, source in every
        if source.url is not None
    }


def trouble(asked: Sources, folder: Path) -> str | None:
    """Download a file, by its address and no other way; what is wrong with what came, if anything.

    Its checksum is taken anew of the file that lies there in the end, by whatever way.
    """
    try:
        # An empty mirror: one that the environment names would answer in the server's place.
        (path,) = fetch(asked, folder, mirror=folder / "no mirror")
    except FileTrouble as error:
        return str(error)
    (source,) = asked.sources
    found = sha256_of(path)
    return None if found == source.sha256 else f"{path} has the SHA-256 {found}"
