"""What can be wrong with data that a config names, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fairbench.data.real.entry import Entry, EntryError
from fairbench.planning.complaint import Complaint
from fairbench.planning.data_sections import REAL, entry_of


def entry_problems(
    key: tuple[str, ...],
    dataset: str,
    profile: str | None,
    owners: dict[str, str],
    sensitive: list[str] | None = None,
    *,
    any_classes: bool = False,
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
    sensitive : list of str, optional
        What it says under the key `sensitive`.
    any_classes : bool
        Whether the measures of the kind of study take a label of more than two classes.
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
    elif sensitive is not None:
        try:
            entry.view(profile, sensitive)
        except ValidationError as error:
            text = error.errors()[0]["msg"].removeprefix("Value error, ")
            yield Complaint((*key, "sensitive"), sensitive, text)
    classes = class_count(dataset, profile)
    if classes > 2 and not any_classes:
        text = (
            f"its label has {classes} classes, and this kind of study measures decisions of two: "
            "name a profile whose label has a favourable and an unfavourable outcome"
        )
        where = "dataset" if profile is None else "profile"
        yield Complaint((*key, where), profile or dataset, text, _of_two(entry))
    # Files that nothing but their owner can supply.
    for path in (entry.path(source, "") for source in entry.sources if source.url is None):
        if not path.is_file():
            yield Complaint((*key, "dataset"), dataset, f"its file {path} is missing")


def _of_two(entry: Entry) -> list[str]:
    """The profiles whose label has two classes."""
    return [name for name in entry.profiles if entry.view(name).label.count == 2]


def class_count(dataset: str, profile: str | None = None) -> int:
    """How many classes a data set's label has; 2 for one that is complained of already."""
    try:
        entry = entry_of(dataset)
        return entry.view(profile).label.count if entry is not None else 2
    except ValueError:
        return 2


def has_many_groups(
    dataset: str, profile: str | None = None, sensitive: list[str] | None = None
) -> bool:
    """Whether a data set may have more than two groups; not one that is complained of already."""
    try:
        entry = entry_of(dataset)
        return entry is not None and entry.view(profile, sensitive).many_groups
    except ValueError:
        return False


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
