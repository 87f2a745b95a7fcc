"""What can be wrong with data that a config names, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fairbench.data.real.entry import Entry, EntryError
from fairbench.planning.complaint import Complaint
from fairbench.planning.data_sections import REAL, entry_of

__all__ = ["entry_problems", "folder_problems"]


def entry_problems(
    key: tuple[str, ...], dataset: str, profile: str | None, owners: dict[str, str]
) -> Iterator[Complaint]:
    """Give every problem of a real data set that a part of the config asks for.

    Parameters
    ----------
    key : tuple of str
        The part that has the keys `dataset` and `profile`.
    dataset, profile : str
        What it says there.
    owners : dict
        Name of each data set known so far -> what stands for it in a config; added to.
    """
    try:
        entry = entry_of(dataset)
    except EntryError as error:
        yield Complaint((*key, "dataset"), dataset, str(error))
        return
    if entry is None:
        text = "a real data set is needed here, by name or by the path of its entry file"
        yield Complaint((*key, "dataset"), dataset, text, REAL)
        return
    other = owners.setdefault(entry.name, dataset)
    if Path(other) != Path(dataset):
        text = f"its name, {entry.name}, is that of {other} already: give this entry another"
        yield Complaint((*key, "dataset"), dataset, text)
    if profile is not None and profile not in entry.profiles:
        text = f"the data set {entry.name} has no such profile"
        yield Complaint((*key, "profile"), profile, text, list(entry.profiles))
    for path in _missing(entry):
        yield Complaint((*key, "dataset"), dataset, f"its file {path} is missing")


def _missing(entry: Entry) -> list[Path]:
    """Files that nothing but their owner can supply, and that are not there."""
    own = [entry.path(source, "") for source in entry.sources if source.url is None]
    return [path for path in own if not path.is_file()]


def folder_problems(config: Any) -> Iterator[Complaint]:
    """Give every problem of the section `data`."""
    data, results = (Path(folder).parts for folder in (config.data.folder, config.results))
    shared = min(len(data), len(results))
    if data[:shared] == results[:shared]:
        text = f"this folder and that of the results, {config.results}, must lie side by side"
        yield Complaint(("data", "folder"), config.data.folder, text)
    mirror = config.data.mirror
    if mirror is not None and not Path(mirror).is_dir():
        yield Complaint(("data", "mirror"), mirror, "there is no such folder")
